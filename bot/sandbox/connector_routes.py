"""The Bot Connector's REST calls, as the simulated Teams answers them.

Source: Microsoft's "Bot Connector service REST API"; error codes as Teams sends them.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn

from aiohttp import web

from bot.ports.turn import Scope
from bot.sandbox.connector_chats import BOT_ID, Chat, Post
from bot.sandbox.connector_check import Malformed, Sent, read_sent
from bot.sandbox.connector_delivery import Deliveries
from bot.sandbox.connector_failures import Failure, Failures, Verb
from bot.sandbox.world import TENANT, SandboxPerson

Handler = Callable[[web.Request], Awaitable[web.Response]]


class Refused(Exception):
    """The call is answered with this status and Teams' error body."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class ConnectorRoutes:
    """What the bot can do to the chats."""

    def __init__(self, deliveries: Deliveries, failures: Failures) -> None:
        self._deliveries = deliveries
        self._chats = deliveries.chats
        self._failures = failures

    def add_to(self, app: web.Application) -> None:
        one = "/v3/conversations/{chat}"
        app.router.add_post("/v3/conversations", self._met(Verb.CREATE, self._create))
        app.router.add_post(f"{one}/activities", self._met(Verb.SEND, self._send))
        app.router.add_post(f"{one}/activities/{{post}}", self._met(Verb.SEND, self._send))
        app.router.add_put(f"{one}/activities/{{post}}", self._met(Verb.UPDATE, self._update))
        app.router.add_delete(f"{one}/activities/{{post}}", self._met(Verb.DELETE, self._delete))
        app.router.add_get(f"{one}/members", self._met(Verb.MEMBERS, self._members))
        app.router.add_get(f"{one}/pagedmembers", self._met(Verb.MEMBERS, self._paged_members))
        app.router.add_get(f"{one}/members/{{member}}", self._met(Verb.MEMBERS, self._member))

    def _met(self, verb: Verb, handler: Handler) -> Handler:
        """The call, unless a failure waits for it; refusals become Teams' error bodies."""

        async def handle(request: web.Request) -> web.Response:
            failure = self._failures.take(verb)
            try:
                if failure is None or failure.arrived:
                    answer = await handler(request)
                else:
                    answer = web.Response()
            except Refused as refused:
                return error(refused.status, refused.code, refused.message)
            return answer if failure is None else _fail(request, failure)

        return handle

    async def _create(self, request: web.Request) -> web.Response:
        asked = await self._body(request)
        members = asked.get("members")
        if not isinstance(members, list) or len(members) != 1 or asked.get("isGroup"):
            self._malformed("members: one person, for a personal chat")
        if str(asked.get("tenantId") or (asked.get("channelData") or {}).get("tenant", {}).get("id")) != TENANT:
            raise Refused(403, "Forbidden", "another tenant")
        person = self._person(str(members[0].get("id")) if isinstance(members[0], dict) else "")
        chat = self._chats.personal(person)
        _open(chat)
        answer = {"id": chat.id, "serviceUrl": f"{request.scheme}://{request.host}/"}
        if asked.get("activity"):
            answer["activityId"] = (await self._place(chat, asked["activity"], reply=False)).id
        return web.json_response(answer, status=201)

    async def _send(self, request: web.Request) -> web.Response:
        chat = self._chat(request)
        _open(chat)
        reply, thread = "post" in request.match_info, request.match_info["chat"].partition(";messageid=")[2]
        post = await self._place(chat, await self._body(request), reply=reply, thread=thread)
        return web.json_response({"id": post.id}, status=201)

    async def _place(self, chat: Chat, activity: Any, *, reply: bool, thread: str = "") -> Post:
        unasked = not reply and not self._deliveries.answering[chat.id]
        sent = self._read(activity, unasked=unasked)
        if sent is None:
            return Post(self._chats.new_id(), chat, BOT_ID)
        if sent.offer is not None and chat.scope is not Scope.PERSONAL:
            self._malformed("attachments: files are offered in personal chats only")
        post = Post(
            id=self._chats.new_id(),
            chat=chat,
            sender=BOT_ID,
            text=sent.text,
            summary=sent.summary,
            card=sent.card,
            quick=sent.quick,
            offer=sent.offer,
            file=sent.file,
            proactive=unasked,
            thread=thread,
        )
        await self._chats.post(post)
        return post

    async def _update(self, request: web.Request) -> web.Response:
        chat, post = self._chat(request), self._own_post(request)
        _open(chat)
        sent = self._read(await self._body(request), unasked=False)
        if sent is None:
            self._malformed("type: a message cannot become a typing sign")
        change = {"text": sent.text, "summary": sent.summary, "card": sent.card, "quick": sent.quick}
        await self._chats.update(post, change)
        return web.json_response({"id": post.id})

    async def _delete(self, request: web.Request) -> web.Response:
        self._chat(request)
        await self._chats.delete(self._own_post(request))
        return web.json_response({})

    async def _members(self, request: web.Request) -> web.Response:
        chat = self._chat(request)
        _open(chat)
        return web.json_response([self._account(each) for each in chat.members])

    async def _paged_members(self, request: web.Request) -> web.Response:
        chat = self._chat(request)
        _open(chat)
        size, start = int(request.query.get("pageSize", "200")), int(request.query.get("continuationToken", "0"))
        page: dict[str, Any] = {"members": [self._account(each) for each in chat.members[start : start + size]]}
        if start + size < len(chat.members):
            page["continuationToken"] = str(start + size)
        return web.json_response(page)

    async def _member(self, request: web.Request) -> web.Response:
        chat = self._chat(request)
        _open(chat)
        wanted = request.match_info["member"]
        for each in chat.members:
            account = self._account(each)
            if wanted in (account["id"], account["aadObjectId"]):
                return web.json_response(account)
        raise Refused(404, "MemberNotFoundInConversation", "nobody with this id is in the conversation")

    def _account(self, teams_id: str) -> dict[str, Any]:
        person = self._person(teams_id)
        known = person.person
        return {
            "id": teams_id,
            "objectId": person.id,
            "aadObjectId": person.id,
            "name": person.name,
            "givenName": known.short_name,
            "surname": person.name.partition(" ")[2],
            "email": known.address,
            "userPrincipalName": known.address,
            "tenantId": TENANT,
            "userRole": "guest" if known.guest else "user",
        }

    def _person(self, teams_id: str) -> SandboxPerson:
        person = self._chats.world.by_teams_id(teams_id)
        if person is None or person.resource_account:
            raise Refused(404, "MemberNotFound", "Teams knows nobody with this id")
        return person

    def _chat(self, request: web.Request) -> Chat:
        chat = self._chats.chat(request.match_info["chat"])
        if chat is None:
            raise Refused(404, "ConversationNotFound", "Conversation not found.")
        return chat

    def _own_post(self, request: web.Request) -> Post:
        post = self._chats.posts.get(request.match_info["post"])
        if post is None or post.chat is not self._chat(request):
            raise Refused(404, "ActivityNotFoundInConversation", "The activity is not in this conversation.")
        if not post.is_from_bot:
            raise Refused(403, "BotCannotEditUserMessage", "A bot changes its own messages only.")
        return post

    def _read(self, activity: Any, *, unasked: bool) -> Sent | None:
        try:
            return read_sent(activity, unasked=unasked)
        except Malformed as fault:
            self._malformed(str(fault))

    async def _body(self, request: web.Request) -> Any:
        raw = await request.read()
        try:
            body = json.loads(raw)
        except ValueError:
            self._malformed("the body is no JSON")
        if not isinstance(body, dict):
            self._malformed("the body is no JSON object")
        return body

    def _malformed(self, what: str) -> NoReturn:
        self._deliveries.faults.append(what)
        raise Refused(400, "BadSyntax", what)


def error(status: int, code: str, message: str) -> web.Response:
    return web.json_response({"error": {"code": code, "message": message}}, status=status)


def _open(chat: Chat) -> None:
    """Raises Refused where the bot may not write or look."""
    if not chat.has_bot:
        raise Refused(403, "BotNotInConversationRoster", "The bot is not part of the conversation roster.")
    if chat.scope is Scope.PERSONAL and chat.blocked:
        raise Refused(403, "MessageWritesBlocked", "The person blocked the bot.")


def _fail(request: web.Request, failure: Failure) -> web.Response:
    if failure.status == 0:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()
    answer = error(failure.status, failure.code, "The simulated Teams was told to fail here.")
    if failure.retry_after:
        answer.headers["Retry-After"] = failure.retry_after
    return answer
