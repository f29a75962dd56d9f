"""Under MCA nothing leads to a purchase, whichever door is tried: what there is, is the list of what to switch."""

import pytest

from bot.commands.dispatch import COMMANDS
from bot.domain.auto_recharge import Mirror
from bot.domain.requests import State
from bot.domain.settings import Account, NamedPerson
from bot.ports.reader import Reader
from bot.usecases.mirror_auto_recharge import set_mirror
from bot.views.order import draw_news
from cards.actions import Verb
from cards.order_news import News
from tests.commands.talk import Answer, Talk, signed
from tests.fakes import ANA, LUIS, TENANT
from tests.usecases.test_break_glass import REASON, empty
from tests.usecases.world import EN, ES, World, eur

BUYING = {
    Verb.RECHARGE_OPEN,
    Verb.RECHARGE_AMOUNT,
    Verb.RECHARGE_PROPOSE,
    Verb.RECHARGE_EDIT,
    Verb.RECHARGE_CHANGE,
    Verb.RECHARGE_SEND,
    Verb.BREAK_OPEN,
    Verb.BREAK_GLASS,
    Verb.ORDER_BOUGHT,
}


@pytest.mark.parametrize("reader", [EN, ES])
async def test_no_answer_to_anything_that_help_knows_offers_to_buy(world: World, reader: Reader) -> None:
    await world.introduce(ANA, LUIS)
    await world.buy(100)
    await world.spend(100)
    await world.configure(account=Account.MCA)
    ana = Talk(world, ANA)
    for command in COMMANDS:
        said = await ana.say(reader.text(f"command.{command.name}.example"))
        for message in said.messages:
            verbs = Answer((message,)).verbs if message.card else []
            assert BUYING.isdisjoint(verbs), command.name
    assert [one for one in await world.requests() if one.recharge is not None] == []


async def test_help_names_the_list_in_the_place_of_a_purchase(world: World) -> None:
    before = (await Talk(world, ANA).say("help")).shown
    await world.configure(account=Account.MCA)
    after = (await Talk(world, ANA).say("help")).shown
    for name in ("rules", "break_glass", "partner"):
        told = f"'title': '{EN.text(f'command.{name}.example')}'"
        assert (told in before, told in after) == (True, False)
    assert EN.text("command.recharge.off_description") in after
    assert (await Talk(world, ANA).say("recharge")).first_line == EN.text("turn_off.line")


async def test_what_waited_before_goes_ahead_in_no_emergency(world: World) -> None:
    await empty(world)
    await world.configure(account=Account.MCA)
    ana = Talk(world, ANA)
    assert Verb.BREAK_OPEN not in (await ana.press(signed(Verb.REQUEST_SHOW, "r1", 1))).verbs
    for verb in (Verb.BREAK_OPEN, Verb.BREAK_GLASS):
        assert (await ana.press(signed(verb, "r1", 1), reason=REASON)).text == EN.text("refusal.mca_cannot_buy")
    assert (await world.request()).state is State.PENDING


async def test_what_waited_before_is_no_longer_approved_but_can_be_rejected(world: World) -> None:
    await world.introduce(ANA, LUIS)
    await world.send()
    await world.configure(account=Account.MCA)
    luis, ana = Talk(world, LUIS), Talk(world, ANA)
    assert (await luis.press(signed(Verb.REQUEST_APPROVE, "r1", 1))).text == EN.text("refusal.mca_cannot_buy")
    refused = await ana.press(signed(Verb.REQUEST_APPROVE, "r1", 1))
    assert refused.text != EN.text("refusal.mca_cannot_buy")
    assert (await world.request()).state is State.PENDING
    assert (await world.request()).decisions == ()
    await luis.press(signed(Verb.REQUEST_REJECT, "r1", 1), comment="the account is post-paid by now")
    assert (await world.request()).state is State.REJECTED


async def test_what_came_to_nothing_before_is_not_offered_again(world: World) -> None:
    await world.introduce(ANA, LUIS)
    await world.send()
    shown = await Talk(world, ANA).press(signed(Verb.REQUEST_WITHDRAW, "r1", 1))
    assert Verb.RECHARGE_OPEN in shown.verbs
    await world.configure(account=Account.MCA)
    assert Verb.RECHARGE_OPEN not in (await Talk(world, ANA).press(signed(Verb.REQUEST_SHOW, "r1", 1))).verbs
    news = await draw_news(world.house, TENANT, await world.request(), News.LAPSED, LUIS.id, EN)
    assert "recharge.open" not in str(news)


async def test_an_expected_recharge_that_failed_offers_none_by_hand(world: World) -> None:
    await world.introduce(ANA, LUIS)
    await world.buy(99)
    by = NamedPerson(ANA.id, ANA.name)
    await set_mirror(world.store, world.clock, TENANT, Mirror(True, by, world.clock.now(), eur(500), eur(100)))
    await world.work()
    failed = await Talk(world, LUIS).press(signed(Verb.EXPECTED_FAILED, "EUR-1", 1), reason="limit")
    assert Verb.RECHARGE_OPEN in failed.verbs
    await world.configure(account=Account.MCA)
    assert Verb.RECHARGE_OPEN not in (await Talk(world, LUIS).press(signed(Verb.EXPECTED_SHOW, "EUR-1", 1))).verbs
