"""Break-glass: a recharge goes ahead before anybody approved it, because the money is about to run out.

Only then, up to a cap, one at a time, and under every cap of the policy; whoever was passed over hears of it at once.
"""

from dataclasses import dataclass

from bot.domain.emergency import Emergency, LastBreak, is_open
from bot.domain.errors import Refusal
from bot.domain.events import Break
from bot.domain.money import Money
from bot.domain.people import PersonId, TenantId
from bot.domain.requests import Clause, Kind, Request, State
from bot.domain.voices import BREAK_GLASS_HOURS
from bot.ports.clock import Clock
from bot.ports.collections import BREAK_GLASS
from bot.ports.outside import Outside
from bot.ports.store import Conflict, Document, Operation, Put, Store
from bot.usecases.change_request import change_request, load_request
from bot.usecases.find_emergency import find_emergency
from bot.usecases.policy import load_policy, still_in_force
from bot.usecases.settings import load_settings
from bot.usecases.standing import Standings
from bot.usecases.voice import voice_of

ATTEMPTS = 8
LAST = "last"  # the one document's id


@dataclass(frozen=True, slots=True)
class Breakable:
    """What break-glass would rest on, and how much it may order."""

    emergency: Emergency
    cap: Money


async def check_break(store: Store, clock: Clock, tenant: TenantId, request: Request) -> Breakable:
    """Raises Refusal: state_<state>, mca_cannot_buy, break_not_urgent, break_above_cap, break_open. It only reads."""
    if request.kind is not Kind.RECHARGE or request.state is not State.PENDING:
        raise Refusal(f"state_{request.state.value}")
    if not (await load_settings(store, tenant)).can_buy:
        raise Refusal("mca_cannot_buy")
    amount = request.asked.amount
    found = await find_emergency(store, clock, tenant, amount.currency)
    if found is None or not found.is_urgent:
        raise Refusal("break_not_urgent", hours=BREAK_GLASS_HOURS)
    cap = (await load_policy(store, tenant)).scale(amount.currency).emergency
    if amount > cap:
        raise Refusal("break_above_cap", cap=cap)
    await _check_last(store, clock, tenant, await _last(store, tenant))
    return Breakable(found, cap)


async def may_break(store: Store, clock: Clock, tenant: TenantId, request: Request) -> Breakable | None:
    """None where it would be refused, whoever asked."""
    try:
        return await check_break(store, clock, tenant, request)
    except Refusal:
        return None


async def break_glass(  # noqa: PLR0913 -- who calls on it for what, why, and what they saw
    outside: Outside,
    standings: Standings,
    tenant: TenantId,
    request_id: str,
    by: tuple[PersonId, str],
    reason: str,
    *,
    seen: int | None = None,
) -> Request:
    """The request, on its way. Called on again for the same request it changes nothing. `seen`: the revision that it
    is about.

    Raises Refusal as `check_break`, not_an_approver, break_reason_short and the policy's caps.
    """
    for _ in range(ATTEMPTS):
        try:
            return await _attempt(outside, standings, tenant, request_id, by, reason, seen)
        except Conflict:
            continue  # another emergency, or another policy, got there first: look again
        except Refusal:
            known = (await load_request(outside.store, tenant, request_id)).body
            if known.clause is not Clause.BREAK_GLASS:
                raise
            return known  # the same click, delivered twice at once
    raise Conflict(BREAK_GLASS.key(tenant, LAST))


async def _attempt(  # noqa: PLR0913 -- as `break_glass`
    outside: Outside,
    standings: Standings,
    tenant: TenantId,
    request_id: str,
    by: tuple[PersonId, str],
    reason: str,
    seen: int | None,
) -> Request:
    """All that it rests on is as it is when it is written."""
    store, clock = outside.store, outside.clock
    request = (await load_request(store, tenant, request_id)).body
    last, policy = await _last(store, tenant), await load_policy(store, tenant)
    found = (await check_break(store, clock, tenant, request)).emergency
    event = Break(reason, found.hours_left, found.evidence, policy)
    voice = await voice_of(store, clock, standings, tenant, request, by)
    guards: list[Operation] = [
        Put(BREAK_GLASS.key(tenant, LAST), LastBreak(request_id, clock.now()), last.version if last else 0),
        still_in_force(tenant, policy),
    ]
    return await change_request(store, clock, tenant, request_id, event, voice, also=guards, seen=seen)


async def _last(store: Store, tenant: TenantId) -> Document[LastBreak] | None:
    return await store.get(BREAK_GLASS.key(tenant, LAST))


async def _check_last(store: Store, clock: Clock, tenant: TenantId, last: Document[LastBreak] | None) -> None:
    if last is None:
        return
    request = (await load_request(store, tenant, last.body.request)).body
    if is_open(request, clock.now()):
        raise Refusal("break_open", name=request.exemption.by.name if request.exemption else "")
