"""The teams room: the turn handler. It takes the activity before the SDK parses it, and delivers the reply."""

import logging
from collections.abc import Awaitable, Callable

from botbuilder.core import TurnContext
from botbuilder.core.teams import TeamsActivityHandler

from bot.ports.errors import PortError
from bot.ports.messenger import MessageRef
from bot.ports.turn import Message, Pressed, Reply, Scope, Turn
from bot.teams.connector import TURN_PATIENCE_SECONDS, Connector
from bot.teams.messages import encode_invoke_answer, encode_reply

TURN = "saldo.turn"
INVOKE_ANSWER = "saldo.invoke_answer"

Answer = Callable[[Turn], Awaitable[Reply]]

log = logging.getLogger("saldo.teams.delivery")


class SaldoHandler(TeamsActivityHandler):
    """Every kind of activity that has a meaning arrives with its `Turn` in the context's state."""

    def __init__(self, connector: Connector, answer: Answer) -> None:
        super().__init__()
        self._connector = connector
        self._answer = answer

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        await self._take(turn_context)

    async def on_invoke_activity(self, turn_context: TurnContext) -> None:
        """The answer stays in the context: the SDK would copy the whole card, twice, to send it to itself."""
        await self._take(turn_context)

    async def on_conversation_update_activity(self, turn_context: TurnContext) -> None:
        await self._take(turn_context)

    async def on_installation_update(self, turn_context: TurnContext) -> None:
        await self._take(turn_context)

    async def _take(self, context: TurnContext) -> None:
        await self.deliver(context, await self._answer(context.turn_state[TURN]))

    async def deliver(self, context: TurnContext, reply: Reply) -> None:
        """Send a reply. A message that cannot be delivered is logged; the others are sent all the same."""
        turn: Turn = context.turn_state[TURN]
        for message in await self._replaced(context, turn, reply.here):
            try:
                await self._send(turn, message)
            except PortError as error:
                detail = {"error": type(error).__name__, "request_id": error.request_id}
                log.warning("reply not delivered", extra=detail)

    async def _replaced(self, context: TurnContext, turn: Turn, here: tuple[Message, ...]) -> tuple[Message, ...]:
        """Answer a pressed button in its own way; the messages that are left to send."""
        if not isinstance(turn.event, Pressed):
            return here
        first = next((message for message in here if message.card is not None), None)
        if context.activity.type == "invoke":
            first = first or next((message for message in here if message.text), None)
            context.turn_state[INVOKE_ANSWER] = encode_invoke_answer(first)
        elif first is None or turn.event.card_id is None or not await self._update(turn, turn.event.card_id, first):
            return here
        return tuple(message for message in here if message is not first)

    async def _update(self, turn: Turn, card_id: str, message: Message) -> bool:
        """Whether the pressed card could be replaced; where that fails, a new message is sent."""
        ref, body = MessageRef(turn.address, card_id), encode_reply(message, reply_to="", quick_for=None)
        try:
            await self._connector.update(ref, body, patience_seconds=TURN_PATIENCE_SECONDS)
        except PortError as error:
            log.warning("card not replaced", extra={"error": type(error).__name__, "request_id": error.request_id})
            return False
        return True

    async def _send(self, turn: Turn, message: Message) -> None:
        quick_for = turn.actor.teams_id if turn.scope is Scope.PERSONAL else None
        reply_to = "" if isinstance(turn.event, Pressed) else turn.activity_id
        body = encode_reply(message, reply_to=reply_to, quick_for=quick_for)
        address = turn.address
        await self._connector.send(
            address.service_url, address.conversation_id, body, patience_seconds=TURN_PATIENCE_SECONDS
        )
