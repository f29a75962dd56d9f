"""`audit verify`, `audit head` and `audit export`: whether the records are those that were written, and a copy of
them for whoever asks."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot import __version__
from bot.cli.books import Books, at_books
from bot.cli.operators import Operator, operator
from bot.cli.reconcile import moment_of
from bot.cli.troubles import Misuse
from bot.cli.values import Json, Tenant
from bot.ports.store import Finding, Head

if TYPE_CHECKING:
    from bot.cli.audit_files import Written

FAILED = 1
DEFAULT = "audit"  # the stream of a head that names none


def verify(
    head: Annotated[
        list[str] | None, typer.Option("--head", metavar="HEAD", help="cli.help.audit_earlier", show_default=False)
    ] = None,
    heads: Annotated[
        Path | None, typer.Option("--heads", metavar="FILE", help="cli.help.audit_heads", show_default=False)
    ] = None,
    as_json: Json = False,
    tenant: Tenant = "",
) -> int:
    who = operator()
    typed = [head_of(text) for text in head or []]
    return at_books(who, tenant, lambda books: _verify(books, who, typed, heads, as_json=as_json))


def head(as_json: Json = False, tenant: Tenant = "") -> int:
    who = operator()
    return at_books(who, tenant, lambda books: _head(books, who, as_json=as_json))


def export(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="cli.help.audit_folder")],
    since: Annotated[
        str, typer.Option("--since", metavar="TIME", help="cli.help.audit_since", show_default=False)
    ] = "",
    until: Annotated[
        str, typer.Option("--until", metavar="TIME", help="cli.help.audit_until", show_default=False)
    ] = "",
    as_json: Json = False,
    tenant: Tenant = "",
) -> int:
    who = operator()
    span = tuple(moment_of(text, who.reader.zone) if text else None for text in (since, until))
    return at_books(who, tenant, lambda books: _export(books, who, folder, (span[0], span[1]), as_json=as_json))


def head_of(text: str) -> tuple[str, Head]:
    """`190:3f…` of the audit, `ledger:61:3f…`. Raises Misuse("cli_head_malformed")."""
    stream, found, rest = text.strip().partition(":")
    known = found and stream in (DEFAULT, "ledger")
    try:
        return (stream, Head.parse(rest)) if known else (DEFAULT, Head.parse(text))
    except ValueError:
        raise Misuse("cli_head_malformed", text=text.strip()[:80]) from None


async def _verify(
    books: Books, who: Operator, typed: list[tuple[str, Head]], file: Path | None, *, as_json: bool
) -> int:
    from bot.cli.backup import noted_heads
    from bot.usecases.audit_chain import verify_chains

    earlier: dict[str, list[Head]] = {}
    for stream, one in [*typed, *(noted_heads(file, books.tenant) if file else [])]:
        earlier.setdefault(stream, []).append(one)
    found = await verify_chains(books.store, books.tenant, earlier)
    holds = all(finding.holds for finding in found.values())
    if as_json:
        who.print_json({"ok": holds, **{stream: finding_json(finding) for stream, finding in found.items()}})
    else:
        for stream, finding in found.items():
            show_finding(stream, finding, len(earlier.get(stream, ())), who)
    return 0 if holds else FAILED


def finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "records": finding.records,
        "head": str(finding.head),
        "broken": finding.broken,
        "cut": [str(one) for one in finding.cut],
        "other": [str(one) for one in finding.other],
    }


def show_finding(stream: str, finding: Finding, noted: int, who: Operator) -> None:
    for text in problems_of(stream, finding, who):
        who.out.print(text, style="bold red", markup=False, soft_wrap=True)
    if finding.holds:
        text = who.reader.plural("cli.audit.holds", finding.records, stream=stream, head=finding.head.short)
        who.out.print(text, markup=False, soft_wrap=True)
        if noted:
            who.out.print(who.reader.plural("cli.audit.held_against", noted), markup=False, soft_wrap=True)


def problems_of(stream: str, finding: Finding, who: Operator) -> list[str]:
    """The first record that is not what was written, an end that is gone, a past that is another one."""
    reader, told = who.reader, []
    if finding.broken is not None:
        told.append(reader.text("cli.audit.broken", stream=stream, seq=str(finding.broken)))
    for one in finding.cut:
        told.append(reader.text("cli.audit.cut", stream=stream, head=one.short, last=str(finding.records)))
    for one in finding.other:
        told.append(reader.text("cli.audit.other", stream=stream, head=one.short))
    return told


async def _head(books: Books, who: Operator, *, as_json: bool) -> int:
    from bot.usecases.audit_chain import heads_of

    heads = await heads_of(books.store, books.tenant)
    if as_json:
        who.print_json({stream: str(one) for stream, one in heads.items()})
    else:
        for stream, one in heads.items():
            who.out.print(f"{stream}:{one}", markup=False, soft_wrap=True)
    return 0


async def _export(
    books: Books, who: Operator, folder: Path, span: tuple[datetime | None, datetime | None], *, as_json: bool
) -> int:
    from bot.cli.audit_files import MANIFEST, write_audit, write_manifest
    from bot.ports.collections import AUDIT
    from bot.usecases.audit_chain import read_audit

    stream = AUDIT.of_tenant(books.tenant)
    finding, end = await books.store.verify(stream), await books.store.head(stream)
    written = await write_audit(folder, read_audit(books.store, books.tenant, end, span))
    manifest = _manifest(books, written, (finding, end), span)
    write_manifest(folder / MANIFEST, manifest)
    await _leave_record(books, written, end)
    if as_json:
        who.print_json(manifest)
        return 0 if finding.holds else FAILED
    who.out.print(who.reader.plural("cli.audit.exported", written.records, folder=str(folder)), markup=False)
    for text in problems_of(DEFAULT, finding, who):
        who.err.print(text, style="bold red", markup=False, soft_wrap=True)
    return 0 if finding.holds else FAILED


def _manifest(
    books: Books, written: "Written", chain: tuple[Finding, Head], span: tuple[datetime | None, datetime | None]
) -> dict[str, Any]:
    finding, end = chain
    since, until = (moment.isoformat() if moment else None for moment in span)
    return {
        "made_at": books.clock.now().isoformat(timespec="seconds"),
        "version": __version__,
        "tenant": books.tenant,
        "since": since,
        "until": until,
        "records": written.records,
        "first_seq": written.first_seq,
        "last_seq": written.last_seq,
        "head": str(end),
        "broken": finding.broken,
        "files": written.files,
    }


async def _leave_record(books: Books, written: "Written", end: Head) -> None:
    """Whoever takes the audit out leaves a record in it."""
    from bot.domain.audit import AuditRecord
    from bot.ports.collections import AUDIT
    from bot.ports.store import Append

    now = books.clock.now()
    details = {"records": str(written.records), "head": end.short}
    record = AuditRecord(now, books.actor, "audit.export", "audit", details)
    id_ = f"audit.export:{books.actor}:{now.isoformat()}:{end.seq}"
    await books.store.commit([Append(AUDIT.of_tenant(books.tenant), id_, record)])
