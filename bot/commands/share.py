"""A request where many see it: all read how it stands, and whoever has a part in it gets their own card there."""

from bot.commands.context import Context
from bot.commands.ids import derived_id
from bot.domain.contacts import SHARED, SentCard
from bot.domain.requests import Request
from bot.ports.collections import SENT_CARDS
from bot.ports.errors import PortError
from bot.usecases.keep_card import keep_card
from bot.views.house import card_message, reader_of_contact
from bot.views.request import draw_for_all

MOST = 3  # at once: a channel is no inbox


async def share(context: Context, requests: tuple[Request, ...]) -> None:
    """In the language of the organization. A place that takes no message hears of it in private alone."""
    for request in requests[:MOST]:
        try:
            await _share(context, request)
        except PortError:
            return


async def _share(context: Context, request: Request) -> None:
    """The line that is delivered again shares nothing again."""
    outside, here = context.outside, context.turn.address
    id_ = f"{request.id}:shared:{derived_id(context.turn)}"
    if await outside.store.get(SENT_CARDS.key(context.tenant, id_)):
        return
    reader = reader_of_contact(None, context.settings)
    card = await draw_for_all(context.house, context.tenant, request, reader)
    ref = await outside.messenger.send(here, card_message(card, lock=reader.text("lock.shared")))
    kept = SentCard(request.id, SHARED, here.conversation_id, here.service_url, ref.activity_id, request.step)
    await keep_card(outside.store, context.tenant, id_, kept)
