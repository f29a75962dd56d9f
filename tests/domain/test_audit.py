"""What a record says of a change: only what differs, in words that can be compared."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

import pytest

from bot.domain.audit import AuditRecord, changed, told
from bot.domain.money import Money
from bot.domain.people import GroupId, PersonId
from bot.domain.settings import Account, NamedGroup, NamedPerson, Settings

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANA = NamedPerson(PersonId("id-ana"), "Ana Torres")


class Color(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Band:
    up_to: Money | None
    approvals: int


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("plain", "plain"),
        (3, "3"),
        (True, "yes"),
        (False, "no"),
        (Color.RED, "red"),
        (Money.of(500, "EUR"), "500.00 EUR"),
        (date(2026, 11, 22), "2026-11-22"),
        (NOON, "2026-11-22T12:00:00+00:00"),
        ({"account": "done"}, "account: done"),
        ((ANA, ANA), "Ana Torres (id-ana), Ana Torres (id-ana)"),
        (["b", "a"], "b, a"),
        (frozenset({"b", "a"}), "a, b"),
        ({"b", "a"}, "a, b"),
        (NamedGroup(GroupId("g"), "Finance"), "Finance (g)"),
        (Band(Money.of(200, "EUR"), 1), "up_to 200.00 EUR, approvals 1"),
        (Band(None, 2), "approvals 2"),
    ],
)
def test_every_kind_of_value_is_told_in_plain_words(value: object, text: str) -> None:
    assert told(value) == text


def test_only_what_differs_is_in_the_record() -> None:
    before = Settings(account=Account.EA)
    after = Settings(account=Account.EA, threshold=Money.of(300, "EUR"), approvers=(ANA,))
    assert changed(before, after) == (
        {"threshold": "", "approvers": ""},
        {"threshold": "300.00 EUR", "approvers": "Ana Torres (id-ana)"},
    )


def test_nothing_differs_where_nothing_was_changed() -> None:
    assert changed(Settings(), Settings()) == ({}, {})


def test_what_is_new_had_nothing_before_and_what_is_taken_away_has_nothing_after() -> None:
    band = Band(Money.of(200, "EUR"), 1)
    assert changed(None, band) == ({"up_to": "", "approvals": ""}, {"up_to": "200.00 EUR", "approvals": "1"})
    assert changed(band, None) == ({"up_to": "200.00 EUR", "approvals": "1"}, {"up_to": "", "approvals": ""})


def test_a_record_tells_its_changes_by_name() -> None:
    record = AuditRecord(NOON, ANA.id, "x", "y", before={"b": "1", "a": "2"}, after={"b": "3"})
    assert record.changes == (("a", "2", ""), ("b", "1", "3"))
