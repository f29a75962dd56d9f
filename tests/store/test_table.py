"""TinyDB as the reading API: its queries work on rows, one id costs one row, and only `commit` writes."""

from collections.abc import Callable
from typing import Any

import pytest
from tinydb import where

from bot.ports.store import Put
from bot.store.errors import WriteOutsideCommit
from bot.store.table import RowTable
from bot.store.tiny import TinyStore
from tests.contract.engines import NOTES, OTHER_TENANT, TENANT, Note


@pytest.fixture
async def notes(store: TinyStore) -> Any:
    for number, id_ in enumerate("abc"):
        await store.commit([Put(NOTES.key(TENANT, id_), Note(f"title {id_}", size=number), 0)])
    await store.commit([Put(NOTES.key(OTHER_TENANT, "a"), Note("theirs"), 0)])
    return store.documents.table(f"{TENANT}/notes")


def test_a_table_is_one_collection_of_one_tenant(store: TinyStore, notes: Any) -> None:
    assert isinstance(notes, RowTable)
    assert store.documents.tables() == {"contoso/notes", "fabrikam/notes"}
    assert [document["title"] for document in notes.all()] == ["title a", "title b", "title c"]
    assert len(notes) == 3


def test_queries_search_bodies(notes: Any) -> None:
    assert [document.doc_id for document in notes.search(where("size") > 0)] == ["b", "c"]
    assert notes.count(where("title").matches("title [ab]")) == 2
    assert notes.contains(where("size") == 2)
    assert notes.get(where("size") == 7) is None


def test_documents_are_had_by_the_ids_of_the_port(notes: Any) -> None:
    assert notes.get(doc_id="b")["title"] == "title b"
    assert notes.get(doc_id="b").doc_id == "b"
    assert notes.get(doc_id="z") is None
    assert notes.contains(doc_id="a")
    assert [document.doc_id for document in notes.get(doc_ids=["c", "a"])] == ["a", "c"]


async def test_nothing_is_cached(store: TinyStore, notes: Any) -> None:
    query = where("title") == "renamed"
    assert notes.search(query) == []
    await store.commit([Put(NOTES.key(TENANT, "a"), Note("renamed"), 1)])
    assert [document.doc_id for document in notes.search(query)] == ["a"]


def test_the_whole_file_reads_as_tinydb_lays_it_out(store: TinyStore, notes: Any) -> None:
    tables = store.documents.storage.read()
    assert tables is not None
    assert {name: list(documents) for name, documents in tables.items()} == {
        "contoso/notes": ["a", "b", "c"],
        "fabrikam/notes": ["a"],
    }


def test_a_table_iterates_over_its_documents(notes: Any) -> None:
    assert [document.doc_id for document in notes] == ["a", "b", "c"]
    assert list(notes._read_table()) == ["a", "b", "c"]


WRITES: dict[str, Callable[[Any], Any]] = {
    "insert": lambda table: table.insert({"x": 1}),
    "insert_multiple": lambda table: table.insert_multiple([{"x": 1}]),
    "update": lambda table: table.update({"x": 1}),
    "update_where": lambda table: table.update({"x": 1}, where("size") == 1),
    "update_multiple": lambda table: table.update_multiple([({"x": 1}, where("size") == 1)]),
    "upsert": lambda table: table.upsert({"x": 1}, where("size") == 1),
    "remove": lambda table: table.remove(where("size") == 1),
    "truncate": lambda table: table.truncate(),
}


@pytest.mark.parametrize("verb", WRITES)
def test_write_verbs_raise_outside_commit(notes: Any, verb: str) -> None:
    with pytest.raises(WriteOutsideCommit, match=r"only Store\.commit writes"):
        WRITES[verb](notes)
    assert len(notes) == 3


def test_tables_are_not_dropped(store: TinyStore, notes: Any) -> None:
    with pytest.raises(WriteOutsideCommit):
        store.documents.drop_tables()
    with pytest.raises(WriteOutsideCommit):
        store.documents.drop_table("contoso/notes")
    assert len(notes) == 3
