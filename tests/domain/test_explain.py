from datetime import date

from bot.domain.explain import explain
from bot.domain.ledger import Adjustment, Cause, Entry, UsageChange
from bot.domain.usage import Source, UsageSum
from tests.domain.test_month_end import NOW, bought, eur, used

DAY = date(2026, 10, 31)


def test_each_step_names_the_entries_behind_it() -> None:
    entries: list[Entry] = [
        bought("purchase:1", date(2025, 10, 15), "100"),
        used(date(2026, 10, 1), "5"),
        bought("purchase:2", date(2026, 10, 20), "50"),
        used(date(2026, 10, 1), "0.25"),
        Adjustment("reading:1", date(2026, 10, 25), NOW, eur("40"), eur("50"), NOW),
    ]
    (told,) = explain(enumerate(entries, start=1), DAY)
    assert [(step.cause, str(step.amount), str(step.balance), step.entries) for step in told.steps] == [
        (Cause.PURCHASE, "100.00", "100.00", (1,)),
        (Cause.USAGE, "-5.25", "94.75", (2, 4)),
        (Cause.EXPIRY, "-94.75", "0.00", (1,)),
        (Cause.PURCHASE, "50.00", "50.00", (3,)),
        (Cause.READING, "-10.00", "40.00", (5,)),
    ]
    assert (str(told.total(Cause.USAGE)), told.entries(Cause.USAGE)) == ("-5.25", (2, 4))


def test_each_lot_tells_what_took_from_it_and_what_is_left() -> None:
    entries: list[Entry] = [
        used(date(2026, 10, 1), "5"),
        bought("purchase:1", date(2026, 10, 2), "20"),
        Adjustment("reading:1", date(2026, 10, 3), NOW, eur("25"), eur("15"), NOW),
        used(date(2026, 10, 4), "16"),
        Adjustment("reading:2", date(2026, 10, 5), NOW, eur("6"), eur("9"), NOW),
    ]
    (told,) = explain(enumerate(entries, start=1), DAY)
    first, second = told.lots
    assert (first.entry, str(first.repaid), str(first.used), str(first.lot.remaining)) == (2, "5.00", "15.00", "0.00")
    assert first.days == (date(2026, 10, 4), date(2026, 10, 4))
    assert (second.entry, str(second.used), str(second.corrected), str(second.lot.remaining)) == (
        3,
        "1.00",
        "3.00",
        "6.00",
    )


def test_the_pace_names_its_days_and_currencies_stand_apart() -> None:
    elsewhere = UsageChange("u", date(2026, 10, 4), Source.CSV, (UsageSum("GBP", 0, 0, 9),), NOW)
    entries: list[Entry] = [used(date(2026, 10, 1), "5"), used(date(2026, 10, 4), "3", "USD"), elsewhere]
    eur_, usd = explain(enumerate(entries, start=1), DAY)
    assert (eur_.currency, usd.currency) == ("EUR", "USD")
    assert (eur_.pace.days, str(eur_.pace.spent), eur_.usage_through) == (4, "5.00", date(2026, 10, 4))


def test_of_purchases_alone_no_pace_is_told() -> None:
    (told,) = explain([(1, bought("purchase:1", date(2026, 10, 2), "20"))], DAY)
    assert (told.usage_through, told.pace.per_day) == (None, None)
