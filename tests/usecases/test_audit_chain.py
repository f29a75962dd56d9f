"""The chains of a tenant, their heads, and its audit read page by page."""

from datetime import datetime, timedelta

from bot.domain.audit import AuditRecord
from bot.ports.collections import AUDIT
from bot.ports.store import Append, Head
from bot.usecases.audit_chain import heads_of, log_head, read_audit, verify_chains
from tests.fakes import ANA, TENANT
from tests.usecases.world import OTHER_TENANT, World

STREAM = AUDIT.of_tenant(TENANT)


async def write(world: World, count: int) -> list[datetime]:
    """So many records, a minute apart; when each was."""
    first = world.clock.now()
    moments = [first + timedelta(minutes=number) for number in range(count)]
    records = [Append(STREAM, f"{at}", AuditRecord(at, ANA.id, "x", "y")) for at in moments]
    await world.store.commit(records)
    return moments


async def seqs(world: World, until: int, *span: datetime | None) -> list[int]:
    read = read_audit(world.store, TENANT, Head(until, ""), (span[0], span[1]) if span else (None, None))
    return [record.seq async for record in read]


async def test_both_streams_are_followed_and_held_against_their_own_heads(world: World) -> None:
    await world.buy(500)
    heads = await heads_of(world.store, TENANT)
    found = await verify_chains(world.store, TENANT, {name: [head] for name, head in heads.items()})
    assert {name: (one.holds, one.head) for name, one in found.items()} == {
        name: (True, head) for name, head in heads.items()
    }
    crossed = await verify_chains(world.store, TENANT, {"audit": [heads["ledger"]]})
    assert (crossed["audit"].other, crossed["ledger"].holds) == ((heads["ledger"],), True)
    assert (await verify_chains(world.store, OTHER_TENANT))["audit"].records == 0


async def test_the_audit_is_read_to_a_record_and_no_further(world: World) -> None:
    await write(world, 2_300)  # three pages
    assert await seqs(world, 2_300) == list(range(1, 2_301))
    assert await seqs(world, 1_500) == list(range(1, 1_501))
    assert await seqs(world, 9_999) == list(range(1, 2_301))
    assert await seqs(world, 0) == []


async def test_of_a_span_the_first_moment_belongs_to_it_and_the_last_does_not(world: World) -> None:
    moments = await write(world, 10)
    assert await seqs(world, 10, moments[2], moments[5]) == [3, 4, 5]
    assert await seqs(world, 10, moments[8], None) == [9, 10]
    assert await seqs(world, 10, None, moments[1]) == [1]


async def test_a_line_of_the_log_has_the_head_that_this_process_knows(world: World) -> None:
    assert log_head(world.store, TENANT) == ""
    await write(world, 3)
    assert log_head(world.store, TENANT) == (await world.store.head(STREAM)).short
    assert log_head(world.store, OTHER_TENANT) == ""
