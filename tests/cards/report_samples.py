"""The month-end statement and the explanation of a balance, in each of their states."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

from bot.domain.explain import explain
from bot.domain.ledger import Adjustment, Entry, Purchase, UsageChange
from bot.domain.money import Money
from bot.domain.month_end import Month, wallet_months
from bot.domain.month_report import MonthReport, Spending
from bot.domain.usage import Source, UsageSum
from cards.explain import ExplainValues, explain_card
from cards.month_end import MonthEndValues, month_end_card
from tests.cards.samples import Draw, eur

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
FIRST = date(2026, 9, 1)


def usage(day: date, micros: int, currency: str = "EUR") -> UsageChange:
    return UsageChange(f"u:{day}:{currency}", day, Source.GRAPH, (UsageSum(currency, micros, 0, 0),), NOW)


def books(days: int = 60) -> list[Entry]:
    """Money that expires, purchases with their numbers, a reading, usage beyond all lots, late rows."""
    return [
        Purchase("purchase:1", date(2025, 10, 7), eur("80"), NOW),
        Purchase("purchase:2", date(2026, 9, 1), eur("20"), NOW, "G047885120"),
        *(usage(FIRST + timedelta(days=n), 900_000 + 10_000 * n) for n in range(days)),
        Purchase("request:r1", date(2026, 10, 20), eur("500"), NOW, "INV-4711", "r1", eur("605"), eur("105")),
        Adjustment("reading:1", date(2026, 10, 25), NOW, eur("480.5"), eur("490"), NOW),
        usage(date(2026, 10, 2), 400_000),
    ]


DOLLARS: list[Entry] = [Purchase("purchase:9", date(2026, 10, 5), Money.of(70, "USD"), NOW)]
DEPARTMENTS = tuple(Spending(f"Department {n}", eur(str(40 - n)), 90 - n, 4_000) for n in range(11))


def report(entries: list[Entry], *, is_final: bool = True) -> MonthReport:
    month = Month(2026, 10)
    return MonthReport(
        month,
        NOW,
        wallet_months(entries, month, NOW.date()),
        is_final,
        date(2026, 11, 20),
        {"request:r1": "PO-12"},
        (*DEPARTMENTS, Spending("", eur("3"), 1, 60), Spending("Sales", Money.of(2, "USD"), 1, 60)),
    )


def month_ends() -> dict[str, Draw]:
    whole = report(books())
    many = [Purchase(f"purchase:{n}", date(2026, 10, 1), eur("9"), NOW) for n in range(20, 30)]
    values = {
        "a month with everything in it": MonthEndValues(whole, subscribed=False),
        "subscribed": MonthEndValues(whole, subscribed=True),
        "two currencies and many purchases": MonthEndValues(report([*books(), *DOLLARS, *many]), subscribed=False),
        "not final, and no directory": MonthEndValues(
            replace(report(books(), is_final=False), directory_answered=False, departments=()), subscribed=False
        ),
        "usage and nothing else": MonthEndValues(report([usage(date(2026, 10, 2), 400_000)]), subscribed=False),
        "nothing at all": MonthEndValues(replace(report([]), usage_through=None, is_final=False), subscribed=False),
    }
    return {state: partial(month_end_card, one) for state, one in values.items()}


def explanations() -> dict[str, Draw]:
    def told(entries: list[Entry]) -> ExplainValues:
        found = explain(enumerate(entries, start=1), NOW.date())
        return ExplainValues(found[0], tuple(one.currency for one in found))

    whole = told([*books(), *DOLLARS])
    values = {
        "the newest steps": replace(whole, pending=(("r2", eur("250")),)),
        "a page in the middle": replace(whole, page=2),
        "a page beyond the last": replace(whole, page=99),
        "few entries": told([Purchase("purchase:1", date(2026, 11, 1), eur("20"), NOW)]),
        "empty books": ExplainValues(None),
    }
    return {state: partial(explain_card, one) for state, one in values.items()}
