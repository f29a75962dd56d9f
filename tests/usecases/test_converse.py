import pytest

from bot.domain.errors import Refusal
from bot.domain.events import Answer, AskMore, Comment, Remind
from bot.domain.people import Person
from bot.domain.requests import Recharge, Seat, State
from bot.domain.settings import NamedPerson
from bot.usecases.converse import Said, edit_request, reassign, say_about
from tests.fakes import ANA, CARMEN, EVA, LUIS, OMAR, TENANT, TOM
from tests.usecases.world import World, by, eur


async def say(world: World, who: Person, event: Said, id_: str = "r1") -> None:
    await say_about(world.store, world.clock, world.standings, TENANT, id_, (who.id, who.name), event)


async def pass_on(world: World, who: Person, to: Person) -> None:
    await reassign(world.outside, world.standings, TENANT, "r1", (who.id, who.name), NamedPerson(to.id, to.name))


async def test_a_question_leaves_the_request_open_and_its_answer_stands_beside_it(world: World) -> None:
    await world.send()
    await say(world, LUIS, AskMore("why now?"))
    await say(world, ANA, Answer("the fair"))
    await say(world, LUIS, Comment("I see"))
    await say(world, ANA, Remind())
    request = await world.request()
    assert [one.text for one in request.remarks] == ["why now?", "the fair", "I see"]
    assert request.state is State.PENDING
    kinds = await world.job_kinds()
    assert (kinds.count("tell_person"), kinds.count("remind_approvers")) == (2, 1)


async def test_whoever_may_neither_ask_nor_approve_says_nothing(world: World) -> None:
    await world.send()
    with pytest.raises(Refusal, match="not_an_approver"):
        await say(world, TOM, Comment("hello"))


async def test_somebody_else_is_asked_only_if_they_may_approve_it(world: World) -> None:
    await world.configure(approvers=(NamedPerson(CARMEN.id, CARMEN.name),))
    await world.send()
    await pass_on(world, LUIS, CARMEN)
    assert (await world.request()).reassigned_to == NamedPerson(CARMEN.id, CARMEN.name)
    with pytest.raises(Refusal, match="not_eligible"):
        await pass_on(world, ANA, OMAR)
    with pytest.raises(Refusal, match="not_an_approver"):
        await pass_on(world, TOM, OMAR)


async def test_what_waits_is_changed_by_its_requester_and_the_same_again_is_no_change(world: World) -> None:
    await world.send()
    await world.approve()  # one is enough here, so it is taken back to be pending
    assert (await world.request()).state is State.APPROVED
    with pytest.raises(Refusal, match="state_approved"):
        await edit_request(world.store, world.clock, TENANT, "r1", by(ANA), Recharge(eur(600)))
    await world.send("r2")
    edited = await edit_request(world.store, world.clock, TENANT, "r2", by(ANA), Recharge(eur(600)))
    again = await edit_request(world.store, world.clock, TENANT, "r2", by(ANA), Recharge(eur(600)))
    assert (edited.revision, again) == (2, edited)


async def test_the_people_of_a_licence_request_are_changed_as_well(world: World) -> None:
    await world.plan(EVA)
    await world.submit("l1")
    seats = (Seat(EVA.id, EVA.name), Seat(TOM.id, TOM.name))
    edited = await edit_request(world.store, world.clock, TENANT, "l1", by(ANA), seats)
    assert ([seat.name for seat in edited.seats], edited.revision) == (["Eva Ruiz", "Tom Baker"], 2)
