"""The teams room: a delivery from Teams goes through here, from its bytes to its HTTP answer.

`TeamsAdapter` stands on botbuilder-core's extension point. The SDK's `CloudAdapter` is not used: it answers bad input
with 500, breaks invoke answers and builds new clients for each turn.
"""

import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from botbuilder.core import BotAdapter, TurnContext
from botbuilder.schema import Activity, ChannelAccount, ConversationAccount, ConversationReference, ResourceResponse

from bot.domain.people import TenantId
from bot.ports.messenger import MessageRef
from bot.ports.turn import Address, Reply, Turn
from bot.teams.activities import Answered, Ignored, meaning_of, tenant_of
from bot.teams.auth import TokenCheck, admit
from bot.teams.connector import Connector
from bot.teams.handler import INVOKE_ANSWER, TURN, Answer, SaldoHandler
from bot.teams.messages import encode_body, encode_invoke_answer
from bot.teams.rejections import Forbidden, Rejected
from bot.teams.settings import TeamsSettings
from bot.teams.wire import WireActivity, parse

OnBug = Callable[[Turn, str], Reply]

TURN_ID = "saldo.turn_id"
log = logging.getLogger("saldo.turn")


@dataclass(frozen=True, slots=True)
class Response:
    """What goes back over HTTP; an empty body where Teams expects none."""

    status: int
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Conversation:
    """What answers. `answer` makes the reply; `on_bug` says sorry with the turn's id, without I/O, for that may be
    what is broken. `head` is the head of a tenant's audit for the log's line, '' while none is known; no I/O either.
    """

    answer: Answer
    on_bug: OnBug
    head: Callable[[TenantId], str] = lambda tenant: ""


class TeamsAdapter(BotAdapter):
    def __init__(
        self, settings: TeamsSettings, connector: Connector, check: TokenCheck | None, conversation: Conversation
    ) -> None:
        """`check` may be None only where no app id is set; such an edge speaks to loopback alone."""
        super().__init__(self._on_bug)
        if check is None and settings.authenticated:
            raise ValueError("an edge with an app id checks tokens")
        self._tenants = frozenset(tenant.lower() for tenant in settings.allowed_tenants)
        self._connector = connector
        self._check = check
        self._handler = SaldoHandler(connector, conversation.answer)
        self._apologize = conversation.on_bug
        self._head = conversation.head

    async def process(self, authorization: str | None, body: bytes) -> Response:
        """One delivery: the token first, then the shape, then who may, then the turn. Never raises for bad input."""
        try:
            meaning, activity = await self._admitted(authorization, body)
        except Rejected as rejected:
            log.warning("rejected", extra={"status": rejected.status, "reason": rejected.reason})
            return Response(rejected.status, encode_body({"error": {"message": rejected.reason}}))
        match meaning:
            case Turn():
                return await self._run(meaning, activity)
            case Ignored(reason):
                log.info("ignored", extra={"status": 200, "reason": reason})
                return Response(200)
            case Answered(status, answer):
                log.info("answered", extra={"status": status, "reason": "invoke"})
                return Response(status, b"" if answer is None else encode_body(answer))

    async def _admitted(
        self, authorization: str | None, body: bytes
    ) -> tuple[Turn | Ignored | Answered, WireActivity]:
        caller = None if self._check is None else await self._check.caller(authorization)
        activity = parse(body)
        if caller is not None:
            admit(caller, activity.service_url, activity.channel_id)
        self._admit_tenant(tenant_of(activity))
        if not self._connector.accepts(activity.service_url):
            raise Forbidden("service address is not on the list")
        return meaning_of(activity), activity

    def _admit_tenant(self, tenant: TenantId) -> None:
        if tenant not in self._tenants:
            raise Forbidden("tenant is not on the list")

    async def _run(self, turn: Turn, activity: WireActivity) -> Response:
        started, turn_id = time.perf_counter(), secrets.token_hex(6)
        context = TurnContext(self, _sdk_activity(turn, activity))
        context.turn_state[TURN], context.turn_state[TURN_ID] = turn, turn_id
        await self.run_pipeline(context, self._handler.on_turn)
        if log.isEnabledFor(logging.INFO):
            milliseconds = round((time.perf_counter() - started) * 1000, 1)
            kind, head = type(turn.event).__name__.lower(), self._head(turn.tenant)
            told = {"turn_id": turn_id, "kind": kind, "scope": turn.scope.value, "ms": milliseconds, "head": head}
            log.info("turn", extra=told)
        return Response(200, context.turn_state.get(INVOKE_ANSWER, b""))

    async def _on_bug(self, context: TurnContext, error: Exception) -> None:
        """The one place for what nobody foresaw; the SDK's pipeline calls it. The user gets a card with the id."""
        turn, turn_id = context.turn_state[TURN], context.turn_state[TURN_ID]
        log.error("bug", exc_info=error, extra={"turn_id": turn_id})
        if context.activity.type == "invoke":
            context.turn_state.setdefault(INVOKE_ANSWER, encode_invoke_answer(None))
        await self._handler.deliver(context, self._apologize(turn, turn_id))

    async def send_activities(self, context: TurnContext, activities: list[Activity]) -> list[ResourceResponse]:
        """For middleware and code that speaks the SDK's own language; our handler writes to the connector itself."""
        return [ResourceResponse(id=await self._send(context, activity)) for activity in activities]

    async def _send(self, context: TurnContext, activity: Activity) -> str:
        if activity.type == "invokeResponse":
            context.turn_state[INVOKE_ANSWER] = encode_body(activity.value.body)
            return ""
        if activity.type == "trace":
            return ""
        return await self._connector.send(activity.service_url, activity.conversation.id, _encoded(activity))

    async def update_activity(self, context: TurnContext, activity: Activity) -> ResourceResponse:
        body = _encoded(activity)
        await self._connector.update(_ref(activity, activity.id), body)
        return ResourceResponse(id=activity.id)

    async def delete_activity(self, context: TurnContext, reference: ConversationReference) -> None:
        await self._connector.delete(_ref(reference, reference.activity_id))

    async def continue_conversation(
        self,
        reference: ConversationReference,
        callback: Callable[[TurnContext], Any],
        bot_id: str | None = None,
        claims_identity: Any = None,
        audience: str | None = None,
    ) -> Any:
        """A turn that we begin ourselves. Its activities go the same way, to allow-listed hosts."""
        return await super().continue_conversation(reference, callback, bot_id, claims_identity, audience)


def _sdk_activity(turn: Turn, activity: WireActivity) -> Activity:
    """What the SDK's pipeline and middleware look at. The content stays in the `Turn`."""
    recipient = None if activity.recipient is None else ChannelAccount(id=activity.recipient.id)
    return Activity(
        type=activity.type,
        id=turn.activity_id,
        name=activity.name,
        channel_id=activity.channel_id,
        service_url=turn.address.service_url,
        from_property=ChannelAccount(id=turn.actor.teams_id),
        recipient=recipient,
        conversation=ConversationAccount(id=turn.address.conversation_id),
    )


def _ref(place: Activity | ConversationReference, activity_id: str) -> MessageRef:
    return MessageRef(Address(place.conversation.id, place.service_url), activity_id)


def _encoded(activity: Activity) -> bytes:
    return msgspec.json.encode(activity.serialize())
