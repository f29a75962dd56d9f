"""What people say to each other about a request, who else is asked, and how what was asked or said is taken back."""

from bot.domain.decisions import decide
from bot.domain.errors import Refusal
from bot.domain.events import (
    Answer,
    AskMore,
    By,
    Comment,
    Edit,
    Reassign,
    Remind,
    Retract,
)
from bot.domain.people import PersonId, TenantId
from bot.domain.requests import Recharge, Request, Seat, State
from bot.domain.settings import NamedPerson
from bot.domain.voices import DECIDING_RIGHT
from bot.ports.clock import Clock
from bot.ports.outside import Outside
from bot.ports.store import Store
from bot.usecases.change_request import change_request, load_request
from bot.usecases.policy import load_policy
from bot.usecases.standing import Standings
from bot.usecases.voice import voice_of

Said = Comment | AskMore | Answer | Retract | Remind


async def say_about(  # noqa: PLR0913 -- who says what about which request
    store: Store,
    clock: Clock,
    standings: Standings,
    tenant: TenantId,
    request_id: str,
    by: tuple[PersonId, str],
    event: Said,
) -> Request:
    """The request with it on record, once. Raises the rules' refusals; whoever has no part in it may not say
    anything."""
    request = (await load_request(store, tenant, request_id)).body
    voice = await voice_of(store, clock, standings, tenant, request, by)
    try:
        return await change_request(store, clock, tenant, request_id, event, voice)
    except Refusal as refusal:
        if refusal.code != "said_already":
            raise
        return (await load_request(store, tenant, request_id)).body


async def reassign(
    outside: Outside,
    standings: Standings,
    tenant: TenantId,
    request_id: str,
    by: tuple[PersonId, str],
    to: NamedPerson,
) -> Request:
    """Ask `to`, too, who must be able to approve it right now. Raises Refusal("not_eligible"). Whoever was the last
    to be asked so is not asked again."""
    request = (await load_request(outside.store, tenant, request_id)).body
    if request.state is State.PENDING and request.reassigned_to == to:
        return request
    voice = await voice_of(outside.store, outside.clock, standings, tenant, request, by)
    decide(request, Reassign(to), voice, outside.clock.now())  # whose rights somebody has is not everybody's to ask
    if not (await standings.fresh(tenant, to.id)).may(DECIDING_RIGHT[request.kind]):
        raise Refusal("not_eligible", name=to.name)
    return await change_request(outside.store, outside.clock, tenant, request_id, Reassign(to), voice)


async def edit_request(
    store: Store, clock: Clock, tenant: TenantId, request_id: str, by: By, to: Recharge | tuple[Seat, ...]
) -> Request:
    """Ask for something else while it waits: a new revision, which is approved anew. The same again is no change."""
    request = (await load_request(store, tenant, request_id)).body
    if request.state is State.PENDING and to in (request.recharge, request.seats):
        return request  # nothing was ordered yet, so that it holds what was asked for alone
    policy = await load_policy(store, tenant)
    event = Edit(policy, recharge=to) if isinstance(to, Recharge) else Edit(policy, seats=to)
    return await change_request(store, clock, tenant, request_id, event, by)
