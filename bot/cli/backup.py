"""`backup FOLDER`: a whole copy of the store beside a running bot, with the heads of its streams as of that copy."""

import asyncio
import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from bot import __version__
from bot.cli.books import opened
from bot.cli.operators import Operator, operator
from bot.cli.troubles import Misuse
from bot.cli.values import Json
from bot.config import Settings, read_settings
from bot.domain.errors import Refusal
from bot.domain.people import TenantId
from bot.ports.store import Finding, Head

if TYPE_CHECKING:
    from bot.store.tiny import TinyStore

HEADS = "heads.json"
FAILED = 1
Found = dict[TenantId, dict[str, Finding]]


def backup(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="cli.help.backup_folder")], as_json: Json = False
) -> int:
    from bot.store.connection import FILE_NAME

    settings = read_settings(os.environ)
    if not (settings.data / FILE_NAME).exists():
        raise Refusal("cli_nothing_to_back_up", folder=str(settings.data))
    return asyncio.run(_backup(settings, operator(), folder, as_json=as_json))


async def _backup(settings: Settings, who: Operator, folder: Path, *, as_json: bool) -> int:
    """The chains are followed in the copy: what it says of itself is what somebody would restore."""
    store = await opened(settings)
    try:
        path = await store.copy_to(folder)
    finally:
        await store.close()
    copy = await opened_copy(settings, folder)
    try:
        found = await _found(copy)
    finally:
        await copy.close()
    told = _told(path, found)
    _write(folder / HEADS, told)
    _show(told, found, who, folder, as_json=as_json)
    return 0 if all(one.holds for streams in found.values() for one in streams.values()) else FAILED


async def opened_copy(settings: Settings, folder: Path) -> "TinyStore":
    """The copy holds no key: its chains are followed with the one of the data folder."""
    from bot.keys import load_chain_key
    from bot.store.tiny import open_store

    return await open_store(folder, chain_key=load_chain_key(settings))


async def _found(copy: "TinyStore") -> Found:
    from bot.usecases.audit_chain import verify_chains

    return {tenant: await verify_chains(copy, tenant) for tenant in await copy.tenants()}


def _told(path: Path, found: Found) -> dict[str, Any]:
    heads = {
        tenant: {stream: str(finding.head) for stream, finding in streams.items()}
        for tenant, streams in found.items()
    }
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    return {"made_at": made_at, "version": __version__, "file": path.name, "sha256": digest, "heads": heads}


def _write(path: Path, told: dict[str, Any]) -> None:
    from bot.cli.audit_files import write_manifest

    write_manifest(path, told)


def _show(told: dict[str, Any], found: Found, who: Operator, folder: Path, *, as_json: bool) -> None:
    from bot.cli.audit import problems_of

    if as_json:
        who.print_json(told)
    else:
        who.say("cli.backup.made", folder=str(folder))
    for tenant, streams in found.items():
        for stream, finding in streams.items():
            if not as_json:
                who.say("cli.backup.head", tenant=tenant, stream=stream, head=finding.head.short)
            for text in problems_of(stream, finding, who):
                who.err.print(text, style="bold red", markup=False, soft_wrap=True)


class _Noted(msgspec.Struct):
    heads: dict[str, dict[str, str]]


def noted_heads(file: Path, tenant: TenantId) -> list[tuple[str, Head]]:
    """The heads that a backup noted for this organization. Raises Misuse("cli_heads_malformed")."""
    try:
        told = msgspec.json.decode(file.read_bytes(), type=_Noted).heads.get(tenant, {})
        return [(stream, Head.parse(text)) for stream, text in told.items()]
    except (OSError, ValueError):  # msgspec's errors are ValueErrors
        raise Misuse("cli_heads_malformed", file=str(file)) from None
