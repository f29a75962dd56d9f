"""Outside the personal chat anybody may read along: the answer goes to the actor's own chat, and the place gets a line."""

from bot.commands.context import Context, line
from bot.ports.collections import CONTACTS
from bot.ports.errors import PortError
from bot.ports.turn import Address, Reply


async def move_to_private(context: Context, reply: Reply, *, said_here: str = "") -> Reply:
    """Send `reply` to the actor's personal chat. The place hears `said_here` (a state word, say) and that the rest is
    in private; or, where Saldo cannot reach the person, how to get it."""
    address = await _personal_chat(context)
    try:
        if address is None:
            address = await context.outside.messenger.open_chat(
                context.tenant, context.turn.address.service_url, context.turn.actor.teams_id
            )
        for message in reply.here:
            await context.outside.messenger.send(address, message)
    except PortError:
        return _said(context, said_here, "private.install")
    return _said(context, said_here, "private.sent")


def _said(context: Context, said_here: str, key: str) -> Reply:
    return line(f"{said_here} {context.reader.text(key)}".strip())


async def _personal_chat(context: Context) -> Address | None:
    contact = await context.outside.store.get(CONTACTS.key(context.tenant, context.actor))
    if contact is None or not contact.body.installed:
        return None
    return Address(contact.body.conversation_id, contact.body.service_url)


