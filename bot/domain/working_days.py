"""Days on which offices work: Monday to Friday, the country's holidays left out. No I/O here."""

from datetime import date, timedelta

from bot.domain.holidays import COUNTRIES, is_holiday

ONE = timedelta(days=1)


def is_working_day(day: date, country: str | None) -> bool:
    """`country`: ISO 3166; where its holidays are not known here, or None, it has none."""
    return day.weekday() < 5 and not (country in COUNTRIES and is_holiday(country, day))


def working_days_on(day: date, count: int, country: str | None) -> date:
    """The working day that is `count` working days after `day`; `day` itself for none."""
    while count > 0:
        day += ONE
        count -= is_working_day(day, country)
    return day


def working_days_between(first: date, last: date, country: str | None) -> int:
    """How many working days come after `first` through `last`."""
    return sum(
        is_working_day(first + timedelta(days=number), country) for number in range(1, (last - first).days + 1)
    )
