"""Send one card to one person, once. A card whose arrival is uncertain is superseded, never replayed."""

from dataclasses import dataclass, replace

from bot.domain.contacts import Contact, SentCard
from bot.domain.people import TenantId
from bot.locale.reader import CatalogueReader
from bot.ports.collections import SENT_CARDS
from bot.ports.errors import Final, NotFound, Unknown
from bot.ports.messenger import MessageRef
from bot.ports.turn import Address, Message
from bot.usecases.keep_card import keep_card
from bot.usecases.meet import lose
from bot.views.house import House


@dataclass(frozen=True, slots=True)
class Delivery:
    """`id` is derived from what the message means: the same id is delivered once. `subject` is the request (or the
    alert) that the card shows at `step`."""

    id: str
    contact: Contact
    message: Message
    reader: CatalogueReader
    subject: str
    step: int = 0


async def deliver(house: House, tenant: TenantId, delivery: Delivery) -> None:
    """Raises Retry, and Final where it is not the person who cannot be reached; who took Saldo out is remembered."""
    outside = house.outside
    if await outside.store.get(SENT_CARDS.key(tenant, delivery.id)):
        return
    try:
        ref = await _send(house, delivery)
    except Final as error:
        if not is_gone(error):
            raise
        await lose(outside.store, tenant, delivery.contact.person)
    else:
        await keep_card(outside.store, tenant, delivery.id, _kept(delivery, ref))


def is_gone(error: Final) -> bool:
    """The person took Saldo out, or the conversation is no more. Any other failure is ours."""
    return isinstance(error, NotFound) or error.code == "blocked"


async def _send(house: House, delivery: Delivery) -> MessageRef:
    address = Address(delivery.contact.conversation_id, delivery.contact.service_url)
    try:
        return await house.outside.messenger.send(address, delivery.message)
    except Unknown:
        return await _supersede(house, address, delivery)


async def _supersede(house: House, address: Address, delivery: Delivery) -> MessageRef:
    """The first card may have arrived. Both are good, because a button shows and does what is so now; the second says
    that it repeats. Where its answer is lost too, one of them is taken to be there."""
    text = delivery.reader.text("lock.repeated", text=delivery.message.text)
    try:
        return await house.outside.messenger.send(address, replace(delivery.message, text=text, summary=text))
    except Unknown:
        return MessageRef(address, "")


def _kept(delivery: Delivery, ref: MessageRef) -> SentCard:
    return SentCard(
        request=delivery.subject,
        person=delivery.contact.person,
        conversation_id=ref.address.conversation_id,
        service_url=ref.address.service_url,
        activity_id=ref.activity_id,
        shown_step=delivery.step,
    )
