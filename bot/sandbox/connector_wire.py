"""What the terminal and the simulated Teams tell each other, as JSON. Shapes only, no I/O here."""

from dataclasses import dataclass, field
from typing import Any

from bot.ports.turn import Card, Scope
from bot.sandbox.card_form import all_buttons
from bot.sandbox.card_text import draw_buttons, draw_card, plain
from bot.sandbox.connector_chats import BOT_NAME, GivenFile, Kind, OfferedFile, Post
from bot.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as one person sees it now. `place` is the chat's name, '' for a personal one."""

    id: str
    scope: Scope
    place: str
    sender: str
    from_bot: bool
    text: str
    summary: str = ""
    card: Card | None = None
    quick: tuple[str, ...] = ()
    offer: OfferedFile | None = None
    file: GivenFile | None = None
    proactive: bool = False
    edits: int = 0

    @property
    def lock_screen(self) -> str:
        """What a locked phone shows: who writes, and the text's first line; never the card."""
        return locked(self.text, self.summary, from_bot=self.from_bot)

    @property
    def buttons(self) -> tuple[str, ...]:
        """Titles, those inside `Action.ShowCard` and the quick replies among them."""
        titles = [button.title for button in all_buttons(self.card)] if self.card is not None else []
        return (*titles, *self.quick)

    @property
    def drawn(self) -> str:
        """Text, card and quick replies as the terminal would draw them."""
        parts = [self.text] if self.text else []
        parts += [plain(draw_card(self.card))] if self.card is not None else []
        parts += [draw_buttons(self.quick).text] if self.quick else []
        parts += [f"{self.offer.name}: {self.offer.description}"] if self.offer is not None else []
        parts += [self.file.name] if self.file is not None else []
        return "\n".join(parts)


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody of the tenant. `listed`: has Saldo, a role or a group, and so a part in the story."""

    id: str
    name: str
    short_name: str
    locale: str
    zone: str
    department: str
    has_saldo: bool
    listed: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that happened in a chat. `owner` is whose personal chat it is, '' in other chats. `rings`: nobody
    asked for it, so that a phone tells of it."""

    seq: int
    kind: Kind
    post: str
    audience: tuple[str, ...]  # Entra object ids
    from_bot: bool
    owner: str
    rings: bool
    lock_screen: str


@dataclass(frozen=True, slots=True)
class News:
    seq: int
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class Unread:
    """Ids of the bot's messages that nobody showed to a person yet, and of the last one in their personal chat."""

    fresh: tuple[str, ...]
    last: str


@dataclass(frozen=True, slots=True)
class Speech:
    person: str
    text: str
    where: Scope = Scope.PERSONAL
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Press:
    """`action` as it was drawn: a card that has changed since is pressed as it was, as in Teams."""

    person: str
    post: str
    action: dict[str, Any]
    inputs: dict[str, str] = field(default_factory=dict)
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Consent:
    """What somebody says to an offered file."""

    person: str
    post: str
    accept: bool
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    person: str
    name: str
    content: bytes
    text: str = ""
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Viewing:
    """Who looks, at which post (or how far they have read)."""

    person: str
    post: str = ""
    seq: int = 0
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Switch:
    """A lever with two ends, for somebody or for the sandbox."""

    on: bool
    person: str = ""
    locale: str = ""


@dataclass(frozen=True, slots=True)
class ClockStep:
    seconds: int


@dataclass(frozen=True, slots=True)
class Done:
    """`seq`: how far the feed was in the end. `heard`: whether the bot got it. `fault`: what Teams would have shown
    an error for. `told`: a lever's own answer. `text`: what Teams shows beside the pressed card. `quiet`: whether all
    jobs ended in time. `answer`: the pressed message as the bot left it in that turn, before any job."""

    seq: int
    heard: bool = True
    fault: str = ""
    told: str = ""
    text: str = ""
    quiet: bool = True
    answer: Seen | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal on its way to the terminal, which says it in its own words."""

    code: str
    values: dict[str, str | list[str]] = field(default_factory=dict)


def locked(text: str, summary: str, *, from_bot: bool) -> str:
    line = (text or summary).strip().partition("\n")[0]
    return line if line.startswith(f"{BOT_NAME}:") or not from_bot else f"{BOT_NAME}: {line}".rstrip()


def rung(post: Post) -> str:
    """What a locked phone showed when it was posted: an edit rings nobody."""
    text, summary = post.rang or (post.text, post.summary)
    return locked(text, summary, from_bot=post.is_from_bot)


def seen(post: Post, viewer: str, world: World) -> Seen:
    """The post as somebody (a Teams id) sees it."""
    sender = world.by_teams_id(post.sender)
    return Seen(
        id=post.id,
        scope=post.chat.scope,
        place=post.chat.name,
        sender=BOT_NAME if sender is None else sender.name,
        from_bot=post.is_from_bot,
        text=post.text,
        summary=post.summary,
        card=post.card_for(viewer),
        quick=post.quick,
        offer=post.offer,
        file=post.file,
        proactive=post.proactive,
        edits=post.edits,
    )
