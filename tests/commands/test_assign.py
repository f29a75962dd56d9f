import pytest

from bot.domain.licenses import CREDITS_PLAN
from bot.domain.people import PersonId, Role
from bot.domain.requests import Request, State
from bot.ports.turn import Mention
from cards.actions import Verb
from tests.commands.talk import ITS_REQUESTERS, Answer, Talk, signed
from tests.fakes import ANA, EVA, GRACE, LUIS, OMAR, TOM, person
from tests.usecases.world import EN, World

OTHER_EVA = person("Eva Ruizseñor", id=PersonId("eva-2"), address="ruizsenor@contoso.example")


async def only(world: World) -> Request:
    (request,) = await world.requests()
    return request


async def people(world: World) -> list[str]:
    return [seat.person for seat in (await only(world)).seats]


async def say(world: World, text: str) -> Answer:
    return await Talk(world, ANA).say(text)


async def test_a_name_leads_to_a_plan_that_nobody_else_has_heard_of(world: World) -> None:
    await world.introduce(OMAR)
    answer = await say(world, "assign license to Tom Baker")
    assert answer.verbs == [Verb.LICENSES_SEND, Verb.LICENSES_OPEN]
    assert "Tom Baker" in answer.first_line
    assert (await only(world)).state is State.DRAFT
    assert world.messenger.sent == []


async def test_several_names_and_addresses_are_one_plan(world: World) -> None:
    await say(world, "assign licenses to Tom Baker, eva@contoso.example and Grace Kim")
    assert await people(world) == [TOM.id, EVA.id, GRACE.id]


async def test_a_line_that_is_delivered_twice_is_one_plan(world: World) -> None:
    for _ in range(2):
        await Talk(world, ANA).say("assign license to Tom Baker", activity="a-7")
    assert len(await world.requests()) == 1


async def test_the_plan_is_sent_once_however_often_its_button_is_pressed(world: World) -> None:
    await world.introduce(OMAR)
    button = (await say(world, "assign license to Tom Baker")).button(Verb.LICENSES_SEND)
    for _ in range(2):
        assert (await Talk(world, ANA).press(button)).verbs == [Verb.LICENSES_EDIT, *ITS_REQUESTERS]
    assert (await only(world)).state is State.PENDING
    assert (await world.verbs()).count("request.submit") == 1


async def test_two_presses_of_send_at_the_same_moment_send_once(world: World) -> None:
    await world.introduce(OMAR)
    button = (await say(world, "assign license to Tom Baker")).button(Verb.LICENSES_SEND)
    id_ = (await only(world)).id

    async def rival() -> None:
        await world.submit(id_)

    assert (await Talk(world.beside(rival), ANA).press(button)).verbs == [Verb.LICENSES_EDIT, *ITS_REQUESTERS]
    assert (await world.verbs()).count("request.submit") == 1


async def test_a_button_of_an_older_plan_sends_nothing(world: World) -> None:
    await world.plan(EVA)
    await world.plan(EVA, TOM)
    answer = await Talk(world, ANA).press(signed(Verb.LICENSES_SEND, "l1", 1))
    assert answer.card
    assert (await world.request("l1")).state is State.DRAFT


async def test_nobody_sends_or_changes_somebody_elses_plan(world: World) -> None:
    await world.plan(EVA)
    refused = EN.text("refusal.not_the_requester", requester=ANA.name)
    assert (await Talk(world, OMAR).press(signed(Verb.LICENSES_SEND, "l1", 1))).text == refused
    answer = await Talk(world, OMAR).press(signed(Verb.LICENSES_CHOOSE, "l1"), people=TOM.id)
    assert answer.text == refused
    assert [seat.person for seat in (await world.request("l1")).seats] == [EVA.id]


async def test_somebody_elses_plan_for_the_same_people_cannot_be_sent_from_another_chat(world: World) -> None:
    await world.plan(EVA)
    answer = await Talk(world, LUIS).press(signed(Verb.LICENSES_CHOOSE, "l1"), people=EVA.id)
    assert answer.text == EN.text("refusal.not_allowed_propose_licenses")
    answer = await Talk(world, OMAR).press(signed(Verb.LICENSES_CHOOSE, "l1"), people=EVA.id)
    assert Verb.LICENSES_SEND not in answer.verbs


async def test_a_plan_that_is_gone_is_told(world: World) -> None:
    for verb in (Verb.LICENSES_SEND, Verb.LICENSES_CHOOSE):
        answer = await Talk(world, ANA).press(signed(verb), people=EVA.id)
        assert answer.text == EN.text("refusal.request_unknown")
    answer = await Talk(world, ANA).press(signed(Verb.LICENSES_SEND, "gone", 1))
    assert answer.text == EN.text("refusal.request_unknown")


async def test_anybody_may_ask_for_a_licence_for_themselves(world: World) -> None:
    await world.introduce(OMAR)
    await Talk(world, EVA).say("assign me a license", activity="a-1")
    answer = await Talk(world, EVA).say("I need a license", activity="a-1")
    assert await people(world) == [EVA.id]
    await Talk(world, EVA).press(answer.button(Verb.LICENSES_SEND))
    assert (await only(world)).state is State.PENDING


async def test_without_the_right_the_form_asks_for_nobody_but_oneself(world: World) -> None:
    answer = await Talk(world, EVA).press(signed(Verb.LICENSES_OPEN))
    assert await people(world) == [EVA.id]
    assert Verb.LICENSES_CHOOSE not in answer.verbs
    assert (await Talk(world, EVA).say("assign license")).card


@pytest.mark.parametrize(
    "inputs",
    [
        {"people": TOM.id},
        {"typed": "Tom Baker"},
        {"chosen": TOM.id},
        {"chosen": f"{EVA.id},{TOM.id}"},
        {"who_0": TOM.id},
    ],
)
async def test_without_the_right_nobody_is_asked_for_but_oneself_whatever_the_form_says(
    world: World, inputs: dict[str, str]
) -> None:
    answer = await Talk(world, EVA).press(signed(Verb.LICENSES_CHOOSE, "l1"), **inputs)
    assert answer.text == EN.text("refusal.not_allowed_propose_licenses")
    assert (
        EN.text("refusal.not_allowed_propose_licenses")
        in (await Talk(world, EVA).say("assign license to Tom Baker")).shown
    )
    assert await world.requests() == []


async def test_who_lost_the_right_meanwhile_sends_a_plan_for_nobody_but_themselves(world: World) -> None:
    await world.plan(EVA, id_="l1")
    await world.plan(ANA, id_="l2")
    world.directory.roles[ANA.id] = frozenset()
    refused = await Talk(world, ANA).press(signed(Verb.LICENSES_SEND, "l1", 1))
    assert refused.text == EN.text("refusal.not_allowed_propose_licenses")
    await Talk(world, ANA).press(signed(Verb.LICENSES_SEND, "l2", 1))
    assert [(await world.request(id_)).state for id_ in ("l1", "l2")] == [State.DRAFT, State.PENDING]


async def test_the_form_takes_people_who_were_picked_and_names_that_were_typed(world: World) -> None:
    ana = Talk(world, ANA)
    form = (await ana.say("assign license")).button(Verb.LICENSES_CHOOSE)
    await ana.press(form, people=f"{EVA.id}, {TOM.id}", typed="grace@contoso.example; Eva Ruiz")
    assert await people(world) == [EVA.id, TOM.id, GRACE.id]


async def test_an_empty_form_comes_back(world: World) -> None:
    ana = Talk(world, ANA)
    form = (await ana.press(signed(Verb.LICENSES_OPEN))).button(Verb.LICENSES_CHOOSE)
    for inputs in ({}, {"people": ""}, {"typed": " , ;"}, {"people": ["x"], "who_0": 7}):
        assert (await ana.press(form, **inputs)).verbs == [Verb.LICENSES_CHOOSE]
    assert await world.requests() == []


async def test_a_name_that_fits_several_people_is_asked_about_and_the_settled_ones_ride_along(world: World) -> None:
    world.directory.people[OTHER_EVA.id] = OTHER_EVA
    ana = Talk(world, ANA)
    question = await ana.say("assign licenses to Tom Baker and Eva")
    assert question.verbs == [Verb.LICENSES_CHOOSE]
    assert "ruizsenor@contoso.example" in question.shown
    assert await world.requests() == []
    await ana.press(question.button(Verb.LICENSES_CHOOSE), who_0=OTHER_EVA.id)
    assert await people(world) == [TOM.id, OTHER_EVA.id]


async def test_a_name_that_fits_nobody_is_told_beside_the_plan(world: World) -> None:
    answer = await say(world, "assign licenses to Tom Baker and Zacharias Quux")
    assert "Zacharias Quux" in answer.shown
    assert await people(world) == [TOM.id]
    answer = await say(world, "assign license to Zacharias Quux")
    assert answer.verbs == [Verb.LICENSES_CHOOSE]
    assert answer.first_line == EN.text("licenses.not_found", names=["Zacharias Quux"])


async def test_a_mention_is_the_person_whom_teams_means_whatever_they_are_called(world: World) -> None:
    world.directory.people[OTHER_EVA.id] = OTHER_EVA
    world.messenger.members["29:eva"] = OTHER_EVA.id
    mention = Mention("29:eva", "Eva")
    await Talk(world, ANA).say("assign license to Eva", mentions=(mention,))
    assert await people(world) == [OTHER_EVA.id]


async def test_a_mention_that_teams_cannot_tell_is_looked_up_by_name(world: World) -> None:
    await Talk(world, ANA).say("assign license to Tom Baker", mentions=(Mention("29:x", "Tom Baker"),))
    assert await people(world) == [TOM.id]


async def test_who_has_it_already_leaves_nothing_to_send(world: World) -> None:
    world.licenses.plans[TOM.id] = frozenset({CREDITS_PLAN})
    answer = await say(world, "assign license to Tom Baker")
    assert Verb.LICENSES_SEND not in answer.verbs
    assert await world.requests() == []


async def test_more_people_than_an_approver_can_judge_are_refused(world: World) -> None:
    crowd = ",".join(f"x{number}" for number in range(21))
    for inputs in ({"typed": crowd}, {"people": crowd}, {f"who_{number}": "x" for number in range(21)}):
        answer = await Talk(world, ANA).press(signed(Verb.LICENSES_CHOOSE, "l1"), **inputs)
        assert answer.text == EN.text("refusal.too_many_people", limit=20)
    answer = await Talk(world, ANA).press(signed(Verb.LICENSES_CHOOSE, "l1"), typed="x," * 2_000)
    assert answer.text == EN.text("refusal.text_too_long", limit=2_000)


async def test_a_plan_that_was_sent_is_not_changed_by_its_old_form(world: World) -> None:
    await world.plan(EVA)
    await world.submit("l1")
    answer = await Talk(world, ANA).press(signed(Verb.LICENSES_CHOOSE, "l1"), people=TOM.id)
    assert answer.verbs == [Verb.LICENSES_EDIT, *ITS_REQUESTERS]
    assert [seat.person for seat in (await world.request("l1")).seats] == [EVA.id]


async def test_where_nobody_else_can_approve_there_is_nothing_to_send(world: World) -> None:
    world.directory.roles = {ANA.id: frozenset({Role.TEAMS_ADMINISTRATOR})}
    assert (await say(world, "assign license to Tom Baker")).verbs == [Verb.LICENSES_OPEN]
