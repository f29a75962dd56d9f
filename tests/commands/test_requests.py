import pytest

from bot.domain.contacts import RoleSeen
from bot.domain.events import Reject
from bot.domain.people import Role
from bot.domain.requests import State
from bot.domain.settings import NamedPerson
from bot.ports.collections import ROLES_SEEN, SENT_CARDS
from bot.ports.errors import MissingPermission, Retry
from bot.ports.store import Put
from bot.ports.turn import Scope
from cards.actions import Verb
from tests.commands.talk import Answer, Talk, signed
from tests.fakes import ANA, CARMEN, EVA, GRACE, LUIS, OMAR, TENANT
from tests.usecases.world import EN, World

DECISIONS = (Verb.REQUEST_APPROVE, Verb.REQUEST_REJECT)
WAITS_FOR_YOU = [
    *DECISIONS,
    Verb.REQUEST_ASK,
    Verb.REQUEST_COMMENT,
    Verb.REQUEST_REASSIGN_OPEN,
    Verb.REQUEST_HISTORY,
]


async def press(world: World, who: Talk | None, verb: Verb, id_: str = "r1", revision: int = 1) -> Answer:
    return await (who or Talk(world, LUIS)).press(signed(verb, id_, revision))


async def state(world: World, id_: str = "r1") -> State:
    return (await world.request(id_)).state


async def sleeper(world: World) -> Talk:
    """Grace was a Billing administrator yesterday; today her role is not active."""
    seen = RoleSeen(GRACE.id, GRACE.name, Role.BILLING_ADMINISTRATOR, world.clock.now())
    await world.store.commit([Put(ROLES_SEEN.key(TENANT, "grace"), seen, 0)])
    return Talk(world, GRACE)


async def test_an_approver_opens_a_request_and_approves_it_with_a_comment(world: World) -> None:
    await world.send()
    card = await press(world, None, Verb.REQUEST_SHOW)
    assert card.verbs == WAITS_FOR_YOU
    answer = await Talk(world, LUIS).press(card.button(Verb.REQUEST_APPROVE), comment=" fine ")
    assert answer.verbs == [Verb.REQUEST_RETRACT, Verb.REQUEST_HISTORY]
    request = await world.request()
    assert (request.state, request.approvals[0].comment) == (State.APPROVED, "fine")


async def test_a_rejection_is_one_click_too(world: World) -> None:
    await world.send()
    await press(world, None, Verb.REQUEST_REJECT)
    assert await state(world) is State.REJECTED


@pytest.mark.parametrize("second", DECISIONS)
async def test_a_button_that_is_pressed_again_shows_the_present_card_and_decides_nothing(
    world: World, second: Verb
) -> None:
    await world.send()
    await press(world, None, Verb.REQUEST_APPROVE)
    before = await world.request()
    answer = await press(world, None, second)
    assert "Luis" in answer.shown
    assert await world.request() == before


async def test_an_old_button_shows_the_present_card_even_while_rights_cannot_be_read(world: World) -> None:
    world.directory.roles[GRACE.id] = frozenset({Role.BILLING_ADMINISTRATOR})
    await world.send()
    grace = Talk(world, GRACE)
    await press(world, grace, Verb.REQUEST_SHOW)  # her rights are known for five minutes
    await press(world, None, Verb.REQUEST_APPROVE)
    world.directory.broken["active_roles"] = Retry("busy")
    assert "Luis" in (await press(world, grace, Verb.REQUEST_APPROVE)).shown


async def test_of_two_who_decide_at_the_same_moment_the_first_one_counts(world: World) -> None:
    world.directory.roles[GRACE.id] = frozenset({Role.BILLING_ADMINISTRATOR})
    await world.send()
    await Talk(world, LUIS).say("thanks")  # whom we know already, nothing is written about

    async def rival() -> None:
        await world.approve("r1", GRACE)

    answer = await press(world, Talk(world.beside(rival), LUIS), Verb.REQUEST_REJECT)
    assert "Grace" in answer.shown
    assert await state(world) is State.APPROVED


async def test_a_button_of_another_revision_decides_nothing(world: World) -> None:
    await world.send()
    for verb in DECISIONS:
        assert (await press(world, None, verb, revision=2)).verbs == WAITS_FOR_YOU
    assert await state(world) is State.PENDING


async def test_the_requester_can_neither_approve_nor_reject_their_own(world: World) -> None:
    world.directory.roles[ANA.id] = frozenset({Role.GLOBAL_ADMINISTRATOR})
    await world.send()
    for verb in DECISIONS:
        assert (await press(world, Talk(world, ANA), verb)).text == EN.text("refusal.own_request")
    assert await state(world) is State.PENDING


async def test_who_has_no_right_decides_nothing(world: World) -> None:
    await world.send()
    for person in (EVA, OMAR):
        answer = await press(world, Talk(world, person), Verb.REQUEST_APPROVE)
        assert answer.text == EN.text("refusal.not_an_approver")
    assert await state(world) is State.PENDING


async def test_who_must_activate_a_role_sees_the_card_and_can_press_again(world: World) -> None:
    await world.send()
    grace = await sleeper(world)
    answer = await press(world, grace, Verb.REQUEST_APPROVE)
    assert answer.first_line == EN.text("request.activate_role", role=EN.text("role.billing_administrator"))
    assert await state(world) is State.PENDING
    world.directory.roles[GRACE.id] = frozenset({Role.BILLING_ADMINISTRATOR})
    await grace.press(answer.button(Verb.REQUEST_APPROVE))
    assert await state(world) is State.APPROVED


async def test_rights_that_cannot_be_read_leave_the_click_to_be_repeated(world: World) -> None:
    await world.send()
    world.directory.broken["active_roles"] = Retry("busy")
    assert (await press(world, None, Verb.REQUEST_APPROVE)).text == EN.text("refusal.rights_unreadable")
    world.directory.broken.clear()
    await press(world, None, Verb.REQUEST_APPROVE)
    assert await state(world) is State.APPROVED


async def test_a_permission_that_keeps_rights_from_being_read_is_named(world: World) -> None:
    await world.send()
    world.directory.broken["active_roles"] = MissingPermission("RoleManagement.Read.Directory")
    answer = await press(world, None, Verb.REQUEST_APPROVE)
    assert answer.text == EN.text("refusal.rights_permission", permission="RoleManagement.Read.Directory")


async def test_a_comment_without_end_is_refused_and_decides_nothing(world: World) -> None:
    await world.send()
    answer = await Talk(world, LUIS).press(signed(Verb.REQUEST_APPROVE, "r1", 1), comment="x" * 2_001)
    assert answer.text == EN.text("refusal.text_too_long", limit=2_000)
    assert await state(world) is State.PENDING


async def test_the_requester_withdraws_and_pressing_again_shows_the_present_card(world: World) -> None:
    await world.send()
    for _ in range(2):
        answer = await press(world, Talk(world, ANA), Verb.REQUEST_WITHDRAW)
        assert Verb.REQUEST_WITHDRAW not in answer.verbs
    assert await state(world) is State.WITHDRAWN
    assert (await world.verbs()).count("request.withdraw") == 1


async def test_what_is_approved_cannot_be_withdrawn_any_more(world: World) -> None:
    await world.send()
    await world.approve()
    assert "Luis" in (await press(world, Talk(world, ANA), Verb.REQUEST_WITHDRAW)).shown
    assert await state(world) is State.APPROVED


async def test_nobody_else_withdraws(world: World) -> None:
    await world.send()
    answer = await press(world, None, Verb.REQUEST_WITHDRAW)
    assert answer.text == EN.text("refusal.not_the_requester", requester=ANA.name)
    assert await state(world) is State.PENDING


async def test_a_draft_is_shown_to_its_requester_alone(world: World) -> None:
    await world.draft()
    assert Verb.RECHARGE_SEND in (await press(world, Talk(world, ANA), Verb.REQUEST_SHOW)).verbs
    for verb in (Verb.REQUEST_SHOW, *DECISIONS, Verb.REQUEST_RETRACT, Verb.REQUEST_WITHDRAW, Verb.REQUEST_COMMENT):
        answer = await press(world, None, verb)
        assert answer.text == EN.text("refusal.request_unknown")


async def test_a_request_that_is_gone_is_told(world: World) -> None:
    for verb in (Verb.REQUEST_SHOW, *DECISIONS, Verb.REQUEST_WITHDRAW):
        for id_ in ("", "gone"):
            assert (await press(world, None, verb, id_)).text == EN.text("refusal.request_unknown")


async def test_who_has_no_part_in_it_sees_the_state_and_no_sum(world: World) -> None:
    await world.send()
    answer = await press(world, Talk(world, EVA), Verb.REQUEST_SHOW)
    assert answer.verbs == []
    assert "500" not in answer.shown


async def test_a_card_that_was_opened_is_kept_so_that_it_changes_in_place(world: World) -> None:
    await world.send()
    await press(world, None, Verb.REQUEST_SHOW)
    (kept,) = (await world.store.find(SENT_CARDS, TENANT)).documents
    assert (kept.body.person, kept.body.activity_id, kept.body.shown_step) == (LUIS.id, "card", 2)
    await world.approve()
    await world.work()
    assert {conversation for conversation, _ in world.messenger.updated} == {f"chat-{LUIS.id}"}


async def test_a_card_that_was_opened_in_a_channel_is_never_changed_there(world: World) -> None:
    await world.introduce(LUIS)
    await world.send()
    await press(world, Talk(world, LUIS, Scope.CHANNEL), Verb.REQUEST_SHOW)
    await world.approve()
    await world.work()
    assert Scope.CHANNEL.value not in [conversation for conversation, _ in world.messenger.updated]


async def test_the_list_holds_what_waits_for_an_approver_and_what_somebody_asked_for(world: World) -> None:
    await world.configure(approvers=(NamedPerson(CARMEN.id, CARMEN.name),))
    await world.send("r1")
    world.clock.move(minutes=1)
    await world.plan(EVA, id_="l1")
    await world.submit("l1")
    await world.draft("r2")
    luis = await Talk(world, LUIS).say("requests")
    assert [luis.button(Verb.REQUEST_SHOW)["r"]] == ["r1"]
    carmen = await Talk(world, CARMEN).say("requests")
    assert [carmen.button(Verb.REQUEST_SHOW, number)["r"] for number in (0, 1)] == ["l1", "r1"]  # newest first
    assert carmen.first_line == EN.plural("requests.for_you", 2)
    ana = await Talk(world, ANA).press(signed(Verb.REQUESTS_SHOW))
    assert ana.verbs.count(Verb.REQUEST_SHOW) == 2  # a draft is no request yet
    assert Verb.REQUEST_SHOW not in (await Talk(world, EVA).say("requests")).verbs


async def test_a_list_without_end_shows_the_newest(world: World) -> None:
    for number in range(12):
        await world.send(f"r{number}")
        world.clock.move(minutes=1)
    answer = await Talk(world, LUIS).say("requests")
    assert answer.verbs.count(Verb.REQUEST_SHOW) == 10
    assert answer.button(Verb.REQUEST_SHOW)["r"] == "r11"


async def test_drafts_that_nobody_sent_hide_no_request_and_are_none(world: World) -> None:
    await world.send("r1")
    await world.decide("r1", LUIS, Reject())
    for number in range(12):
        world.clock.move(minutes=1)
        await world.draft(f"d{number}")
    ana = Talk(world, ANA)
    assert (await ana.say("requests")).button(Verb.REQUEST_SHOW)["r"] == "r1"
    world.clock.move(days=1)
    await world.work()
    assert (await ana.say("requests")).verbs.count(Verb.REQUEST_SHOW) == 1
