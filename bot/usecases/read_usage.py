"""Sum up usage over some days, by one property of the calls. Reads only; no phone number is kept to be read."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.domain.people import TenantId
from bot.domain.usage import KNOWN_CALL_TYPES, DetailLine
from bot.ports.collections import USAGE_DAYS, USAGE_DETAIL
from bot.ports.store import Store

CONFERENCE = "conf_"


@dataclass(slots=True)
class Group:
    """What one group's calls cost the wallet, in millionths by currency, how many they were and how long."""

    micros: dict[str, int] = field(default_factory=dict)
    calls: int = 0
    seconds: int = 0

    def take_in(self, other: "Group") -> None:
        for currency, micros in other.micros.items():
            self.micros[currency] = self.micros.get(currency, 0) + micros
        self.calls += other.calls
        self.seconds += other.seconds


@dataclass(slots=True)
class UsageSummary:
    """`groups` by their name; `wallet` and `outside` are millionths by currency: what was paid from the wallet, and
    the charges that other licences should cover. `through`: the last day that is known, of all that was imported."""

    first: date
    last: date
    groups: dict[str, Group] = field(default_factory=dict)
    wallet: dict[str, int] = field(default_factory=dict)
    outside: dict[str, int] = field(default_factory=dict)
    through: date | None = None
    unknown_calls: int = 0
    has_conferences: bool = False

    def add(self, name: str, line: DetailLine) -> None:
        if not line.wallet:
            _count(self.outside, line)
            return
        group = self.groups.setdefault(name, Group())
        _count(group.micros, line)
        _count(self.wallet, line)
        group.calls += line.calls
        group.seconds += line.seconds
        self.unknown_calls += line.calls if line.call_type not in KNOWN_CALL_TYPES else 0
        self.has_conferences |= line.call_type.startswith(CONFERENCE)


async def read_usage(
    store: Store, tenant: TenantId, days: tuple[date, date], name_of: Callable[[date, DetailLine], str]
) -> UsageSummary:
    """Usage of the UTC days `days[0]` to `days[1]`, both included, in groups as `name_of` names them."""
    first, last = days
    summary = UsageSummary(first, last, through=await usage_through(store, tenant))
    cursor = None
    while True:
        page = await store.find(
            USAGE_DETAIL,
            tenant,
            start=first.isoformat(),
            end=(last + timedelta(days=1)).isoformat(),
            after=cursor,
            limit=100,
        )
        for document in page.documents:
            for line in document.body.lines:
                summary.add(name_of(document.body.day, line), line)
        cursor = page.cursor
        if cursor is None:
            return summary


async def usage_through(store: Store, tenant: TenantId, today: date | None = None) -> date | None:
    """The last UTC day whose usage was imported; what a file tells of days after `today` does not count."""
    end = None if today is None else today + timedelta(days=1)
    page = await store.find(USAGE_DAYS, tenant, order_by="day", end=end, newest_first=True, limit=1)
    return page.documents[0].body.day if page.documents else None


def _count(sums: dict[str, int], line: DetailLine) -> None:
    if line.charge_micros:
        sums[line.currency] = sums.get(line.currency, 0) + line.charge_micros
