"""`budget 800` in the chat, and what a budget changes of the balance."""

from datetime import timedelta

import pytest

from bot.domain.errors import Refusal
from bot.domain.money import Money
from bot.domain.people import Role
from bot.domain.requests import Kind
from bot.domain.settings import Account
from bot.ports.turn import Scope
from bot.usecases.forecast_balance import forecast_balances
from bot.usecases.settings import load_settings
from bot.usecases.watch_budget import watch_budget
from cards.actions import Verb
from tests.commands.talk import Talk, signed
from tests.fakes import ANA, EVA, LUIS, TENANT, TOM
from tests.usecases.world import EN, ES, SEEN_ON, World, eur


@pytest.fixture
async def ana(world: World) -> Talk:
    await world.configure(account=Account.MCA)
    return Talk(world, ANA)


async def budget(world: World) -> Money | None:
    return (await load_settings(world.store, TENANT)).budget


async def spend_daily(world: World, amount: int = 10, days: int = 28) -> None:
    for number in range(days):
        await world.spend(amount, SEEN_ON - timedelta(days=number))
    await forecast_balances(world.store, world.clock, TENANT)


async def test_who_has_a_wallet_hears_that_it_is_for_post_paid_accounts(world: World) -> None:
    said = await Talk(world, ANA).say("budget 500")
    assert said.first_line == EN.refusal(Refusal("budget_not_postpaid"))


async def test_the_first_budget_is_set_at_once(world: World, ana: Talk) -> None:
    assert (await ana.say("presupuesto")).first_line == ES.text("budget.none")
    said = await ana.say("budget 500")
    assert said.first_line.startswith("€0.00 of the €500.00 for November 2026 is spent")
    assert await budget(world) == eur(500)


async def test_a_higher_budget_is_sent_to_somebody_else(world: World, ana: Talk) -> None:
    await world.introduce(ANA, LUIS)
    await ana.say("budget 500")
    asked = await ana.press((await ana.say("budget")).button(Verb.BUDGET_SET), amount="800")
    assert asked.first_line == "Your request is waiting for Luis."
    (request,) = await world.requests()
    assert (request.kind, await budget(world)) == (Kind.BUDGET, eur(500))
    await world.work()
    (told,) = [message for chat, message in world.messenger.sent if chat == f"chat-{LUIS.id}"]
    assert told.card is not None
    assert "raise the monthly budget from €500.00 to €800.00" in str(told.card["speak"])
    await Talk(world, LUIS).press(signed(Verb.REQUEST_APPROVE, request.id, 1))
    await world.work()
    assert await budget(world) == eur(800)
    assert (
        await ana.press(signed(Verb.REQUEST_SHOW, request.id, 1))
    ).first_line == "The monthly budget is €800.00 now."
    assert "Monthly budget of €800.00" in (await ana.say("requests")).shown


async def test_a_line_that_is_delivered_twice_and_a_form_that_is_pressed_twice_ask_once(
    world: World, ana: Talk
) -> None:
    await ana.say("budget 500")
    for _ in range(2):
        await ana.say("budget 800", activity="same")
    form = (await ana.say("budget")).button(Verb.BUDGET_SET)
    for _ in range(2):
        await ana.press(form, amount="900")
    assert len(await world.requests()) == 2


async def test_what_can_be_read_in_two_ways_is_asked_about(world: World, ana: Talk) -> None:
    question = await ana.say("budget 1.500")
    assert question.verbs == [Verb.BUDGET_SET] * 2
    await ana.press(question.button(Verb.BUDGET_SET))
    assert await budget(world) == eur(1500)
    fine = await ana.say("budget 1.234")
    assert (await ana.press(fine.button(Verb.BUDGET_SET, 1))).first_line == EN.refusal(Refusal("amount_too_fine"))
    assert await budget(world) == eur(1500)


async def test_a_wrong_amount_comes_back_with_what_is_wrong(world: World, ana: Talk) -> None:
    answer = await ana.say("budget -5")
    assert answer.first_line == EN.refusal(Refusal("amount_negative"))
    assert EN.text("budget.none") in answer.shown
    assert await budget(world) is None


async def test_who_only_reads_sees_it_and_changes_nothing(world: World, ana: Talk) -> None:
    await ana.say("budget 500")
    assert (await Talk(world, EVA).say("budget")).first_line == EN.refusal(Refusal("not_allowed_view"))
    world.directory.roles[TOM.id] = frozenset({Role.GLOBAL_READER})
    tom = Talk(world, TOM)
    assert (await tom.say("budget")).verbs == [Verb.USAGE_SHOW]
    assert (await tom.say("budget 400")).first_line == EN.refusal(Refusal("not_allowed_change_settings"))
    assert (await tom.say("budget 600")).first_line == EN.refusal(Refusal("not_allowed_propose_recharge"))
    assert (await budget(world), await world.requests()) == (eur(500), [])


async def test_a_budget_takes_the_place_of_the_balance(world: World, ana: Talk) -> None:
    await world.buy(5)
    await spend_daily(world)
    await ana.say("budget 250")
    for answer in (await ana.say("runway"), await ana.say("balance")):
        assert "€200.00 of the €250.00 for November 2026 is spent" in answer.first_line
        assert answer.verbs == [Verb.BUDGET_SHOW, Verb.USAGE_SHOW]
    shown = await ana.press(signed(Verb.BUDGET_SHOW))
    assert EN.text("runway.p90") in shown.shown
    assert EN.text("budget.utc") in shown.shown


async def test_credits_from_before_are_told_beside_it(world: World, ana: Talk) -> None:
    await world.buy(500, SEEN_ON - timedelta(days=40))
    await spend_daily(world)
    assert "€220.00" in (await ana.say("budget 250")).shown


@pytest.mark.parametrize("said", ["balance", "runway"])
async def test_in_a_channel_there_is_the_state_word_alone(world: World, ana: Talk, said: str) -> None:
    await ana.say("budget 150")
    await spend_daily(world)
    public = Talk(world, ANA, scope=Scope.CHANNEL)
    assert (await public.say(said)).text == "Used up. I sent you the figures in private."


async def low_budget(world: World, ana: Talk, amount: int) -> None:
    """People in charge are to be told of it, by jobs that are due."""
    await ana.say(f"budget {amount}")
    await world.configure(installer=None, locale="es-ES")
    await world.introduce(ANA, LUIS)
    await spend_daily(world)
    await watch_budget(world.outside, TENANT)


async def test_a_budget_that_is_nearly_used_up_is_told_to_who_may_see_it(world: World, ana: Talk) -> None:
    await low_budget(world, ana, 205)
    world.directory.roles[LUIS.id] = frozenset()
    world.standings.forget(TENANT)
    await world.work()
    ((chat, message),) = world.messenger.sent
    assert (chat, message.text) == (f"chat-{ANA.id}", EN.text("lock.low_budget"))
    assert message.card is not None
    assert "€205.00" in str(message.card)


async def test_a_budget_that_is_no_longer_low_is_no_news(world: World, ana: Talk) -> None:
    await low_budget(world, ana, 205)
    await world.configure(account=Account.MOSA)
    await world.work()
    assert world.messenger.sent == []


async def test_what_was_critical_and_is_only_low_was_told_before(world: World, ana: Talk) -> None:
    await low_budget(world, ana, 295)
    await world.work()
    await world.configure(budget=eur(205))
    await watch_budget(world.outside, TENANT)
    await world.configure(budget=eur(295))
    await world.work()
    assert [chat for chat, _ in world.messenger.sent] == [f"chat-{ANA.id}", f"chat-{LUIS.id}"]
