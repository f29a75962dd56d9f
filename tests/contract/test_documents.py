"""Documents: what is put comes back, versions count, and whoever comes second is told."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from bot.ports.store import Append, Check, Collection, Conflict, Delete, Put, Store
from tests.contract.conftest import Open
from tests.contract.engines import DIARY, EVENTS, NOTES, OTHER_TENANT, TENANT, Closed, Color, Note, Opened, Tag

KEY = NOTES.key(TENANT, "a")
OTHER = NOTES.key(TENANT, "b")
FULL = Note(
    title='ñ "quoted" \\ 🪙',
    at=datetime(2026, 2, 3, 4, 5, 6, 789, tzinfo=UTC),
    day=date(2024, 2, 29),
    size=-(2**53) - 1,
    pinned=True,
    color=Color.BLUE,
    owner="somebody",
    tags=(Tag("x", Decimal("0.10")), Tag("y")),
    colors=frozenset(Color),
    words={"z": 1, "a": 2},
)


async def test_an_unknown_document_is_none(store: Store) -> None:
    assert await store.get(KEY) is None


@pytest.mark.parametrize("body", [FULL, Note("plain")])
async def test_a_document_comes_back_as_it_was_put(store: Store, body: Note) -> None:
    await store.commit([Put(KEY, body, 0)])
    document = await store.get(KEY)
    assert document is not None
    assert (document.key, document.version, document.body) == (KEY, 1, body)


async def test_each_document_of_a_union_comes_back_as_its_own_type(store: Store) -> None:
    one, two = EVENTS.key(TENANT, "1"), EVENTS.key(TENANT, "2")
    await store.commit([Put(one, Opened(5), 0), Put(two, Closed("done"), 0)])
    first, second = await store.get(one), await store.get(two)
    assert first is not None
    assert second is not None
    assert (first.body, second.body) == (Opened(5), Closed("done"))


async def test_versions_count_up_from_one(store: Store) -> None:
    for version in range(3):
        await store.commit([Put(KEY, Note(str(version)), version)])
    document = await store.get(KEY)
    assert document is not None
    assert (document.version, document.body.title) == (3, "2")


async def test_a_second_insert_conflicts(store: Store) -> None:
    await store.commit([Put(KEY, Note("first"), 0)])
    with pytest.raises(Conflict) as caught:
        await store.commit([Put(KEY, Note("second"), 0)])
    assert caught.value.key == KEY


@pytest.mark.parametrize("version", [1, 3])
async def test_a_put_on_another_version_conflicts(store: Store, version: int) -> None:
    await store.commit([Put(KEY, Note("1"), 0)])
    await store.commit([Put(KEY, Note("2"), 1)])
    with pytest.raises(Conflict):
        await store.commit([Put(KEY, Note("3"), version)])
    document = await store.get(KEY)
    assert document is not None
    assert document.body.title == "2"


async def test_an_update_of_what_does_not_exist_conflicts(store: Store) -> None:
    with pytest.raises(Conflict):
        await store.commit([Put(KEY, Note("1"), 1)])


async def test_a_conflict_writes_nothing_at_all(store: Store) -> None:
    await store.commit([Put(OTHER, Note("there"), 0)])
    with pytest.raises(Conflict) as caught:
        await store.commit(
            [Put(KEY, Note("new"), 0), Append(DIARY.of_tenant(TENANT), "1", Note("new")), Put(OTHER, Note("x"), 0)]
        )
    assert caught.value.key == OTHER
    assert await store.get(KEY) is None
    assert (await store.head(DIARY.of_tenant(TENANT))).seq == 0


async def test_a_deleted_document_is_gone_and_may_be_made_again(store: Store) -> None:
    await store.commit([Put(KEY, Note("1"), 0)])
    await store.commit([Delete(KEY, 1)])
    assert await store.get(KEY) is None
    await store.commit([Put(KEY, Note("again"), 0)])


@pytest.mark.parametrize("version", [0, 2])
async def test_a_delete_on_another_version_conflicts(store: Store, version: int) -> None:
    await store.commit([Put(KEY, Note("1"), 0)])
    with pytest.raises(Conflict):
        await store.commit([Delete(KEY, version)])
    assert await store.get(KEY) is not None


async def test_a_check_holds_while_what_was_read_stands(store: Store) -> None:
    await store.commit([Put(KEY, Note("policy"), 0)])
    await store.commit([Check(KEY, 1), Check(NOTES.key(TENANT, "absent"), 0), Put(OTHER, Note("decided"), 0)])
    assert await store.get(OTHER) is not None


@pytest.mark.parametrize("version", [0, 1, 3])
async def test_a_check_of_another_version_conflicts(store: Store, version: int) -> None:
    await store.commit([Put(KEY, Note("policy"), 0)])
    await store.commit([Put(KEY, Note("stricter policy"), 1)])
    with pytest.raises(Conflict) as caught:
        await store.commit([Put(OTHER, Note("decided on the old policy"), 0), Check(KEY, version)])
    assert caught.value.key == KEY
    assert await store.get(OTHER) is None


async def test_checks_forbid_write_skew(store: Store) -> None:
    """Two decide at once, each on what the other is about to change: one must decide again."""
    await store.commit([Put(KEY, Note("on call"), 0), Put(OTHER, Note("on call"), 0)])
    results = await asyncio.gather(
        store.commit([Check(OTHER, 1), Put(KEY, Note("off"), 1)]),
        store.commit([Check(KEY, 1), Put(OTHER, Note("off"), 1)]),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [type(None), Conflict]


async def test_a_check_looks_at_what_was_there_before_the_commit_itself(store: Store) -> None:
    await store.commit([Put(KEY, Note("1"), 0), Check(KEY, 0)])
    await store.commit([Put(KEY, Note("2"), 1), Check(KEY, 1)])


async def test_of_many_at_once_exactly_one_wins(store: Store) -> None:
    attempts = [store.commit([Put(KEY, Note(str(number)), 0)]) for number in range(20)]
    results = await asyncio.gather(*attempts, return_exceptions=True)
    assert sum(result is None for result in results) == 1
    assert sum(isinstance(result, Conflict) for result in results) == 19


async def test_a_conflict_does_not_spoil_commits_beside_it(store: Store) -> None:
    await store.commit([Put(KEY, Note("there"), 0)])
    stream = DIARY.of_tenant(TENANT)
    attempts = [
        store.commit(
            [
                Append(stream, str(number), Note(str(number))),
                Put(KEY if number % 3 == 0 else NOTES.key(TENANT, f"n{number}"), Note("x"), 0),
            ]
        )
        for number in range(30)
    ]
    results = await asyncio.gather(*attempts, return_exceptions=True)
    assert [number for number, result in enumerate(results) if result is not None] == list(range(0, 30, 3))
    assert [int(record.id) for record in await store.read(stream)] == [n for n in range(30) if n % 3]
    assert [record.seq for record in await store.read(stream)] == list(range(1, 21))


async def test_counting_up_with_reloads_loses_nothing(store: Store, open_again: Open) -> None:
    await store.commit([Put(KEY, Note("counter"), 0)])
    stores = [store, await open_again()]
    await asyncio.gather(*(_count_up(stores[number % 2]) for number in range(10)))
    document = await store.get(KEY)
    assert document is not None
    assert document.body.size == 50


async def _count_up(store: Store) -> None:
    done = 0
    while done < 5:
        document = await store.get(KEY)
        assert document is not None
        try:
            await store.commit([Put(KEY, replace(document.body, size=document.body.size + 1), document.version)])
        except Conflict:
            continue
        done += 1


async def test_tenants_and_collections_do_not_see_each_other(store: Store) -> None:
    elsewhere: Collection[Note] = Collection("other_notes", Note)
    await store.commit([Put(KEY, Note("mine"), 0)])
    assert await store.get(NOTES.key(OTHER_TENANT, "a")) is None
    assert await store.get(elsewhere.key(TENANT, "a")) is None
    await store.commit(
        [Put(NOTES.key(OTHER_TENANT, "a"), Note("theirs"), 0), Put(elsewhere.key(TENANT, "a"), Note("x"), 0)]
    )
    mine = await store.get(KEY)
    assert mine is not None
    assert mine.body.title == "mine"


async def test_a_body_of_another_type_is_refused_before_anything_is_written(store: Store) -> None:
    with pytest.raises(TypeError, match="notes does not hold Tag"):
        await store.commit([Put(OTHER, Note("fine"), 0), Put(NOTES.key(TENANT, "x"), Tag("no note"), 0)])
    assert await store.get(OTHER) is None


@pytest.mark.parametrize("at", [datetime(2026, 1, 1), datetime.fromisoformat("2026-01-01T00:00:00+01:00")])
async def test_a_time_that_is_not_utc_is_refused(store: Store, at: datetime) -> None:
    with pytest.raises(ValueError, match=r"notes\.at must be aware and in UTC"):
        await store.commit([Put(KEY, Note("x", at=at), 0)])


async def test_an_empty_commit_is_nothing(store: Store) -> None:
    await store.commit([])
    assert await store.tenants() == []
