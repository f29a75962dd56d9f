"""The file: durable on every connection, private, and clear about why it cannot be opened."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from bot.domain.jobs import Job
from bot.ports.collections import JOBS
from bot.ports.store import Put
from bot.store.connection import FILE_NAME, FILE_SCHEMA, connect, open_file
from bot.store.errors import NewerFile, StoreUnavailable
from bot.store.tiny import TinyStore, open_store
from tests.contract.engines import NOON, TENANT


class Watched(sqlite3.Connection):
    """Remembers each connection, and its settings when it is closed."""

    opened = 0
    at_close: list[tuple[int, str]] = []  # noqa: RUF012 -- one list for the whole test

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        Watched.opened += 1

    def close(self) -> None:
        synchronous = self.execute("PRAGMA synchronous").fetchone()[0]
        Watched.at_close.append((synchronous, self.execute("PRAGMA journal_mode").fetchone()[0]))
        super().close()


async def test_every_connection_flushes_on_each_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Watched.opened, Watched.at_close = 0, []
    plain = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *given, **options: plain(*given, **options, factory=Watched))
    store = await open_store(tmp_path, chain_key=b"key")
    await store.commit([Put(JOBS.key(TENANT, "job"), Job("sync", NOON), 0)])
    await store.lease(NOON, limit=1, seconds=1)
    await store.close()
    assert Watched.opened == 3  # to prepare the file, to read, to write
    assert Watched.at_close == [(2, "wal")] * 3


async def test_the_folder_is_made_and_only_its_owner_reads_the_file(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    store = await open_store(folder, chain_key=b"key")
    await store.commit([Put(JOBS.key(TENANT, "job"), Job("sync", NOON), 0)])
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    await store.close()


async def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StoreUnavailable, match=r"file/data cannot be written: Not a directory"):
        await open_store(tmp_path / "file" / "data", chain_key=b"key")


async def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(StoreUnavailable, match=r"saldo\.sqlite cannot be opened: "):
        await open_store(tmp_path, chain_key=b"key")


async def test_a_file_that_is_no_database_is_named_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    path.write_text("these are my shopping notes, and no database at all\n" * 40)
    with pytest.raises(StoreUnavailable, match=r"saldo\.sqlite cannot be opened: file is not a database"):
        await open_store(tmp_path, chain_key=b"key")
    assert path.read_text().startswith("these are my shopping notes")


async def test_a_file_of_a_later_version_is_named_with_both_numbers(tmp_path: Path) -> None:
    path = open_file(tmp_path)
    connection = connect(path)
    connection.execute(f"PRAGMA user_version = {FILE_SCHEMA + 1}")
    connection.close()
    with pytest.raises(NewerFile, match=f"has schema {FILE_SCHEMA + 1}; this version of Saldo knows {FILE_SCHEMA}"):
        await open_store(tmp_path, chain_key=b"key")


async def test_another_database_is_not_taken_over(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    connection.execute("CREATE TABLE documents (something)")
    connection.close()
    with pytest.raises(StoreUnavailable, match="table documents already exists"):
        await open_store(tmp_path, chain_key=b"key")


async def test_records_never_change_and_never_go(store: TinyStore, tmp_path: Path) -> None:
    connection = connect(tmp_path / FILE_NAME)
    connection.execute("INSERT INTO records VALUES ('t', 's', 1, 'id', '{}', '')")
    with pytest.raises(sqlite3.IntegrityError, match="records never change"):
        connection.execute("UPDATE records SET body = '[]'")
    with pytest.raises(sqlite3.IntegrityError, match="records never go"):
        connection.execute("DELETE FROM records")
    connection.close()
