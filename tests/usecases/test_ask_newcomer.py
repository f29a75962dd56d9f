from bot.domain.jobs import Job
from bot.ports.collections import JOBS
from bot.usecases.ask_newcomer import ask_newcomer
from tests.fakes import LUIS, TENANT
from tests.usecases.world import World


async def asked(world: World) -> list[Job]:
    page = await world.store.find(JOBS, TENANT, where={"kind": "ask_approvers"})
    return [document.body for document in page.documents if document.key.id.endswith(LUIS.id)]


async def test_what_waits_for_a_decision_is_put_before_a_newcomer_once(world: World) -> None:
    request = await world.send("r1")
    for _ in range(2):
        await ask_newcomer(world.store, world.clock, TENANT, LUIS.id)
    assert [job.payload["request"] for job in await asked(world)] == [request.id]


async def test_a_draft_or_a_decided_request_is_nothing_to_ask_about(world: World) -> None:
    await world.draft("r1")
    await ask_newcomer(world.store, world.clock, TENANT, LUIS.id)
    assert await asked(world) == []
