"""The production client against the sandbox's Graph, over HTTP, with every exchange held against the contract."""

from collections.abc import AsyncIterator, Iterator
from datetime import date

import pytest
import pytest_asyncio

from bot.domain.people import Person, Role
from bot.graph.call_log import GraphCallLog
from bot.graph.client import GraphClient
from bot.graph.directory import GraphDirectory
from bot.graph.licenses import GraphLicenses
from bot.graph.pace import Pace
from bot.ports.errors import MissingPermission, Unknown
from bot.ports.licenses import AssignmentRefused
from bot.sandbox import roster, skus
from bot.sandbox.calls import SandboxCall, visible_calls, wallet_charge
from bot.sandbox.clock import BEGINNING
from bot.sandbox.world import TENANT, group_id
from bot.store.tiny import TinyStore
from tests.domain.usage_rows import rows_of
from tests.sandbox.graph_room import Room, graph_room, watch


@pytest_asyncio.fixture
async def room(store: TinyStore) -> AsyncIterator[Room]:
    async with graph_room(store) as room:
        yield room


@pytest.fixture(autouse=True)
def breaches(room: Room) -> Iterator[list[str]]:
    found = watch(room.server)
    yield found
    assert found == []


async def _at_once(_seconds: float) -> None:
    """Waits for nothing."""


def client(room: Room) -> GraphClient:
    return GraphClient(room.session, room.server.url, pace=Pace(first_backoff_seconds=0), wait=_at_once)


def names(people: list[Person]) -> list[str]:
    return sorted(person.name for person in people)


async def test_people_are_found_by_name_and_address(room: Room) -> None:
    directory = GraphDirectory(client(room))
    assert names(await directory.search(TENANT, "ana")) == ["Ana Beltrán", "Ana Torres"]
    assert names(await directory.search(TENANT, "luis vega")) == ["Luis Vega"]
    found = await directory.search(TENANT, room.who("eva").person.address)
    assert found[0] == room.who("eva").person
    assert await directory.person(TENANT, room.who("pablo").id) == room.who("pablo").person


async def test_roles_are_those_active_for_the_whole_organization(room: Room) -> None:
    directory = GraphDirectory(client(room))
    roles = {
        each: await directory.active_roles(TENANT, room.who(each).id) for each in ("ana", "grace", "emily", "diego")
    }
    assert roles == {
        "ana": {Role.TEAMS_ADMINISTRATOR},
        "grace": frozenset(),
        "emily": frozenset(),
        "diego": {Role.TEAMS_COMMUNICATIONS_ADMINISTRATOR},
    }
    assert names(await directory.holders(TENANT, Role.BILLING_ADMINISTRATOR)) == ["Luis Vega"]
    assert await directory.holders(TENANT, Role.REPORTS_READER) == []


async def test_an_empty_page_in_the_middle_does_not_end_a_list(room: Room) -> None:
    members = await GraphDirectory(client(room)).group_members(TENANT, group_id(roster.EVERYBODY))
    assert len(members) == 56
    pages = GraphCallLog(client(room)).pstn_calls(TENANT, _FIRST, _LAST)
    rows = [row async for page in pages for row in rows_of(page)]
    paid = sum(row.charge_micros for row in rows if row.capability == "MCOPSTNPP")
    assert paid == wallet_charge(_visible()).micros


async def test_throttled_items_and_requests_are_asked_again(room: Room) -> None:
    room.server.failures.retry_after_seconds = 0
    room.server.failures.throttled = 2
    room.server.failures.throttled_items = 3
    held = await GraphLicenses(client(room)).holdings(TENANT, [each.id for each in room.world.people])
    assert {id_: each.sku_ids for id_, each in held.items()} == {each.id: each.sku_ids for each in room.world.people}


@pytest.mark.parametrize(
    ("name", "sku_id", "reason"),
    [
        ("tom", skus.CREDITS, "dependency"),
        ("marta", skus.CREDITS, "usage_location"),
        ("eva", skus.PAY_AS_YOU_GO, "no_seats"),
        ("ana", skus.INTERNATIONAL, "exclusive"),
    ],
)
async def test_a_refusal_has_its_reason(room: Room, name: str, sku_id: str, reason: str) -> None:
    with pytest.raises(AssignmentRefused) as refused:
        await GraphLicenses(client(room)).assign(TENANT, room.who(name).id, sku_id)
    assert refused.value.reason == reason


async def test_an_assignment_whose_answer_was_lost_is_unknown_and_can_be_read_back(room: Room) -> None:
    room.server.failures.lost_answers = 1
    eva, licenses = room.who("eva"), GraphLicenses(client(room))
    with pytest.raises(Unknown):
        await licenses.assign(TENANT, eva.id, skus.CREDITS)
    assert skus.CREDITS_PLAN in (await licenses.holdings(TENANT, [eva.id]))[eva.id].plans


async def test_a_missing_permission_is_named(room: Room) -> None:
    room.server.failures.missing_permissions.add("CallRecord-PstnCalls.Read.All")
    with pytest.raises(MissingPermission) as missing:
        [_ async for _ in GraphCallLog(client(room)).pstn_calls(TENANT, _FIRST, _LAST)]
    assert missing.value.permission == "CallRecord-PstnCalls.Read.All"


_FIRST, _LAST = date(2026, 11, 18), date(2026, 11, 20)


def _visible() -> list[SandboxCall]:
    return list(visible_calls(_FIRST, _LAST, BEGINNING))
