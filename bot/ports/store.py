"""What Saldo keeps: typed documents with versions, and append-only streams. No engine here.

A `Collection` names a kind of document, the frozen dataclass that it holds, its schema number and the fields that
can be searched; a `StreamKind` does the same for the records of a stream. The engine turns bodies into JSON and back
(`bot/store/documents.py`).
"""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from bot.domain.people import TenantId

T = TypeVar("T")
IndexValue = str | int | bool | date | None  # a datetime is a date too


@dataclass(frozen=True, slots=True)
class Collection(Generic[T]):
    """A kind of document. `indexes` are top-level fields of `of` that `find` may filter or order by."""

    name: str
    of: Any  # type[T], or a union of tagged dataclasses
    indexes: tuple[str, ...] = ()
    schema: int = 1

    def key(self, tenant: TenantId, id_: str) -> "Key[T]":
        return Key(self, tenant, id_)


@dataclass(frozen=True, slots=True)
class Key(Generic[T]):
    collection: Collection[T]
    tenant: TenantId
    id: str


@dataclass(frozen=True, slots=True)
class Document(Generic[T]):
    key: Key[T]
    version: int
    body: T


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    documents: tuple[Document[T], ...]
    cursor: str | None = None  # hand it back as `after`; None when there is no more


@dataclass(frozen=True, slots=True)
class StreamKind(Generic[T]):
    """A kind of append-only stream. Every tenant has one stream of each kind."""

    name: str
    of: Any  # type[T], or a union of tagged dataclasses
    schema: int = 1

    def of_tenant(self, tenant: TenantId) -> "Stream[T]":
        return Stream(self, tenant)


@dataclass(frozen=True, slots=True)
class Stream(Generic[T]):
    kind: StreamKind[T]
    tenant: TenantId


@dataclass(frozen=True, slots=True)
class Record(Generic[T]):
    """One entry of a stream. `seq` counts from 1 without gaps; `hash` chains it to the one before. `text` is the body
    as it is kept, canonical JSON of the schema that it was written with."""

    seq: int
    id: str
    body: T
    hash: str
    text: str = field(default="", repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Head:
    """The last record of a stream; seq 0 and an empty hash where there is none. As text, `SEQ:HASH`: kept elsewhere
    it shows whether the stream is still the one that it was."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"

    @property
    def short(self) -> str:
        """The same with 64 bits of the hash, which nobody hits by chance: for a line of a log."""
        return f"{self.seq}:{self.hash[:SHORT_HASH]}"

    @classmethod
    def parse(cls, text: str) -> "Head":
        """Of a head's text, whole or short. Raises ValueError."""
        if text.strip() == "0:":
            return cls(0, "")
        found = _HEAD.fullmatch(text.strip())
        if found is None:
            raise ValueError("a head is SEQ:HASH, with at least 16 hex digits")
        return cls(int(found[1]), found[2].lower())


SHORT_HASH = 16  # hex digits
_HEAD = re.compile(r"(\d{1,15}):([0-9a-fA-F]{16,64})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Finding:
    """What following a chain from its first record on has shown.

    `broken`: the first seq that was changed, dropped or moved. `cut`: earlier heads that are beyond the last record:
    the end was cut off. `other`: earlier heads at whose place there stands another record now, though the chain
    holds: it was computed anew with its key, or goes on from another past.
    """

    records: int
    head: Head  # the last one up to which everything follows
    broken: int | None = None
    cut: tuple[Head, ...] = ()
    other: tuple[Head, ...] = ()

    @property
    def holds(self) -> bool:
        return self.broken is None and not self.cut and not self.other


@dataclass(frozen=True, slots=True)
class Put(Generic[T]):
    """Write a document. `expected_version` 0: it must not exist yet."""

    key: Key[T]
    body: T
    expected_version: int


@dataclass(frozen=True, slots=True)
class Delete:
    key: Key[Any]
    expected_version: int


@dataclass(frozen=True, slots=True)
class Check:
    """Guards what was read and decided on but is not written. Version 0: it must (still) not exist."""

    key: Key[Any]
    expected_version: int


@dataclass(frozen=True, slots=True)
class CheckHead:
    """Guards a decision that was made on the whole stream up to `seq`."""

    stream: Stream[Any]
    seq: int


@dataclass(frozen=True, slots=True)
class Append(Generic[T]):
    """Add a record. A known id with the same content changes nothing; with other content it is `IdReused`."""

    stream: Stream[T]
    id: str
    body: T


Operation = Put[Any] | Delete | Check | CheckHead | Append[Any]


class Conflict(Exception):
    """Another writer got there first: reload and decide again. `key` is the document (or stream) that moved."""

    def __init__(self, key: Key[Any] | Stream[Any]) -> None:
        super().__init__(key)
        self.key = key


class IdReused(Exception):
    """A record with this id exists and says something else."""

    def __init__(self, stream: Stream[Any], id_: str) -> None:
        super().__init__(stream, id_)
        self.stream = stream
        self.id = id_


class Store(Protocol):
    """Documents and streams of all tenants. Every method sees all commits that have been acknowledged before it."""

    async def get(self, key: Key[T]) -> Document[T] | None: ...

    async def find(  # noqa: PLR0913 -- the port's one query, spelled out
        self,
        collection: Collection[T],
        tenant: TenantId,
        *,
        where: dict[str, IndexValue] | None = None,
        order_by: str | None = None,
        start: IndexValue = None,
        end: IndexValue = None,
        after: str | None = None,
        newest_first: bool = False,
        limit: int = 100,
    ) -> Page[T]:
        """Documents whose declared fields equal `where`, ordered by `order_by` (else by id), then by id.

        `start` (inclusive) and `end` (exclusive) bound the `order_by` field, or the id where there is none.
        Raises ValueError for a field that the collection does not declare.
        """
        ...

    async def count(
        self, collection: Collection[T], tenant: TenantId, *, where: dict[str, IndexValue] | None = None
    ) -> int: ...

    async def commit(self, operations: Sequence[Operation]) -> None:
        """All or nothing, durable on return. Raises Conflict or IdReused; then nothing was written."""
        ...

    async def read(self, stream: Stream[T], *, after_seq: int = 0, limit: int = 1_000) -> list[Record[T]]: ...

    async def records_of(self, stream: Stream[T], id_prefix: str, *, limit: int = 1_000) -> list[Record[T]]:
        """The first records whose id begins with `id_prefix`, in the order of the stream. Costs what it finds."""
        ...

    async def head(self, stream: Stream[Any]) -> Head: ...

    def known_head(self, stream: Stream[Any]) -> Head | None:
        """The head after the last commit of this process that looked at it; None before the first. No I/O."""
        ...

    async def verify(self, stream: Stream[Any], earlier: Sequence[Head] = ()) -> Finding:
        """Follow the chain from its first record on, and hold it against heads that were noted earlier."""
        ...

    async def tenants(self) -> list[TenantId]: ...

    async def lease(self, now: datetime, *, limit: int, seconds: int) -> list[Document[Any]]:
        """Jobs that are due, each to one runner: moves their `due_at` on by `seconds` and raises their version
        and `attempts`. The commit that finishes a job carries that version."""
        ...

    def wakeups(self) -> AsyncIterator[None]:
        """Yields whenever a commit of this process may have made a job due."""
        ...

    async def copy_to(self, folder: Path) -> Path:
        """A whole, checked copy of everything as of now, in a folder that holds none yet; the file's path."""
        ...

    async def close(self) -> None:
        """Ends what waits, then lets go of the file. Idempotent."""
        ...
