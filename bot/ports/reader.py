"""Who reads: their language, number format and time zone. Implemented by `bot/locale`."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.domain.errors import Refusal
from bot.domain.money import Money


class Reader(Protocol):
    """Everything that a person sees goes through one of these. Texts have symbolic keys (`balance.title`)."""

    def __hash__(self) -> int:
        """Readers are values, so that what was written for one can be kept for them."""
        ...

    @property
    def language(self) -> str:
        """`en` or `es`."""
        ...

    @property
    def locale(self) -> str:
        """Babel's name, `es_ES`."""
        ...

    @property
    def zone(self) -> ZoneInfo: ...

    def text(self, key: str, **values: object) -> str:
        """The catalogue's text with its `{placeholders}` filled. Values of type Money, date, datetime, Decimal and
        int are formatted for the reader; a list or tuple of strings is joined ("Ana, Luis and Eva"); a str goes in
        as it is. Raises KeyError for a key that no catalogue has."""
        ...

    def plural(self, key: str, count: int, **values: object) -> str:
        """The plural form for `count`, which fills `{count}`."""
        ...

    def money(self, money: Money) -> str: ...

    def day(self, day: date) -> str:
        """`20 nov`, whatever the year: where that is not plain, see `full_day`."""
        ...

    def full_day(self, day: date) -> str:
        """`20 nov 2026`."""
        ...

    def month(self, day: date) -> str:
        """`noviembre de 2026`."""
        ...

    def month_name(self, number: int) -> str:
        """`noviembre` of 11."""
        ...

    def hour(self, hour: int) -> str:
        """`20:00`, `8:00 PM`."""
        ...

    def moment(self, moment: datetime) -> str:
        """Date and time in the reader's zone."""
        ...

    def number(self, number: int | Decimal) -> str: ...

    def names(self, names: Sequence[str]) -> str:
        """`Carmen y Luis`."""
        ...

    def refusal(self, refusal: Refusal) -> str:
        """`refusal.<code>` with its values formatted."""
        ...
