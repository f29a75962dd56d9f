"""What finance gets about a month: the statement, and where the usage of it went. Values only, no I/O here.

Whoever may not see who spent gets a report in which nobody is named: `people` is empty, actors are departments.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from bot.domain.money import Money
from bot.domain.month_end import Month, WalletMonth


@dataclass(frozen=True, slots=True)
class Spending:
    """What one department, person, place or day spent of one currency. `name` '': nobody knows. `detail` is the
    department of a person."""

    name: str
    spent: Money
    calls: int
    seconds: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class DaySpending:
    """A UTC day of one currency: what was spent, and the balance at its end."""

    day: date
    spent: Money
    balance: Money


@dataclass(frozen=True, slots=True)
class Deed:
    """One record of the audit. `actor` '': nobody knows. `details` are those of the books alone."""

    at: datetime
    actor: str
    verb: str
    subject: str
    details: str = ""


@dataclass(frozen=True, slots=True)
class MonthReport:
    """`usage_through`: the last day that is known at all. `is_final`: no row of the month is on its way any more.
    `po_numbers` by the id of a purchase. `directory_answered`: departments and names could be looked up. `audit_head`
    is where the audit ended when this was made: what is kept of it elsewhere shows whether it was written anew.
    `unratified`: how many of the month's requests went ahead and are not approved afterwards."""

    month: Month
    made_at: datetime
    wallets: tuple[WalletMonth, ...]
    is_final: bool
    usage_through: date | None = None
    po_numbers: dict[str, str] = field(default_factory=dict)
    departments: tuple[Spending, ...] = ()
    places: tuple[Spending, ...] = ()
    people: tuple[Spending, ...] = ()
    days: tuple[DaySpending, ...] = ()
    deeds: tuple[Deed, ...] = ()
    has_names: bool = False
    directory_answered: bool = True
    audit_head: str = ""
    unratified: int = 0
