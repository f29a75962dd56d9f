"""A file that somebody agreed to: asked for once, its address forgotten when it is done with."""

import pytest

from bot.domain.errors import Refusal
from bot.domain.subscription import Gift, GiftState
from bot.ports.collections import AUDIT
from bot.ports.store import Append
from bot.usecases.give_file import accept_gift, load_gift, move_gift, taken
from tests.fakes import ANA, TENANT
from tests.usecases.world import World

GIFT = Gift(
    ANA.id, "2026-10", "xlsx", "saldo-2026-10.xlsx", "https://up.example/1", "https://c.example/1", "u1", "xlsx"
)


async def test_the_same_answer_delivered_twice_is_one_job(world: World) -> None:
    for _ in range(2):
        await accept_gift(world.store, world.clock, TENANT, "g1", GIFT)
    assert await world.job_kinds() == ["put_report"]


async def test_an_address_is_kept_while_it_is_needed_and_no_longer(world: World) -> None:
    await accept_gift(world.store, world.clock, TENANT, "g1", GIFT)
    uncertain = await move_gift(world.store, await load_gift(world.store, TENANT, "g1"), GiftState.UNCERTAIN)
    assert uncertain.body.url == GIFT.url
    there = await move_gift(world.store, uncertain, GiftState.THERE)
    assert (await load_gift(world.store, TENANT, "g1")).body == there.body
    assert (there.body.url, there.body.content_url) == ("", GIFT.content_url)


async def test_a_gift_that_nobody_accepted_is_unknown(world: World) -> None:
    with pytest.raises(Refusal, match="file_unknown"):
        await load_gift(world.store, TENANT, "g1")


async def test_who_took_a_report_is_recorded_with_whether_it_names_people(world: World) -> None:
    record = taken(world.clock, TENANT, ANA.id, "2026-10", "xlsx", has_names=True)
    assert isinstance(record, Append)
    assert record.stream == AUDIT.of_tenant(TENANT)
    assert (record.body.actor, record.body.subject) == (ANA.id, "2026-10")
    assert record.body.details == {"format": "xlsx", "names": "yes"}
