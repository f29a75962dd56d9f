"""Whatever is done to a stream behind our back is found: by following the chain, or against a head noted earlier."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio

from bot.ports.store import SHORT_HASH, Append, Check, CheckHead, Conflict, Finding, Head
from bot.store.chain import link
from bot.store.connection import FILE_NAME
from bot.store.tiny import TinyStore, open_store
from tests.contract.engines import CHAIN_KEY, DIARY, NOTES, OTHER_TENANT, TENANT, Note

STREAM = DIARY.of_tenant(TENANT)
RECORDS = 8

Attack = Callable[[sqlite3.Connection], object]


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[TinyStore]:
    store = await open_store(tmp_path, chain_key=CHAIN_KEY)
    await append(store, *range(1, RECORDS + 1))
    yield store
    await store.close()


async def append(store: TinyStore, *numbers: int) -> None:
    await store.commit([Append(STREAM, f"n{number}", Note(f"note {number}")) for number in numbers])


def tamper(folder: Path, attack: Attack) -> None:
    """As somebody who can write the file would."""
    with closing(sqlite3.connect(folder / FILE_NAME, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER records_stay")
        connection.execute("DROP TRIGGER records_last")
        attack(connection)


def sql(*statements: str) -> Attack:
    return lambda connection: [connection.execute(statement) for statement in statements]


def compute_anew(key: bytes, first: int) -> Attack:
    """All hashes from `first` on, made to fit what the bodies say now."""

    def attack(connection: sqlite3.Connection) -> None:
        previous = ""
        for seq, id_, body, hash_ in connection.execute(
            "SELECT seq, id, body, hash FROM records ORDER BY seq"
        ).fetchall():
            fitting = hash_ if seq < first else link(key, seq=seq, id_=id_, body=body, previous=previous)
            connection.execute("UPDATE records SET hash = ? WHERE seq = ?", (fitting, seq))
            previous = fitting

    return attack


async def noted(store: TinyStore, seq: int) -> Head:
    """A head as a log line carried it when the stream was so long."""
    record = (await store.read(STREAM, after_seq=seq - 1, limit=1))[0]
    return Head.parse(Head(record.seq, record.hash).short)


EDIT_3 = "UPDATE records SET body = replace(body, 'note 3', 'note X') WHERE seq = 3"


async def test_an_untouched_stream_holds_against_all_of_its_heads(store: TinyStore) -> None:
    heads = [await noted(store, seq) for seq in range(1, RECORDS + 1)]
    finding = await store.verify(STREAM, heads)
    assert finding == Finding(RECORDS, await store.head(STREAM))
    assert finding.holds


async def test_an_empty_stream_holds(store: TinyStore) -> None:
    empty = DIARY.of_tenant(OTHER_TENANT)
    assert await store.verify(empty, [Head(0, "")]) == Finding(0, Head(0, ""))


@pytest.mark.parametrize(
    ("attack", "broken"),
    [
        pytest.param(sql(EDIT_3), 3, id="edited"),
        pytest.param(sql("UPDATE records SET body = 'no JSON' WHERE seq = 3"), 3, id="overwritten"),
        pytest.param(sql("UPDATE records SET hash = 'ñ' WHERE seq = 3"), 3, id="its hash overwritten"),
        pytest.param(sql("UPDATE records SET id = 'other' WHERE seq = 3"), 3, id="renamed"),
        pytest.param(sql("DELETE FROM records WHERE seq = 1"), 1, id="the first dropped"),
        pytest.param(sql("DELETE FROM records WHERE seq = 3"), 3, id="one in the middle dropped"),
        pytest.param(
            sql("DELETE FROM records WHERE seq = 3", "UPDATE records SET seq = seq - 1 WHERE seq > 3"),
            3,
            id="dropped, and those after it moved up",
        ),
        pytest.param(
            sql(
                "UPDATE records SET seq = 99 WHERE seq = 3",
                "UPDATE records SET seq = 3 WHERE seq = 4",
                "UPDATE records SET seq = 4 WHERE seq = 99",
            ),
            3,
            id="two changed places",
        ),
        pytest.param(sql("UPDATE records SET seq = 99 WHERE seq = 8"), 8, id="the last moved away"),
        pytest.param(
            sql(
                f"INSERT INTO records SELECT tenant, stream, 9, 'more', body, hash FROM records WHERE seq = {RECORDS}"
            ),
            9,
            id="one put behind the last",
        ),
    ],
)
async def test_the_first_record_that_was_touched_is_named(
    store: TinyStore, tmp_path: Path, attack: Attack, broken: int
) -> None:
    tamper(tmp_path, attack)
    finding = await store.verify(STREAM)
    assert (finding.broken, finding.head.seq, finding.holds) == (broken, broken - 1, False)


async def test_a_chain_computed_anew_without_the_key_is_broken_where_it_begins(
    store: TinyStore, tmp_path: Path
) -> None:
    tamper(tmp_path, sql(EDIT_3))
    tamper_again(tmp_path, compute_anew(b"a guess", 3))
    assert (await store.verify(STREAM)).broken == 3


async def test_a_tail_that_was_cut_off_is_seen_against_an_earlier_head_only(store: TinyStore, tmp_path: Path) -> None:
    late, early = await noted(store, RECORDS), await noted(store, 5)
    tamper(tmp_path, sql("DELETE FROM records WHERE seq > 6"))
    assert (await store.verify(STREAM)).holds
    finding = await store.verify(STREAM, [early, late])
    assert (finding.cut, finding.other, finding.records) == ((late,), (), 6)


async def test_a_tail_that_was_cut_off_and_grew_again_is_another_one(store: TinyStore, tmp_path: Path) -> None:
    late, early = await noted(store, RECORDS), await noted(store, 5)
    tamper(tmp_path, sql("DELETE FROM records WHERE seq > 6"))
    await append(store, 20, 21, 22)
    finding = await store.verify(STREAM, [early, late])
    assert (finding.broken, finding.cut, finding.other) == (None, (), (late,))


async def test_a_chain_computed_anew_with_the_key_is_seen_against_an_earlier_head_only(
    store: TinyStore, tmp_path: Path
) -> None:
    before, at, after = [await noted(store, seq) for seq in (2, 3, 7)]
    tamper(tmp_path, sql(EDIT_3))
    tamper_again(tmp_path, compute_anew(CHAIN_KEY, 3))
    assert (await store.verify(STREAM)).holds
    finding = await store.verify(STREAM, [before, at, after, after])
    assert (finding.broken, finding.cut, finding.other) == (None, (), (at, after))
    assert not finding.holds


async def test_heads_beyond_the_first_break_say_nothing_more(store: TinyStore, tmp_path: Path) -> None:
    head = await noted(store, 7)
    tamper(tmp_path, sql(EDIT_3))
    finding = await store.verify(STREAM, [head])
    assert (finding.broken, finding.other) == (3, ())


def tamper_again(folder: Path, attack: Attack) -> None:
    with closing(sqlite3.connect(folder / FILE_NAME, isolation_level=None)) as connection:
        attack(connection)


async def test_a_head_is_read_from_its_text_whole_or_short(store: TinyStore) -> None:
    head = await store.head(STREAM)
    assert Head.parse(f" {head} ") == head
    assert Head.parse(head.short.upper()) == Head(RECORDS, head.hash[:SHORT_HASH])
    assert len(head.hash[:SHORT_HASH]) == 16
    assert Head.parse(str(Head(0, ""))) == Head(0, "")


@pytest.mark.parametrize(
    "text", ["", "7", "7:", "7:abc", "x:0123456789abcdef", "7:0123456789abcdeg", "-1:" + "0" * 64]
)
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="SEQ:HASH"):
        Head.parse(text)


async def test_the_head_is_known_without_reading_once_this_process_has_committed(
    store: TinyStore, tmp_path: Path
) -> None:
    assert store.known_head(STREAM) == await store.head(STREAM)
    await append(store, 9)
    assert store.known_head(STREAM) == await store.head(STREAM)
    assert store.known_head(DIARY.of_tenant(OTHER_TENANT)) is None
    other = await open_store(tmp_path, chain_key=CHAIN_KEY)
    assert other.known_head(STREAM) is None
    assert other.known_head(STREAM) is None
    assert await other.head(STREAM) == other.known_head(STREAM)
    await other.close()


async def test_a_commit_that_was_refused_leaves_the_known_head_as_it_is(store: TinyStore) -> None:
    head = store.known_head(STREAM)
    with pytest.raises(Conflict):
        await store.commit([Append(STREAM, "x", Note("x")), Check(NOTES.key(TENANT, "gone"), 3)])
    assert store.known_head(STREAM) == head == await store.head(STREAM)


async def test_of_a_stream_that_is_empty_no_head_is_known(store: TinyStore) -> None:
    empty = DIARY.of_tenant(OTHER_TENANT)
    await store.commit([CheckHead(empty, 0)])
    assert store.known_head(empty) is None


async def test_records_are_found_by_how_their_ids_begin_in_the_order_of_the_stream(store: TinyStore) -> None:
    ids = ["r:1:10", "r:1:9", "r:10:1", "s", "r:1:ñ"]
    await store.commit([Append(STREAM, id_, Note(id_)) for id_ in ids])
    assert [record.id for record in await store.records_of(STREAM, "r:1:")] == ["r:1:10", "r:1:9", "r:1:ñ"]
    assert [record.id for record in await store.records_of(STREAM, "r:1:", limit=1)] == ["r:1:10"]
    assert await store.records_of(DIARY.of_tenant(OTHER_TENANT), "r:1:") == []
