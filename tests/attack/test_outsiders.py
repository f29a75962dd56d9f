"""What people without a right, with one that they lost, or with too much time, get to see and can do to others."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date

import pytest

from bot.commands import setup, usage
from bot.domain.people import Person, PersonId, Role, TenantId
from bot.domain.requests import State
from bot.domain.usage_batch import Columns, UsageBatch
from bot.ports.errors import Retry
from bot.usecases.import_usage import import_usage
from cards.actions import Verb
from tests.attack.bot import Bot, bot_of, signed, texts_of
from tests.fakes import ANA, EVA, GRACE, LUIS, OMAR, TENANT, FakeCallLog, FakeDirectory
from tests.usecases.world import World, call


async def test_a_role_that_somebody_had_once_shows_them_no_balance(bot: Bot) -> None:
    """They may have it still, to be activated: so they see what is asked for, and not what the wallet holds."""
    await bot.world.introduce(LUIS, GRACE)
    bot.world.directory.roles[GRACE.id] = frozenset({Role.BILLING_ADMINISTRATOR})
    await bot.world.buy(4321)
    await bot.world.send("r0", amount=1)
    await bot.world.work()
    bot.world.directory.roles[GRACE.id] = frozenset()
    bot.world.clock.move(hours=1)
    bot.world.messenger.sent.clear()
    await bot.world.send("r1", amount=500)
    await bot.world.work()
    sent = {conversation: str(message.card) for conversation, message in bot.world.messenger.sent}
    assert "4,821" in sent[f"chat-{LUIS.id}"]
    assert "4,821" not in sent[f"chat-{GRACE.id}"]
    shown = await bot.press(signed(Verb.REQUEST_SHOW, "r1", 1), GRACE)
    assert "4,821" not in " ".join(texts_of(shown["value"]))


async def test_nobody_buries_the_approvers_under_requests(bot: Bot) -> None:
    """Anybody may ask for a licence of their own: but not a hundred times before somebody has answered."""
    await bot.world.introduce(OMAR)
    for number in range(60):
        await bot.press(signed(Verb.LICENSES_CHOOSE, f"l{number}", 0, chosen=EVA.id), EVA)
        await bot.press(signed(Verb.LICENSES_SEND, f"l{number}", 1), EVA)
    await bot.world.work()
    assert 1 <= len(bot.world.messenger.sent) <= 20
    assert bot.watch.bugs == []
    await bot.world.approve("l0", OMAR)
    await bot.world.work()
    refused = await bot.press(signed(Verb.LICENSES_SEND, "l59", 1), EVA)
    assert refused["statusCode"] == 200
    assert (await bot.world.request("l59")).state is State.PENDING
    await bot.world.send("r1", ANA)
    assert (await bot.world.request("r1")).state is State.PENDING


@pytest.mark.parametrize("verb", [Verb.BALANCE_SHOW, Verb.USAGE_SHOW, Verb.RECHARGE_OPEN, Verb.SETUP_OPEN])
async def test_a_right_that_was_taken_away_shows_nothing_after_five_minutes(bot: Bot, verb: Verb) -> None:
    await bot.world.buy(4321)
    assert (await bot.press(signed(verb), ANA))["type"].endswith("card.adaptive")
    bot.world.directory.roles[ANA.id] = frozenset()
    bot.world.clock.move(minutes=6)
    assert (await bot.press(signed(verb), ANA))["type"].endswith("activity.message")


class SlowDirectory(FakeDirectory):
    """Each answer takes a while; `asked` counts."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds
        self.asked = 0

    async def person(self, tenant: TenantId, id_: PersonId) -> Person | None:
        self.asked += 1
        await asyncio.sleep(self.seconds)
        return await super().person(tenant, id_)


async def crowd_calls(world: World) -> None:
    """A hundred and fifty people have made calls."""
    rows = [call(f"c{number}", user=f"id-{number}") for number in range(150)]
    await import_usage(world.store, world.clock, TENANT, UsageBatch.of(rows), PersonId("operator:tests"))


@pytest.mark.parametrize("seconds", [0.02, 30.0])
async def test_a_report_by_department_takes_no_longer_than_teams_waits(
    world: World, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    """What takes longer is delivered again, and asks the directory for everybody once more."""
    monkeypatch.setattr(usage, "PATIENCE_SECONDS", 0.5)
    await crowd_calls(world)
    async with bot_of(replace(world, directory=SlowDirectory(seconds))) as bot:
        async with asyncio.timeout(2):
            answer = await bot.press(signed(Verb.USAGE_SHOW, by="department", period="this_month"))
    assert "1.50" in str(answer)
    assert bot.watch.bugs == []


async def test_a_directory_that_fails_is_not_asked_for_everybody_else(world: World) -> None:
    await crowd_calls(world)
    world.directory.broken["person"] = Retry("busy")
    async with bot_of(world) as bot:
        await bot.press(signed(Verb.USAGE_SHOW, by="department", period="this_month"))
    assert world.directory.reads < 40


class SilentCallLog(FakeCallLog):
    async def pstn_calls(self, tenant: TenantId, first: date, last: date) -> AsyncIterator[Columns]:
        await asyncio.sleep(30)
        yield Columns.of([])


async def test_a_graph_that_does_not_answer_holds_up_no_step_of_the_set_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "PATIENCE_SECONDS", 0.05)
    async with bot_of(replace(world, calls=SilentCallLog())) as bot, asyncio.timeout(2):
        answer = await bot.press(signed(Verb.SETUP_USAGE))
    assert answer["type"].endswith("activity.message")
    assert await world.jobs() == {}
    assert bot.watch.bugs == []
