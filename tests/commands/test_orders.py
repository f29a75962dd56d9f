"""`recharge confirmed 500 on 12 Nov`, and the buttons of an order."""

import logging
from datetime import date
from typing import Any

import pytest

from bot.domain.errors import Refusal
from bot.domain.order_terms import DeskKind
from bot.domain.people import Person, Role
from bot.domain.requests import State
from bot.domain.settings import Account, Partner
from bot.locale.reader import CatalogueReader
from cards.actions import Verb
from cards.kit import unescape
from cards.order_forms import OUTSIDE
from tests.commands.talk import Answer, Talk, signed
from tests.fakes import ANA, EVA, GRACE, LUIS
from tests.usecases.orders import ordered
from tests.usecases.world import EN, ES, World, eur

ARRIVED: dict[str, Any] = {"amount": "500", "on": "2026-11-12", "order_number": "G1", "invoiced": "605", "tax": "105"}


async def form_of(world: World, sentence: str = "recharge confirmed 500 on 12 Nov", who: Person = LUIS) -> Answer:
    return await Talk(world, who).say(sentence)


def value_of(answer: Answer, id_: str) -> str | None:
    (found,) = [part for part in answer.card["body"] if part.get("id") == id_]
    told: str | None = found.get("value")
    return told


async def press(world: World, verb: Verb, who: Person = LUIS, id_: str = "r1", **inputs: str) -> Answer:
    return await Talk(world, who).press(signed(verb, id_, 1), **inputs)


# Bought without a request


@pytest.mark.parametrize(
    ("sentence", "amount", "on"),
    [
        ("recharge confirmed 500 on 12 Nov", "€500.00", "2026-11-12"),
        ("recarga confirmada 500 el 12 nov", "500,00 €", "2026-11-12"),
        ("recharge confirmed 500", "€500.00", "2026-11-22"),
        ("confirm the recharge of 1,500.50 on 2026-11-03", "€1,500.50", "2026-11-03"),
        ("the recharge of 500 arrived yesterday", "€500.00", "2026-11-21"),
        ("money arrived", None, "2026-11-22"),
        ("Confirmo la recarga de 500 € de ayer", "500,00 €", "2026-11-21"),
        ("llegó la recarga de 300", "300,00 €", "2026-11-22"),
        ("bought 300 credits", "€300.00", "2026-11-22"),
    ],
)
async def test_a_sentence_opens_the_form_and_books_nothing_yet(
    world: World, sentence: str, amount: str | None, on: str
) -> None:
    answer = await form_of(world, sentence)
    told = value_of(answer, "amount")
    assert (told.replace("\xa0", " ") if told else told, value_of(answer, "on")) == (amount, on)
    assert await world.purchases() == []


async def test_the_form_books_once_however_often_it_is_sent(world: World) -> None:
    button = (await form_of(world)).button(Verb.ORDER_CONFIRM)
    for _ in range(3):
        answer = await Talk(world, LUIS).press(button, **(ARRIVED | {"order_number": ""}))
        assert answer.first_line.startswith("Booked: €500.00")
    assert [(one.amount, one.order_number) for one in await world.purchases()] == [(eur(500), None)]
    record = (await world.audit())[-1]
    assert (record.actor, record.verb) == (LUIS.id, "purchase.add")
    assert {"invoiced": "605.00 EUR", "tax": "105.00 EUR"}.items() <= record.details.items()


async def test_the_same_form_with_something_else_in_it_is_refused_by_name(world: World) -> None:
    button = (await form_of(world)).button(Verb.ORDER_CONFIRM)
    await Talk(world, LUIS).press(button, **ARRIVED)
    answer = await Talk(world, LUIS).press(button, **(ARRIVED | {"amount": "600"}))
    assert "booked already" in answer.first_line
    assert [one.amount for one in await world.purchases()] == [eur(500)]


async def test_a_sum_that_can_be_read_in_two_ways_is_asked_about(world: World) -> None:
    asked = await form_of(world, "recharge confirmed 1.500 on 12 Nov")
    chosen = await Talk(world, LUIS).press(asked.button(Verb.ORDER_ARRIVED))
    assert (value_of(chosen, "amount"), value_of(chosen, "on")) == ("€1,500.00", "2026-11-12")
    await Talk(world, LUIS).press(chosen.button(Verb.ORDER_CONFIRM), amount="1500", on="2026-11-12")
    assert [one.amount for one in await world.purchases()] == [eur(1500)]


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("recharge confirmed -5", "greater than zero"),
        ("recharge confirmed 500 USD", "kept in EUR"),
        ("recharge confirmed 500 on 3/4", "3/4"),
    ],
)
async def test_what_is_wrong_in_a_sentence_is_said_above_the_form(world: World, sentence: str, told: str) -> None:
    assert told in (await form_of(world, sentence)).first_line


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"amount": ""}, "amount"),
        ({"amount": "1.500"}, "can be read as €1,500.00 or as €1.50"),
        ({"invoiced": "x"}, "x"),
        ({"tax": "-1"}, "greater than zero"),
        ({"tax": "700"}, "cannot be all of the invoice"),
        ({"on": "someday"}, "“someday” is no day that I know"),
        ({"on": "2027-01-01"}, "2027"),
        ({"order_number": "9" * 101}, "100"),
    ],
)
async def test_a_form_that_is_filled_in_wrongly_comes_back_with_the_rest(
    world: World, inputs: dict[str, str], told: str
) -> None:
    button = (await form_of(world)).button(Verb.ORDER_CONFIRM)
    answer = await Talk(world, LUIS).press(button, **(ARRIVED | inputs))
    assert told in answer.first_line
    kept = "tax" if "tax" not in inputs else "order_number"
    assert value_of(answer, kept) == (ARRIVED | inputs)[kept]
    assert await world.purchases() == []


async def test_no_tax_is_an_answer(world: World) -> None:
    button = (await form_of(world)).button(Verb.ORDER_CONFIRM)
    await Talk(world, LUIS).press(button, **(ARRIVED | {"tax": "0"}))
    assert (await world.audit())[-1].details["tax"] == "0.00 EUR"


@pytest.mark.parametrize(
    ("sentence", "reader"), [("recharge confirmed 500 on 40 Nov", EN), ("recarga confirmada 500 el 40 nov", ES)]
)
async def test_a_day_that_is_none_is_said_so(world: World, sentence: str, reader: CatalogueReader) -> None:
    form = await form_of(world, sentence)
    assert form.first_line == reader.refusal(Refusal("day_unknown", text="40/11"))
    assert value_of(form, "amount") == "500"


async def test_what_came_before_a_request_is_not_taken_for_its_money(world: World) -> None:
    await world.introduce(ANA, LUIS)
    await world.send()
    await world.approve()
    await world.work()
    before = await form_of(world, "recharge confirmed 500 on 12 Nov")
    assert value_of(before, "belongs") == OUTSIDE
    today = await form_of(world, "recharge confirmed 500 on 22 Nov")
    assert value_of(today, "belongs") == "r1"


async def test_a_purchase_that_is_in_the_books_is_pointed_out(world: World) -> None:
    button = (await form_of(world)).button(Verb.ORDER_CONFIRM)
    await Talk(world, LUIS).press(button, **ARRIVED)
    assert EN.text("arrived.known", day=EN.full_day(date(2026, 11, 12))) in (await form_of(world)).shown


async def test_only_who_buys_may_book(world: World) -> None:
    refused = EN.text("refusal.not_allowed_confirm_order")
    assert refused in (await form_of(world, who=EVA)).shown
    await ordered(world)
    for verb in (Verb.ORDER_BOUGHT, Verb.ORDER_ARRIVED, Verb.ORDER_CONFIRM, Verb.ORDER_FAILED, Verb.ORDER_DECLINED):
        assert (await press(world, verb, EVA, **ARRIVED, reason="limit")).text == refused
    assert ((await world.request()).state, await world.purchases()) == (State.EXECUTING, [])


async def test_a_right_that_was_lost_a_moment_ago_books_nothing(world: World) -> None:
    button = (await form_of(world)).button(Verb.ORDER_CONFIRM)
    world.directory.roles[LUIS.id] = frozenset()
    answer = await Talk(world, LUIS).press(button, **ARRIVED)
    assert answer.text == EN.text("refusal.not_allowed_confirm_order")
    assert await world.purchases() == []


# An order


async def test_a_buyers_card_has_the_steps_and_the_exact_sum(world: World) -> None:
    await ordered(world)
    answer = await press(world, Verb.REQUEST_SHOW)
    assert answer.first_line == EN.text("order.admin_center", amount=eur(500), day=date(2026, 11, 25))
    assert "Marketplace › All products" in answer.shown
    assert "Nov 18, 2024" in answer.shown
    links = [action["url"] for action in answer.card["actions"] if action["type"] == "Action.OpenUrl"]
    assert links == ["https://admin.microsoft.com/Adminportal/Home#/catalog"]


async def test_under_an_ea_the_card_says_who_sees_the_payment_option(world: World) -> None:
    await world.configure(account=Account.EA)
    await ordered(world)
    assert EN.text("order.ea_global") in (await press(world, Verb.REQUEST_SHOW)).shown


async def test_whoever_does_not_buy_sees_the_request(world: World) -> None:
    await ordered(world)
    assert Verb.ORDER_ARRIVED not in (await press(world, Verb.REQUEST_SHOW, ANA)).verbs


async def test_i_have_placed_it_keeps_the_number_and_asks_for_the_money(world: World) -> None:
    await ordered(world)
    for _ in range(2):
        answer = await press(world, Verb.ORDER_BOUGHT, order_number="G1")
        assert answer.first_line == EN.text("order.bought", amount=eur(500), name="Luis Vega")
        assert answer.verbs == [Verb.ORDER_ARRIVED, Verb.ORDER_FAILED]
    form = await press(world, Verb.ORDER_ARRIVED)
    assert [value_of(form, id_) for id_ in ("amount", "order_number")] == ["€500.00", "G1"]
    assert "Which recharge" not in form.shown


async def test_money_for_an_order_ends_it_once(world: World) -> None:
    await ordered(world)
    for _ in range(2):
        await press(world, Verb.ORDER_CONFIRM, **ARRIVED)
        assert (await world.request()).state is State.DONE
    assert [one.id for one in await world.purchases()] == ["request:r1"]
    other = await press(world, Verb.ORDER_CONFIRM, **(ARRIVED | {"amount": "600"}))
    assert "confirmed already" in other.first_line


async def test_money_of_another_currency_than_the_wallets_belongs_to_its_order(world: World) -> None:
    await ordered(world)
    await world.configure(currency="USD")
    form = await press(world, Verb.ORDER_ARRIVED)
    assert value_of(form, "amount") == "€500.00"
    await press(world, Verb.ORDER_CONFIRM, **ARRIVED)
    assert [one.amount for one in await world.purchases()] == [eur(500)]


async def test_a_sentence_asks_whether_it_belongs_to_an_open_order(world: World) -> None:
    await ordered(world)
    form = await form_of(world, "recharge confirmed 500 on 22 Nov")  # it was asked for that day
    assert value_of(form, "belongs") == "r1"
    await Talk(world, LUIS).press(form.button(Verb.ORDER_CONFIRM), **ARRIVED, belongs="r1")
    assert (await world.request()).state is State.DONE
    assert [one.id for one in await world.purchases()] == ["request:r1"]


async def test_it_may_also_belong_to_none_and_the_order_goes_on(world: World) -> None:
    await ordered(world)
    form = await form_of(world)
    await Talk(world, LUIS).press(form.button(Verb.ORDER_CONFIRM), **ARRIVED, belongs=OUTSIDE)
    assert (await world.request()).state is State.EXECUTING
    assert [one.amount for one in await world.purchases()] == [eur(500)]


async def test_a_payment_that_failed_is_asked_why_and_then_told(world: World) -> None:
    await ordered(world)
    why = await press(world, Verb.ORDER_FAILED)
    assert why.first_line == EN.text("failed.question", amount=eur(500))
    assert (await world.request()).state is State.EXECUTING
    back = await Talk(world, LUIS).press(why.button(Verb.ORDER_SHOW))
    assert Verb.ORDER_ARRIVED in back.verbs
    await Talk(world, LUIS).press(why.button(Verb.ORDER_DECLINED, 1))
    request = await world.request()
    assert (request.state, request.asked.declined_reason) == (State.FAILED, "limit")
    assert Verb.ORDER_DECLINED not in (await press(world, Verb.ORDER_FAILED)).verbs


async def test_money_after_all_is_booked_beside_the_request_that_failed(world: World) -> None:
    await ordered(world)
    await press(world, Verb.ORDER_DECLINED, reason="limit")
    answer = await press(world, Verb.ORDER_CONFIRM, **ARRIVED)
    assert answer.first_line.startswith("Booked: €500.00")
    assert (await world.request()).state is State.FAILED


async def test_a_button_that_comes_too_late_shows_the_present_card(world: World) -> None:
    await ordered(world)
    await press(world, Verb.ORDER_CONFIRM, **ARRIVED)
    for verb in (Verb.ORDER_BOUGHT, Verb.ORDER_DECLINED):
        answer = await press(world, verb, reason="limit")
        assert EN.text("request.funded_recharge", amount=eur(500)) in answer.first_line


async def test_a_reason_or_a_number_that_is_made_up_changes_nothing(world: World) -> None:
    await ordered(world)
    assert (await press(world, Verb.ORDER_DECLINED, reason="because")).text == EN.text("refusal.reason_unknown")
    assert "100" in (await press(world, Verb.ORDER_BOUGHT, order_number="x" * 101)).text
    assert (await world.request()).state is State.EXECUTING


async def test_a_draft_is_nobodys_order(world: World) -> None:
    await world.draft()
    assert (await press(world, Verb.ORDER_SHOW)).text == EN.text("refusal.request_unknown")
    for verb in (Verb.ORDER_FAILED, Verb.ORDER_BOUGHT):
        assert (await press(world, verb)).text == EN.text("refusal.request_unknown")
    await world.plan(EVA)
    assert (await press(world, Verb.ORDER_FAILED, id_="l1")).text == EN.text("refusal.request_unknown")


async def test_a_lapsed_order_can_still_be_confirmed_from_its_card(world: World) -> None:
    await ordered(world)
    world.clock.move(days=5)
    await world.work()
    card = await press(world, Verb.REQUEST_SHOW)
    assert card.verbs == [Verb.ORDER_ARRIVED]
    assert "no longer counts as pending" in card.first_line
    await press(world, Verb.ORDER_CONFIRM, **ARRIVED)
    assert (await world.request()).state is State.DONE


# The partner


async def test_the_partner_gets_a_message_to_copy_and_a_mail_to_send(world: World) -> None:
    await world.configure(account=Account.CSP, partner=Partner("Cloud & Co", "orders@cloud.example"))
    await ordered(world, desk=DeskKind.PARTNER)
    card = await press(world, Verb.REQUEST_SHOW)
    assert "Dear Cloud &" in card.shown
    (link,) = [action["url"] for action in card.card["actions"] if action["type"] == "Action.OpenUrl"]
    assert link.startswith("https://outlook.office.com/mail/deeplink/compose?to=orders%40cloud.example&subject=")
    assert "%E2%82%AC500.00" in link
    assert "&" not in link.partition("&body=")[2]
    assert "To: orders@cloud.example" in card.shown


async def test_a_partner_that_nobody_named_is_asked_for(world: World) -> None:
    await world.configure(account=Account.CSP)
    await ordered(world, desk=DeskKind.PARTNER)
    card = await press(world, Verb.REQUEST_SHOW)
    asked = await Talk(world, LUIS).press(card.button(Verb.PARTNER_SHOW))
    assert asked.first_line == EN.text("partner.none")
    saved = await Talk(world, LUIS).press(asked.button(Verb.PARTNER_SET), name="Cloud", mail="orders@cloud.example")
    assert saved.first_line == EN.text("partner.line", name="Cloud", mail="orders@cloud.example")
    assert "Write a mail" in (await press(world, Verb.REQUEST_SHOW)).shown


async def test_a_mail_that_is_none_is_said_beside_the_form(world: World) -> None:
    answer = await Talk(world, ANA).press(signed(Verb.PARTNER_SET), name="Cloud", mail="nowhere")
    assert answer.first_line == EN.text("refusal.mail_malformed")
    assert value_of(answer, "mail") == "nowhere"
    assert (await Talk(world, ANA).say("partner")).first_line == EN.text("partner.none")


async def test_who_only_looks_sees_the_partner_and_no_form(world: World) -> None:
    world.directory.roles[GRACE.id] = frozenset({Role.GLOBAL_READER})
    assert (await Talk(world, GRACE).say("partner")).verbs == []
    refused = await Talk(world, GRACE).press(signed(Verb.PARTNER_SET), name="Cloud", mail="a@b.example")
    assert refused.text == EN.text("refusal.not_allowed_change_settings")


# The path has changed


async def test_a_changed_path_is_in_the_log_and_in_the_audit(world: World, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "saldo.orders"):
        answer = await press(world, Verb.PATH_CHANGED, id_="", page="buy")
    assert answer.text == EN.text("path.told")
    assert [(record.page, record.since) for record in caplog.records] == [("buy", "2024-11-18")]  # type: ignore[attr-defined]  # extra fields
    assert (await world.verbs())[-1] == "path.changed"
    assert (await press(world, Verb.PATH_CHANGED, id_="", page="secret")).text == EN.text("refusal.button_unknown")


async def test_under_an_mca_there_is_a_checklist_in_the_order_that_matters(world: World) -> None:
    await world.buy(300)
    await world.configure(account=Account.MCA)
    for text in ("recharge 500", "recargar 500"):
        card = await Talk(world, ANA).say(text)
        reader = EN if text.startswith("recharge") else ES
        texts = [unescape(block["text"]) for block in card.card["body"][1:4]]
        assert texts[0] == reader.text("turn_off.first")
        assert [text[:2] for text in texts] == ["1.", "2.", "3."]
        assert "300" in texts[2]
    assert await world.requests() == []
