"""The sandbox's Graph: products, holdings and assignments with Graph's own refusals."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from bot.sandbox import roster, skus
from bot.sandbox.licensing import Tenant
from bot.sandbox.world import group_id
from bot.store.tiny import TinyStore
from tests.sandbox.graph_room import Room, Told, graph_room
from tests.shared import shared


@pytest_asyncio.fixture
async def room(store: TinyStore) -> AsyncIterator[Room]:
    async with graph_room(store) as room:
        yield room


async def assign(room: Room, name: str, *add: str, remove: tuple[str, ...] = (), off: tuple[str, ...] = ()) -> Told:
    body = {
        "addLicenses": [{"skuId": id_, "disabledPlans": list(off)} for id_ in add],
        "removeLicenses": list(remove),
    }
    return await room.post(f"/users/{room.who(name).id}/assignLicense", body)


async def held(room: Room, name: str) -> set[str]:
    told = await room.get(f"/users/{room.who(name).id}/licenseDetails?$select=skuId,servicePlans")
    return {row["skuId"] for row in told.rows}


async def seats(room: Room, sku_id: str) -> int:
    told = await room.get("/subscribedSkus?$select=skuId,consumedUnits,prepaidUnits")
    [row] = [row for row in told.rows if row["skuId"] == sku_id]
    units = row["prepaidUnits"]
    return int(units["enabled"] + units["warning"] - row["consumedUnits"])


async def test_products_tell_their_seats_and_plans(room: Room) -> None:
    told = await room.get("/subscribedSkus")
    credits_row = next(row for row in told.rows if row["skuPartNumber"] == "MCOPSTNC")
    assert credits_row["prepaidUnits"]["enabled"] == 10_000_000
    assert [plan["servicePlanId"] for plan in credits_row["servicePlans"]] == [skus.CREDITS_PLAN]
    assert credits_row["consumedUnits"] == sum(skus.CREDITS in each.sku_ids for each in room.world.people)
    refused = await room.get("/subscribedSkus?$top=5", lawful=False)
    assert refused.error[1] == "Request_UnsupportedQuery"


async def test_a_disabled_plan_is_told_as_disabled(room: Room) -> None:
    told = await room.get(f"/users/{room.who('rosa').id}/licenseDetails")
    status = {
        plan["servicePlanName"]: plan["provisioningStatus"] for row in told.rows for plan in row["servicePlans"]
    }
    assert status == {"TEAMS1": "Success", "MCOMEETADV": "Disabled"}


async def test_an_assignment_takes_a_seat_and_a_second_one_of_it_changes_nothing(room: Room) -> None:
    before = await seats(room, skus.CREDITS)
    for _ in range(2):
        told = await assign(room, "eva", skus.CREDITS)
        assert (told.status, told.body["displayName"]) == (200, "Eva Ruiz")
    assert await seats(room, skus.CREDITS) == before - 1
    assert skus.CREDITS in await held(room, "eva")


async def test_a_license_is_removed_and_its_seat_is_free_again(room: Room) -> None:
    before = await seats(room, skus.CREDITS)
    assert (await assign(room, "nuria", remove=(skus.CREDITS,))).status == 200
    assert await seats(room, skus.CREDITS) == before + 1
    assert skus.CREDITS not in await held(room, "nuria")


@pytest.mark.parametrize(
    ("name", "sku_id", "rule", "values"),
    [
        ("eva", skus.PAY_AS_YOU_GO, "noSeats", {"skuId": skus.PAY_AS_YOU_GO}),
        ("marta", skus.CREDITS, "usageLocation", {}),
        ("hannah", skus.CREDITS, "usageLocation", {}),
        (
            "jorge",
            skus.CREDITS,
            "dependency",
            {"planId": [skus.CREDITS_PLAN, skus.AUDIO_CONFERENCING_PLAN, skus.PHONE_SYSTEM_PLAN]},
        ),
        ("rosa", skus.CREDITS, "dependency", {}),
        ("tom", skus.DOMESTIC, "dependency", {}),
        ("ana", skus.INTERNATIONAL, "exclusive", {"planId": [skus.INTERNATIONAL_PLAN, skus.DOMESTIC_PLAN]}),
        ("eva", "11111111-2222-4333-8444-555555555555", "unknownSku", {}),
    ],
)
async def test_a_refused_assignment_says_what_graph_says_and_changes_nothing(
    room: Room, name: str, sku_id: str, rule: str, values: dict[str, Any]
) -> None:
    before = await held(room, name)
    status, code, message = (await assign(room, name, sku_id)).error
    assert (status, code) == (400, "Request_BadRequest")
    assert re.fullmatch(_pattern(rule), message), message
    for value in values.get("planId", []) + [values[key] for key in values if key == "skuId"]:
        assert value in message
    assert await held(room, name) == before


async def test_removing_what_is_not_held_or_what_others_depend_on_is_refused(room: Room) -> None:
    _, _, message = (await assign(room, "eva", remove=(skus.CREDITS,))).error
    assert message == "User does not have a corresponding license."
    _, _, message = (await assign(room, "ana", remove=(skus.E5,))).error
    assert re.fullmatch(_pattern("dependency"), message)


async def test_both_arrays_are_required_and_ids_must_be_ids(room: Room) -> None:
    path = f"/users/{room.who('eva').id}/assignLicense"
    assert (await room.post(path, {"addLicenses": []}, lawful=False)).status == 400
    for body in (
        {"addLicenses": [{"skuId": "E5"}], "removeLicenses": []},
        {"addLicenses": ["E5"], "removeLicenses": []},
        {"addLicenses": [], "removeLicenses": [7]},
    ):
        _, _, message = (await room.post(path, body, lawful=False)).error
        assert message.startswith("Cannot convert a primitive value to the expected type 'Edm.Guid'.")


async def test_an_assignment_with_a_disabled_plan_does_not_give_that_plan(room: Room) -> None:
    assert (await assign(room, "tom", skus.E5, off=(skus.AUDIO_CONFERENCING_PLAN,))).status == 200
    plans = Tenant(room.world, await room.document.read()).plans(room.who("tom"))
    assert skus.AUDIO_CONFERENCING_PLAN not in plans
    assert skus.PHONE_SYSTEM_PLAN in plans
    told = await room.get(f"/users/{room.who('tom').id}?$select=assignedLicenses")
    assert told.body["assignedLicenses"] == [
        {"skuId": skus.E5, "disabledPlans": [skus.AUDIO_CONFERENCING_PLAN]},
    ]


async def test_a_group_gives_its_members_a_license_and_shows_errors_later(room: Room) -> None:
    sales = group_id(roster.SALES)
    body = {"addLicenses": [{"skuId": skus.CREDITS}], "removeLicenses": []}
    told = await room.post(f"/groups/{sales}/assignLicense", body)
    assert (told.status, told.body["assignedLicenses"]) == (202, [{"skuId": skus.CREDITS, "disabledPlans": []}])
    state = await room.get(f"/users/{room.who('tom').id}?$select=licenseAssignmentStates")
    [row] = state.body["licenseAssignmentStates"]
    assert (row["state"], row["error"], row["assignedByGroup"]) == ("Error", "DependencyViolation", sales)
    await assign(room, "tom", skus.E5)
    assert await held(room, "tom") == {skus.E5, skus.CREDITS}
    _, _, message = (await assign(room, "tom", remove=(skus.CREDITS,))).error
    assert re.fullmatch(_pattern("inherited"), message)
    await room.post(f"/groups/{sales}/assignLicense", {"addLicenses": [], "removeLicenses": [skus.CREDITS]})
    assert await held(room, "tom") == {skus.E5}


def _pattern(rule: str) -> str:
    """The known message as a pattern: `{planId}` is any id, what is in brackets may come again."""
    known = json.loads(shared("data/graph_license_errors.json").read_text(encoding="utf-8"))[rule]["message"]
    pattern = re.escape(known).replace(re.escape("[, {planId}]"), "(?:, {planId})*")
    return re.sub(r"\\?\{(?:planId|skuId)\\?\}", "[0-9a-f-]{36}", pattern)
