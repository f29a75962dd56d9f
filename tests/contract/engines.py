"""The engines that the contract is held against, and the documents that it is held with."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from bot.domain.people import TenantId
from bot.ports.store import Collection, Store, StreamKind
from bot.store.tiny import open_store

CHAIN_KEY = b"a key for the contract"
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TENANT = TenantId("contoso")
OTHER_TENANT = TenantId("fabrikam")


class Color(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Tag:
    name: str
    weight: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Note:
    """One field of every kind that the house stores."""

    title: str
    at: datetime = NOON
    day: date = date(2026, 11, 22)
    size: int = 0
    pinned: bool = False
    color: Color = Color.RED
    owner: str | None = None
    tags: tuple[Tag, ...] = ()
    colors: frozenset[Color] = frozenset()
    words: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Opened:
    amount: int


@dataclass(frozen=True, slots=True)
class Closed:
    reason: str


NOTES: Collection[Note] = Collection(
    "notes", Note, indexes=("title", "at", "day", "size", "pinned", "color", "owner")
)
EVENTS: Collection[Opened | Closed] = Collection("events", Opened | Closed, indexes=("type",))
DIARY: StreamKind[Note] = StreamKind("diary", Note)
HISTORY: StreamKind[Opened | Closed] = StreamKind("history", Opened | Closed)

Engine = Callable[[Path], Awaitable[Store]]


async def _tiny(folder: Path) -> Store:
    return await open_store(folder, chain_key=CHAIN_KEY)


# A new engine is a line here; each call opens the same data again, as another process would.
ENGINES: dict[str, Engine] = {"tiny": _tiny}
