"""Graph's products, licence details and assignments as the sandbox answers them. No I/O here."""

import base64
import re
from dataclasses import replace
from typing import Any

from bot.sandbox import skus
from bot.sandbox.graph_directory import group_answer, user_answer
from bot.sandbox.graph_protocol import Answer, Call, GraphRefusal, Write, bad_request
from bot.sandbox.licensing import Addition, Tenant, assigned, group_assigned
from bot.sandbox.odata import Row, listing
from bot.sandbox.skus import Sku
from bot.sandbox.state import SandboxState
from bot.sandbox.world import TENANT, TENANT_NAME

_GUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_BAD_GUID = (
    "Cannot convert a primitive value to the expected type 'Edm.Guid'. See the inner exception for more details"
)


def subscribed_skus(call: Call) -> Answer:
    """Offers `$select` and nothing else, as Graph does."""
    if set(call.asked.query) - {"$select"}:
        raise GraphRefusal(400, "Request_UnsupportedQuery", "The query specified in the URI is not supported.")
    tenant = Tenant(call.world, call.state)
    return listing(call, [_subscribed(tenant, sku) for sku in skus.SKUS], "subscribedSkus")


def license_details(call: Call) -> Answer:
    person, tenant = call.person(), Tenant(call.world, call.state)
    off = call.state.plans_off(person)
    held = {holding.sku.id: holding.sku for holding in tenant.holdings(person) if not holding.error}
    rows = [_details(person.id, sku, off) for sku in held.values()]
    return listing(call, rows, f"users('{person.id}')/licenseDetails")


def assign_to_user(call: Call) -> Write:
    person = call.person()
    add, remove = _wanted(call.asked.body)

    def changed(state: SandboxState) -> SandboxState:
        return assigned(Tenant(call.world, state), person, add, remove)

    return Write(changed, lambda state: user_answer(replace(call, state=state), person))


def assign_to_group(call: Call) -> Write:
    """Accepted at once; what fails for a member shows in `licenseAssignmentStates`."""
    group = call.group()
    add, remove = _wanted(call.asked.body)

    def changed(state: SandboxState) -> SandboxState:
        given = group_assigned(state, group.id, [addition.sku_id for addition in add], remove)
        return replace(state, group_licenses={**state.group_licenses, group.id: given})

    return Write(changed, lambda state: Answer(202, group_answer(replace(call, state=state), group)))


def _wanted(body: Any) -> tuple[list[Addition], list[str]]:
    """Both arrays are required, and may be empty."""
    match body:
        case {"addLicenses": list(add), "removeLicenses": list(remove)}:
            return [_addition(each) for each in add], [_guid(each) for each in remove]
    raise bad_request("One or more parameters of the operation 'assignLicense' are missing from the request payload.")


def _addition(each: Any) -> Addition:
    match each:
        case {"skuId": sku_id}:
            return Addition(_guid(sku_id), frozenset(_guid(plan) for plan in each.get("disabledPlans", [])))
    raise bad_request(_BAD_GUID)


def _guid(text: Any) -> str:
    if not isinstance(text, str) or not _GUID.fullmatch(text):
        raise bad_request(_BAD_GUID)
    return text.lower()


def _subscribed(tenant: Tenant, sku: Sku) -> Row:
    return {
        "id": f"{TENANT}_{sku.id}",
        "accountId": TENANT,
        "accountName": TENANT_NAME,
        "appliesTo": "User",
        "capabilityStatus": sku.status,
        "consumedUnits": tenant.consumed(sku),
        "prepaidUnits": {
            "enabled": sku.enabled,
            "lockedOut": 0,
            "suspended": sku.suspended,
            "warning": sku.warning,
        },
        "servicePlans": _plan_rows(sku, frozenset()),
        "skuId": sku.id,
        "skuPartNumber": sku.part_number,
        "subscriptionIds": [],
    }


def _details(person_id: str, sku: Sku, off: frozenset[str]) -> Row:
    return {
        "id": base64.urlsafe_b64encode(f"{person_id}{sku.id}".encode()).decode()[:43],
        "servicePlans": _plan_rows(sku, off),
        "skuId": sku.id,
        "skuPartNumber": sku.part_number,
    }


def _plan_rows(sku: Sku, off: frozenset[str]) -> list[Row]:
    return [
        {
            "appliesTo": "User",
            "provisioningStatus": "Disabled" if plan.id in off else "Success",
            "servicePlanId": plan.id,
            "servicePlanName": plan.name,
        }
        for plan in sku.plans
    ]
