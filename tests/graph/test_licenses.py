"""Licences on Graph: seats, holdings in batches, and why an assignment is refused."""

import json

import pytest

from bot.domain.people import PersonId
from bot.graph.licenses import GraphLicenses, reason_of
from bot.ports.errors import Final, MissingPermission, NotFound, Retry, Unknown
from bot.ports.licenses import AssignmentRefused, Holdings, Licenses, Seats
from tests.graph.server import TENANT, Rig, Told, error, listed
from tests.shared import shared

CREDITS = "47794cd0-f0e5-45c5-9033-2eb6b5fc84e0"
PLAN = "505e180f-f7e0-4b65-91d4-00d670bbd18c"
OTHER_PLAN = "3e26ee1f-8a5f-4d52-aee2-b81ce45c8f40"
ANA = PersonId("11111111-0000-4000-8000-000000000001")
REASONS = {
    "noSeats": "no_seats",
    "usageLocation": "usage_location",
    "dependency": "dependency",
    "exclusive": "exclusive",
    "notHeld": "unknown",
    "inherited": "unknown",
    "unknownSku": "unknown",
    "badGuid": "unknown",
    "notFound": "not_found",
    "denied": "denied",
}


@pytest.fixture(name="licenses")
def _licenses(rig: Rig) -> Licenses:
    return GraphLicenses(rig.client)


async def test_free_seats_are_enabled_and_in_warning_less_consumed(rig: Rig, licenses: Licenses) -> None:
    units = {"enabled": 100, "warning": 5, "suspended": 50, "lockedOut": 7}
    plans = [{"servicePlanId": PLAN, "provisioningStatus": "Success"}, {"servicePlanId": None}]
    credits_ = {"skuId": CREDITS, "skuPartNumber": "MCOPSTNC", "consumedUnits": 3, "servicePlans": plans}
    bare = {"skuId": OTHER_PLAN, "consumedUnits": None, "prepaidUnits": None}
    rig.graph.tell(listed({**credits_, "prepaidUnits": units}, bare, {"skuId": None}))
    assert await licenses.seats(TENANT) == [
        Seats(CREDITS, "MCOPSTNC", frozenset({PLAN}), 102, consumed=3),
        Seats(OTHER_PLAN, "", frozenset(), 0),
    ]
    assert rig.graph.asked[0].path.startswith("/subscribedSkus?$select=")


async def test_holdings_are_the_plans_that_are_not_disabled(rig: Rig, licenses: Licenses) -> None:
    plans = [
        {"servicePlanId": PLAN, "provisioningStatus": "PendingProvisioning"},
        {"servicePlanId": OTHER_PLAN, "provisioningStatus": "Disabled"},
    ]
    rig.graph.on_item(f"/users/{ANA}/licenseDetails", listed({"skuId": CREDITS, "servicePlans": plans}))
    holdings = await licenses.holdings(TENANT, [ANA, ANA])
    assert holdings == {ANA: Holdings(frozenset({PLAN}), frozenset({CREDITS}))}


async def test_many_people_are_asked_for_in_batches_with_throttled_items_again(rig: Rig, licenses: Licenses) -> None:
    people = [PersonId(f"p{i:02}") for i in range(45)]
    for person in people:
        rig.graph.on_item(f"/users/{person}/", listed({"skuId": CREDITS}))
    rig.graph.items["/users/p07/"].appendleft(error(429, Retry_After="3"))
    rig.graph.items["/users/p09/"].appendleft(error(500))
    holdings = await licenses.holdings(TENANT, people)
    assert list(holdings) == people
    assert [len(batch) for batch in rig.graph.batches] == [20, 2, 20, 5]
    assert await licenses.holdings(TENANT, []) == {}


async def test_the_first_person_who_fails_fails_the_holdings(rig: Rig, licenses: Licenses) -> None:
    rig.graph.on_item("/users/a/", listed())
    rig.graph.on_item("/users/b/", error(404))
    with pytest.raises(NotFound):
        await licenses.holdings(TENANT, [PersonId("a"), PersonId("b")])
    rig.graph.on_item("/users/c/", error(403))
    with pytest.raises(MissingPermission) as caught:
        await licenses.holdings(TENANT, [PersonId("c")])
    assert caught.value.permission == "LicenseAssignment.Read.All"


async def test_an_assignment_sends_both_arrays(rig: Rig, licenses: Licenses) -> None:
    rig.graph.tell(Told({"id": ANA}))
    await licenses.assign(TENANT, ANA, CREDITS)
    added = [{"skuId": CREDITS, "disabledPlans": []}]
    assert rig.graph.asked[0].body == {"addLicenses": added, "removeLicenses": []}


@pytest.mark.parametrize("name", list(REASONS))
async def test_a_refused_assignment_says_why(rig: Rig, licenses: Licenses, name: str) -> None:
    known = json.loads(shared("data/graph_license_errors.json").read_text(encoding="utf-8"))[name]
    message = known["message"].replace("{skuId}", CREDITS).replace("{planId}", PLAN).replace("{id}", ANA)
    rig.graph.tell(error(known["status"], known["code"], message, request_id="graph-3"))
    with pytest.raises(AssignmentRefused) as caught:
        await licenses.assign(TENANT, ANA, CREDITS)
    refused = caught.value
    assert (refused.reason, refused.code, refused.message) == (REASONS[name], REASONS[name], message)
    assert refused.request_id == "graph-3"


def test_every_reason_is_known_by_the_documented_wording() -> None:
    known = json.loads(shared("data/graph_license_errors.json").read_text(encoding="utf-8"))
    messages = {name: case["message"] for name, case in known.items() if name in REASONS and name != "denied"}
    assert {name: reason_of(message) for name, message in messages.items()} == {n: REASONS[n] for n in messages}
    assert reason_of("") == "unknown"


async def test_a_denied_assignment_is_a_missing_permission_as_well(rig: Rig, licenses: Licenses) -> None:
    rig.graph.tell(error(403, "Authorization_RequestDenied", "Insufficient privileges"))
    with pytest.raises(MissingPermission) as caught:
        await licenses.assign(TENANT, ANA, CREDITS)
    assert caught.value.permission == "LicenseAssignment.ReadWrite.All"
    assert isinstance(caught.value, AssignmentRefused)


async def test_other_final_answers_are_not_taken_for_a_refusal(rig: Rig, licenses: Licenses) -> None:
    rig.graph.tell(error(409, "Request_Conflict"))
    with pytest.raises(Final) as caught:
        await licenses.assign(TENANT, ANA, CREDITS)
    assert not isinstance(caught.value, AssignmentRefused)


async def test_a_lost_answer_is_unknown_and_a_busy_graph_is_retry(rig: Rig, licenses: Licenses) -> None:
    rig.graph.tell(error(502), error(429, Retry_After="3600"))
    with pytest.raises(Unknown):
        await licenses.assign(TENANT, ANA, CREDITS)
    with pytest.raises(Retry):
        await licenses.assign(TENANT, ANA, CREDITS)
