"""The doctor's look at the store: it opens, it is durable, its records are untouched, no job is given up."""

from bot.cli.books import opened
from bot.cli.checks import Check, note, ok, problem
from bot.cli.troubles import problem_text
from bot.config import Settings, SettingsError
from bot.keys import load_keys
from bot.ports.collections import JOBS
from bot.ports.reader import Reader
from bot.store.connection import FILE_NAME, connect, rows
from bot.store.errors import StoreError
from bot.store.tiny import TinyStore
from bot.usecases.audit_chain import verify_chains

AREA = "store"
FULL = 2  # PRAGMA synchronous: each commit is on the disk when it returns
SHOWN = 20  # jobs


async def examine_store(settings: Settings, reader: Reader) -> list[Check]:
    """Nothing is created: a folder without a store is only told of."""
    folder = str(settings.data)
    if not (settings.data / FILE_NAME).exists():
        return [note(AREA, reader.text("cli.doctor.store_none", folder=folder))]
    try:
        load_keys(settings)
        store = await opened(settings)
    except SettingsError as error:
        return [problem(AREA, problem_text(each, reader)) for each in error.problems]
    except (StoreError, OSError) as error:
        return [problem(AREA, str(error), reader.text("cli.doctor.store_remedy", folder=folder))]
    try:
        checks = [ok(AREA, reader.text("cli.doctor.store_opens", folder=folder)), _durable(settings, reader)]
        return [*checks, *await _records(store, reader), *await _dead_jobs(store, reader)]
    except StoreError as error:
        return [problem(AREA, str(error), reader.text("cli.doctor.store_remedy", folder=folder))]
    finally:
        await store.close()


def _durable(settings: Settings, reader: Reader) -> Check:
    connection = connect(settings.data / FILE_NAME)
    try:
        mode = str(rows(connection, "PRAGMA journal_mode")[0][0])
        synchronous = int(rows(connection, "PRAGMA synchronous")[0][0])
    finally:
        connection.close()
    if (mode, synchronous) == ("wal", FULL):
        return ok(AREA, reader.text("cli.doctor.store_durable"))
    return problem(AREA, reader.text("cli.doctor.store_not_durable", mode=mode, synchronous=str(synchronous)))


async def _records(store: TinyStore, reader: Reader) -> list[Check]:
    """Whether each stream's chain of hashes holds."""
    broken, count = [], 0
    for tenant in await store.tenants():
        for stream, found in (await verify_chains(store, tenant)).items():
            count += found.records
            if found.broken is not None:
                text = reader.text("cli.doctor.chain_broken", stream=stream, tenant=tenant, seq=str(found.broken))
                broken.append(problem(AREA, text, reader.text("cli.doctor.chain_remedy")))
    return broken or [ok(AREA, reader.plural("cli.doctor.chain_holds", count))]


async def _dead_jobs(store: TinyStore, reader: Reader) -> list[Check]:
    checks = []
    for tenant in await store.tenants():
        page = await store.find(JOBS, tenant, where={"dead": True}, limit=SHOWN)
        for document in page.documents:
            told = {"kind": document.body.kind, "job": document.key.id, "reason": document.body.last_error}
            checks.append(
                problem(AREA, reader.text("cli.doctor.job_dead", **told), reader.text("cli.doctor.job_remedy"))
            )
    return checks
