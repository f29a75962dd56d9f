"""What calls to a country have really cost the wallet by the minute. Reads only."""

from dataclasses import dataclass, field
from datetime import UTC, date, timedelta

from bot.domain.money import Money
from bot.domain.people import TenantId
from bot.domain.usage import DetailLine
from bot.locale.places import place_of
from bot.ports.clock import Clock
from bot.ports.collections import USAGE_DETAIL
from bot.ports.store import Store

YEAR = timedelta(days=365)
OUTGOING = "_out"  # in the names of all types of calls that somebody here made


@dataclass(slots=True)
class Rate:
    """Calls that were charged by the minute. `micros` of charges, `connection` of fees told beside them."""

    currency: str
    micros: int = 0
    connection: int = 0
    seconds: int = 0
    calls: int = 0

    def add(self, line: DetailLine) -> None:
        self.micros += line.charge_micros
        self.connection += line.connection_micros
        self.seconds += line.seconds
        self.calls += line.calls

    @property
    def spent(self) -> Money:
        return Money(self.micros, self.currency)

    @property
    def per_minute(self) -> Money | None:
        """None where the calls lasted no time at all."""
        return self.spent.times(60, self.seconds) if self.seconds else None


@dataclass(slots=True)
class Rates:
    """Of one currency, over the days `first` to `last`. `places` by the country's code, or what was told where that
    is no country; `total`, `months` and `told` are of the country that was asked for: in all, by month, and by
    destination as it was told."""

    currency: str
    first: date
    last: date
    total: Rate
    places: dict[str, Rate] = field(default_factory=dict)
    months: dict[date, Rate] = field(default_factory=dict)
    told: dict[str, Rate] = field(default_factory=dict)

    def add(self, day: date, line: DetailLine, place: str) -> None:
        code = place_of(line.destination)
        self._count(self.places, code or line.destination, line)
        if code == place:
            self.total.add(line)
            self._count(self.told, line.destination, line)
            month = self.months.setdefault(day.replace(day=1), Rate(self.currency))
            month.add(line)

    def _count(self, rates: dict[str, Rate], name: str, line: DetailLine) -> None:
        rates.setdefault(name, Rate(self.currency)).add(line)


async def read_rates(store: Store, clock: Clock, tenant: TenantId, currency: str, place: str) -> Rates:
    """Of the last year's outgoing calls that the wallet paid. `place` is a country's code."""
    today = clock.now().astimezone(UTC).date()
    rates = Rates(currency, today - YEAR, today, Rate(currency))
    cursor = None
    while True:
        page = await store.find(USAGE_DETAIL, tenant, start=rates.first.isoformat(), after=cursor, limit=100)
        for document in page.documents:
            for line in document.body.lines:
                if line.wallet and line.currency == currency and OUTGOING in line.call_type:
                    rates.add(document.body.day, line, place)
        cursor = page.cursor
        if cursor is None:
            return rates
