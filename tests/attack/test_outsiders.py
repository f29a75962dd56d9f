"""What people without a right, with one that they lost, or with too much time, get to see and can do to others."""

import pytest

from bot.domain.people import Role
from bot.domain.requests import State
from cards.actions import Verb
from tests.attack.bot import Bot, signed, texts_of
from tests.fakes import ANA, EVA, GRACE, LUIS, OMAR


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
