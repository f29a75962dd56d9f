"""A backup beside a store that is written into: whole, checked, and never in the place of another."""

import asyncio
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.ports.store import Append, Put
from bot.store.connection import FILE_NAME
from bot.store.errors import StoreClosed, StoreUnavailable
from bot.store.tiny import TinyStore, open_store
from tests.contract.engines import CHAIN_KEY, DIARY, NOTES, TENANT, Note

STREAM = DIARY.of_tenant(TENANT)


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[TinyStore]:
    store = await open_store(tmp_path / "live", chain_key=CHAIN_KEY)
    yield store
    await store.close()


async def write(store: TinyStore, number: int) -> None:
    note = Note(f"note {number}")
    await store.commit([Append(STREAM, f"{number}", note), Put(NOTES.key(TENANT, f"{number}"), note, 0)])


async def test_a_copy_made_while_others_write_is_whole_and_its_chain_holds(store: TinyStore, tmp_path: Path) -> None:
    for number in range(20):
        await write(store, number)
    before = await store.head(STREAM)
    path, *_ = await asyncio.gather(
        store.copy_to(tmp_path / "copy"), *(write(store, number) for number in range(20, 120))
    )
    assert path == tmp_path / "copy" / FILE_NAME
    restored = await open_store(tmp_path / "copy", chain_key=CHAIN_KEY)
    try:
        finding = await restored.verify(STREAM, [before])
        assert finding.holds
        assert 20 <= finding.records <= 120
        assert await restored.count(NOTES, TENANT) == finding.records  # a commit is in it whole or not at all
    finally:
        await restored.close()


async def test_the_copy_is_for_nobody_elses_eyes(store: TinyStore, tmp_path: Path) -> None:
    path = await store.copy_to(tmp_path / "copy")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_a_backup_never_takes_the_place_of_another(store: TinyStore, tmp_path: Path) -> None:
    path = await store.copy_to(tmp_path / "copy")
    before = path.read_bytes()
    await write(store, 1)
    with pytest.raises(StoreUnavailable, match="is there already"):
        await store.copy_to(tmp_path / "copy")
    assert path.read_bytes() == before


async def test_a_folder_that_cannot_be_made_is_told(store: TinyStore, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StoreUnavailable, match="cannot be written"):
        await store.copy_to(tmp_path / "file" / "copy")


async def test_a_file_that_is_damaged_makes_no_backup(store: TinyStore, tmp_path: Path) -> None:
    for number in range(200):
        await write(store, number)
    store._reader.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with (tmp_path / "live" / FILE_NAME).open("r+b") as file:
        file.seek(4096 * 3)
        file.write(bytes(range(256)) * 64)
    with pytest.raises(StoreUnavailable, match="no backup could be made"):
        await store.copy_to(tmp_path / "copy")
    assert not (tmp_path / "copy" / FILE_NAME).exists()


async def test_a_store_that_is_closed_makes_none(tmp_path: Path) -> None:
    store = await open_store(tmp_path / "live", chain_key=CHAIN_KEY)
    await store.close()
    with pytest.raises(StoreClosed):
        await store.copy_to(tmp_path / "copy")
