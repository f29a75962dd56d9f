"""The last look at an approved request before it is carried out: those who approved it must still be able to."""

from collections.abc import Sequence

from bot.domain.events import SALDO, VoidApproval
from bot.domain.people import TenantId
from bot.domain.requests import Request, State
from bot.ports.outside import Outside
from bot.ports.store import Document, Operation
from bot.usecases.change_request import change_request, load_request
from bot.usecases.standing import Standings
from bot.usecases.voice import lost_right


async def still_approved(
    outside: Outside, standings: Standings, tenant: TenantId, request_id: str, finish: Sequence[Operation]
) -> Document[Request] | None:
    """The request, where it may be carried out. None where there is nothing to do: then `finish` has ended the job,
    with the approval that no longer counts, if it was that. Raises Refusal("rights_unreadable")."""
    document = await load_request(outside.store, tenant, request_id)
    if document.body.state is not State.APPROVED:
        await outside.store.commit(finish)
        return None
    lost = await lost_right(standings, tenant, document.body)
    if lost is not None:
        await change_request(outside.store, outside.clock, tenant, request_id, VoidApproval(lost), SALDO, also=finish)
        return None
    return document
