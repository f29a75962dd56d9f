"""What the simulated Teams remembers: chats, the posts in them, who has Saldo, and a feed of what happened.

No network here. Posts change in place; a viewer's own view of a card lasts until the post is edited.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from bot.ports.turn import Card, Scope
from bot.sandbox.world import BOT_APP_ID, SandboxPerson, World

BOT_ID = f"28:{BOT_APP_ID}"
BOT_NAME = "Saldo"
GROUP_ID = "19:5a1d0000finanzas@thread.v2"
GROUP_NAME = "Finanzas"
CHANNEL_ID = "19:5a1d0000general@thread.tacv2"
CHANNEL_NAME = "General"
TEAM_ID = CHANNEL_ID  # in Teams a team has the id of its General channel
TEAM_NAME = "Voz y comunicaciones"
TEAM_GROUP_ID = "5a1d0000-0000-4000-8000-0000000000c0"
GROUP_MEMBERS = ("Ana Torres", "Luis Vega", "Carmen Soler", "Grace Kim")
TEAM_MEMBERS = (*GROUP_MEMBERS, "Omar Haddad", "Eva Ruiz", "Tom Baker")


@dataclass(slots=True)
class Chat:
    """`members` are Teams ids. `has_bot`: Saldo is installed there; `blocked`: the person silenced it."""

    id: str
    scope: Scope
    name: str
    members: tuple[str, ...]
    has_bot: bool
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class OfferedFile:
    """A file that the bot would put into somebody's storage. The contexts come back with the answer."""

    name: str
    description: str
    size_bytes: int
    on_accept: dict[str, Any]
    on_decline: dict[str, Any]


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file that the bot has put there."""

    name: str
    url: str


@dataclass(slots=True)
class Post:
    """A message in a chat. `views` are the cards that single viewers got instead of the one for all."""

    id: str
    chat: Chat
    sender: str  # Teams id, or the bot's
    text: str = ""
    summary: str = ""
    card: Card | None = None
    quick: tuple[str, ...] = ()
    offer: OfferedFile | None = None
    file: GivenFile | None = None
    proactive: bool = False
    thread: str = ""  # in a channel: the id of the post that began the thread
    edits: int = 0
    rang: tuple[str, str] | None = None  # text and summary as they were posted, where they have changed since
    views: dict[str, Card] = field(default_factory=dict)
    refreshed: dict[str, int] = field(default_factory=dict)  # viewer -> the edit that they refreshed

    def card_for(self, viewer: str) -> Card | None:
        return self.views.get(viewer, self.card)

    @property
    def is_from_bot(self) -> bool:
        return self.sender == BOT_ID


class Kind(StrEnum):
    POSTED = "posted"
    UPDATED = "updated"  # in place, for all: notifies nobody
    VIEWED = "viewed"  # one viewer's card changed
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Happened:
    seq: int
    kind: Kind
    post: Post
    audience: tuple[str, ...]


class Feed:
    """Everything that happened, in order, for all who wait for it."""

    def __init__(self) -> None:
        self._all: list[Happened] = []
        self._news = asyncio.Condition()
        self.closed = False

    @property
    def seq(self) -> int:
        return len(self._all)

    def after(self, seq: int) -> list[Happened]:
        return self._all[seq:]

    async def add(self, kind: Kind, post: Post, audience: Iterable[str]) -> None:
        self._all.append(Happened(len(self._all) + 1, kind, post, tuple(audience)))
        await self._wake()

    async def close(self) -> None:
        """Nobody waits any longer."""
        self.closed = True
        await self._wake()

    async def _wake(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def wait_after(self, seq: int, timeout_seconds: float) -> list[Happened]:
        """What came after `seq`, at the latest when the time is over (then it is empty)."""
        try:
            async with asyncio.timeout(timeout_seconds), self._news:
                await self._news.wait_for(lambda: self.closed or self.seq > seq)
        except TimeoutError:
            return []
        return self.after(seq)


class Chats:
    """All conversations of the tenant."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.feed = Feed()
        self.posts: dict[str, Post] = {}
        self.read: dict[str, int] = {}  # viewer -> how far they have read the feed
        self._by_id = {chat.id: chat for chat in _chats(world)}
        # Ids must not come again after a restart: what was typed is known by them.
        self._last_id = int(datetime.now(UTC).timestamp() * 1000)

    def new_id(self) -> str:
        self._last_id += 1
        return str(self._last_id)

    def chat(self, id_: str) -> Chat | None:
        """By conversation id, that of a channel's thread (`19:…;messageid=…`) among them."""
        return self._by_id.get(id_.partition(";")[0])

    def personal(self, person: SandboxPerson) -> Chat:
        return self._by_id[personal_id(person)]

    def place(self, person: SandboxPerson, scope: Scope) -> Chat:
        match scope:
            case Scope.PERSONAL:
                return self.personal(person)
            case Scope.GROUP:
                return self._by_id[GROUP_ID]
            case Scope.CHANNEL:
                return self._by_id[CHANNEL_ID]

    async def post(self, post: Post) -> None:
        self.posts[post.id] = post
        await self.feed.add(Kind.POSTED, post, post.chat.members)

    async def update(self, post: Post, change: dict[str, Any]) -> None:
        post.rang = post.rang or (post.text, post.summary)
        for name, value in change.items():
            setattr(post, name, value)
        post.views.clear()
        post.edits += 1
        await self.feed.add(Kind.UPDATED, post, post.chat.members)

    async def show(self, post: Post, viewer: str, card: Card) -> None:
        post.views[viewer] = card
        await self.feed.add(Kind.VIEWED, post, (viewer,))

    async def delete(self, post: Post) -> None:
        del self.posts[post.id]
        await self.feed.add(Kind.DELETED, post, post.chat.members)

    def visible_to(self, viewer: str) -> list[Post]:
        return [post for post in self.posts.values() if viewer in post.chat.members]


def personal_id(person: SandboxPerson) -> str:
    """The conversation id of somebody's personal chat with Saldo."""
    return f"a:{person.teams_id.removeprefix('29:')}"


def _chats(world: World) -> Iterable[Chat]:
    for person in world.people:
        if not person.resource_account:
            yield Chat(personal_id(person), Scope.PERSONAL, "", (person.teams_id,), person.has_saldo)
    yield Chat(GROUP_ID, Scope.GROUP, GROUP_NAME, _ids(world, GROUP_MEMBERS), has_bot=True)
    yield Chat(CHANNEL_ID, Scope.CHANNEL, CHANNEL_NAME, _ids(world, TEAM_MEMBERS), has_bot=True)


def _ids(world: World, names: tuple[str, ...]) -> tuple[str, ...]:
    found = (world.by_name(name) for name in names)
    return tuple(person.teams_id for person in found if person is not None)
