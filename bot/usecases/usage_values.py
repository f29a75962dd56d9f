"""The values of an export's row: amounts, times, whole numbers. What cannot be read in one way only is refused."""

import re
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache

EXCERPT = 40  # characters of a wrong value that are shown
LARGEST_MICROS = 10**12  # a million a call is a broken row, not a call
LONGEST_SECONDS = 2**31 - 1
LONGEST_FRACTION = 30  # digits; what comes after them moves no millionth

_EXACT = Context(prec=60)


class BadValue(Exception):
    """`reason` names the text in the catalogues: `row.<reason>`."""

    def __init__(self, reason: str, value: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.value = value


@lru_cache(maxsize=65_536)
def micros_of(text: str) -> int:
    """Millionths of decimal text with a point; with a comma only where that cannot be a thousands separator.

    What is finer is rounded half to even, as from Graph: refusing the row would lose the whole sum.
    """
    plain = text.strip()
    if not plain:
        raise BadValue("missing", "")
    if plain.startswith("-"):
        raise BadValue("negative", plain)
    if _GROUPED_OR_DECIMAL.fullmatch(plain):
        raise BadValue("amount_ambiguous", plain)
    parts = _POINT.fullmatch(plain) or _COMMA.fullmatch(plain)
    if parts is None:
        raise BadValue("amount_malformed", plain)
    whole, fraction = re.sub(r"[.,]", "", parts["whole"]), (parts["fraction"] or "")[:LONGEST_FRACTION]
    exact = Decimal(f"{whole}.{fraction}").scaleb(6, _EXACT)
    return _bounded(int(exact.to_integral_value(ROUND_HALF_EVEN)), LARGEST_MICROS, plain)


_POINT = re.compile(r"(?P<whole>\d{1,15}|[1-9]\d{0,2}(?:,\d{3})+)(?:\.(?P<fraction>\d+))?", re.ASCII)
_COMMA = re.compile(r"(?P<whole>\d{1,15}|[1-9]\d{0,2}(?:\.\d{3})+),(?P<fraction>\d+)", re.ASCII)
_GROUPED_OR_DECIMAL = re.compile(r"[1-9]\d{0,2},\d{3}", re.ASCII)


@lru_cache(maxsize=65_536)
def optional_micros_of(text: str) -> int:
    """The same; 0 where nothing is told."""
    return micros_of(text) if text.strip() else 0


@lru_cache(maxsize=4_096)
def seconds_of(text: str) -> int:
    """Whole seconds; 0 where nothing is told."""
    plain = text.strip()
    if not plain:
        return 0
    if plain.startswith("-"):
        raise BadValue("negative", plain)
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 15):
        raise BadValue("number_malformed", plain)
    return _bounded(int(plain), LONGEST_SECONDS, plain)


def moment_of(text: str) -> tuple[date, str]:
    """The UTC day of an ISO 8601 time, and the time to the second. Without a zone it is UTC, as in the export."""
    plain = text.strip()
    if not plain:
        raise BadValue("missing", "")
    try:
        moment = datetime.fromisoformat(plain)
        if moment.tzinfo is UTC and plain[10] == "T" and plain[16:17] == ":":
            return moment.date(), plain[:19] + "Z"  # as told, which is much faster
        if plain[4] != "-" or plain[10] not in "T ":
            raise BadValue("time_malformed", plain)
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, IndexError, OverflowError):
        raise BadValue("time_malformed", plain) from None
    return moment.date(), moment.isoformat(timespec="seconds")[:19] + "Z"


@lru_cache(maxsize=256)
def currency_of(text: str) -> str:
    """An ISO 4217 code; '' where none is told."""
    plain = text.strip().upper()
    if plain and not (len(plain) == 3 and plain.isascii() and plain.isalpha()):
        raise BadValue("currency_malformed", text.strip())
    return plain


def excerpt(value: str) -> str:
    """The beginning of a wrong value. Digits that may be a phone number are hidden, and who an address belongs to."""
    shown = " ".join(value.split())[:EXCERPT]
    shown = re.sub(r"[^\s@]+@", "…@", shown)
    if not _HARMLESS.match(shown) and sum(sign.isdigit() for sign in shown) >= 6:
        shown = re.sub(r"\d", "#", shown)
    return shown


_HARMLESS = re.compile(r"\d{4}-\d\d-\d\d|\d[.,]\d+$")  # a date, a small amount


def _bounded(figure: int, limit: int, text: str) -> int:
    if figure > limit:
        raise BadValue("too_large", text)
    return figure
