"""Streams: appended to, numbered without gaps, linked by a keyed hash, guarded as a whole."""

import asyncio
import hashlib
import hmac
import json

import pytest

from bot.ports.store import Append, CheckHead, Conflict, Head, IdReused, Put, Record, Store
from bot.store.documents import encode
from tests.contract.conftest import Open
from tests.contract.engines import CHAIN_KEY, DIARY, HISTORY, NOTES, OTHER_TENANT, TENANT, Closed, Note, Opened

STREAM = DIARY.of_tenant(TENANT)


async def append(store: Store, *titles: str) -> None:
    await store.commit([Append(STREAM, title, Note(title)) for title in titles])


async def test_an_empty_stream_has_head_zero(store: Store) -> None:
    assert await store.head(STREAM) == Head(0, "")
    assert await store.read(STREAM) == []


async def test_records_come_back_in_order_and_without_gaps(store: Store) -> None:
    await append(store, "one", "two")
    await append(store, "three")
    records = await store.read(STREAM)
    assert [(record.seq, record.id, record.body) for record in records] == [
        (1, "one", Note("one")),
        (2, "two", Note("two")),
        (3, "three", Note("three")),
    ]
    assert await store.head(STREAM) == Head(3, records[-1].hash)


async def test_records_of_a_union_come_back_as_their_own_types(store: Store) -> None:
    stream = HISTORY.of_tenant(TENANT)
    await store.commit([Append(stream, "1", Opened(3)), Append(stream, "2", Closed("x"))])
    assert [record.body for record in await store.read(stream)] == [Opened(3), Closed("x")]


async def test_reading_goes_on_after_a_seq_up_to_a_limit(store: Store) -> None:
    await append(store, *"abcdef")
    assert [record.id for record in await store.read(STREAM, after_seq=2, limit=3)] == ["c", "d", "e"]
    assert await store.read(STREAM, after_seq=6) == []


async def test_appends_at_once_never_conflict_and_leave_no_gap(store: Store, open_again: Open) -> None:
    stores = [store, await open_again()]
    await asyncio.gather(*(append(stores[number % 2], f"{number}") for number in range(60)))
    records = await store.read(STREAM)
    assert [record.seq for record in records] == list(range(1, 61))
    assert {int(record.id) for record in records} == set(range(60))
    assert_linked(records)


async def test_a_known_id_with_the_same_content_changes_nothing(store: Store) -> None:
    await append(store, "one", "two")
    before = await store.read(STREAM)
    await append(store, "one")
    assert await store.read(STREAM) == before
    await append(store, "three")
    assert (await store.head(STREAM)).seq == 3


async def test_the_rest_of_a_commit_with_a_known_record_is_written(store: Store) -> None:
    await append(store, "one")
    await store.commit([Append(STREAM, "one", Note("one")), Put(NOTES.key(TENANT, "a"), Note("x"), 0)])
    assert await store.get(NOTES.key(TENANT, "a")) is not None


async def test_a_known_id_with_other_content_is_told_and_nothing_is_written(store: Store) -> None:
    await append(store, "one")
    with pytest.raises(IdReused) as caught:
        await store.commit([Put(NOTES.key(TENANT, "a"), Note("x"), 0), Append(STREAM, "one", Note("another"))])
    assert (caught.value.stream, caught.value.id) == (STREAM, "one")
    assert await store.get(NOTES.key(TENANT, "a")) is None
    assert [record.body for record in await store.read(STREAM)] == [Note("one")]


async def test_the_same_id_twice_in_one_commit_is_held_to_the_same_rule(store: Store) -> None:
    await store.commit([Append(STREAM, "1", Note("x")), Append(STREAM, "1", Note("x"))])
    assert (await store.head(STREAM)).seq == 1
    with pytest.raises(IdReused):
        await store.commit([Append(STREAM, "2", Note("x")), Append(STREAM, "2", Note("y"))])
    assert (await store.head(STREAM)).seq == 1


async def test_every_tenant_has_its_own_stream(store: Store) -> None:
    theirs = DIARY.of_tenant(OTHER_TENANT)
    await store.commit([Append(STREAM, "1", Note("mine")), Append(theirs, "1", Note("theirs"))])
    assert [record.body.title for record in await store.read(STREAM)] == ["mine"]
    assert [(record.seq, record.body.title) for record in await store.read(theirs)] == [(1, "theirs")]


async def test_a_check_of_the_head_holds_while_the_stream_stands(store: Store) -> None:
    await store.commit([CheckHead(STREAM, 0), Append(STREAM, "1", Note("x"))])
    await store.commit([Append(STREAM, "2", Note("y")), CheckHead(STREAM, 1)])
    assert (await store.head(STREAM)).seq == 2


@pytest.mark.parametrize("seq", [0, 1, 3])
async def test_a_check_of_another_head_conflicts(store: Store, seq: int) -> None:
    await append(store, "one", "two")
    with pytest.raises(Conflict) as caught:
        await store.commit([Put(NOTES.key(TENANT, "a"), Note("x"), 0), CheckHead(STREAM, seq)])
    assert caught.value.key == STREAM
    assert await store.get(NOTES.key(TENANT, "a")) is None


async def test_of_two_decisions_on_one_head_the_second_conflicts(store: Store) -> None:
    decisions = [store.commit([CheckHead(STREAM, 0), Append(STREAM, id_, Note(id_))]) for id_ in "ab"]
    results = await asyncio.gather(*decisions, return_exceptions=True)
    assert [type(result) for result in results] == [type(None), Conflict]


async def test_each_record_is_linked_to_the_one_before_by_a_keyed_hash(store: Store) -> None:
    await append(store, 'ñ "one"', "two")
    await append(store, "three")
    assert_linked(await store.read(STREAM))


def assert_linked(records: list[Record[Note]]) -> None:
    previous = ""
    for record in records:
        body = json.loads(encode(DIARY, record.body))
        link = {"body": body, "id": record.id, "previous": previous, "seq": record.seq}
        text = json.dumps(link, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        previous = hmac.new(CHAIN_KEY, text.encode(), hashlib.sha256).hexdigest()
        assert record.hash == previous
