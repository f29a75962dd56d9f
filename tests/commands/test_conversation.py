"""What people say to each other about a request on its cards, and what its buttons do when they are old or pressed
twice."""

import pytest

from bot.domain.events import SALDO, Break, Evidence, Fund
from bot.domain.people import Person, Role
from bot.domain.policy import Band, Policy, Scale
from bot.domain.requests import Ratification, Request, Saying, State
from bot.domain.settings import Account, NamedPerson
from bot.ports.errors import Retry
from bot.usecases.change_request import change_request
from bot.usecases.policy import load_policy
from cards.actions import Verb
from tests.commands.talk import Answer, Talk, signed
from tests.fakes import ANA, CARMEN, EVA, GRACE, LUIS, OMAR, TENANT, TOM
from tests.usecases.world import EN, SEEN_ON, World, by, eur

TWO = Policy(2, (Scale("EUR", (Band(eur(100), 1), Band(eur(2_000), 2), Band(None, 2, needs_finance=True))),))


async def waiting(world: World) -> Request:
    """Luis and Carmen can approve it, and it takes both."""
    await world.adopt(TWO)
    await world.configure(approvers=(NamedPerson(CARMEN.id, CARMEN.name),))
    await world.introduce(ANA, LUIS, CARMEN)
    return await world.send()


async def press(world: World, who: Person, verb: Verb, revision: int = 1, /, **inputs: str) -> Answer:
    return await Talk(world, who).press(signed(verb, "r1", revision), **inputs)


async def said(world: World) -> list[tuple[Person | str, Saying, str]]:
    return [(remark.name, remark.saying, remark.text) for remark in (await world.request()).remarks]


async def test_a_question_is_asked_and_answered_in_place_and_the_request_stays_open(world: World) -> None:
    await waiting(world)
    await world.work()
    asked = await press(world, LUIS, Verb.REQUEST_ASK, comment="Why so much?")
    assert asked.first_line == EN.text("request.told_asked")
    await world.work()
    lines = [message.text for chat, message in world.messenger.sent if chat == f"chat-{ANA.id}"]
    assert lines == [EN.text("lock.asked_more", name="Ana")]
    card = await press(world, ANA, Verb.REQUEST_SHOW)
    assert card.first_line == EN.text("request.question")
    assert "Why so much?" in card.shown
    assert card.verbs[0] == Verb.REQUEST_ANSWER
    answer = await Talk(world, ANA).press(card.button(Verb.REQUEST_ANSWER), comment="New phones.")
    assert answer.first_line == EN.text("request.told_answered")
    assert Verb.REQUEST_ANSWER not in answer.verbs
    assert [saying for _, saying, _ in await said(world)] == [Saying.QUESTION, Saying.ANSWER]
    assert (await world.request()).state is State.PENDING


@pytest.mark.parametrize(
    ("who", "verb", "text"),
    [(LUIS, Verb.REQUEST_ASK, "Why?"), (LUIS, Verb.REQUEST_COMMENT, "Hm."), (ANA, Verb.REQUEST_COMMENT, "Please.")],
)
async def test_what_is_said_twice_in_a_row_was_said_once(world: World, who: Person, verb: Verb, text: str) -> None:
    await waiting(world)
    first, again = [await press(world, who, verb, comment=text) for _ in range(2)]
    assert again.card == first.card
    assert len(await said(world)) == 1


async def test_an_answer_that_is_sent_again_is_the_one_on_record(world: World) -> None:
    await waiting(world)
    await press(world, LUIS, Verb.REQUEST_ASK, comment="Why?")
    first, again = [await press(world, ANA, Verb.REQUEST_ANSWER, comment="So.") for _ in range(2)]
    assert again.card == first.card
    late = await press(world, ANA, Verb.REQUEST_ANSWER, comment="And so.")
    assert late.text == EN.text("refusal.nothing_to_answer")


async def test_nothing_is_said_without_words_and_by_nobody_who_has_no_part_in_it(world: World) -> None:
    await waiting(world)
    assert (await press(world, LUIS, Verb.REQUEST_ASK)).text == EN.text("refusal.text_missing")
    for verb in (Verb.REQUEST_ASK, Verb.REQUEST_COMMENT):
        assert (await press(world, EVA, verb, comment="Hi")).text == EN.text("refusal.not_an_approver")
    refused = await press(world, EVA, Verb.REQUEST_ANSWER, comment="Hi")
    assert refused.text == EN.text("refusal.not_the_requester", requester=ANA.name)
    assert await said(world) == []


async def test_what_was_decided_meanwhile_is_shown_and_nothing_more_is_asked(world: World) -> None:
    await waiting(world)
    await press(world, LUIS, Verb.REQUEST_REJECT)
    answer = await press(world, CARMEN, Verb.REQUEST_ASK, comment="Why?")
    assert "Luis Vega rejected" in answer.shown
    assert await said(world) == []


async def test_approvers_are_reminded_by_hand_once_in_four_hours(world: World) -> None:
    await waiting(world)
    card = await press(world, ANA, Verb.REQUEST_SHOW)
    answer = await Talk(world, ANA).press(card.button(Verb.REQUEST_REMIND))
    again = await Talk(world, ANA).press(card.button(Verb.REQUEST_REMIND))
    assert answer.first_line == again.first_line == EN.text("request.told_reminded")
    assert (await world.verbs()).count("request.remind") == 1
    soon = await Talk(world, ANA).press(answer.button(Verb.REQUEST_REMIND))
    assert soon.text == EN.text("refusal.reminded_already", at=world.clock.now())
    world.clock.move(hours=4)
    await Talk(world, ANA).press(answer.button(Verb.REQUEST_REMIND))
    assert (await world.verbs()).count("request.remind") == 2


async def test_somebody_else_is_asked_by_a_typed_name(world: World) -> None:
    world.directory.roles[GRACE.id] = frozenset({Role.BILLING_ADMINISTRATOR})
    await waiting(world)
    await world.introduce(GRACE)
    form = await press(world, ANA, Verb.REQUEST_REASSIGN_OPEN)
    assert form.verbs == [Verb.REQUEST_REASSIGN, Verb.REQUEST_SHOW]
    for _ in range(2):
        answer = await Talk(world, ANA).press(form.button(Verb.REQUEST_REASSIGN), typed="Grace")
        assert answer.first_line == EN.text("request.told_reassigned")
    assert (await world.request()).reassigned_to == NamedPerson(GRACE.id, GRACE.name)
    assert (await world.verbs()).count("request.reassign") == 1
    assert "Grace Kim" in (await press(world, LUIS, Verb.REQUEST_SHOW)).shown


async def test_an_old_form_asks_nobody_again(world: World) -> None:
    world.directory.roles[GRACE.id] = frozenset({Role.BILLING_ADMINISTRATOR})
    await waiting(world)
    await world.introduce(GRACE)
    first = (await press(world, LUIS, Verb.REQUEST_REASSIGN_OPEN)).button(Verb.REQUEST_REASSIGN)
    await Talk(world, LUIS).press(first, people=CARMEN.id)
    second = (await press(world, ANA, Verb.REQUEST_REASSIGN_OPEN)).button(Verb.REQUEST_REASSIGN)
    await Talk(world, ANA).press(second, people=GRACE.id)
    answer = await Talk(world, LUIS).press(first, people=CARMEN.id)
    assert answer.first_line != EN.text("request.told_reassigned")
    assert (await world.request()).reassigned_to == NamedPerson(GRACE.id, GRACE.name)


async def test_the_same_words_count_again_on_a_later_card_and_never_on_an_old_one(world: World) -> None:
    await waiting(world)
    old = (await press(world, LUIS, Verb.REQUEST_SHOW)).button(Verb.REQUEST_COMMENT)
    card = await Talk(world, LUIS).press(old, comment="Hm.")
    await press(world, ANA, Verb.REQUEST_COMMENT, comment="Please.")
    await Talk(world, LUIS).press(old, comment="Hm.")
    assert len(await said(world)) == 2
    await Talk(world, LUIS).press(card.button(Verb.REQUEST_COMMENT), comment="Hm.")
    assert len(await said(world)) == 3


async def test_a_name_that_fits_several_is_asked_about(world: World) -> None:
    await waiting(world)
    form = await press(world, LUIS, Verb.REQUEST_REASSIGN, typed="o")
    assert form.first_line == EN.text("reassign.which")
    assert "carmen@contoso.example" in form.shown
    await Talk(world, LUIS).press(form.button(Verb.REQUEST_REASSIGN), who=CARMEN.id)
    assert (await world.request()).reassigned_to == NamedPerson(CARMEN.id, CARMEN.name)


@pytest.mark.parametrize(
    ("inputs", "key", "values"),
    [
        ({}, "reassign_missing", {}),
        ({"typed": "Nobody"}, "person_unknown", {"name": "Nobody"}),
        ({"people": "nobody"}, "person_unknown", {"name": "nobody"}),
        ({"people": TOM.id}, "reassign_unreachable", {"name": TOM.name}),
        ({"people": OMAR.id}, "not_eligible", {"name": OMAR.name}),
    ],
)
async def test_what_is_wrong_with_the_person_is_said_in_the_form(
    world: World, inputs: dict[str, str], key: str, values: dict[str, str]
) -> None:
    await waiting(world)
    await world.introduce(OMAR)
    answer = await press(world, ANA, Verb.REQUEST_REASSIGN, **inputs)
    assert answer.first_line == EN.text(f"refusal.{key}", **values)
    assert Verb.REQUEST_REASSIGN in answer.verbs


async def test_the_requester_is_never_asked_to_decide_and_nobody_without_a_part_asks_anybody(world: World) -> None:
    await waiting(world)
    assert (await press(world, LUIS, Verb.REQUEST_REASSIGN, people=ANA.id)).text == EN.text("refusal.own_request")
    assert (await press(world, EVA, Verb.REQUEST_REASSIGN, typed="o")).text == EN.text("refusal.not_an_approver")
    assert "500" not in (await press(world, EVA, Verb.REQUEST_REASSIGN_OPEN)).shown
    await press(world, LUIS, Verb.REQUEST_REJECT)
    for verb in (Verb.REQUEST_REASSIGN_OPEN, Verb.REQUEST_REASSIGN):
        assert "rejected" in (await press(world, ANA, verb, typed="Carmen")).shown
    assert (await world.request()).reassigned_to is None


async def test_what_waits_is_edited_in_its_form_and_old_buttons_show_what_changed(world: World) -> None:
    await waiting(world)
    old = await press(world, LUIS, Verb.REQUEST_SHOW)
    own = await press(world, ANA, Verb.REQUEST_SHOW)
    form = await Talk(world, ANA).press(own.button(Verb.RECHARGE_EDIT))
    assert "€500.00" in form.shown
    assert form.verbs == [Verb.RECHARGE_CHANGE, Verb.REQUEST_SHOW]
    for _ in range(2):
        answer = await Talk(world, ANA).press(form.button(Verb.RECHARGE_CHANGE), amount="700", reason="new phones")
        assert answer.first_line == EN.text("request.told_edited")
    assert (await world.request()).revision == 2
    for verb in (Verb.REQUEST_APPROVE, Verb.REQUEST_REJECT, Verb.REQUEST_ASK, Verb.REQUEST_REASSIGN_OPEN):
        shown = await press(world, LUIS, verb, comment="x")
        assert "Amount: €500.00 → €700.00" in shown.first_line
        assert shown.button(Verb.REQUEST_APPROVE)["v"] == 2
    assert old.button(Verb.REQUEST_APPROVE)["v"] == 1
    assert "€700.00" in (await press(world, ANA, Verb.REQUEST_WITHDRAW)).shown
    request = await world.request()
    assert (request.state, request.decisions, request.remarks) == (State.PENDING, (), ())


async def test_whoever_is_asked_again_after_an_edit_reads_what_changed(world: World) -> None:
    await waiting(world)
    await world.work()
    world.messenger.sent.clear()
    await press(world, ANA, Verb.RECHARGE_CHANGE, amount="700", reason="", po_number="PO-1")
    await world.work()
    cards = [str(message.card) for _, message in world.messenger.sent]
    assert len(cards) == 2
    assert all("€500.00 → €700.00" in card and "“new phones” → nothing" in card for card in cards)


async def test_an_edit_that_was_overtaken_changes_nothing_and_shows_what_is_asked_for(world: World) -> None:
    await waiting(world)
    await press(world, ANA, Verb.RECHARGE_CHANGE, amount="700", reason="new phones")
    late = await press(world, ANA, Verb.RECHARGE_CHANGE, amount="900", reason="new phones")
    assert "€500.00 → €700.00" in late.first_line
    await press(world, LUIS, Verb.REQUEST_REJECT, 2)
    for verb in (Verb.RECHARGE_CHANGE, Verb.RECHARGE_EDIT):
        assert "rejected" in (await press(world, ANA, verb, 2, amount="900")).shown
    assert (await world.request()).asked.amount == eur(700)


async def test_what_is_wrong_with_an_edit_is_said_in_the_form_and_two_readings_are_asked_about(world: World) -> None:
    await waiting(world)
    wrong = await press(world, ANA, Verb.RECHARGE_CHANGE, amount="many")
    assert wrong.first_line == EN.text("refusal.amount_malformed", text="many")
    assert Verb.RECHARGE_CHANGE in wrong.verbs
    asked = await press(world, ANA, Verb.RECHARGE_CHANGE, amount="1.500", reason="more")
    assert asked.verbs == [Verb.RECHARGE_CHANGE] * 2
    await Talk(world, ANA).press(asked.button(Verb.RECHARGE_CHANGE, 1))
    request = await world.request()
    assert (request.asked.amount, request.asked.reason, request.revision) == (eur("1.50"), "more", 2)


async def test_nobody_else_edits_and_no_draft_and_no_other_kind_is_edited_by_this_form(world: World) -> None:
    world.directory.roles[TOM.id] = frozenset({Role.TEAMS_ADMINISTRATOR})
    await waiting(world)
    await world.draft("d1")
    await world.plan(EVA)
    refused = await press(world, TOM, Verb.RECHARGE_CHANGE, amount="700")
    assert refused.text == EN.text("refusal.not_the_requester", requester=ANA.name)
    for id_ in ("d1", "l1"):
        answer = await Talk(world, ANA).press(signed(Verb.RECHARGE_CHANGE, id_, 1), amount="700")
        assert answer.text == EN.text("refusal.request_unknown")
    await world.configure(account=Account.MCA)
    assert (await press(world, ANA, Verb.RECHARGE_CHANGE, amount="700")).text == EN.text("refusal.mca_cannot_buy")


async def test_licenses_that_wait_are_asked_for_somebody_else(world: World) -> None:
    await world.plan(EVA, id_="r1")
    await world.submit("r1")
    form = await press(world, ANA, Verb.LICENSES_EDIT)
    assert EVA.address in form.shown
    assert form.verbs == [Verb.LICENSES_CHANGE, Verb.REQUEST_SHOW]
    for _ in range(2):
        answer = await Talk(world, ANA).press(form.button(Verb.LICENSES_CHANGE), typed=f"{TOM.name}, {GRACE.address}")
        assert answer.first_line == EN.text("request.told_edited")
    request = await world.request()
    assert ([seat.name for seat in request.seats], request.revision) == ([TOM.name, GRACE.name], 2)
    assert "1 person → 2 people" in (await press(world, OMAR, Verb.REQUEST_APPROVE)).first_line


async def test_of_those_who_cannot_get_a_license_an_edit_says_so(world: World) -> None:
    world.licenses.plans[TOM.id] = frozenset()
    world.directory.people[TOM.id] = TOM
    await world.plan(EVA, id_="r1")
    await world.submit("r1")
    world.directory.people[GRACE.id] = Person(GRACE.id, GRACE.name, usage_location=None)
    answer = await press(world, ANA, Verb.LICENSES_CHANGE, people=f"{TOM.id},{GRACE.id}")
    assert answer.text == EN.text("licenses.left_out", names=[GRACE.name])
    assert [seat.name for seat in (await world.request()).seats] == [TOM.name]
    nobody = await press(world, ANA, Verb.LICENSES_CHANGE, 2, people=GRACE.id)
    assert nobody.first_line == EN.plural("licenses.none", 1, names=GRACE.name)
    assert (await world.request()).revision == 2


async def test_names_that_fit_several_or_nobody_are_asked_about_before_licenses_change(world: World) -> None:
    await world.plan(EVA, id_="r1")
    await world.submit("r1")
    world.directory.broken["look_up"] = Retry("busy")
    assert EVA.name in (await press(world, ANA, Verb.LICENSES_EDIT)).shown
    several = await press(world, ANA, Verb.LICENSES_CHANGE, typed="o, Nobody", chosen=EVA.id)
    assert several.verbs == [Verb.LICENSES_CHANGE, Verb.REQUEST_SHOW]
    assert "Nobody" in several.shown
    button = several.button(Verb.LICENSES_CHANGE)
    assert button["chosen"] == EVA.id
    await Talk(world, ANA).press(button, who_0=TOM.id)
    assert {seat.name for seat in (await world.request()).seats} == {EVA.name, TOM.name}
    assert (await press(world, ANA, Verb.LICENSES_CHANGE, typed="Eva")).first_line.startswith("It was changed")
    world.directory.roles[ANA.id] = frozenset()
    world.standings.forget(TENANT)
    assert (await press(world, ANA, Verb.LICENSES_EDIT)).text == EN.text("refusal.not_allowed_propose_licenses")


async def test_only_licenses_of_ones_own_that_wait_are_edited_by_their_form(world: World) -> None:
    world.directory.roles[TOM.id] = frozenset({Role.TEAMS_ADMINISTRATOR})
    await world.plan(EVA, id_="r1")
    for verb in (Verb.LICENSES_EDIT, Verb.LICENSES_CHANGE):
        assert (await press(world, ANA, verb)).text == EN.text("refusal.request_unknown")
    await world.submit("r1")
    refused = await press(world, TOM, Verb.LICENSES_EDIT)
    assert refused.text == EN.text("refusal.not_the_requester", requester=ANA.name)
    await press(world, OMAR, Verb.REQUEST_REJECT)
    for verb in (Verb.LICENSES_EDIT, Verb.LICENSES_CHANGE):
        assert "rejected" in (await press(world, ANA, verb, people=TOM.id)).shown


async def test_above_the_first_band_an_approval_is_asked_for_once_more_and_nothing_is_written_before(
    world: World,
) -> None:
    await waiting(world)
    card = await press(world, LUIS, Verb.REQUEST_SHOW)
    asked = await Talk(world, LUIS).press(card.button(Verb.REQUEST_APPROVE), comment="fine")
    assert asked.verbs == [Verb.REQUEST_APPROVE, Verb.REQUEST_SHOW]
    assert (await world.request()).approvals == ()
    back = await Talk(world, LUIS).press(asked.button(Verb.REQUEST_SHOW))
    assert back.verbs == card.verbs
    answer = await Talk(world, LUIS).press(asked.button(Verb.REQUEST_APPROVE))
    assert answer.first_line == EN.text("request.your_approval")
    assert [voice.comment for voice in (await world.request()).approvals] == ["fine"]


async def test_an_approval_is_taken_back_and_an_old_click_neither_repeats_nor_undoes_it(world: World) -> None:
    await waiting(world)
    approved = await press(world, LUIS, Verb.REQUEST_APPROVE, confirmed="yes")
    button = approved.button(Verb.REQUEST_RETRACT)
    taken = await Talk(world, LUIS).press(button)
    assert taken.first_line == EN.text("request.told_retracted")
    assert (await world.request()).approvals == ()
    assert Verb.REQUEST_APPROVE in (await Talk(world, LUIS).press(button)).verbs
    await Talk(world, LUIS).press(taken.button(Verb.REQUEST_APPROVE), confirmed="yes")
    await Talk(world, LUIS).press(button)
    assert len((await world.request()).approvals) == 1
    assert (await world.verbs()).count("request.retract") == 1


async def test_what_left_is_taken_back_by_nobody(world: World) -> None:
    await world.introduce(LUIS)
    await world.send()
    button = (await press(world, LUIS, Verb.REQUEST_APPROVE)).button(Verb.REQUEST_RETRACT)
    await world.work()
    answer = await Talk(world, LUIS).press(button)
    assert Verb.REQUEST_RETRACT not in answer.verbs
    assert (await world.request()).state is State.EXECUTING
    assert (await press(world, CARMEN, Verb.REQUEST_RETRACT)).first_line == EN.text(
        "request.ordered_anybody", name=ANA.name
    )


async def broken_glass(world: World) -> None:
    await waiting(world)
    policy = await load_policy(world.store, TENANT)
    event = Break("No calls go out any more.", 10, Evidence.FORECAST, policy)
    await world.draft("r2", amount=100)
    await world.submit("r2")
    await change_request(world.store, world.clock, TENANT, "r2", event, by(ANA))


async def test_what_went_ahead_is_ratified_once_by_whoever_was_passed_over(world: World) -> None:
    await broken_glass(world)
    card = await Talk(world, LUIS).press(signed(Verb.REQUEST_SHOW, "r2", 1))
    assert card.first_line == EN.text("request.asks_ratify", name=ANA.name, amount=eur(100))
    assert "No calls go out any more." in card.shown
    for _ in range(2):
        answer = await Talk(world, LUIS).press(card.button(Verb.REQUEST_RATIFY), comment="right so")
        assert Verb.REQUEST_RATIFY not in answer.verbs
    request = await world.request("r2")
    assert request.ratification is Ratification.RATIFIED
    assert [voice.comment for voice in request.ratifications] == ["right so"]
    assert Verb.REQUEST_RATIFY not in (await Talk(world, ANA).press(signed(Verb.REQUEST_SHOW, "r2", 1))).verbs


async def test_after_its_time_nobody_is_asked_to_ratify(world: World) -> None:
    await broken_glass(world)
    world.clock.move(hours=73)
    card = await Talk(world, LUIS).press(signed(Verb.REQUEST_SHOW, "r2", 1))
    assert Verb.REQUEST_RATIFY not in card.verbs
    assert EN.text("request.ratification") in card.shown


async def test_more_than_was_approved_is_asked_about_afterwards(world: World) -> None:
    await world.introduce(LUIS)
    await world.send()
    await world.approve()
    await world.work()
    await change_request(world.store, world.clock, TENANT, "r1", Fund(eur(600), SEEN_ON, "X-1"), SALDO)
    card = await press(world, LUIS, Verb.REQUEST_SHOW)
    assert card.first_line == EN.text("request.asks_excess", amount=eur(100))
    await Talk(world, LUIS).press(card.button(Verb.REQUEST_RATIFY))
    assert (await world.request()).ratification is Ratification.RATIFIED


async def test_a_click_from_before_more_came_shows_how_much_it_is_now(world: World) -> None:
    await broken_glass(world)
    button = (await Talk(world, LUIS).press(signed(Verb.REQUEST_SHOW, "r2", 1))).button(Verb.REQUEST_RATIFY)
    await Talk(world, LUIS).press(button)
    await world.work()
    await change_request(world.store, world.clock, TENANT, "r2", Fund(eur(600), SEEN_ON, "X-1"), SALDO)
    answer = await Talk(world, LUIS).press(button)
    assert answer.first_line == EN.text("request.asks_excess", amount=eur(500))
    assert (await world.request("r2")).ratification is Ratification.UNRATIFIED


async def test_a_typed_question_stands_in_the_card_and_a_button_sends_it(world: World) -> None:
    await waiting(world)
    card = await Talk(world, LUIS).say("ask more: ¿which phones?")
    field = next(part for part in card.card["body"] if part.get("id") == "comment")
    assert field["value"] == "¿which phones?"
    assert "refresh" not in card.card  # a fresh card would lose what was typed
    assert await said(world) == []
    own = await Talk(world, ANA).say("responder")
    assert own.button(Verb.RECHARGE_EDIT)["r"] == "r1"


async def test_an_answer_finds_the_request_that_was_asked_about(world: World) -> None:
    await waiting(world)
    world.clock.move(minutes=1)
    await world.send("r2")
    await press(world, LUIS, Verb.REQUEST_ASK, comment="Why?")
    assert (await Talk(world, ANA).say("answer: so")).button(Verb.REQUEST_ANSWER)["r"] == "r1"
    assert (await Talk(world, LUIS).say("ask more")).button(Verb.REQUEST_ASK)["r"] == "r2"


async def test_whoever_has_nothing_to_say_is_told_so(world: World) -> None:
    await waiting(world)
    assert EN.text("refusal.nothing_to_say") in (await Talk(world, EVA).say("ask more")).shown
