"""The writer: one transaction for all that waits, and a fair word to each when it fails."""

import asyncio
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from bot.domain.people import TenantId
from bot.ports.store import Append, Conflict, IdReused, Put
from bot.store import connection as connection_module
from bot.store.changes import Transaction
from bot.store.connection import FILE_NAME, connect
from bot.store.errors import StoreClosed, StoreUnavailable
from bot.store.tiny import TinyStore, open_store
from tests.contract.engines import DIARY, NOTES, TENANT, Note

STREAM = DIARY.of_tenant(TENANT)


def statements(store: TinyStore) -> list[str]:
    told: list[str] = []
    store._writer._connection.set_trace_callback(told.append)
    return told


async def test_commits_that_wait_together_share_one_transaction(store: TinyStore) -> None:
    told = statements(store)
    await asyncio.gather(*(store.commit([Append(STREAM, str(n), Note("x"))]) for n in range(64)))
    assert (told.count("BEGIN IMMEDIATE"), told.count("COMMIT")) == (1, 1)
    assert [record.seq for record in await store.read(STREAM)] == list(range(1, 65))


async def test_a_conflict_is_kept_from_its_neighbours_by_savepoints(store: TinyStore) -> None:
    await store.commit([Append(STREAM, "known", Note("x"))])
    told = statements(store)
    results = await asyncio.gather(
        store.commit([Append(STREAM, "a", Note("x")), Put(NOTES.key(TENANT, "a"), Note("x"), 0)]),
        store.commit([Append(STREAM, "b", Note("x")), Put(NOTES.key(TENANT, "a"), Note("x"), 0)]),
        store.commit([Append(STREAM, "c", Note("x")), Append(STREAM, "known", Note("other"))]),
        store.commit([Append(STREAM, "d", Note("x"))]),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [type(None), Conflict, IdReused, type(None)]
    assert [record.id for record in await store.read(STREAM)] == ["known", "a", "d"]
    assert (await store.verify(STREAM)).broken is None
    assert (told.count("ROLLBACK"), told.count("ROLLBACK TO step"), told.count("COMMIT")) == (1, 2, 1)


async def test_more_than_a_batch_is_written_batch_by_batch(store: TinyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.writer.BATCH_LIMIT", 1)
    await asyncio.gather(*(_append_three(store, name) for name in "abc"))
    assert (await store.head(STREAM)).seq == 9


async def _append_three(store: TinyStore, name: str) -> None:
    for number in range(3):
        await store.commit([Append(STREAM, f"{name}{number}", Note("x"))])


async def test_a_value_that_sqlite_cannot_take_hurts_its_own_commit_only(store: TinyStore) -> None:
    broken: Any = NOTES.key(TENANT, "lone \ud800 surrogate")
    wrong: Any = NOTES.key(TenantId("t"), object())  # type: ignore[arg-type]  # what is tested
    results = await asyncio.gather(
        store.commit([Put(NOTES.key(TENANT, "fine"), Note("x"), 0)]),
        store.commit([Put(broken, Note("x"), 0)]),
        store.commit([Put(wrong, Note("x"), 0)]),
        store.commit([Put(NOTES.key(TENANT, "big"), Note("x"), 2**70)]),
        return_exceptions=True,
    )
    assert results[0] is None
    assert [type(result) for result in results[1::2]] == [UnicodeEncodeError, OverflowError]
    assert isinstance(results[2], sqlite3.InterfaceError | sqlite3.ProgrammingError)  # as the Python version has it


async def test_a_lock_that_another_holds_for_too_long_is_told_to_all_who_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_module, "BUSY_SECONDS", 0.05)
    store = await open_store(tmp_path, chain_key=b"key")
    other = connect(tmp_path / FILE_NAME)
    other.execute("BEGIN IMMEDIATE")
    commits = [store.commit([Append(STREAM, str(n), Note("x"))]) for n in range(3)]
    results = await asyncio.gather(*commits, return_exceptions=True)
    assert [str(result) for result in results] == ["nothing was written: database is locked"] * 3
    assert {type(result) for result in results} == {StoreUnavailable}
    other.execute("ROLLBACK")
    other.close()
    await store.commit([Append(STREAM, "again", Note("x"))])
    assert [record.id for record in await store.read(STREAM)] == ["again"]
    await store.close()


async def test_a_full_disk_is_told_and_what_was_there_stays(store: TinyStore) -> None:
    await store.commit([Append(STREAM, "1", Note("x"))])
    pages = store._writer._connection.execute("PRAGMA page_count").fetchone()[0]
    store._writer._connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(StoreUnavailable, match="nothing was written: database or disk is full"):
        await store.commit([Append(STREAM, "2", Note("x" * 100_000))])
    await store.commit([Append(STREAM, "3", Note("x"))])
    assert [record.id for record in await store.read(STREAM)] == ["1", "3"]


async def test_a_caller_that_is_gone_does_not_keep_its_commit_from_being_made(store: TinyStore) -> None:
    attempt = asyncio.ensure_future(store.commit([Append(STREAM, "1", Note("x"))]))
    await asyncio.sleep(0)
    attempt.cancel()
    await store.commit([Append(STREAM, "2", Note("x"))])
    assert [record.id for record in await store.read(STREAM)] == ["1", "2"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_should_the_thread_ever_fail_nobody_waits_for_ever(store: TinyStore) -> None:
    def bug(transaction: Transaction) -> None:
        raise KeyError(transaction)

    store._writer.submit(bug).add_done_callback(lambda future: future.exception())
    with pytest.raises(StoreUnavailable, match="the writer has failed"):
        await asyncio.wait_for(store.commit([Append(STREAM, "1", Note("x"))]), 5)
    await asyncio.to_thread(store._writer._thread.join)
    with pytest.raises(StoreClosed):
        await store.commit([Append(STREAM, "2", Note("x"))])
    assert await store.read(STREAM) == []


async def test_a_damaged_file_is_told_in_words(store: TinyStore, tmp_path: Path) -> None:
    await store.commit([Put(NOTES.key(TENANT, "a"), Note("x"), 0)])
    store._reader.execute("PRAGMA writable_schema = ON")
    store._reader.close()
    with pytest.raises(StoreUnavailable, match="the file cannot be read: "):
        await store.get(NOTES.key(TENANT, "a"))


async def test_a_changed_record_breaks_the_chain_where_it_was_changed(store: TinyStore, tmp_path: Path) -> None:
    await store.commit([Append(STREAM, str(n), Note(str(n))) for n in range(1_500)])
    assert (await store.verify(STREAM)).broken is None
    connection = connect(tmp_path / FILE_NAME)
    connection.execute("DROP TRIGGER records_stay")
    connection.execute("UPDATE records SET body = replace(body, '1200', '9900') WHERE seq = 1201")
    connection.close()
    assert (await store.verify(STREAM)).broken == 1201


async def test_a_dropped_record_breaks_the_chain_where_it_was(store: TinyStore, tmp_path: Path) -> None:
    await store.commit([Append(STREAM, str(n), Note(str(n))) for n in range(5)])
    connection = connect(tmp_path / FILE_NAME)
    connection.execute("DROP TRIGGER records_last")
    connection.execute("DELETE FROM records WHERE seq = 3")
    connection.close()
    assert (await store.verify(STREAM)).broken == 3


async def test_another_key_fits_no_record(store: TinyStore, tmp_path: Path) -> None:
    await store.commit([Append(STREAM, "1", Note("x"))])
    other = await open_store(tmp_path, chain_key=b"another key")
    assert (await other.verify(STREAM)).broken == 1
    await other.close()


async def test_a_point_read_costs_less_than_a_tenth_of_a_millisecond(store: TinyStore) -> None:
    keys = [NOTES.key(TENANT, str(number)) for number in range(500)]
    await store.commit([Put(key, Note("x" * 200), 0) for key in keys])
    began = time.process_time()
    for key in keys:
        await store.get(key)
    assert (time.process_time() - began) / len(keys) < 100e-6
