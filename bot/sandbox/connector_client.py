"""One person's Teams: they type, press, attach, react, install; and they see what the bot wrote to them.

Used by scenario tests and, over the control surface, by the terminal.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.errors import Refusal
from bot.ports.turn import Scope
from bot.sandbox import connector_activities as activities
from bot.sandbox.card_form import BadInput, Button, all_buttons, fill, toggled
from bot.sandbox.connector_chats import Chat, Post
from bot.sandbox.connector_delivery import Answer, Deliveries
from bot.sandbox.connector_wire import Seen, seen
from bot.sandbox.world import SandboxPerson

PATIENCE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Turned:
    """What came of one thing that a person did: how the bot answered each delivery, and the bot's messages that
    this person saw appear or change meanwhile. `answers` is empty where the bot was not told."""

    answers: tuple[Answer, ...] = ()
    messages: tuple[Seen, ...] = ()

    @property
    def heard(self) -> bool:
        return bool(self.answers)

    @property
    def status(self) -> int:
        return self.answers[0].status if self.answers else 0


class TeamsClient:
    """Raises Refusal for what Teams itself does not let a person do: `sandbox_not_installed`, `sandbox_not_member`,
    `sandbox_no_message`, `sandbox_no_button`, `sandbox_input_wrong`."""

    def __init__(self, deliveries: Deliveries, person: SandboxPerson, locale: str) -> None:
        self.person = person
        self.locale = locale
        self._deliveries = deliveries
        self._chats = deliveries.chats

    @property
    def inbox(self) -> list[Seen]:
        """The bot's messages in all chats of this person, oldest first, as they are now."""
        return [self._seen(post) for post in self._chats.visible_to(self.person.teams_id) if post.is_from_bot]

    @property
    def last(self) -> Seen:
        """The newest of them. Raises LookupError where there is none."""
        if not self.inbox:
            raise LookupError(f"{self.person.name} got no message")
        return self.inbox[-1]

    @property
    def lock_screen(self) -> list[str]:
        """The lines that the phone showed for messages that nobody had asked for."""
        return [message.lock_screen for message in self.inbox if message.proactive]

    async def say(self, text: str, *, where: Scope | str = Scope.PERSONAL, times: int = 1) -> Turned:
        """Type a message. In channels and groups the bot hears it only when it is mentioned: `@Saldo saldo`.
        `times` delivers it again with the same id, as Teams does when a bot was slow."""
        chat = self._place(Scope(where))
        post = await self._posted(chat, text)
        if chat.scope is not Scope.PERSONAL and not activities.mentions_bot(text):
            return Turned()
        activity = activities.message(self._origin(chat, post.thread), post.id, text, self._deliveries.world)
        return await self._delivered([activity] * times, chat)

    async def attach(self, name: str, content: bytes, text: str = "") -> Turned:
        """Send a file in the personal chat; elsewhere bots get no files from Teams."""
        chat = self._place(Scope.PERSONAL)
        post = await self._posted(chat, f"{text} [{name}]".strip())
        activity = activities.message(self._origin(chat), post.id, text, self._deliveries.world)
        url, key = self._deliveries.keep_file(name, content)
        return await self._delivered([activities.with_file(activity, name, url, key)], chat)

    async def press(
        self,
        title: str,
        *,
        inputs: Mapping[str, str] | None = None,
        message: Seen | None = None,
        times: int = 1,
        new_ids: bool = True,
    ) -> Turned:
        """Press a button by its title or verb, or a quick reply: on `message` as it was seen then, else on the
        newest message that has it. `times` delivers the same click again, all at once."""
        for shown in [message] if message else reversed(self.inbox):
            button = _find(shown, title)
            if button is not None:
                filled = _filled(button, inputs or {})
                return await self.press_action(shown.id, button.action, filled, times=times, new_ids=new_ids)
            if title in shown.quick:
                return await self.say(title, where=shown.scope)
        raise Refusal("sandbox_no_button", title=title, titles=list(self.last.buttons) if self.inbox else [])

    async def press_action(
        self,
        post_id: str,
        action: Mapping[str, Any],
        filled: Mapping[str, str],
        *,
        times: int = 1,
        new_ids: bool = True,
    ) -> Turned:
        """Press a button that was drawn, with its inputs already checked."""
        post = self._post(post_id)
        sent = {**action, "data": {**(action.get("data") or {}), **filled}}
        match action["type"]:
            case "Action.Execute":
                return await self._executed(post, sent, times, new_ids=new_ids)
            case "Action.Submit":
                return await self._submitted(post, sent["data"])
            case "Action.ToggleVisibility":
                card = post.card_for(self.person.teams_id)
                await self._chats.show(post, self.person.teams_id, toggled(card or {}, action))
        return Turned()

    async def answer_offer(self, *, accept: bool, message: Seen | None = None, times: int = 1) -> Turned:
        """Say yes or no to an offered file: on `message`, else on the newest one that offers any. `times` delivers
        the same answer again, each with a new id."""
        shown = message or next((one for one in reversed(self.inbox) if one.offer is not None), None)
        post = self._post(shown.id if shown else "")
        if post.offer is None:
            raise Refusal("sandbox_no_message")
        upload = self._deliveries.open_upload(post.offer.name) if accept else None
        origin = self._origin(post.chat)
        told = [activities.file_consent(origin, self._chats.new_id(), post, upload) for _ in range(times)]
        return await self._delivered(told, post.chat)

    async def refresh(self, post_id: str) -> Seen:
        """Look at a message: a card with `refresh` for this person asks the bot for their own one, once an edit."""
        post, viewer = self._post(post_id), self.person.teams_id
        action = _refresh_action(post, viewer)
        if action is not None and post.refreshed.get(viewer) != post.edits:
            post.refreshed[viewer] = post.edits
            origin = self._origin(post.chat, post.thread)
            activity = activities.press(origin, self._chats.new_id(), action, post, automatic=True)
            await self._show([await self._deliveries.deliver(activity, post.chat)], post)
        return self._seen(post)

    async def send_value(self, value: Any) -> Turned:
        """A message with a `value` and no text, as an old card would send it."""
        chat = self._place(Scope.PERSONAL)
        activity = activities.value_message(self._origin(chat), self._chats.new_id(), value)
        return await self._delivered([activity], chat)

    async def edit(self, post_id: str, text: str) -> Turned:
        """Change a message of one's own after it was sent."""
        post = self._post(post_id)
        await self._chats.update(post, {"text": text})
        origin = self._origin(post.chat, post.thread)
        return await self._delivered([activities.edited(origin, post, text, self._deliveries.world)], post.chat)

    async def withdraw(self, post_id: str) -> Turned:
        """Delete a message of one's own."""
        post = self._post(post_id)
        await self._chats.delete(post)
        return await self._delivered([activities.deleted(self._origin(post.chat, post.thread), post)], post.chat)

    async def react(self, message: Seen, kind: str = "like", *, added: bool = True) -> Turned:
        post = self._post(message.id)
        origin = self._origin(post.chat, post.thread)
        activity = activities.reaction(origin, self._chats.new_id(), post, kind, added=added)
        return await self._delivered([activity], post.chat)

    async def install(self, where: Scope | str = Scope.PERSONAL, *, times: int = 1) -> Turned:
        """Add Saldo. Teams tells it twice, as an installation and as a change of members, and sometimes again."""
        return await self._installed(Scope(where), added=True, times=times)

    async def uninstall(self, where: Scope | str = Scope.PERSONAL) -> Turned:
        return await self._installed(Scope(where), added=False, times=1)

    def block(self, *, blocked: bool = True) -> None:
        """Silence the bot in the personal chat: it gets 403 from now on."""
        self._chats.personal(self.person).blocked = blocked

    async def wait_for(self, wanted: Callable[[Seen], bool], *, timeout_seconds: float = PATIENCE_SECONDS) -> Seen:
        """The newest message of the bot for which `wanted` holds, as soon as there is one. Raises TimeoutError."""
        async with asyncio.timeout(timeout_seconds):
            while not self._chats.feed.closed:
                seq = self._chats.feed.seq
                for message in reversed(self.inbox):
                    if wanted(message):
                        return message
                await self._chats.feed.wait_after(seq, timeout_seconds)
        raise TimeoutError("the sandbox stopped")

    async def _executed(self, post: Post, action: Mapping[str, Any], times: int, *, new_ids: bool) -> Turned:
        first = self._chats.new_id()
        ids = [first, *(self._chats.new_id() if new_ids else first for _ in range(times - 1))]
        origin = self._origin(post.chat, post.thread)
        since = self._chats.feed.seq
        turned = await self._delivered([activities.press(origin, id_, action, post) for id_ in ids], post.chat)
        await self._show(turned.answers, post)
        return Turned(turned.answers, self._since(since))

    async def _submitted(self, post: Post, data: Mapping[str, Any]) -> Turned:
        """`Action.Submit`: a message with a value; or, where the card says so, words in the person's name."""
        teams = data.get("msteams") or {}
        if teams.get("type") == "imBack":
            return await self.say(str(teams["value"]), where=post.chat.scope)
        value = teams.get("value", data) if teams.get("type") == "messageBack" else data
        origin = self._origin(post.chat, post.thread)
        activity = activities.value_message(origin, self._chats.new_id(), value, post.id)
        if teams.get("text"):
            activity["text"] = teams["text"]
        return await self._delivered([activity], post.chat)

    async def _installed(self, where: Scope, *, added: bool, times: int) -> Turned:
        chat = self._chats.place(self.person, where)
        self._check_member(chat)
        chat.has_bot = added
        origin = self._origin(chat)
        told = [
            activities.members_changed(origin, self._chats.new_id(), added=added),
            activities.installation(origin, self._chats.new_id(), added=added),
        ]
        return await self._delivered((told if added else told[1:]) * times, chat)

    async def _posted(self, chat: Chat, text: str) -> Post:
        id_ = self._chats.new_id()
        thread = id_ if chat.scope is Scope.CHANNEL else ""
        post = Post(id_, chat, self.person.teams_id, text=text, thread=thread)
        await self._chats.post(post)
        return post

    async def _delivered(self, told: list[activities.Activity], chat: Chat) -> Turned:
        since = self._chats.feed.seq
        answers = await asyncio.gather(*(self._deliveries.deliver(activity, chat) for activity in told))
        return Turned(tuple(answers), self._since(since))

    async def _show(self, answers: list[Answer] | tuple[Answer, ...], post: Post) -> None:
        """An invoke's card takes the place of the pressed one, for the person who pressed."""
        for answer in answers:
            if answer.card is not None and post.id in self._chats.posts:
                await self._chats.show(post, self.person.teams_id, answer.card)

    def _since(self, seq: int) -> tuple[Seen, ...]:
        posts = {
            happened.post.id: happened.post for happened in self._chats.feed.after(seq) if self._sees(happened.post)
        }
        return tuple(self._seen(post) for post in posts.values())

    def _sees(self, post: Post) -> bool:
        return post.is_from_bot and post.id in self._chats.posts and self.person.teams_id in post.chat.members

    def _place(self, where: Scope) -> Chat:
        chat = self._chats.place(self.person, where)
        self._check_member(chat)
        if not chat.has_bot:
            raise Refusal("sandbox_not_installed", name=self.person.person.short_name, place=chat.name)
        return chat

    def _check_member(self, chat: Chat) -> None:
        if self.person.teams_id not in chat.members:
            raise Refusal("sandbox_not_member", name=self.person.person.short_name, place=chat.name)

    def _post(self, post_id: str) -> Post:
        post = self._chats.posts.get(post_id)
        if post is None or self.person.teams_id not in post.chat.members:
            raise Refusal("sandbox_no_message")
        return post

    def _origin(self, chat: Chat, thread: str = "") -> activities.Origin:
        return self._deliveries.origin(self.person, self.locale, chat, thread)

    def _seen(self, post: Post) -> Seen:
        return seen(post, self.person.teams_id, self._deliveries.world)


def _find(message: Seen | None, title: str) -> Button | None:
    if message is None or message.card is None:
        return None
    found = [button for button in all_buttons(message.card) if title in (button.title, button.action.get("verb"))]
    return min(found, key=lambda button: button.kind == "Action.ShowCard", default=None)


def _filled(button: Button, given: Mapping[str, str]) -> dict[str, str]:
    try:
        return fill(button, given)
    except BadInput as bad:
        raise Refusal("sandbox_input_wrong", input=bad.input_id, message=bad.message) from bad


def _refresh_action(post: Post, viewer: str) -> Mapping[str, Any] | None:
    """Of the card that the viewer sees: one that they are in the middle of asks for no other."""
    refresh = (post.card_for(viewer) or {}).get("refresh")
    if not isinstance(refresh, Mapping) or viewer not in refresh.get("userIds", [viewer]):
        return None
    action: Mapping[str, Any] = refresh["action"]
    return action
