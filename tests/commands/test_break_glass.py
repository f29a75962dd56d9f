"""`break glass`: the form that says what it means, and what its buttons do."""

from bot.domain.events import Reject
from bot.domain.people import Role
from bot.domain.requests import Clause, State
from bot.domain.settings import Account
from cards.actions import Verb
from tests.commands.talk import Talk, signed
from tests.fakes import ANA, CARMEN, EVA, LUIS
from tests.usecases.test_break_glass import REASON, empty
from tests.usecases.world import World


async def test_where_one_recharge_waits_its_form_opens_and_calling_it_orders_at_once(world: World) -> None:
    await empty(world)
    ana = Talk(world, ANA)
    form = await ana.say("break glass")
    assert form.first_line == "Order €500.00 now, before anybody has approved it?"
    ordered = await ana.press(form.button(Verb.BREAK_GLASS), reason=REASON)
    assert ordered.first_line == "The recharge of €500.00 goes ahead in an emergency, before it was approved."
    assert "until Nov 25" in ordered.shown
    assert (await world.request()).clause is Clause.BREAK_GLASS


async def test_it_is_offered_on_the_card_to_the_requester_and_to_approvers_in_an_emergency_only(world: World) -> None:
    await empty(world)
    for who in (ANA, LUIS, CARMEN):
        shown = await Talk(world, who).press(signed(Verb.REQUEST_SHOW, "r1", 1))
        assert Verb.BREAK_OPEN in shown.verbs
        assert (await Talk(world, who).press(shown.button(Verb.BREAK_OPEN))).verbs[0] == Verb.BREAK_GLASS
    await world.buy(5_000)
    assert Verb.BREAK_OPEN not in (await Talk(world, ANA).press(signed(Verb.REQUEST_SHOW, "r1", 1))).verbs


async def test_somebody_who_has_no_part_in_it_is_refused_and_asked_about_nothing(world: World) -> None:
    await empty(world)
    eva = Talk(world, EVA)
    for verb in (Verb.BREAK_OPEN, Verb.BREAK_GLASS):
        refused = await eva.press(signed(verb, "r1", 1), reason=REASON)
        assert refused.text.startswith("You are not one of the people who decide this.")
    assert "No recharge is waiting" in (await eva.say("break glass")).first_line
    assert (await world.request()).state is State.PENDING


async def test_too_short_a_reason_leads_back_to_the_form_with_what_was_typed(world: World) -> None:
    await empty(world)
    form = await Talk(world, ANA).press(signed(Verb.BREAK_GLASS, "r1", 1), reason="in a hurry")
    assert form.first_line.startswith("Say why in at least 20 characters")
    assert "in a hurry" in form.shown
    assert (await world.request()).state is State.PENDING


async def test_where_it_is_no_emergency_it_says_when_it_would_be_one(world: World) -> None:
    await world.buy(5_000)
    await world.send()
    refused = await Talk(world, ANA).say("break glass")
    assert "within 96 hours" in refused.first_line
    pressed = await Talk(world, ANA).press(signed(Verb.BREAK_GLASS, "r1", 1), reason=REASON)
    assert "within 96 hours" in pressed.text


async def test_of_several_the_one_that_is_meant_is_asked_for(world: World) -> None:
    await empty(world)
    await world.send("r2", amount=200)
    asked = await Talk(world, ANA).say("emergency")
    assert asked.verbs == [Verb.BREAK_OPEN, Verb.BREAK_OPEN]
    form = await Talk(world, ANA).press(asked.button(Verb.BREAK_OPEN, 1))
    assert form.first_line == "Order €500.00 now, before anybody has approved it?"


async def test_where_nothing_waits_a_recharge_is_offered_to_who_may_propose_one(world: World) -> None:
    assert (await Talk(world, ANA).say("break glass")).verbs == [Verb.RECHARGE_OPEN]
    await world.configure(account=Account.MCA)
    assert (await Talk(world, ANA).say("break glass")).verbs == [Verb.BALANCE_SHOW]
    await world.configure(account=None)
    assert (await Talk(world, EVA).say("break glass")).verbs == [Verb.BALANCE_SHOW]


async def test_a_button_of_what_was_decided_or_changed_meanwhile_shows_the_present_card(world: World) -> None:
    await empty(world)
    old = Talk(world, ANA)
    for verb in (Verb.BREAK_OPEN, Verb.BREAK_GLASS):
        assert Verb.BREAK_GLASS not in (await old.press(signed(verb, "r1", 7), reason=REASON)).verbs
    await world.decide("r1", LUIS, Reject())
    for verb in (Verb.BREAK_OPEN, Verb.BREAK_GLASS):
        shown = await old.press(signed(verb, "r1", 1), reason=REASON)
        assert shown.first_line == "The recharge of €500.00 was rejected."
    assert (await world.request()).exemption is None


async def test_pressed_twice_it_is_called_once(world: World) -> None:
    await empty(world)
    for _ in range(2):
        answer = await Talk(world, ANA).press(signed(Verb.BREAK_GLASS, "r1", 1), reason=REASON)
        assert "goes ahead in an emergency" in answer.first_line
    assert (await world.verbs()).count("request.break") == 1


async def test_a_draft_of_somebody_else_and_a_request_for_licences_are_unknown_to_it(world: World) -> None:
    await world.draft()
    await world.plan(EVA)
    world.directory.roles[LUIS.id] = frozenset({Role.GLOBAL_ADMINISTRATOR})
    for id_ in ("r1", "l1"):
        refused = await Talk(world, LUIS).press(signed(Verb.BREAK_OPEN, id_, 1))
        assert refused.text == "That request does not exist any more."


async def test_the_approver_of_an_emergency_approves_it_from_the_list_and_it_is_marked_until_then(
    world: World,
) -> None:
    await empty(world)
    await Talk(world, ANA).press(signed(Verb.BREAK_GLASS, "r1", 1), reason=REASON)
    assert "Emergency · not approved · Ana Torres" in (await Talk(world, ANA).say("requests")).shown
    listed = await Talk(world, CARMEN).say("requests")
    assert "Emergency · not approved · Ana Torres" in listed.shown
    assert listed.first_line == "1 request is waiting for you."
    opened = await Talk(world, CARMEN).press(listed.button(Verb.REQUEST_SHOW))
    await Talk(world, CARMEN).press(opened.button(Verb.REQUEST_RATIFY), comment="well done")
    assert "not approved" not in (await Talk(world, ANA).say("requests")).shown
    assert "yes" in (await Talk(world, ANA).press(signed(Verb.REQUEST_SHOW, "r1", 1))).shown


async def test_when_it_is_too_late_the_card_says_so_and_asks_nobody(world: World) -> None:
    await empty(world)
    await Talk(world, ANA).press(signed(Verb.BREAK_GLASS, "r1", 1), reason=REASON)
    world.clock.move(hours=73)
    late = await Talk(world, CARMEN).press(signed(Verb.REQUEST_SHOW, "r1", 1))
    assert Verb.REQUEST_RATIFY not in late.verbs
    assert "no; it was too late, and it stays marked" in late.shown
    assert "not approved" in (await Talk(world, CARMEN).say("requests")).shown
