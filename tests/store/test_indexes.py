"""A collection of a newer schema is searched by what its documents mean today."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.ports.store import Collection, Put
from bot.store.documents import MIGRATIONS
from bot.store.errors import NewerDocument, UnreadableDocument
from bot.store.tiny import TinyStore, open_store
from tests.contract.engines import OTHER_TENANT, TENANT


@dataclass(frozen=True, slots=True)
class Old:
    name: str


@dataclass(frozen=True, slots=True)
class New:
    title: str
    starred: bool = False


OLD: Collection[Old] = Collection("things", Old, indexes=("name",))
NEW: Collection[New] = Collection("things", New, indexes=("title", "starred"), schema=2)


@pytest.fixture
def migration() -> Iterator[None]:
    MIGRATIONS["things", 1] = lambda body: {"title": body["name"].upper()}
    yield
    del MIGRATIONS["things", 1]


@pytest.fixture
async def later(store: TinyStore, tmp_path: Path) -> TinyStore:
    """The same file, as the next version of the code opens it."""
    await store.commit([Put(OLD.key(TENANT, f"{number:04}"), Old(f"n{number}"), 0) for number in range(1_200)])
    await store.commit([Put(OLD.key(OTHER_TENANT, "1"), Old("theirs"), 0)])
    await store.commit([Put(OLD.key(TENANT, "0000"), Old("n0"), 1)])
    assert await store.count(OLD, TENANT, where={"name": "n7"}) == 1
    await store.close()
    return await open_store(tmp_path, chain_key=b"a key for tests")


@pytest.mark.usefixtures("migration")
async def test_old_documents_are_found_by_new_fields(later: TinyStore) -> None:
    [found] = (await later.find(NEW, TENANT, where={"title": "N7", "starred": False})).documents
    assert (found.key.id, found.version, found.body) == ("0007", 1, New("N7"))
    assert await later.count(NEW, TENANT, where={"starred": False}) == 1_200
    assert await later.count(NEW, OTHER_TENANT, where={"title": "THEIRS"}) == 1
    await later.close()


@pytest.mark.usefixtures("migration")
async def test_lifting_keeps_versions(later: TinyStore) -> None:
    await later.count(NEW, TENANT)
    document = await later.get(NEW.key(TENANT, "0000"))
    assert document is not None
    assert (document.version, document.body) == (2, New("N0"))
    await later.close()


@pytest.mark.usefixtures("migration")
async def test_old_code_says_that_the_documents_are_newer(later: TinyStore) -> None:
    await later.count(NEW, TENANT)
    with pytest.raises(NewerDocument, match="things '0000' has schema 2; this version of Saldo knows 1"):
        await later.find(OLD, TENANT)
    await later.close()


async def test_a_missing_migration_is_named_before_the_search(later: TinyStore) -> None:
    with pytest.raises(UnreadableDocument, match="nothing turns schema 1 into 2"):
        await later.find(NEW, TENANT)
    await later.close()


async def test_declaring_other_indexes_needs_no_new_schema(store: TinyStore) -> None:
    await store.commit([Put(OLD.key(TENANT, "1"), Old("x"), 0)])
    bare = replace(OLD, indexes=())
    assert await store.count(bare, TENANT) == 1
    assert await store.count(OLD, TENANT, where={"name": "x"}) == 1
