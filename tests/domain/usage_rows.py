"""Calls, written as short as a test needs them."""

from datetime import date
from typing import Any

from bot.domain.usage import CallRow, UsageSum
from bot.domain.usage_batch import Columns

MONDAY, TUESDAY = date(2026, 11, 16), date(2026, 11, 17)


def row(id_: str = "r1", **facts: Any) -> CallRow:
    """A call of a cent on Monday, paid from the wallet."""
    base = CallRow(
        id_, MONDAY, "2026-11-16T08:15:30Z", "user-1", "user_out", "France", "MCOPSTNPP", 60, 10_000, 0, "EUR"
    )
    return base._replace(**facts)


def cents(charge: int, connection: int = 0, other: int = 0, currency: str = "EUR") -> UsageSum:
    return UsageSum(currency, charge * 10_000, connection * 10_000, other * 10_000)


def rows_of(columns: Columns) -> list[CallRow]:
    return [
        CallRow(id_, day, start, user, call_type, place, capability, seconds, charge, connection, currency)
        for id_, day, start, (user, place, call_type, capability, currency), seconds, charge, connection in zip(
            *columns, strict=True
        )
    ]
