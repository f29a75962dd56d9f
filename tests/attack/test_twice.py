"""The same money told twice: in two spellings, by two people, in two places."""

from datetime import date

import pytest

from bot.domain.errors import Refusal
from bot.domain.people import Role
from bot.domain.requests import State
from bot.ports.order_desk import Funded
from bot.usecases.add_purchase import Bought, add_purchase
from bot.usecases.fund_order import confirm_order
from cards.actions import Verb
from cards.order_forms import OUTSIDE
from tests.commands.talk import Talk, signed
from tests.commands.test_auto_recharge import SAVE
from tests.domain.test_recharge_mail import SUCCESS
from tests.fakes import ANA, GRACE, LUIS, TENANT
from tests.usecases.orders import ordered
from tests.usecases.world import EN, World, by, eur

DAY = date(2026, 11, 20)
SPELLINGS = ["g-4711", " G-4711 ", "G -4711", "G–4711", "G-4711\u200b", "Ｇ-４７１１"]


async def tell(world: World, number: str, amount: int = 500) -> None:
    await add_purchase(world.store, world.clock, TENANT, Bought(eur(amount), DAY, number), LUIS.id)


async def sums(world: World) -> list[str]:
    return [str(one.amount) for one in await world.purchases()]


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_an_order_number_books_once_however_it_is_typed(world: World, spelling: str) -> None:
    await tell(world, "G-4711")
    await tell(world, spelling)
    assert await sums(world) == ["500.00"]
    with pytest.raises(Refusal) as refused:
        await tell(world, spelling, 600)
    assert refused.value.code == "order_number_used"


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_an_order_is_not_booked_beside_its_number_in_another_spelling(world: World, spelling: str) -> None:
    await ordered(world)
    await tell(world, "G-4711")
    funded = Funded(eur(500), DAY, spelling)
    request = await confirm_order(world.store, world.clock, TENANT, "r1", funded, by(LUIS))
    assert request.state is State.DONE
    assert await sums(world) == ["500.00"]


async def test_a_number_of_nothing_to_read_is_no_number(world: World) -> None:
    await tell(world, "\u200b")
    await tell(world, "\u200b\u200b")
    assert await sums(world) == ["500.00", "500.00"]


ARRIVED = {"amount": "500", "on": DAY.isoformat()}
TELLS = "recharge confirmed 500 on 20 Nov"


@pytest.fixture
async def luis(world: World) -> Talk:
    await world.introduce(ANA, LUIS, GRACE)
    return Talk(world, LUIS)


@pytest.fixture
def grace(world: World, luis: Talk) -> Talk:
    """She may confirm money, too."""
    world.directory.roles[GRACE.id] = frozenset({Role.GLOBAL_ADMINISTRATOR})
    return Talk(world, GRACE)


async def test_of_two_who_tell_of_the_same_purchase_at_once_the_second_is_asked_first(
    world: World, luis: Talk, grace: Talk
) -> None:
    forms = [await one.say(TELLS) for one in (luis, grace)]
    booked = await luis.press(forms[0].button(Verb.ORDER_CONFIRM), **ARRIVED)
    assert booked.first_line.startswith("Booked")
    asked = await grace.press(forms[1].button(Verb.ORDER_CONFIRM), **ARRIVED)
    assert EN.text("arrived.known", day=EN.full_day(DAY)) in asked.shown
    assert await sums(world) == ["500.00"]
    again = await luis.press(forms[0].button(Verb.ORDER_CONFIRM), **ARRIVED)
    assert again.first_line == booked.first_line
    await grace.press(asked.button(Verb.ORDER_CONFIRM), **ARRIVED)  # it is another one
    assert await sums(world) == ["500.00", "500.00"]


async def test_whoever_saw_one_such_purchase_is_asked_about_the_next(world: World, luis: Talk, grace: Talk) -> None:
    await world.buy(500, DAY)
    forms = [await one.say(TELLS) for one in (luis, grace)]
    for form, talk in zip(forms, (luis, grace), strict=True):
        await talk.press(form.button(Verb.ORDER_CONFIRM), **ARRIVED)
    assert await sums(world) == ["500.00", "500.00"]


@pytest.mark.parametrize("chosen", ["", "r9", "outsid"])
async def test_money_is_not_booked_beside_an_order_that_it_may_belong_to_unless_somebody_says_so(
    world: World, luis: Talk, chosen: str
) -> None:
    form = await luis.say(TELLS)
    await ordered(world)  # while the form was open
    asked = await luis.press(form.button(Verb.ORDER_CONFIRM), **ARRIVED, belongs=chosen)
    assert EN.text("arrived.belongs") in asked.shown
    assert await sums(world) == []
    await luis.press(asked.button(Verb.ORDER_CONFIRM), **ARRIVED, belongs=OUTSIDE)
    assert await sums(world) == ["500.00"]


@pytest.mark.parametrize("day", ["2026-11-18", "2026-11-20", "2026-11-22"])
async def test_an_order_is_not_booked_beside_what_somebody_booked_without_it_unless_they_say_so(
    world: World, luis: Talk, day: str
) -> None:
    form = await luis.say(TELLS)
    await luis.press(form.button(Verb.ORDER_CONFIRM), **ARRIVED)
    await ordered(world)
    told = {"amount": "500", "on": day}
    asked = await luis.press(signed(Verb.ORDER_CONFIRM, "r1"), **told)
    assert EN.text("arrived.known", day=EN.full_day(DAY)) in asked.shown
    assert await sums(world) == ["500.00"]
    for _ in range(2):  # the same again is the same
        await luis.press(asked.button(Verb.ORDER_CONFIRM), **told)
    assert await sums(world) == ["500.00", "500.00"]


async def test_a_late_confirmation_and_that_of_the_next_order_are_both_booked_and_nobody_is_asked(
    world: World, luis: Talk
) -> None:
    await ordered(world)
    world.clock.move(days=7)
    await world.work()
    assert (await world.request()).state is State.LAPSED
    await ordered(world, "r2")
    for id_ in ("r1", "r2", "r1", "r2"):
        await luis.press(signed(Verb.ORDER_CONFIRM, id_), amount="500", on="2026-11-27")
    assert await sums(world) == ["500.00", "500.00"]


@pytest.fixture
async def expected(world: World, luis: Talk) -> World:
    """A recharge of 500 by auto-recharge is expected."""
    await world.buy(9)
    await Talk(world, ANA).press(signed(Verb.AUTO_RECHARGE_SAVE), **SAVE)
    await world.work()
    return world


async def test_an_expected_recharge_that_somebody_booked_in_words_is_not_booked_by_yes_unless_it_is_another(
    expected: World, luis: Talk, grace: Talk
) -> None:
    form = await luis.say(TELLS)
    await luis.press(form.button(Verb.ORDER_CONFIRM), **ARRIVED)
    told = {"on": "2026-11-22", "amount": "500"}
    other = await grace.press(signed(Verb.EXPECTED_OTHER, "EUR-1", 1), **told)
    asked = await grace.press(signed(Verb.EXPECTED_YES, "EUR-1", 1), **told)
    assert other.first_line == asked.first_line == EN.refusal(Refusal("bought_already", amount=eur(500), on=DAY))
    assert await sums(expected) == ["9.00", "500.00"]
    await grace.press(asked.button(Verb.EXPECTED_YES), on="2026-11-22")
    assert await sums(expected) == ["9.00", "500.00", "500.00"]


async def test_a_mail_about_what_was_booked_in_words_is_not_booked_again_unless_it_is_another(
    expected: World, luis: Talk, grace: Talk
) -> None:
    """Also where it would close the expected recharge, which the balance has overtaken since."""
    mails = [await grace.say(SUCCESS), await luis.say(SUCCESS)]
    form = await luis.say(TELLS)
    await luis.press(form.button(Verb.ORDER_CONFIRM), **ARRIVED)
    await expected.work()
    asked = await grace.press(mails[0].button(Verb.MAIL_BOOK), **ARRIVED)
    assert asked.first_line == EN.refusal(Refusal("bought_already", amount=eur(500), on=DAY))
    assert await sums(expected) == ["9.00", "500.00"]
    for answer in (asked, mails[1], asked):
        await grace.press(answer.button(Verb.MAIL_BOOK), **ARRIVED)
    assert await sums(expected) == ["9.00", "500.00", "500.00"]


async def test_a_mail_about_an_order_says_what_was_booked_without_it(world: World, luis: Talk) -> None:
    form = await luis.say(TELLS)
    await luis.press(form.button(Verb.ORDER_CONFIRM), **ARRIVED)
    await ordered(world)
    mail = await luis.say(SUCCESS)
    assert EN.text("mail.similar", day=EN.full_day(DAY)) in mail.shown
    button = mail.button(Verb.MAIL_BOOK)
    await luis.press({name: value for name, value in button.items() if name != "similar"}, **ARRIVED)
    assert await sums(world) == ["500.00"]
    await luis.press(button, **ARRIVED)
    assert await sums(world) == ["500.00", "500.00"]
    assert (await world.request()).state is State.DONE
