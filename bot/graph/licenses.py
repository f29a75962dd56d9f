"""The licences port on Graph: seats, what people hold, and one assignment."""

import re
from collections.abc import Iterable

import msgspec

from bot.domain.people import PersonId, TenantId
from bot.graph.client import GraphClient, within
from bot.graph.protocol import Call, failure, query, segment
from bot.graph.shapes import LicenseDetails, ServicePlan, SubscribedSku
from bot.ports.errors import Final, MissingPermission, NotFound
from bot.ports.licenses import AssignmentRefused, Holdings, Seats

READ_LICENSES = "LicenseAssignment.Read.All"
ASSIGN_LICENSES = "LicenseAssignment.ReadWrite.All"

# Graph answers each of these with 400 Request_BadRequest; only the English message tells them apart.
_REASONS = (
    ("no_seats", re.compile(r"does not have any available licenses", re.I)),
    ("usage_location", re.compile(r"invalid usage location", re.I)),
    ("dependency", re.compile(r"service plan .*depends on the service plan", re.I | re.S)),
    ("exclusive", re.compile(r"service plans? .*mutually exclusive", re.I | re.S)),
    ("not_found", re.compile(r"^Resource '.*' does not exist", re.I | re.S)),
)


class AssignmentDenied(AssignmentRefused, MissingPermission):
    """Saldo may not assign licences in this organisation: both a refused assignment and a missing permission."""

    def __init__(self, error: MissingPermission) -> None:
        Final.__init__(self, error.message, code="denied", request_id=error.request_id)
        self.reason = "denied"
        self.permission = error.permission


class GraphLicenses:
    """Implements `bot.ports.licenses.Licenses`.

    The deadline, where there is one, is for the reading calls; an assignment is never given up half-way.
    """

    def __init__(self, client: GraphClient, *, deadline_seconds: float | None = None) -> None:
        self._client = client
        self._deadline = deadline_seconds
        self._urgent = deadline_seconds is not None

    async def seats(self, tenant: TenantId) -> list[Seats]:
        """Products of the tenant; `free` may be negative where more are assigned than paid for."""
        async with within(self._deadline):
            rows = await self._client.rows(tenant, _skus(), SubscribedSku, urgent=self._urgent)
        return [_seats(row) for row in rows if row.sku_id]

    async def holdings(self, tenant: TenantId, people: list[PersonId]) -> dict[PersonId, Holdings]:
        asked = list(dict.fromkeys(people))
        calls = [_details(person) for person in asked]
        found: dict[PersonId, Holdings] = {}
        async with within(self._deadline):
            answers = await self._client.batch(tenant, calls, urgent=self._urgent)
            for person, call, answer in zip(asked, calls, answers, strict=True):
                if not answer.good:
                    raise failure(call, answer)
                rows = await self._client.rows(tenant, call, LicenseDetails, first=answer, urgent=self._urgent)
                found[person] = _holdings(rows)
        return found

    async def assign(self, tenant: TenantId, person: PersonId, sku_id: str) -> None:
        try:
            await self._client.send(tenant, _assign(person, sku_id))
        except MissingPermission as error:
            raise AssignmentDenied(error) from None
        except NotFound as error:
            raise AssignmentRefused("not_found", message=error.message, request_id=error.request_id) from None
        except Final as error:
            if error.code != "Request_BadRequest":
                raise
            reason = reason_of(error.message)
            raise AssignmentRefused(reason, message=error.message, request_id=error.request_id) from None


def reason_of(message: str) -> str:
    """Why Graph refused an assignment, by its English message; `unknown` for one that is not known to be sent."""
    return next((reason for reason, pattern in _REASONS if pattern.search(message)), "unknown")


def _skus() -> Call:
    select = "skuId,skuPartNumber,consumedUnits,prepaidUnits,servicePlans"  # the one option that this call knows
    return Call("listSubscribedSkus", f"/subscribedSkus{query(select=select)}", READ_LICENSES)


def _details(person: PersonId) -> Call:
    path = f"/users/{segment(person)}/licenseDetails{query(select='skuId,servicePlans')}"
    return Call("listLicenseDetails", path, READ_LICENSES)


def _assign(person: PersonId, sku_id: str) -> Call:
    """Both arrays are required, an empty one too."""
    return Call(
        name="assignUserLicense",
        path=f"/users/{segment(person)}/assignLicense",
        permission=ASSIGN_LICENSES,
        method="POST",
        headers={"Content-Type": "application/json"},
        body=msgspec.json.encode({"addLicenses": [{"skuId": sku_id, "disabledPlans": []}], "removeLicenses": []}),
        repeatable=False,
    )


def _seats(row: SubscribedSku) -> Seats:
    units = row.prepaid_units
    paid = ((units.enabled or 0) + (units.warning or 0)) if units else 0
    return Seats(
        sku_id=row.sku_id or "",
        part_number=row.sku_part_number or "",
        plans=_plans(row.service_plans),
        free=paid - (row.consumed_units or 0),
        consumed=row.consumed_units or 0,
    )


def _holdings(rows: list[LicenseDetails]) -> Holdings:
    plans = (plan for row in rows for plan in row.service_plans if plan.provisioning_status != "Disabled")
    return Holdings(plans=_plans(plans), sku_ids=frozenset(row.sku_id for row in rows if row.sku_id))


def _plans(plans: Iterable[ServicePlan]) -> frozenset[str]:
    return frozenset(plan.service_plan_id for plan in plans if plan.service_plan_id)
