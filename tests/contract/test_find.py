"""Searching by declared fields: what equals, in which order, from where to where, page by page."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bot.ports.store import Delete, Put, Store
from tests.contract.engines import EVENTS, NOON, NOTES, OTHER_TENANT, TENANT, Closed, Color, Note, Opened

NOTE_ROWS = {
    "a": Note("x", at=NOON, size=3, pinned=True, owner="ana", day=date(2026, 1, 3)),
    "b": Note("y", at=NOON + timedelta(microseconds=1), size=1, color=Color.BLUE, day=date(2026, 1, 2)),
    "c": Note("x", at=NOON + timedelta(seconds=1), size=2, owner="ben", day=date(2026, 1, 2)),
    "d": Note("X", at=NOON - timedelta(microseconds=1), size=2, pinned=True, day=date(2025, 12, 31)),
    "e": Note("Z", at=NOON + timedelta(milliseconds=500), size=10, owner="ana", day=date(2026, 1, 1)),
}


@pytest.fixture
async def notes(store: Store) -> Store:
    await store.commit([Put(NOTES.key(TENANT, id_), body, 0) for id_, body in reversed(NOTE_ROWS.items())])
    await store.commit([Put(NOTES.key(OTHER_TENANT, "o"), Note("x", size=2, owner="ana"), 0)])
    return store


async def ids(store: Store, **query: Any) -> str:
    return "".join(document.key.id for document in (await store.find(NOTES, TENANT, **query)).documents)


async def test_all_documents_of_a_tenant_come_ordered_by_id(notes: Store) -> None:
    page = await notes.find(NOTES, TENANT)
    assert {document.key.id: document.body for document in page.documents} == NOTE_ROWS
    assert [document.key for document in page.documents] == [NOTES.key(TENANT, id_) for id_ in "abcde"]
    assert {document.version for document in page.documents} == {1}
    assert page.cursor is None


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"title": "x"}, "ac"),
        ({"title": "Z"}, "e"),
        ({"size": 2}, "cd"),
        ({"pinned": True}, "ad"),
        ({"pinned": False}, "bce"),
        ({"color": Color.BLUE}, "b"),
        ({"color": "blue"}, "b"),
        ({"owner": None}, "bd"),
        ({"day": date(2026, 1, 2)}, "bc"),
        ({"day": "2026-01-02"}, "bc"),
        ({"at": NOON}, "a"),
        ({"at": "2026-11-22T12:00:00Z"}, "a"),
        ({"at": "2026-11-22T13:00:00.000001+01:00"}, "b"),
        ({"title": "x", "owner": "ben"}, "c"),
        ({"title": "nobody"}, ""),
        ({"title": "' OR 1=1 --"}, ""),
    ],
)
async def test_where_keeps_what_equals(notes: Store, where: dict[str, Any], expected: str) -> None:
    assert await ids(notes, where=where) == expected
    assert await notes.count(NOTES, TENANT, where=where) == len(expected)


async def test_count_without_where_counts_the_tenant(notes: Store) -> None:
    assert await notes.count(NOTES, TENANT) == 5
    assert await notes.count(NOTES, OTHER_TENANT) == 1


@pytest.mark.parametrize(
    ("order_by", "expected"),
    [("size", "bcdae"), ("at", "dabec"), ("day", "debca"), ("owner", "bdaec"), ("pinned", "bcead"), (None, "abcde")],
)
async def test_order_is_by_the_field_and_then_by_id(notes: Store, order_by: str | None, expected: str) -> None:
    assert await ids(notes, order_by=order_by) == expected
    assert await ids(notes, order_by=order_by, newest_first=True) == expected[::-1]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"order_by": "size", "start": 2}, "cdae"),
        ({"order_by": "size", "end": 3}, "bcd"),
        ({"order_by": "size", "start": 2, "end": 10}, "cda"),
        ({"order_by": "at", "start": NOON, "end": NOON + timedelta(seconds=1)}, "abe"),
        ({"order_by": "at", "start": "2026-11-22T12:00:00.000001Z"}, "bec"),
        ({"order_by": "day", "start": date(2026, 1, 1), "end": date(2026, 1, 3)}, "ebc"),
        ({"start": "b", "end": "d"}, "bc"),
        ({"start": "b", "end": "d", "newest_first": True}, "cb"),
        ({"where": {"size": 2}, "order_by": "day", "start": date(2026, 1, 1)}, "c"),
        ({"order_by": "owner", "start": ""}, "aec"),
    ],
)
async def test_start_is_included_and_end_is_not(notes: Store, query: dict[str, Any], expected: str) -> None:
    assert await ids(notes, **query) == expected


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("limit", [1, 2, 3, 5, 6])
@pytest.mark.parametrize("order_by", [None, "size", "at", "owner", "pinned"])
async def test_pages_join_up_to_the_whole(notes: Store, order_by: str | None, limit: int, newest_first: bool) -> None:
    whole = await ids(notes, order_by=order_by, newest_first=newest_first)
    seen, cursor = "", None
    while True:
        page = await notes.find(
            NOTES, TENANT, order_by=order_by, newest_first=newest_first, limit=limit, after=cursor
        )
        seen += "".join(document.key.id for document in page.documents)
        cursor = page.cursor
        if cursor is None:
            break
        assert len(page.documents) == limit
    assert seen == whole


async def test_a_cursor_keeps_its_place_while_documents_come_and_go(notes: Store) -> None:
    first = await notes.find(NOTES, TENANT, order_by="size", limit=3)
    assert [document.key.id for document in first.documents] == ["b", "c", "d"]
    await notes.commit(
        [
            Put(NOTES.key(TENANT, "before"), Note("new", size=0), 0),
            Put(NOTES.key(TENANT, "behind"), Note("new", size=4), 0),
            Delete(NOTES.key(TENANT, "d"), 1),  # the one at which the page ended
        ]
    )
    rest = await notes.find(NOTES, TENANT, order_by="size", after=first.cursor)
    assert [document.key.id for document in rest.documents] == ["a", "behind", "e"]


async def test_an_index_follows_each_change(notes: Store) -> None:
    await notes.commit([Put(NOTES.key(TENANT, "a"), Note("renamed"), 1), Delete(NOTES.key(TENANT, "c"), 1)])
    assert await ids(notes, where={"title": "x"}) == ""
    assert await ids(notes, where={"title": "renamed"}) == "a"


async def test_a_union_is_searched_by_its_type(store: Store) -> None:
    await store.commit([Put(EVENTS.key(TENANT, "1"), Opened(1), 0), Put(EVENTS.key(TENANT, "2"), Closed("x"), 0)])
    page = await store.find(EVENTS, TENANT, where={"type": "Closed"})
    assert [document.body for document in page.documents] == [Closed("x")]


@pytest.mark.parametrize("query", [{"where": {"words": "x"}}, {"order_by": "tags"}, {"where": {"nothing": 1}}])
async def test_an_undeclared_field_is_refused(store: Store, query: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="declares no index"):
        await store.find(NOTES, TENANT, **query)


async def test_counting_by_an_undeclared_field_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="declares no index"):
        await store.count(NOTES, TENANT, where={"words": 1})


@pytest.mark.parametrize("cursor", ["nonsense", "e30=", "ñ"])
async def test_a_cursor_of_another_make_is_refused(store: Store, cursor: str) -> None:
    with pytest.raises(ValueError, match="cursor"):
        await store.find(NOTES, TENANT, after=cursor)


async def test_a_limit_below_one_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="limit"):
        await store.find(NOTES, TENANT, limit=0)


async def test_a_time_without_a_zone_is_refused_in_a_search(store: Store) -> None:
    with pytest.raises(ValueError, match="aware"):
        await store.find(NOTES, TENANT, order_by="at", start=datetime(2026, 1, 1))
