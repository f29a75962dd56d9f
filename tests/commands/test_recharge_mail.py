"""Microsoft's mails, pasted into the chat: shown as they were read, and booked or reported by a press only."""

import pytest

from bot.domain.auto_recharge import Course
from bot.domain.errors import Refusal
from bot.domain.people import Role
from bot.domain.requests import State
from bot.usecases.answer_expected import load_expected
from bot.usecases.reconcile_opening import Reading, reconcile
from cards.actions import Verb
from tests.commands.talk import Talk, signed
from tests.commands.test_auto_recharge import SAVE
from tests.domain.test_recharge_mail import FAILURE, SPANISH, SPANISH_FAILURE, SPANISH_ZERO, SUCCESS, ZERO
from tests.fakes import ANA, EVA, LUIS, TENANT, TOM
from tests.usecases.world import EN, ES, World, eur

FAILURE_EUR = FAILURE.replace("$50.00", "€50.00")


@pytest.fixture
async def luis(world: World) -> Talk:
    await world.introduce(ANA, LUIS)
    return Talk(world, LUIS)


async def test_a_success_is_shown_and_nothing_is_booked_before_the_press(world: World, luis: Talk) -> None:
    said = await luis.say(SUCCESS)
    assert said.first_line == "This mail says that €500.00 arrived on Nov 20, 2026."
    assert "Order number: E0800ABCD" in said.shown
    assert said.verbs == [Verb.MAIL_BOOK, Verb.MAIL_DROP]
    assert await world.purchases() == []
    assert (await luis.press(said.button(Verb.MAIL_DROP))).text == EN.text("mail.dropped")
    assert await world.purchases() == []


async def test_pressed_it_is_booked_once_however_often_it_is_pasted(world: World, luis: Talk) -> None:
    said = await luis.say(SUCCESS)
    for line in ("Booked: €500.00 on Nov 20, 2026.", "This mail is booked already: €500.00 on Nov 20, 2026, by Luis"):
        booked = await luis.press(said.button(Verb.MAIL_BOOK), amount="500", on="2026-11-20")
        assert booked.first_line.startswith(line)
    again = await luis.say("> " + SUCCESS.replace("\n", "\n> "))
    assert again.first_line.startswith("This mail is booked already")
    (purchase,) = await world.purchases()
    assert (purchase.amount, purchase.order_number) == (eur(500), "E0800ABCD")


async def test_a_mail_says_nothing_about_the_language_of_who_pasted_it(world: World, luis: Talk) -> None:
    await luis.say("hola, buenos días")
    assert "dice que 500,00\xa0€ llegaron" in (await luis.say(SUCCESS)).first_line
    await luis.say("good morning, what can you do?")
    assert "€1,500.00 arrived" in (await luis.say(SPANISH)).first_line


@pytest.mark.parametrize(
    ("mail", "verb", "first"),
    [
        (SUCCESS, Verb.MAIL_BOOK, "This mail says that €500.00 arrived on Nov 20, 2026."),
        (SPANISH, Verb.MAIL_BOOK, "This mail says that €1,500.00 arrived on Nov 20, 2026."),
        (FAILURE_EUR, Verb.MAIL_REPORT, "€50.00"),
        (SPANISH_FAILURE, Verb.MAIL_REPORT, "€500.00"),
        (ZERO, Verb.MAIL_REPORT, "This mail says that the balance has reached 0."),
        (SPANISH_ZERO, Verb.MAIL_REPORT, "This mail says that the balance has reached 0."),
    ],
)
async def test_each_mail_in_either_language_is_offered_and_done_once(
    world: World, luis: Talk, mail: str, verb: Verb, first: str
) -> None:
    said = await luis.say(mail)
    assert first in said.first_line
    assert said.verbs[0] == verb
    assert [await world.purchases(), await world.verbs()] == [[], []]
    for _ in range(3):
        await luis.press(said.button(verb), amount="500", on="2026-11-20")
    done = [name for name in await world.verbs() if name in {"mail.book", "mail.report"}]
    assert done == [verb]
    assert len(await world.purchases()) == (verb == Verb.MAIL_BOOK)
    assert "already" in (await luis.say(mail)).first_line


async def test_the_invoice_of_a_mail_is_kept_beside_what_arrived(world: World, luis: Talk) -> None:
    said = await luis.say(SUCCESS)
    wrong = await luis.press(said.button(Verb.MAIL_BOOK), amount="500", on="2026-11-20", invoiced="6OO")
    assert wrong.first_line == EN.refusal(Refusal("amount_malformed", text="6OO"))
    told = {"amount": "500", "on": "2026-11-20", "invoiced": "605", "tax": "0"}
    await luis.press(wrong.button(Verb.MAIL_BOOK), **told)
    (purchase,) = await world.purchases()
    assert (purchase.amount, purchase.invoiced, purchase.tax) == (eur(500), eur(605), eur(0))


async def test_an_orders_mail_keeps_its_invoice_with_the_request(world: World, luis: Talk) -> None:
    await world.send()
    await world.approve()
    await world.work()
    said = await luis.say(SUCCESS)
    await luis.press(said.button(Verb.MAIL_BOOK), amount="500", on="2026-11-20", invoiced="605", tax="105")
    asked = (await world.request()).asked
    assert (asked.credited, asked.invoiced, asked.tax) == (eur(500), eur(605), eur(105))


async def test_it_confirms_what_was_expected(world: World, luis: Talk) -> None:
    await world.buy(9)
    await Talk(world, ANA).press(signed(Verb.AUTO_RECHARGE_SAVE), **SAVE)
    await world.work()
    said = await luis.say(SUCCESS)
    assert EN.text("mail.is_expected", amount=eur(500)) in said.shown
    await luis.press(said.button(Verb.MAIL_BOOK), amount="450", on="2026-11-20")
    assert (await load_expected(world.store, TENANT, "EUR-1")).body.course is Course.ARRIVED
    assert [one.amount for one in await world.purchases()] == [eur(9), eur(450)]


async def test_it_confirms_the_order_that_it_is_about(world: World, luis: Talk) -> None:
    await world.send()
    await world.approve()
    await world.work()
    said = await luis.say(SUCCESS)
    assert EN.text("mail.is_order", amount=eur(500)) in said.shown
    await luis.press(said.button(Verb.MAIL_BOOK), amount="500", on="2026-11-20")
    assert (await world.request()).state is State.DONE


async def test_where_something_else_is_waited_for_by_now_the_card_says_so_first(world: World, luis: Talk) -> None:
    said = await luis.say(SUCCESS)
    await world.send()
    await world.approve()
    await world.work()
    shown = await luis.press(said.button(Verb.MAIL_BOOK), amount="500", on="2026-11-20")
    assert EN.text("mail.is_order", amount=eur(500)) in shown.shown
    assert await world.purchases() == []
    await luis.press(shown.button(Verb.MAIL_BOOK), amount="500", on="2026-11-20")
    assert (await world.request()).state is State.DONE


async def test_money_that_may_be_booked_already_is_warned_of(world: World, luis: Talk) -> None:
    await world.buy(500)
    said = await luis.say(SUCCESS)
    assert "A purchase of this sum is in the books already, of Nov 20, 2026" in said.shown


@pytest.mark.parametrize(
    ("inputs", "refusal"),
    [
        ({"amount": "", "on": "2026-11-20"}, Refusal("amount_wanted")),
        ({"amount": "lots", "on": ""}, Refusal("amount_malformed", text="lots")),
        (
            {"amount": "1.500", "on": ""},
            Refusal("amount_two_readings", text="1.500", one=eur(1500), other=eur("1.50")),
        ),
        ({"amount": "500", "on": "3/4"}, Refusal("day_unknown", text="3/4")),
    ],
)
async def test_what_is_wrong_comes_back_with_the_form(
    world: World, luis: Talk, inputs: dict[str, str], refusal: Refusal
) -> None:
    said = await luis.press((await luis.say(SUCCESS)).button(Verb.MAIL_BOOK), **inputs)
    assert said.first_line == EN.refusal(refusal)
    assert Verb.MAIL_BOOK in said.verbs
    assert await world.purchases() == []


async def test_the_same_mail_with_another_sum_is_refused_by_name(world: World, luis: Talk) -> None:
    button = (await luis.say(SUCCESS)).button(Verb.MAIL_BOOK)
    await luis.press(button, amount="500", on="2026-11-20")
    said = await luis.press(button, amount="400", on="2026-11-20")
    assert said.first_line == "This mail is booked as €500.00 on Nov 20, 2026, by Luis Vega. Nothing has changed."
    assert len(await world.purchases()) == 1


async def test_of_another_currency_the_wallets_sum_is_asked_for(world: World, luis: Talk) -> None:
    said = await luis.say(SUCCESS.replace("€500.00", "USD 500.00"))
    assert "It tells $500.00, and your wallet is in EUR" in said.shown


async def test_of_a_sum_with_two_readings_neither_is_taken(world: World, luis: Talk) -> None:
    said = await luis.say(SUCCESS.replace("€500.00", "€1,500"))
    assert said.first_line == EN.text("mail.ambiguous")
    booked = await luis.press(said.button(Verb.MAIL_BOOK), amount="1500", on="")
    assert booked.first_line == "Booked: €1,500.00 on Nov 22, 2026."


async def test_a_failure_is_reported_to_all_in_charge(world: World, luis: Talk) -> None:
    await world.configure(currency="USD")
    said = await luis.say(FAILURE)
    assert said.first_line == "This mail says that the recharge of $50.00 failed: the card has expired."
    reported = await luis.press(said.button(Verb.MAIL_REPORT))
    assert reported.first_line == EN.text("mail.reported")
    await world.work()
    told = dict(world.messenger.sent)
    assert set(told) == {f"chat-{ANA.id}", f"chat-{LUIS.id}"}
    assert told[f"chat-{ANA.id}"].text == EN.text("lock.recharge_failed")
    assert "$" not in told[f"chat-{ANA.id}"].text
    again = await luis.press(said.button(Verb.MAIL_REPORT))
    assert again.first_line == "Luis Vega has reported this mail already."
    assert (await luis.say(FAILURE)).first_line == again.first_line


async def test_a_failure_of_what_is_waited_for_by_now_is_shown_as_that_first(world: World, luis: Talk) -> None:
    said = await luis.say(FAILURE.replace("$", "€"))
    await world.send(amount=50)
    await world.approve()
    await world.work()
    shown = await luis.press(said.button(Verb.MAIL_REPORT))
    assert EN.text("mail.is_order", amount=eur(50)) in shown.shown
    await luis.press(shown.button(Verb.MAIL_REPORT))
    assert (await world.request()).state is State.FAILED


async def test_an_empty_wallet_is_told_and_compared_with_the_books(world: World, luis: Talk) -> None:
    await reconcile(world.store, world.clock, TENANT, Reading(eur(40), world.clock.now()), ANA.id)
    said = await luis.say(ZERO)
    assert said.first_line == EN.text("mail.zero")
    form = await luis.press(said.button(Verb.RECONCILE_OPEN))
    assert "'value': '0'" in form.shown
    await luis.press(said.button(Verb.MAIL_REPORT))
    await world.work()
    assert EN.text("lock.zero_balance") in [message.text for _, message in world.messenger.sent]


async def test_who_only_reads_sees_what_was_read_and_does_nothing(world: World, luis: Talk) -> None:
    world.directory.roles[TOM.id] = frozenset({Role.GLOBAL_READER})
    tom = Talk(world, TOM)
    for text in (SUCCESS, FAILURE, ZERO):
        said = await tom.say(text)
        assert said.verbs == [Verb.MAIL_DROP]
        assert EN.text("mail.who_may") in said.shown
    denied = await tom.press(signed(Verb.MAIL_BOOK, "k1"), amount="500", on="")
    assert denied.text == EN.refusal(Refusal("not_allowed_confirm_order"))
    denied = await tom.press(signed(Verb.MAIL_REPORT, "k1"), kind="failed")
    assert denied.text == EN.refusal(Refusal("not_allowed_propose_recharge"))
    assert (await Talk(world, EVA).say(SUCCESS)).first_line == EN.refusal(Refusal("not_allowed_view"))


async def test_a_made_up_button_does_nothing(world: World, luis: Talk) -> None:
    said = await luis.press(signed(Verb.MAIL_REPORT, "k1"), kind="succeeded")
    assert said.text == EN.refusal(Refusal("button_unknown"))
    odd = await luis.press(signed(Verb.MAIL_REPORT, "k1"), kind="failed", reason="gremlins", match="nothing")
    assert odd.first_line == EN.text("mail.reported")


@pytest.mark.parametrize(("typed", "reader"), [("paste mail", EN), ("pegar correo", ES)])
async def test_asked_how_it_says_how(luis: Talk, typed: str, reader: object) -> None:
    texts = {"paste mail": EN, "pegar correo": ES}
    assert (await luis.say(typed)).text == texts[typed].text("mail.how")
