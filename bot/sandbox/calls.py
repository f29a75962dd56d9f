"""The simulated tenant's calls: for any UTC day the same ones for the same seed, future days too. No I/O here.

Weekdays are strong, weekends and national holidays weak, and some days hold a surprise. Rows can be read from the
second day after their own on (`visible_through`); a few come one day later than their neighbors.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from random import Random
from typing import TypeVar
from uuid import UUID, uuid5

from bot.domain.holidays import is_holiday
from bot.domain.money import Money
from bot.domain.usage import WALLET_CAPABILITY
from bot.sandbox import skus
from bot.sandbox.rates import NIGHT, RARE, RATES, TOLL_FREE, Rate
from bot.sandbox.world import CURRENCY, SEED, TENANT, SandboxPerson, World

HISTORY_BEGINS = date(2026, 5, 26)  # 180 days before the sandbox's first
LATE_NEVER = date(2026, 11, 20)  # complete as soon as it can be read, so that transcripts show the same sums
SPIKE, BURST, UNSEEN = "spike", "burst", "unseen"

V = TypeVar("V")
_IDS = UUID(str(TENANT))
_SURPRISES = {date(2026, 9, 17): BURST, date(2026, 10, 14): SPIKE, date(2026, 11, 12): UNSEEN}
_VOLUME = {"ES": 52, "MX": 20, "US": 17}
_OFFICE = {"ES": (7, 11), "MX": (14, 10), "US": (13, 10)}  # first UTC hour, hours
_QUIET = 0.12
_SPIKE_FACTOR = 2.2


@dataclass(frozen=True, slots=True)
class SandboxCall:
    """One row of usage. Sums are millionths of `currency`; numbers are masked; `user` None for `ucap_*` rows."""

    id: str
    call_id: str
    conference_id: str | None
    user: SandboxPerson | None
    call_type: str
    number_type: str
    country: str  # where the caller works
    rate: Rate
    started: datetime
    seconds: int
    charge_micros: int
    connection_micros: int
    capability: str
    caller: str
    callee: str
    late: bool
    currency: str = CURRENCY

    @property
    def domestic(self) -> bool:
        return self.rate.country == self.country

    @property
    def inbound(self) -> bool:
        return self.call_type.endswith("_in")

    @property
    def ended(self) -> datetime:
        return self.started + timedelta(seconds=self.seconds)


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of call: how often of 1,000, its mean length, and who pays (None: included, by the caller's plan)."""

    call_type: str
    weight: int
    mean_seconds: int
    capability: str | None
    number_type: str = "User"


_KINDS = (
    Kind("user_out", 360, 405, WALLET_CAPABILITY),
    Kind("user_out", 210, 220, None),
    Kind("conf_out", 190, 1_020, WALLET_CAPABILITY, "Service"),
    Kind("conf_out", 60, 780, "MCOMEETADV", "Service"),
    Kind("user_in", 90, 310, WALLET_CAPABILITY, "TollFree"),
    Kind("ucap_out", 36, 150, WALLET_CAPABILITY, "Service"),
    Kind("ucap_in", 40, 190, WALLET_CAPABILITY, "TollFree"),
    Kind("oov", 8, 90, WALLET_CAPABILITY),
    Kind("user_out_satellite", 6, 60, "MCOPSTNSAT"),  # types and capabilities that no list knows do come
)
_BURST_KIND = Kind("user_out", 1, 130, WALLET_CAPABILITY)


def visible_through(now: datetime) -> date:
    """The last UTC day whose rows can be read: usage is 24 to 48 hours late."""
    return now.astimezone(UTC).date() - timedelta(days=2)


def visible_calls(first: date, last: date, now: datetime) -> Iterator[SandboxCall]:
    """Rows of the days first..last (both included) that can be read at `now`, oldest first."""
    through = visible_through(now)
    day = max(first, HISTORY_BEGINS)
    while day <= min(last, through):
        yield from (call for call in calls_of(day) if not call.late or day < through)
        day += timedelta(days=1)


def wallet_charge(calls: Sequence[SandboxCall] | Iterator[SandboxCall]) -> Money:
    """What the wallet pays for the calls, connection fees aside."""
    return Money(sum(call.charge_micros for call in calls if call.capability == WALLET_CAPABILITY), CURRENCY)


@lru_cache(maxsize=512)
def calls_of(day: date) -> tuple[SandboxCall, ...]:
    """Every call that begins on the UTC day, also those that cannot be read yet, in order."""
    return tuple(sorted(_Day(day).calls(), key=lambda call: (call.started, call.id)))


def surprise_on(day: date) -> str | None:
    """What is out of the ordinary: "spike", "burst" or "unseen". About one weekday of sixty has a drawn one."""
    if day in _SURPRISES or date(2026, 8, 1) <= day <= LATE_NEVER or day.weekday() > 4:
        return _SURPRISES.get(day)
    draw = _random(f"surprise:{day}").random()
    return (SPIKE, BURST, UNSEEN)[int(draw * 180)] if draw < 1 / 60 else None


class _Day:
    """Draws the calls of one day. Only `Random.random()` is used: its sequence is the same in every Python."""

    def __init__(self, day: date) -> None:
        self.day = day
        self._draw = _random(f"calls:{day}")
        self._surprise = surprise_on(day)
        self._count = 0

    def calls(self) -> Iterator[SandboxCall]:
        for country in _VOLUME:
            for _ in range(self._volume(country)):
                kind = self._weighted(_KINDS, [kind.weight for kind in _KINDS])
                yield self._call(country, kind, self._rate(country, kind), self._office_time(country))
        if self._surprise == UNSEEN:
            yield self._call("ES", _KINDS[0], RARE[self.day.toordinal() % len(RARE)], self._office_time("ES"))
        if self._surprise == BURST:
            yield from self._night()

    def _volume(self, country: str) -> int:
        count = _VOLUME[country] * (0.86 + 0.28 * self._draw.random())
        if self._surprise == SPIKE and country == "ES":
            count *= _SPIKE_FACTOR
        if self.day.weekday() > 4 or is_holiday(country, self.day):
            count *= _QUIET
        if self.day.month == 8 and country == "ES":
            count *= 0.8
        return round(count)

    def _night(self) -> Iterator[SandboxCall]:
        """One person's account calls abroad at night, call after call: what fraud looks like."""
        for number in range(24):
            started = datetime.combine(self.day, time(2, 4), UTC) + timedelta(seconds=number * 215)
            yield self._call("ES", _BURST_KIND, NIGHT, started, callers()["ES"][0])

    def _call(
        self, country: str, kind: Kind, rate: Rate, started: datetime, user: SandboxPerson | None = None
    ) -> SandboxCall:
        self._count += 1
        user = user or self._pick(callers()[country])
        seconds = 12 + int(-math.log(1 - self._draw.random()) * kind.mean_seconds)
        capability = kind.capability or _included(user)
        charge, connection = self._price(capability, rate, seconds)
        theirs, ours = self._number(rate.prefix), self._number(RATES[country][0].prefix)
        inbound = kind.call_type.endswith("_in")
        return SandboxCall(
            id=str(uuid5(_IDS, f"call:{self.day}:{self._count}")),
            call_id=str(uuid5(_IDS, f"leg:{self.day}:{self._count - self._count % 5}")),  # legs may share a call
            conference_id=str(uuid5(_IDS, f"meeting:{self.day}:{self._count}")) if _meets(kind) else None,
            user=None if kind.call_type.startswith("ucap") else user,
            call_type=kind.call_type,
            number_type=kind.number_type,
            country=country,
            rate=rate,
            started=started,
            seconds=seconds,
            charge_micros=charge,
            connection_micros=connection,
            capability=capability,
            caller=theirs if inbound else ours,
            callee=ours if inbound else theirs,
            late=self._draw.random() < 0.01 and self.day != LATE_NEVER,
        )

    def _price(self, capability: str, rate: Rate, seconds: int) -> tuple[int, int]:
        if capability != WALLET_CAPABILITY and self._draw.random() < 0.98:
            return 0, 0
        return rate.micros_a_minute * math.ceil(seconds / 60), rate.connection

    def _rate(self, country: str, kind: Kind) -> Rate:
        if kind.number_type == "TollFree":
            return TOLL_FREE[country]
        rates = RATES[country] if kind.capability == WALLET_CAPABILITY else RATES[country][:2]
        return self._weighted(rates, [rate.weight for rate in rates])

    def _office_time(self, country: str) -> datetime:
        first, hours = _OFFICE[country]
        second = int(self._draw.random() * hours * 3_600)
        return datetime.combine(self.day, time(first), UTC) + timedelta(seconds=min(second, (24 - first) * 3_600 - 1))

    def _number(self, prefix: str) -> str:
        return f"+{prefix}{int(self._draw.random() * 1_000):03d}****"

    def _pick(self, people: Sequence[SandboxPerson]) -> SandboxPerson:
        return people[int(self._draw.random() ** 1.7 * len(people))]  # a few call most

    def _weighted(self, values: Sequence[V], weights: Sequence[int]) -> V:
        left = int(self._draw.random() * sum(weights))
        for value, weight in zip(values, weights, strict=True):
            left -= weight
            if left < 0:
                return value
        raise AssertionError("unreachable: weights add up")


@lru_cache(maxsize=1)
def callers() -> dict[str, tuple[SandboxPerson, ...]]:
    """Who calls, by country: enabled members with a product that can call."""
    people = [each for each in World().people if each.person.enabled and each.sku_ids & {skus.E5, skus.E3}]
    return {country: tuple(each for each in people if each.country == country) for country in _VOLUME}


def _included(user: SandboxPerson) -> str:
    return "MCOPSTN1" if skus.DOMESTIC in user.sku_ids else "MCOPSTN2"


def _meets(kind: Kind) -> bool:
    return kind.call_type.startswith("conf")


def _random(what: str) -> Random:
    return Random(f"{SEED}:{what}")  # noqa: S311 -- a simulation, nothing to protect
