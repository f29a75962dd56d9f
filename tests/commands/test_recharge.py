from datetime import timedelta

import pytest

from bot.domain.money import Money
from bot.domain.people import Role
from bot.domain.requests import State
from bot.domain.settings import Account
from bot.ports.collections import SENT_CARDS
from bot.ports.errors import Retry
from bot.usecases.propose_recharge import MOST_OPEN, REASON_LIMIT
from cards.actions import Verb
from tests.commands.talk import ITS_REQUESTERS, Answer, Talk, signed
from tests.fakes import ANA, EVA, LUIS, TENANT, TOM
from tests.usecases.world import EN, SEEN_ON, World, eur


async def proposed(world: World, text: str = "recharge 500") -> Answer:
    await world.introduce(LUIS)
    return await Talk(world, ANA).say(text)


async def only_id(world: World) -> str:
    (request,) = await world.requests()
    return request.id


async def test_a_sum_leads_to_a_proposal_that_nobody_else_has_heard_of(world: World) -> None:
    answer = await proposed(world)
    assert answer.verbs == [Verb.RECHARGE_SEND, Verb.RECHARGE_EDIT]
    assert "€500.00" in answer.first_line
    assert "Luis" in answer.first_line
    (request,) = await world.requests()
    assert (request.state, request.asked.amount) == (State.DRAFT, eur(500))
    assert world.messenger.sent == []


@pytest.mark.parametrize("text", ["recharge 500 for the fair, please", "necesitamos 500 euros más para the fair"])
async def test_what_it_is_for_is_its_reason(world: World, text: str) -> None:
    assert "the fair" in (await proposed(world, text)).shown
    (request,) = await world.requests()
    assert (request.asked.amount, request.asked.reason) == (eur(500), "the fair")


async def test_what_it_is_for_stays_with_a_sum_that_can_be_read_in_two_ways(world: World) -> None:
    question = await proposed(world, "recharge 1.500 for the fair")
    await Talk(world, ANA).press(question.button(Verb.RECHARGE_AMOUNT))
    (request,) = await world.requests()
    assert request.asked.reason == "the fair"


@pytest.mark.parametrize("text", ["recharge 500, por favor", "recharge 500 for", "recharge 500 for please"])
async def test_a_courtesy_is_no_reason(world: World, text: str) -> None:
    await proposed(world, text)
    (request,) = await world.requests()
    assert request.asked.reason == ""


async def test_a_line_that_is_delivered_twice_is_one_proposal(world: World) -> None:
    ana = Talk(world, ANA)
    for _ in range(2):
        await ana.say("recharge 500", activity="a-7")
    assert len(await world.requests()) == 1
    await ana.say("recharge 500", activity="a-8")
    assert len(await world.requests()) == 2


async def test_a_suggestion_that_is_pressed_twice_is_one_proposal(world: World) -> None:
    for _ in range(2):
        await Talk(world, ANA).press(signed(Verb.SAY), text="recharge 500")
    assert len(await world.requests()) == 1
    await Talk(world, ANA).press(signed(Verb.SAY), text="recharge 600")
    await Talk(world, ANA).press(signed(Verb.SAY), text="recharge 600", card_id="another card")
    assert len(await world.requests()) == 3


async def test_a_plan_of_licences_is_no_recharge_whatever_the_button(world: World) -> None:
    await world.plan(EVA)
    for verb in (Verb.RECHARGE_EDIT, Verb.RECHARGE_SEND):
        answer = await Talk(world, ANA).press(signed(verb, "l1", 1))
        assert answer.text == EN.text("refusal.request_unknown")
    await Talk(world, ANA).press(signed(Verb.RECHARGE_PROPOSE, "l1"), amount="500")
    assert (await world.request("l1")).recharge is None


async def test_without_a_sum_the_form_asks_for_it(world: World) -> None:
    answer = await Talk(world, ANA).say("recharge")
    assert answer.verbs == [Verb.RECHARGE_PROPOSE]
    assert answer.first_line == EN.text("recharge.question")
    assert await world.requests() == []


async def test_a_form_that_is_submitted_twice_is_one_proposal_with_its_reason(world: World) -> None:
    ana = Talk(world, ANA)
    form = (await ana.press(signed(Verb.RECHARGE_OPEN))).button(Verb.RECHARGE_PROPOSE)
    for _ in range(2):
        answer = await ana.press(form, amount="1.234,50 €", reason=" new phones ", po_number="PO-1")
        assert "€1,234.50" in answer.first_line
    (request,) = await world.requests()
    assert (request.asked.reason, request.asked.po_number, request.revision) == ("new phones", "PO-1", 1)


async def test_two_forms_are_two_proposals(world: World) -> None:
    ana = Talk(world, ANA)
    for _ in range(2):
        form = (await ana.press(signed(Verb.RECHARGE_OPEN))).button(Verb.RECHARGE_PROPOSE)
        await ana.press(form, amount="500")
    assert len(await world.requests()) == 2


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("many", "refusal.amount_malformed"),
        ("0", "refusal.amount_zero"),
        ("-5", "refusal.amount_negative"),
        ("0.0001", "refusal.amount_too_fine"),
        ("99999999999", "refusal.amount_too_large"),
        ("9" * 41, "refusal.amount_too_large"),
        ("500 USD", "refusal.currency_other"),
        ("500 ZZZ", "refusal.currency_unknown"),
        ("٥٠٠", "refusal.amount_digits"),
    ],
)
async def test_a_wrong_sum_brings_the_form_back_with_what_is_wrong(world: World, typed: str, key: str) -> None:
    ana = Talk(world, ANA)
    form = (await ana.press(signed(Verb.RECHARGE_OPEN))).button(Verb.RECHARGE_PROPOSE)
    answer = await ana.press(form, amount=typed, reason="new phones")
    values = {"text": typed, "currency": typed[-3:], "wallet": "EUR"}
    assert answer.first_line == EN.text(key, **values)
    assert "new phones" in answer.shown
    assert await world.requests() == []
    corrected = await ana.press(answer.button(Verb.RECHARGE_PROPOSE), amount="500", reason="new phones")
    assert Verb.RECHARGE_SEND in corrected.verbs or "€500.00" in corrected.first_line


async def test_a_form_without_a_sum_comes_back(world: World) -> None:
    ana = Talk(world, ANA)
    form = (await ana.press(signed(Verb.RECHARGE_OPEN))).button(Verb.RECHARGE_PROPOSE)
    for amount in ("", "   ", ["500"], {"a": 1}, None):
        assert (await ana.press(form, amount=amount)).verbs == [Verb.RECHARGE_PROPOSE]
    assert await world.requests() == []


async def test_texts_without_end_are_refused(world: World) -> None:
    ana = Talk(world, ANA)
    form = (await ana.press(signed(Verb.RECHARGE_OPEN))).button(Verb.RECHARGE_PROPOSE)
    answer = await ana.press(form, amount="500", reason="x" * (REASON_LIMIT + 1))
    assert answer.text == EN.text("refusal.text_too_long", limit=REASON_LIMIT)
    answer = await ana.press(form, amount="5" * 201)
    assert answer.text == EN.text("refusal.text_too_long", limit=200)
    assert await world.requests() == []


async def test_a_sum_that_can_be_read_in_two_ways_is_asked_about_and_never_guessed(world: World) -> None:
    ana = Talk(world, ANA)
    answer = await ana.say("recharge 1.500")
    assert answer.verbs == [Verb.RECHARGE_AMOUNT] * 2
    assert await world.requests() == []
    for number in (0, 0, 1):
        await ana.press(answer.button(Verb.RECHARGE_AMOUNT, number))
    (request,) = await world.requests()  # whichever is pressed is this one question's request
    assert (request.asked.amount, request.revision) == (eur("1.50"), 2)


async def test_an_old_form_that_comes_again_shows_the_proposal_as_it_is(world: World) -> None:
    ana = Talk(world, ANA)
    form = (await ana.press(signed(Verb.RECHARGE_OPEN))).button(Verb.RECHARGE_PROPOSE)
    proposal = await ana.press(form, amount="500")
    changed = await ana.press(
        (await ana.press(proposal.button(Verb.RECHARGE_EDIT))).button(Verb.RECHARGE_PROPOSE), amount="700"
    )
    assert (await ana.press(form, amount="500")).card == changed.card
    (request,) = await world.requests()
    assert (request.asked.amount, request.revision) == (eur(700), 2)


async def test_the_reason_of_a_form_rides_along_with_the_question(world: World) -> None:
    ana = Talk(world, ANA)
    form = (await ana.press(signed(Verb.RECHARGE_OPEN))).button(Verb.RECHARGE_PROPOSE)
    question = await ana.press(form, amount="1.500", reason="new phones", po_number="PO-1")
    await ana.press(question.button(Verb.RECHARGE_AMOUNT))
    (request,) = await world.requests()
    assert (request.asked.amount, request.asked.reason) == (eur(1500), "new phones")


async def test_a_reading_that_is_finer_than_a_cent_brings_the_form(world: World) -> None:
    ana = Talk(world, ANA)
    question = await ana.say("recharge 1.234")
    answer = await ana.press(question.button(Verb.RECHARGE_AMOUNT, 1))
    assert answer.first_line == EN.text("refusal.amount_too_fine")
    assert await world.requests() == []


@pytest.mark.parametrize(
    ("forged", "key"),
    [
        ({"amount": "1500.00", "currency": "USD"}, "refusal.currency_other"),
        ({"amount": "1500.00", "currency": ""}, "refusal.currency_unknown"),
        ({"amount": "1500.00", "currency": "eur"}, "refusal.currency_unknown"),
        ({"amount": "NaN", "currency": "EUR"}, "refusal.amount_malformed"),
        ({"amount": "1e9", "currency": "EUR"}, "refusal.amount_malformed"),
        ({"amount": "9" * 40, "currency": "EUR"}, "refusal.amount_too_large"),
        ({"amount": "9" * 41, "currency": "EUR"}, "refusal.text_too_long"),
        ({"currency": "EUR"}, "refusal.amount_malformed"),
    ],
)
async def test_what_rides_beside_a_button_is_worth_no_more_than_typed_text(
    world: World, forged: dict[str, str], key: str
) -> None:
    answer = await Talk(world, ANA).press(signed(Verb.RECHARGE_AMOUNT, "r1"), **forged)
    values = {"text": forged.get("amount", ""), "currency": forged["currency"], "wallet": "EUR", "limit": 40}
    assert answer.text == EN.text(key, **values)
    assert await world.requests() == []


async def test_a_sum_below_zero_beside_a_button_brings_the_form(world: World) -> None:
    button = signed(Verb.RECHARGE_AMOUNT, "r1")
    answer = await Talk(world, ANA).press(button, amount="-500.00", currency="EUR")
    assert answer.first_line == EN.text("refusal.amount_not_positive")
    assert await world.requests() == []


async def test_a_button_without_its_request_is_refused(world: World) -> None:
    answer = await Talk(world, ANA).press(signed(Verb.RECHARGE_PROPOSE), amount="500")
    assert answer.text == EN.text("refusal.request_unknown")
    for verb in (Verb.RECHARGE_SEND, Verb.RECHARGE_EDIT):
        answer = await Talk(world, ANA).press(signed(verb, "gone", 1))
        assert answer.text == EN.text("refusal.request_unknown")


async def test_who_may_not_propose_sees_neither_form_nor_effect(world: World) -> None:
    await world.draft()
    eva = Talk(world, EVA)
    for verb in (verb for verb in Verb if verb.startswith("recharge.")):
        answer = await eva.press(signed(verb, "r1", 1), amount="9", currency="EUR")
        assert answer.text == EN.text("refusal.not_allowed_propose_recharge")
    assert (await world.request()).asked.amount == eur(500)


async def test_under_mca_nothing_is_proposed_and_a_draft_from_before_is_not_sent(world: World) -> None:
    button = (await proposed(world)).button(Verb.RECHARGE_SEND)
    await world.configure(account=Account.MCA)
    refused = EN.text("refusal.mca_cannot_buy")
    assert (await Talk(world, ANA).press(button)).text == refused
    assert (await Talk(world, ANA).say("recharge 500")).first_line == EN.text("turn_off.line")
    opened = await Talk(world, ANA).press(signed(Verb.RECHARGE_OPEN))
    assert opened.first_line == EN.text("turn_off.line")
    assert Verb.RECHARGE_PROPOSE not in opened.verbs
    assert (await world.request(await only_id(world))).state is State.DRAFT


async def test_a_draft_that_is_sent_waits_for_approval_and_its_card_is_kept(world: World) -> None:
    button = (await proposed(world)).button(Verb.RECHARGE_SEND)
    answer = await Talk(world, ANA).press(button)
    assert answer.verbs == [Verb.RECHARGE_EDIT, *ITS_REQUESTERS]
    assert (await world.request(await only_id(world))).state is State.PENDING
    (kept,) = (await world.store.find(SENT_CARDS, TENANT)).documents
    assert (kept.body.person, kept.body.activity_id) == (ANA.id, "card")


async def test_send_pressed_twice_sends_once_and_shows_the_present_card(world: World) -> None:
    button = (await proposed(world)).button(Verb.RECHARGE_SEND)
    for _ in range(2):
        assert (await Talk(world, ANA).press(button)).verbs == [Verb.RECHARGE_EDIT, *ITS_REQUESTERS]
    assert (await world.verbs()).count("request.submit") == 1


async def test_who_has_many_requests_that_nobody_has_answered_sends_neither_kind(world: World) -> None:
    for number in range(MOST_OPEN):
        await world.send(f"r{number}")
    await world.draft("r")
    await world.plan(EVA)
    for button in (signed(Verb.RECHARGE_SEND, "r", 1), signed(Verb.LICENSES_SEND, "l1", 1)):
        assert (await Talk(world, ANA).press(button)).text == EN.text("refusal.too_many_open", limit=MOST_OPEN)
    assert {(await world.request(id_)).state for id_ in ("r", "l1")} == {State.DRAFT}


async def test_two_presses_of_send_at_the_same_moment_send_once(world: World) -> None:
    button = (await proposed(world)).button(Verb.RECHARGE_SEND)
    id_ = await only_id(world)

    async def rival() -> None:
        await world.submit(id_)

    answer = await Talk(world.beside(rival), ANA).press(button)
    assert answer.verbs == [Verb.RECHARGE_EDIT, *ITS_REQUESTERS]
    assert (await world.verbs()).count("request.submit") == 1


async def test_an_old_send_button_sends_nothing_that_was_not_seen(world: World) -> None:
    ana = Talk(world, ANA)
    first = await proposed(world)
    form = await ana.press(first.button(Verb.RECHARGE_EDIT))
    assert "€500.00" in form.shown
    second = await ana.press(form.button(Verb.RECHARGE_PROPOSE), amount="9000")
    answer = await ana.press(first.button(Verb.RECHARGE_SEND))
    assert "€9,000.00" in answer.first_line
    assert (await world.request(await only_id(world))).state is State.DRAFT
    await ana.press(second.button(Verb.RECHARGE_SEND))
    assert (await world.request(await only_id(world))).state is State.PENDING


async def test_what_was_sent_is_neither_edited_nor_changed_by_an_old_form(world: World) -> None:
    ana = Talk(world, ANA)
    first = await proposed(world)
    form = await ana.press(first.button(Verb.RECHARGE_EDIT))
    await ana.press(first.button(Verb.RECHARGE_SEND))
    change = await ana.press(first.button(Verb.RECHARGE_EDIT))
    assert change.verbs == [Verb.RECHARGE_CHANGE, Verb.REQUEST_SHOW]  # of what waits, by a form of its own
    answer = await ana.press(form.button(Verb.RECHARGE_PROPOSE), amount="9000")
    assert answer.verbs == [Verb.RECHARGE_EDIT, *ITS_REQUESTERS]
    assert (await world.request(await only_id(world))).asked.amount == eur(500)


async def test_somebody_elses_draft_is_neither_shown_nor_edited_nor_sent(world: World) -> None:
    world.directory.roles[TOM.id] = frozenset({Role.TEAMS_ADMINISTRATOR})
    await world.draft()
    for verb in (Verb.RECHARGE_EDIT, Verb.RECHARGE_SEND):
        answer = await Talk(world, TOM).press(signed(verb, "r1", 1))
        assert answer.text == EN.text("refusal.not_the_requester", requester=ANA.name)
    answer = await Talk(world, TOM).press(signed(Verb.RECHARGE_PROPOSE, "r1"), amount="9000")
    assert answer.text == EN.text("refusal.not_the_requester", requester=ANA.name)
    assert (await world.request()).asked.amount == eur(500)


async def test_somebody_elses_draft_with_the_same_sum_shows_its_state_alone(world: World) -> None:
    world.directory.roles[TOM.id] = frozenset({Role.TEAMS_ADMINISTRATOR})
    await world.draft("r1", amount=700)
    answer = await Talk(world, TOM).press(signed(Verb.RECHARGE_PROPOSE, "r1"), amount="700", reason="new phones")
    assert answer.verbs == []
    assert "700" not in answer.shown


async def test_where_nobody_else_can_approve_there_is_nothing_to_send(world: World) -> None:
    world.directory.roles = {ANA.id: frozenset({Role.TEAMS_ADMINISTRATOR})}
    answer = await Talk(world, ANA).say("recharge 500")
    assert answer.verbs == [Verb.RECHARGE_EDIT]


async def test_a_directory_that_does_not_tell_the_approvers_keeps_nobody_from_proposing(world: World) -> None:
    ana = Talk(world, ANA)
    await ana.say("help")  # her rights are known for five minutes
    world.directory.broken["holders"] = Retry("busy")
    assert (await ana.say("recharge 500")).card
    assert len(await world.requests()) == 1


async def test_with_enough_usage_the_form_suggests_a_sum_and_the_proposal_tells_how_long_it_lasts(
    world: World,
) -> None:
    await world.buy(500)
    for n in range(14):
        await world.spend(10, SEEN_ON - timedelta(days=n))
    form = await Talk(world, ANA).say("recharge")
    months = EN.plural("advice.months", 3)
    assert (
        EN.text("recharge.advised", months=months, amount=eur(600)) in form.shown
    )  # 92 days take 920, 360 are there
    answer = await Talk(world, ANA).say("recharge 140")
    assert EN.text("proposal.lasts", amount=eur(140), day=SEEN_ON + timedelta(days=50)) in answer.first_line


async def test_a_wallet_in_another_currency_is_recharged_in_that_one(world: World) -> None:
    await world.configure(currency="GBP")
    await Talk(world, ANA).say("recharge 500")
    (request,) = await world.requests()
    assert request.asked.amount == Money.of(500, "GBP")
    assert (
        EN.text("refusal.currency_other", currency="EUR", wallet="GBP")
        == (await Talk(world, ANA).say("recharge €500")).first_line
    )


async def test_an_ea_account_is_asked_for_its_purchase_order(world: World) -> None:
    await world.configure(account=Account.EA)
    assert EN.text("recharge.po_missing") in (await Talk(world, ANA).say("recharge")).shown


async def test_where_a_po_number_is_needed_a_typed_amount_leads_to_the_form(world: World) -> None:
    await world.configure(account=Account.EA)
    await world.introduce(LUIS)
    ana = Talk(world, ANA)
    answer = await ana.say("recharge 500")
    assert answer.first_line == EN.text("refusal.po_number_missing")
    sent = await ana.press(answer.button(Verb.RECHARGE_PROPOSE), amount="500", po_number="4500")
    assert Verb.RECHARGE_SEND in sent.verbs
