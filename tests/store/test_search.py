"""The SQL of searches uses the declared indexes, whatever the question."""

from pathlib import Path
from typing import Any

import pytest

from bot.ports.collections import JOBS
from bot.ports.store import Collection, Put
from bot.store.connection import FILE_NAME, connect
from bot.store.lease import _DUE
from bot.store.search import Query, count_sql, cursor_of, find_sql
from bot.store.tiny import TinyStore
from tests.contract.engines import NOON, NOTES, TENANT, Note

PLAIN = Query(NOTES, TENANT, {}, None, None, None, None, False, 10)


@pytest.fixture
async def folder(store: TinyStore, tmp_path: Path) -> Path:
    await store.commit([Put(NOTES.key(TENANT, f"{n:03}"), Note(str(n), size=n % 7), 0) for n in range(200)])
    await store.count(NOTES, TENANT)
    await store.count(JOBS, TENANT)
    return tmp_path


def plan(folder: Path, sql: str, parameters: Any) -> str:
    connection = connect(folder / FILE_NAME)
    steps = connection.execute(f"EXPLAIN QUERY PLAN {sql}", parameters).fetchall()
    connection.close()
    return "; ".join(step[3] for step in steps)


@pytest.mark.parametrize(
    ("where", "order_by", "bounds", "expected"),
    [
        ({"title": "x"}, None, {}, "by_notes_title (tenant=? AND <expr>=?)"),
        ({"owner": None}, None, {}, "by_notes_owner (tenant=? AND <expr>=?)"),
        ({"at": NOON}, None, {}, "by_notes_at (tenant=? AND <expr>=?)"),
        ({}, "at", {}, "by_notes_at (tenant=?)"),
        ({}, "at", {"start": NOON, "end": NOON}, "by_notes_at (tenant=? AND <expr>>? AND <expr><?)"),
        ({}, "size", {"after": cursor_of("x", 3)}, "by_notes_size (tenant=? AND <expr>>?)"),
        ({}, "size", {"after": cursor_of("x", 3), "newest_first": True}, "by_notes_size (tenant=? AND <expr><?)"),
        ({}, None, {}, "documents_1 (tenant=? AND collection=?)"),
        (
            {},
            None,
            {"after": cursor_of("x", "x")},
            "documents_1 (tenant=? AND collection=? AND id>?)",
        ),
    ],
)
def test_find_goes_by_a_declared_index(
    folder: Path, where: dict[str, Any], order_by: str | None, bounds: dict[str, Any], expected: str
) -> None:
    asked: dict[str, Any] = {"start": None, "end": None, "after": None, "newest_first": False, **bounds}
    query = Query(NOTES, TENANT, where, order_by, limit=10, **asked)
    found = plan(folder, *find_sql(query))
    assert expected in found
    assert "SCAN" not in found
    assert order_by is None or "TEMP B-TREE" not in found


def test_an_order_with_a_filter_is_not_sorted(folder: Path) -> None:
    found = plan(folder, *find_sql(Query(JOBS, TENANT, {"dead": False}, "due_at", None, None, None, False, 10)))
    assert "TEMP B-TREE" not in found
    assert "by_jobs_" in found


def test_count_goes_by_a_declared_index(folder: Path) -> None:
    assert "by_notes_pinned (tenant=? AND <expr>=?)" in plan(folder, *count_sql(NOTES, TENANT, {"pinned": True}))


def test_the_lease_goes_by_the_index_of_due_jobs(folder: Path) -> None:
    assert plan(folder, _DUE, (NOON.isoformat(), 5)) == "SEARCH documents USING INDEX jobs_due (<expr><?)"


def test_a_declared_field_must_exist() -> None:
    with pytest.raises(ValueError, match="notes has no field 'colour'"):
        count_sql(Collection("notes", Note, indexes=("colour",)), TENANT, {"colour": "red"})


@pytest.mark.parametrize("name", ["Notes", "no'tes", "", "no tes"])
def test_a_collection_has_a_plain_name(name: str) -> None:
    with pytest.raises(ValueError, match="is not a name"):
        count_sql(Collection(name, Note), TENANT, {})
