"""Which rows the wallet pays, what a day keeps of them, and what new rows do to a day."""

import random

import pytest

from bot.domain.errors import Refusal
from bot.domain.usage import CallRow, DetailLine, Source, is_known_capability, is_wallet
from bot.domain.usage_batch import UsageBatch, without_numbers
from bot.domain.usage_days import BookedDay, add_unseen, empty_day, replace_day
from tests.domain.usage_rows import MONDAY, TUESDAY, cents, row


def booked(*rows: CallRow, onto: BookedDay | None = None) -> BookedDay:
    return add_unseen(onto, UsageBatch.of(rows), MONDAY).after


def from_graph(*rows: CallRow) -> BookedDay:
    return replace_day(None, UsageBatch.of(rows), MONDAY).after


@pytest.mark.parametrize(
    ("capability", "call_type", "pays"),
    [
        ("MCOPSTNPP", "user_out", True),
        ("mcopstnpp", "user_out", True),
        ("MCOPSTN1", "user_out", False),
        ("MCOPSTNC", "user_out", False),
        ("", "user_out", False),
        ("MCOPSTN1", "user_out_sms", True),
        ("SMS", "", True),
    ],
)
def test_the_wallet_pays_for_its_capability_and_for_sms(capability: str, call_type: str, *, pays: bool) -> None:
    assert is_wallet(capability, call_type) is pays


def test_pay_as_you_go_is_known_in_every_zone() -> None:
    assert is_known_capability("MCOPSTN_PAYG_2")
    assert is_known_capability("mcopstn1")
    assert not is_known_capability("MCOPSTN99")


def test_a_day_keeps_sums_by_currency_and_who_pays() -> None:
    day = booked(
        row("a", charge_micros=20_000, connection_micros=10_000),
        row("b", currency="USD"),
        row("c", capability="MCOPSTN1", charge_micros=70_000, connection_micros=90_000),
    )
    assert day.total.sums == (cents(2, 1, 7), cents(1, currency="USD"))
    assert (day.total.rows, day.total.source) == (3, Source.CSV)


def test_a_day_keeps_totals_by_user_destination_and_type() -> None:
    day = booked(row("a"), row("b", duration_seconds=5), row("c", destination="Spain"), row("d", user=None))
    assert day.detail.lines == (
        DetailLine(None, "France", "user_out", "EUR", True, 10_000, 0, 60, 1),
        DetailLine("user-1", "France", "user_out", "EUR", True, 20_000, 0, 65, 2),
        DetailLine("user-1", "Spain", "user_out", "EUR", True, 10_000, 0, 60, 1),
    )


def test_unknown_types_and_capabilities_pass_and_are_counted() -> None:
    rows = [row("a", call_type="holo_out"), row("b", call_type="holo_out", capability="MCOPSTN99")]
    change = add_unseen(None, UsageBatch.of([*rows, row("c", capability="MCOPSTN99")]), MONDAY)
    assert change.after.total.unknown_types == change.unknown_types == {"holo_out": 2}
    assert change.after.total.unknown_capabilities == change.unknown_capabilities == {"MCOPSTN99": 2}
    assert change.after.total.sums == (cents(1, 0, 2),)


def test_rows_without_a_currency_count_and_cost_nothing() -> None:
    free = row("a", currency="", charge_micros=0)
    day = booked(free)
    assert (day.total.rows, day.total.sums, len(day.detail.lines)) == (1, (), 1)


def test_the_same_rows_again_change_nothing() -> None:
    day = booked(row("a"), row("b"))
    change = add_unseen(day, UsageBatch.of([row("b"), row("a")]), MONDAY)
    assert change.after is day
    assert (change.new, change.known, change.sums) == (0, 2, (cents(0),))


def test_a_row_that_stands_twice_in_a_file_counts_once() -> None:
    change = add_unseen(None, UsageBatch.of([row("a"), row("a")]), MONDAY)
    assert (change.new, change.known, change.after.total.rows) == (1, 1, 1)


def test_only_unseen_rows_are_added() -> None:
    day = booked(row("a"))
    change = add_unseen(day, UsageBatch.of([row("a"), row("b", charge_micros=30_000)]), MONDAY)
    assert (change.new, change.known, change.sums) == (1, 1, (cents(3),))
    assert change.after.total.sums == (cents(4),)


@pytest.mark.parametrize(
    "facts",
    [
        {"charge_micros": 20_000},
        {"connection_micros": 1},
        {"duration_seconds": 61},
        {"currency": "USD"},
        {"user": "user-2"},
        {"call_type": "conf_out"},
        {"destination": "Spain"},
        {"capability": "MCOPSTN1"},
        {"started_at": "2026-11-16T08:15:31Z"},
    ],
)
def test_a_known_id_with_another_content_is_told_and_not_booked(facts: dict[str, object]) -> None:
    day = booked(row("a"))
    change = add_unseen(day, UsageBatch.of([row("a", **facts)]), MONDAY)
    assert change.after is day
    assert (change.new, change.known, change.differing) == (0, 0, 1)


def test_parts_of_a_file_in_any_order_make_the_same_day() -> None:
    rows = [row(f"r{n}", charge_micros=n * 100, user=f"user-{n % 3}") for n in range(50)]
    whole = booked(*rows)
    for seed in range(5):
        shuffled = random.Random(seed).sample(rows, len(rows))
        parts = booked(*shuffled[:30])
        parts = booked(*shuffled[20:], onto=parts)
        assert (parts.total, parts.detail) == (whole.total, whole.detail)


def test_graph_takes_the_place_of_a_files_day() -> None:
    day = booked(row("a"), row("b", charge_micros=50_000, currency="USD"))
    change = replace_day(day, UsageBatch.of([row("c", charge_micros=30_000)]), MONDAY)
    assert change.sums == (cents(2), cents(-5, currency="USD"))
    assert (change.after.total.source, change.after.total.sums) == (Source.GRAPH, (cents(3),))


def test_a_file_never_touches_a_day_of_graph() -> None:
    day = from_graph(row("a"))
    change = add_unseen(day, UsageBatch.of([row("a"), row("b")]), MONDAY)
    assert change.after is day
    assert (change.new, change.known, change.skipped) == (0, 0, 2)


def test_graph_telling_the_same_in_another_order_changes_nothing() -> None:
    day = from_graph(row("a"), row("b"))
    change = replace_day(day, UsageBatch.of([row("b"), row("a")]), MONDAY)
    assert change.after is day
    assert change.known == 2


def test_a_row_that_graph_tells_twice_counts_once() -> None:
    batch = UsageBatch(keyed=False)
    batch.add([row("a"), row("b"), row("a")])
    batch.add([row("b"), row("c", charge_micros=30_000)])
    batch.add([row("c", charge_micros=30_000)])
    change = replace_day(None, batch, MONDAY)
    assert (change.new, change.known, change.sums) == (3, 3, (cents(5),))
    assert replace_day(None, batch.emptied(), MONDAY).known == 0


def test_which_rows_graph_told_is_not_kept_because_no_file_adds_to_them() -> None:
    keyed, unkeyed = UsageBatch.of([row("a")]), UsageBatch(keyed=False)
    unkeyed.add([row("a")])
    assert from_batch(keyed) == from_batch(unkeyed)
    assert from_batch(keyed).ids.rows == b""


def test_graph_telling_of_no_calls_is_an_answer() -> None:
    change = replace_day(None, UsageBatch(), MONDAY)
    assert (change.after.total.rows, change.after.total.source, change.sums) == (0, Source.GRAPH, ())
    emptied = replace_day(booked(row("a")), UsageBatch(), MONDAY)
    assert emptied.sums == (cents(-1),)


def test_rows_of_other_days_are_no_part_of_a_day() -> None:
    batch = UsageBatch.of([row("a"), row("b", day=TUESDAY)])
    assert batch.days == [MONDAY, TUESDAY]
    assert len(batch) == 2
    assert replace_day(None, batch, TUESDAY).after.total.rows == 1


def test_a_new_day_is_empty() -> None:
    day = empty_day(MONDAY, Source.CSV)
    assert (day.total.rows, day.detail.lines, day.ids.rows) == (0, (), b"")


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"charge_micros": -1}, "usage_negative"),
        ({"connection_micros": -1}, "usage_negative"),
        ({"duration_seconds": -1}, "usage_negative"),
        ({"currency": ""}, "usage_without_currency"),
        ({"currency": "", "charge_micros": 0, "connection_micros": 1}, "usage_without_currency"),
        ({"currency": "EURO"}, "currency_unknown"),
    ],
)
def test_rows_that_cannot_be_booked_are_refused_before_they_reach_the_ledger(
    facts: dict[str, object], code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        UsageBatch.of([row("a", **facts)])
    assert refused.value.code == code


@pytest.mark.parametrize(
    "text", ["+34 600 123 456", "0034600123456", "tel:+34600123456", "+3460012****", "(600) 123-456"]
)
def test_no_phone_number_is_kept(text: str) -> None:
    day = booked(row("a", destination=text, user=text))
    assert (day.detail.lines[0].user, day.detail.lines[0].destination) == (None, "")


@pytest.mark.parametrize("text", ["France", "00000000-0000-4000-8000-000000000001", "ana@contoso.example", "", "US"])
def test_names_and_ids_are_kept(text: str) -> None:
    assert without_numbers(f" {text} ") == text


def test_an_emptied_batch_keeps_its_labels_and_no_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = UsageBatch.of([row("a"), row("b", destination="Spain")]).emptied()
    assert (len(batch), batch.days, len(batch.labels)) == (0, [], 2)
    batch.add([row("c", destination="Spain")])
    assert from_batch(batch) == from_graph(row("c", destination="Spain"))
    monkeypatch.setattr("bot.domain.usage_batch.KEPT_LABELS", 1)
    assert batch.emptied().labels == []


def from_batch(batch: UsageBatch) -> BookedDay:
    return replace_day(None, batch, MONDAY).after
