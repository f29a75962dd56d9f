"""The simulated calls and their export."""

import csv
import io
import zipfile
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.domain.holidays import is_holiday
from bot.domain.money import Money
from bot.domain.usage import WALLET_CAPABILITY
from bot.sandbox import calls as simulated
from bot.sandbox.calls import (
    BURST,
    SPIKE,
    UNSEEN,
    calls_of,
    surprise_on,
    visible_calls,
    visible_through,
    wallet_charge,
)
from bot.sandbox.clock import BEGINNING
from bot.sandbox.export import CSV_NAME, ENGLISH, SPANISH, export_zip, main
from bot.sandbox.rates import RARE

FIRST, LAST = date(2026, 10, 24), date(2026, 11, 20)


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=each) for each in range((last - first).days + 1)]


def test_the_wallet_pays_about_twenty_one_euros_a_day() -> None:
    """Transcripts rely on it: with the balances that they show, it says on which day the money runs out."""
    paid = wallet_charge(visible_calls(FIRST, LAST, BEGINNING))
    assert Decimal("20.90") < paid.amount / 28 <= Decimal("21.12")


def test_the_wallet_pays_the_same_sums_each_time() -> None:
    simulated.calls_of.cache_clear()
    sums = [str(wallet_charge(calls_of(day))) for day in days(date(2026, 11, 14), LAST)]
    assert sums == ["3.816755", "8.985182", "11.677855", "30.376487", "33.741676", "28.631598", "32.481656"]
    assert str(wallet_charge(visible_calls(date(2026, 11, 14), LAST, BEGINNING))) == "149.711209"


def test_rows_are_readable_from_the_second_day_after_their_own() -> None:
    assert visible_through(BEGINNING) == LAST
    rows = list(visible_calls(LAST, LAST + timedelta(days=9), BEGINNING))
    assert rows == list(calls_of(LAST))
    assert not list(visible_calls(LAST, LAST, BEGINNING - timedelta(days=1)))


def test_late_rows_come_one_day_after_their_neighbors() -> None:
    day = date(2026, 11, 16)
    late = [call for call in calls_of(day) if call.late]
    assert late
    in_time = list(visible_calls(day, day, datetime(2026, 11, 18, 12, tzinfo=UTC)))
    assert set(calls_of(day)) - set(in_time) == set(late)
    assert list(visible_calls(day, day, datetime(2026, 11, 19, tzinfo=UTC))) == list(calls_of(day))


def test_what_can_be_read_on_the_first_day_does_not_change_later() -> None:
    seen = list(visible_calls(FIRST, LAST, BEGINNING))
    assert seen == list(visible_calls(FIRST, LAST, BEGINNING + timedelta(days=30)))


def test_there_is_nothing_before_the_history_begins() -> None:
    assert (BEGINNING.date() - simulated.HISTORY_BEGINS).days == 180
    assert not list(visible_calls(date(2025, 1, 1), date(2026, 5, 25), BEGINNING))


def test_weekdays_are_strong_and_weekends_and_holidays_weak() -> None:
    for day in days(FIRST, LAST):
        count = len(calls_of(day))
        if day.weekday() > 4:
            assert 3 <= count <= 20, day
        else:
            assert 40 <= count <= 120, day
    assert len(calls_of(date(2026, 12, 25))) < 20
    assert len(calls_of(date(2026, 10, 12))) < 45  # Spain is closed, Mexico is not


def test_the_future_is_simulated_too() -> None:
    assert 40 <= len(calls_of(date(2029, 3, 14))) <= 120


def test_the_history_holds_a_spike_a_burst_and_a_country_never_seen() -> None:
    history = days(simulated.HISTORY_BEGINS, LAST)
    assert {surprise_on(day) for day in history} == {None, SPIKE, BURST, UNSEEN}
    assert len(calls_of(date(2026, 10, 14))) > 140
    night = [call for call in calls_of(date(2026, 9, 17)) if call.started.hour < 5]
    assert len(night) == 24
    assert len({call.user for call in night}) == 1
    seen = Counter(call.rate.destination for day in history for call in calls_of(day))
    [unseen] = [call for call in calls_of(date(2026, 11, 12)) if call.rate in RARE]
    assert seen[unseen.rate.destination] == 1


def test_rows_are_of_their_day_with_ids_of_their_own() -> None:
    rows = [call for day in days(FIRST, LAST) for call in calls_of(day)]
    assert len({call.id for call in rows}) == len(rows)
    for day in days(FIRST, LAST):
        assert all(call.started.date() == day for call in calls_of(day))


def test_included_calls_mostly_cost_nothing_and_automatic_ones_have_no_user() -> None:
    rows = [call for day in days(FIRST, LAST) for call in calls_of(day)]
    others = [call for call in rows if call.capability != WALLET_CAPABILITY]
    assert 0 < sum(1 for call in others if call.charge_micros) < len(others) / 10
    assert len(others) < len(rows) / 2
    assert all((call.user is None) == call.call_type.startswith("ucap_") for call in rows)
    assert {"user_out", "conf_out", "user_in", "ucap_out", "ucap_in", "oov"} < {call.call_type for call in rows}
    assert any(call.connection_micros for call in rows)
    assert all("****" in call.caller and "****" in call.callee for call in rows)


@pytest.mark.parametrize(
    ("country", "day"),
    [
        ("ES", date(2026, 4, 3)),
        ("ES", date(2038, 4, 23)),
        ("ES", date(2049, 4, 16)),
        ("ES", date(2076, 4, 17)),
        ("ES", date(2026, 12, 8)),
        ("MX", date(2026, 11, 16)),
        ("US", date(2026, 11, 26)),
        ("US", date(2026, 5, 25)),
    ],
)
def test_holidays_are_known(country: str, day: date) -> None:
    assert is_holiday(country, day)
    assert not is_holiday(country, day + timedelta(days=4))


def read(packed: bytes) -> list[dict[str, str]]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == [CSV_NAME]
        text = archive.read(CSV_NAME).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_export_holds_every_row_with_its_exact_charge() -> None:
    calls = calls_of(LAST)
    rows = read(export_zip(calls))
    assert tuple(rows[0]) == ENGLISH
    wallet = [Money.of(row["Charge"], "EUR").micros for row in rows if row["Capability"] == WALLET_CAPABILITY]
    assert sum(wallet) == wallet_charge(calls).micros
    assert {row["UsageId"] for row in rows} == {call.id for call in calls}
    assert all((row["AAD ObjectId"] == "") == row["Call Type"].startswith("ucap_") for row in rows)


def test_the_spanish_export_differs_in_its_headers_only() -> None:
    english, spanish = (read(export_zip(calls_of(LAST), locale=locale)) for locale in ("en", "es"))
    assert tuple(spanish[0]) == SPANISH
    assert [list(row.values()) for row in english] == [list(row.values()) for row in spanish]


def test_the_command_writes_ninety_days_unless_told(tmp_path: Path) -> None:
    main([str(tmp_path / "all.zip")])
    starts = [row["Start Time"][:10] for row in read((tmp_path / "all.zip").read_bytes())]
    assert (min(starts), max(starts)) == ("2026-08-23", "2026-11-20")
    main([str(tmp_path / "some.zip"), "--locale", "es", "--from", "2026-11-23", "--to", "2026-11-24"])
    rows = read((tmp_path / "some.zip").read_bytes())
    assert len(rows) == len(calls_of(date(2026, 11, 23))) + len(calls_of(date(2026, 11, 24)))
