"""Where others may read along: the answer goes to the actor's personal chat, and the place gets a line."""

from dataclasses import replace

from bot.commands.context import Context, SaidHere, line
from bot.ports.errors import PortError
from bot.ports.turn import Address, Reply


async def move_to_private(context: Context, reply: Reply, said_here: SaidHere | None = None) -> Reply:
    """Send `reply` to the actor's personal chat, and say here that it is there; or, where Saldo cannot reach the
    person, how to get it."""
    sent = await _send(context, reply)
    if said_here is not None:
        return line(await said_here(context, sent))
    return line(context.reader.text("private.sent" if sent else "private.install"))


async def _send(context: Context, reply: Reply) -> bool:
    try:
        address = await _personal_chat(context)
        lock = context.reader.text("lock.figures")
        for message in reply.here:
            unasked = replace(message, text=lock, summary=lock) if message.card else message
            await context.outside.messenger.send(address, unasked)
    except PortError:
        return False
    return True


async def _personal_chat(context: Context) -> Address:
    contact = context.contact
    if contact is not None and contact.body.installed:
        return Address(contact.body.conversation_id, contact.body.service_url)
    actor, here = context.turn.actor, context.turn.address
    return await context.outside.messenger.open_chat(context.tenant, here.service_url, actor.teams_id)
