"""Remember the cards of a request, so that they change in place when the request moves on."""

from bot.domain.contacts import SentCard
from bot.domain.people import TenantId
from bot.domain.requests import Request
from bot.ports.collections import SENT_CARDS
from bot.ports.store import Conflict, Document, Put, Store
from bot.ports.turn import Pressed, Scope, Turn


async def keep_pressed_card(store: Store, turn: Turn, pressed: Pressed, request: Request) -> None:
    """The card that was pressed now shows `request` to its actor, so that it need not be changed in place for it.

    A card where others read along is not kept: changed in place, it would show them what is the actor's.
    """
    if not pressed.card_id or turn.scope is not Scope.PERSONAL:
        return
    shown = SentCard(
        request=request.id,
        person=turn.actor.id,
        conversation_id=turn.address.conversation_id,
        service_url=turn.address.service_url,
        activity_id=pressed.card_id,
        shown_step=request.step,
    )
    known = await _kept(store, turn.tenant, shown)
    if known is None:
        await keep_card(store, turn.tenant, f"{request.id}:{pressed.card_id}", shown)
    elif known.body.shown_step < request.step:
        await _put(store, Put(known.key, shown, known.version))


async def _kept(store: Store, tenant: TenantId, shown: SentCard) -> Document[SentCard] | None:
    """The same message, under whichever id it was kept."""
    page = await store.find(SENT_CARDS, tenant, where={"request": shown.request})
    for document in page.documents:
        if (document.body.conversation_id, document.body.activity_id) == (shown.conversation_id, shown.activity_id):
            return document
    return None


async def keep_card(store: Store, tenant: TenantId, id_: str, card: SentCard) -> None:
    await _put(store, Put(SENT_CARDS.key(tenant, id_), card, 0))


async def _put(store: Store, put: Put[SentCard]) -> None:
    try:
        await store.commit([put])
    except Conflict:
        return  # another delivery of the same click, or a refresh that has shown a later step
