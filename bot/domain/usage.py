"""Usage of the wallet: what calls cost, summed by UTC day. No phone number is ever kept. No I/O here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

WALLET_CAPABILITY = "MCOPSTNPP"  # rows with this licence capability are paid from the wallet

# Microsoft, "PSTN usage report" and Graph `pstnCallLogRow`. Others pass, and are counted as unknown.
KNOWN_CALL_TYPES = frozenset(
    {
        "user_in",
        "user_out",
        "user_out_conf",
        "user_out_transfer",
        "user_out_forwarding",
        "conf_in",
        "conf_out",
        "ucap_in",
        "ucap_out",
    }
)
KNOWN_CAPABILITIES = frozenset(
    {
        WALLET_CAPABILITY,
        "MCOPSTN1",
        "MCOPSTN2",
        "MCOPSTN5",
        "MCOPSTN6",
        "MCOPSTN8",
        "MCOMEETADD",
        "MCOMEETADV",  # the service plan of Audio Conferencing
        "MCOMEETACPEA",
    }
)
PAY_AS_YOU_GO = "MCOPSTN_PAYG_"  # one capability a zone


class Source(StrEnum):
    """Where a day's rows come from. A day has one source."""

    CSV = "csv"
    GRAPH = "graph"


class CallRow(NamedTuple):
    """One call as Graph or the export tells it, without numbers. Charges are millionths of `currency`. A tuple: a
    million of them are made in an import."""

    id: str  # the export's UsageId, Graph's `id`
    day: date  # UTC day on which it starts
    started_at: str  # as told, to the second: part of the row's fingerprint
    user: str | None  # Entra object id, else address; None for `ucap_*` rows
    call_type: str  # `conf_out`, `user_out`, …; unknown ones pass as they are
    destination: str  # country or place as told; '' if not told
    capability: str
    duration_seconds: int
    charge_micros: int
    connection_micros: int
    currency: str  # '' where no currency was told and nothing was charged


@dataclass(frozen=True, slots=True)
class UsageSum:
    """Millionths of one currency. `charge` and `connection` are paid from the wallet (whether the first holds the
    second is not documented, so both are kept); `other` are charges that other licences should cover."""

    currency: str
    charge_micros: int
    connection_micros: int
    other_micros: int


@dataclass(frozen=True, slots=True)
class UsageDay:
    """The totals of a UTC day. `rows` counts all of them, paid from the wallet or not."""

    day: date
    source: Source
    sums: tuple[UsageSum, ...]
    rows: int
    unknown_types: dict[str, int] = field(default_factory=dict)
    unknown_capabilities: dict[str, int] = field(default_factory=dict)


class DetailLine(NamedTuple):
    """One user's calls of one type to one destination on one day. A tuple: stored as a short list, not an object."""

    user: str | None
    destination: str
    call_type: str
    currency: str
    wallet: bool
    charge_micros: int
    connection_micros: int
    seconds: int
    calls: int


@dataclass(frozen=True, slots=True)
class UsageDetail:
    day: date
    lines: tuple[DetailLine, ...]


@dataclass(frozen=True, slots=True)
class UsageIds:
    """Which rows of files a day holds: for each 16 bytes that stand for its id and 8 for its content."""

    day: date
    rows: bytes


def plain_starts(told: Sequence[str]) -> tuple[list[date], list[str]] | None:
    """The UTC days of `2026-11-16T08:15:30.1234567Z`, and the times to the second, of many at once; None where one of
    them is written otherwise, and must be looked at alone."""
    try:
        moments = [*map(datetime.fromisoformat, told)]
    except ValueError:
        return None
    if {moment.tzinfo for moment in moments} != {UTC} or {each[4:17:3] for each in told} != {"--T::"}:
        return None
    return [*map(datetime.date, moments)], [f"{each[:19]}Z" for each in told]


@lru_cache(maxsize=1024)
def is_wallet(capability: str, call_type: str) -> bool:
    """Whether a row is paid from the wallet: by its capability, and every SMS (they have none of their own)."""
    return capability.upper() == WALLET_CAPABILITY or "SMS" in capability.upper() or "sms" in call_type.lower()


def is_known_capability(capability: str) -> bool:
    return capability.upper() in KNOWN_CAPABILITIES or capability.upper().startswith(PAY_AS_YOU_GO)
