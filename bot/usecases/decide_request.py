"""Approve, reject or ratify: the maker's rights are read again for this very click, and it fails closed."""

from bot.domain.decisions import decide
from bot.domain.errors import Refusal
from bot.domain.events import Approve, By, Ratify, Reject
from bot.domain.people import PersonId, Right, TenantId
from bot.domain.requests import Kind, Request, State
from bot.domain.voices import DECIDING_RIGHT, asks_twice
from bot.ports.clock import Clock
from bot.ports.store import Store
from bot.usecases.change_request import change_request, check_seen, load_request
from bot.usecases.settings import load_settings
from bot.usecases.standing import Standing, Standings
from bot.usecases.voice import voice_of


class ConfirmFirst(Exception):
    """The approval would count, and is above the first band: it is asked for once more. Nothing was written."""

    def __init__(self, request: Request) -> None:
        super().__init__(request.id)
        self.request = request


async def decide_request(  # noqa: PLR0913 -- who decides what, and how
    store: Store,
    clock: Clock,
    standings: Standings,
    tenant: TenantId,
    request_id: str,
    by: tuple[PersonId, str],
    verdict: Approve | Reject | Ratify,
    *,
    confirmed: bool = False,
    seen: int | None = None,
) -> Request:
    """The request with the decision on record; an approval that is pressed again is the one on record. `seen`: the
    revision that is decided on: of one that is newer by then nothing was seen.

    Raises ConfirmFirst, Refusal("activate_role") for somebody whose role is only eligible, Refusal("mca_cannot_buy")
    for a recharge that has waited since before the account became post-paid, and the rules' own.
    """
    request = (await load_request(store, tenant, request_id)).body
    check_seen(request, seen)
    if _is_on_record(request, by[0], verdict):
        return request
    voice = await voice_of(store, clock, standings, tenant, request, by)
    if not voice.may_decide:
        _explain_dormant_role(request, await standings.of(tenant, by[0]), DECIDING_RIGHT[request.kind])
    elif isinstance(verdict, Approve):
        await _check_account(store, tenant, request)
    _confirm(request, verdict, voice, clock, confirmed=confirmed)
    try:
        return await change_request(store, clock, tenant, request_id, verdict, voice, seen=seen)
    except Refusal:
        request = (await load_request(store, tenant, request_id)).body
        if _is_on_record(request, by[0], verdict):
            return request  # the same click, which was faster elsewhere
        raise


async def _check_account(store: Store, tenant: TenantId, request: Request) -> None:
    """It can be rejected and withdrawn still; an order of it would fail."""
    waits = request.kind is Kind.RECHARGE and request.state is State.PENDING
    if waits and not (await load_settings(store, tenant)).can_buy:
        raise Refusal("mca_cannot_buy")


def _is_on_record(request: Request, person: PersonId, verdict: Approve | Reject | Ratify) -> bool:
    """While others are waited for: the same click, delivered or pressed again."""
    if isinstance(verdict, Ratify):
        return any(voice.person == person for voice in request.ratifications)
    waits = isinstance(verdict, Approve) and request.state is State.PENDING
    return waits and any(voice.person == person for voice in request.approvals)


def _confirm(
    request: Request, verdict: Approve | Reject | Ratify, voice: By, clock: Clock, *, confirmed: bool
) -> None:
    """Whoever may not approve is told so, and not asked whether they are sure."""
    if isinstance(verdict, Approve) and not confirmed and asks_twice(request):
        decide(request, verdict, voice, clock.now())
        raise ConfirmFirst(request)


def _explain_dormant_role(request: Request, standing: Standing, right: Right) -> None:
    if standing.person in request.askers:
        return
    if standing.could_by_role(right):
        raise Refusal("activate_role")
    if standing.missing_permission:
        raise Refusal("rights_permission", permission=standing.missing_permission)
