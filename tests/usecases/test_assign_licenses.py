import pytest

from bot.domain.licenses import CREDITS_PLAN
from bot.domain.requests import Assignment, State
from bot.jobs.job import finish
from bot.ports.collections import JOBS
from bot.ports.errors import Final, MissingPermission, NotFound, PortError, Retry, Unknown
from bot.ports.licenses import AssignmentRefused
from bot.usecases.assign_licenses import assign_licenses
from tests.fakes import EVA, GRACE, OMAR, TENANT, TOM
from tests.usecases.world import World


async def approved(world: World) -> None:
    """Licences for Eva, Tom and Grace, approved by Omar."""
    await world.plan(EVA, TOM, GRACE)
    await world.submit("l1")
    await world.approve("l1", OMAR)


async def run(world: World) -> None:
    page = await world.store.find(JOBS, TENANT, where={"kind": "assign_licenses"})
    await assign_licenses(world.outside, world.standings, TENANT, "l1", finish(page.documents[0]))


async def results(world: World) -> list[Assignment]:
    return [seat.result for seat in (await world.request("l1")).seats]


async def test_everybody_of_an_approved_request_gets_the_licence_once(world: World) -> None:
    await approved(world)
    await run(world)
    assert world.licenses.assigned == [EVA.id, TOM.id, GRACE.id]
    assert await results(world) == [Assignment.ASSIGNED] * 3
    assert (await world.request("l1")).state is State.DONE
    assert "assign_licenses" not in await world.job_kinds()
    assert (await world.verbs()).count("request.settleseat") == 3


async def test_who_has_it_already_is_settled_as_such_and_nothing_is_written(world: World) -> None:
    await approved(world)
    world.licenses.plans[TOM.id] = frozenset({CREDITS_PLAN})
    await run(world)
    assert await results(world) == [Assignment.ASSIGNED, Assignment.ALREADY, Assignment.ASSIGNED]
    assert TOM.id not in world.licenses.assigned


async def test_a_job_that_broke_off_in_the_middle_goes_on_where_it_was(world: World) -> None:
    await approved(world)
    world.licenses.refusals[TOM.id] = [Retry("busy")]
    with pytest.raises(Retry):
        await run(world)
    assert await results(world) == [Assignment.ASSIGNED, Assignment.WAITING, Assignment.WAITING]
    await run(world)
    assert world.licenses.assigned == [EVA.id, TOM.id, GRACE.id]
    assert (await world.request("l1")).state is State.DONE


async def test_after_a_lost_answer_the_person_is_read_back_before_anything_is_done_again(world: World) -> None:
    await approved(world)
    world.licenses.lost.add(TOM.id)
    with pytest.raises(Unknown):
        await run(world)
    await run(world)
    assert world.licenses.assigned == [EVA.id, TOM.id, GRACE.id]
    assert (await results(world))[1] is Assignment.ALREADY


@pytest.mark.parametrize(
    ("error", "reason", "detail"),
    [
        (
            AssignmentRefused("no_seats", message="No seats left", request_id="g-1"),
            "no_seats",
            "No seats left · g-1",
        ),
        (AssignmentRefused("usage_location", message=""), "usage_location", ""),
        (MissingPermission("LicenseAssignment.ReadWrite.All"), "denied", "LicenseAssignment.ReadWrite.All"),
        (NotFound("gone"), "not_found", ""),
        (Final("odd", code="bad_request"), "unknown", "odd"),
    ],
)
async def test_a_refusal_is_settled_with_its_reason_and_the_others_go_on(
    world: World, error: PortError, reason: str, detail: str
) -> None:
    await approved(world)
    world.licenses.refusals[TOM.id] = [error]
    await run(world)
    seat = (await world.request("l1")).seats[1]
    assert (seat.result, seat.reason, seat.detail) == (Assignment.REFUSED, reason, detail)
    assert world.licenses.assigned == [EVA.id, GRACE.id]
    assert (await world.request("l1")).state is State.PARTLY_DONE


async def test_where_nothing_may_be_read_everybody_is_refused(world: World) -> None:
    await approved(world)
    world.licenses.broken = MissingPermission("User.Read.All")
    await run(world)
    assert await results(world) == [Assignment.REFUSED] * 3
    assert (await world.request("l1")).state is State.FAILED


async def test_an_approver_who_lost_the_right_voids_the_approval_and_nobody_is_assigned(world: World) -> None:
    await approved(world)
    world.directory.roles[OMAR.id] = frozenset()
    await run(world)
    assert (await world.request("l1")).state is State.PENDING
    assert world.licenses.assigned == []
    assert "assign_licenses" not in await world.job_kinds()


async def test_a_job_that_comes_too_late_assigns_nobody(world: World) -> None:
    await world.plan(EVA)
    await world.submit("l1")
    page = await world.store.find(JOBS, TENANT, where={"kind": "ask_approvers"})
    await assign_licenses(world.outside, world.standings, TENANT, "l1", finish(page.documents[0]))
    assert world.licenses.assigned == []
    assert (await world.request("l1")).state is State.PENDING
