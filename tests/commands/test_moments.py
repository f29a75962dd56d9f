"""Days and times as people write them; what can be read in two ways is asked about."""

from datetime import date

import pytest

from bot.commands.lexicon import lexicon_of
from bot.commands.moments import date_in, day_in, day_of, time_in
from bot.commands.tokens import tokens_of
from bot.domain.errors import Refusal

TODAY = date(2026, 11, 22)
LEXICON = lexicon_of(("balance",))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("balance on 31 March", date(2026, 3, 31)),
        ("saldo el 31 de marzo de 2025", date(2025, 3, 31)),
        ("balance March 31st, 2026", date(2026, 3, 31)),
        ("the 1st of December", date(2025, 12, 1)),
        ("saldo 5 dic.", date(2025, 12, 5)),
        ("3 setiembre", date(2026, 9, 3)),
        ("2026-03-31", date(2026, 3, 31)),
        ("31/3", date(2026, 3, 31)),
        ("3/31/26", date(2026, 3, 31)),
        ("4/4/2025", date(2025, 4, 4)),
        ("31.12.2025", date(2025, 12, 31)),
        ("22 november", TODAY),
        ("23 november", date(2025, 11, 23)),
        ("29 february", date(2024, 2, 29)),
        ("saldo ayer", date(2026, 11, 21)),
        ("balance last month", date(2026, 10, 31)),
        ("balance in March", date(2026, 3, 31)),
        ("balance in March 2025", date(2025, 3, 31)),
        ("balance 11/2026", TODAY),
    ],
)
def test_a_day_is_the_latest_that_has_come(text: str, day: date) -> None:
    assert day_of(day_in(tokens_of(text), LEXICON), TODAY) == day


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("3/4", "day_ambiguous"),
        ("balance 3-4-2026", "day_ambiguous"),
        ("31/31", "day_unknown"),
        ("0/3", "day_unknown"),
        ("2026-02-30", "day_unknown"),
        ("31 february", "day_unknown"),
        ("balance on 40 Nov", "day_unknown"),
        ("balance on Nov 32", "day_unknown"),
        ("saldo el 40 de noviembre", "day_unknown"),
        ("saldo el 0 de nov.", "day_unknown"),
        ("balance 2026-13", "month_malformed"),
        ("balance in march 2027", "month_to_come"),
    ],
)
def test_what_is_no_day_or_two_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        day_of(day_in(tokens_of(text), LEXICON), TODAY)


@pytest.mark.parametrize("text", ["balance", "500", "1,234.56", "may I", "31", "march", "12 people", "1.234 €"])
def test_other_numbers_and_words_are_no_dates(text: str) -> None:
    assert date_in(tokens_of(text)) == ("", frozenset())


def test_the_words_of_a_date_are_told() -> None:
    assert date_in(tokens_of("saldo el 31 de marzo de 2025 por favor")) == ("2025-03-31", frozenset(range(2, 7)))


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("at 9:30", "09:30"),
        ("a las 21:05", "21:05"),
        ("9:30 pm", "21:30"),
        ("12:15 a.m.", "00:15"),
        ("12 pm", "12:00"),
        ("9 p. m.", "21:00"),
        ("reconcile 1,234.56 at 17:00", "17:00"),
        ("1:234", ""),
        ("12:30:15", ""),
        ("25:00", ""),
        ("500", ""),
        ("9 amigos", ""),
    ],
)
def test_a_time_has_a_colon_or_a_half_of_the_day(text: str, time: str) -> None:
    assert time_in(text)[0] == time


def test_where_a_time_stands_is_told() -> None:
    found, (start, end) = time_in("reconcile 500 at 9:30 am today")
    assert (found, "reconcile 500 at 9:30 am today"[start:end]) == ("09:30", "9:30 am")
