"""Remember the cards of a request, so that they change in place when the request moves on."""

from bot.domain.contacts import SentCard
from bot.domain.people import TenantId
from bot.domain.requests import Request
from bot.ports.collections import SENT_CARDS
from bot.ports.store import Conflict, Put, Store
from bot.ports.turn import Pressed, Scope, Turn


async def keep_pressed_card(store: Store, turn: Turn, pressed: Pressed, request: Request) -> None:
    """The card that was pressed now shows `request` to its actor. Kept already: nothing to do.

    A card where others read along is not kept: changed in place, it would show them what is the actor's.
    """
    if not pressed.card_id or turn.scope is not Scope.PERSONAL:
        return
    card = SentCard(
        request=request.id,
        person=turn.actor.id,
        conversation_id=turn.address.conversation_id,
        service_url=turn.address.service_url,
        activity_id=pressed.card_id,
        shown_step=request.step,
    )
    await keep_card(store, turn.tenant, f"{request.id}:{pressed.card_id}", card)


async def keep_card(store: Store, tenant: TenantId, id_: str, card: SentCard) -> None:
    try:
        await store.commit([Put(SENT_CARDS.key(tenant, id_), card, 0)])
    except Conflict:
        return  # the same card, kept by another delivery of the same click
