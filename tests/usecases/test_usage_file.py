"""Exports as the admin center makes them, and as people and programs spoil them."""

import io
from datetime import date

import pytest

from bot.domain.errors import Refusal
from bot.domain.usage import CallRow
from bot.domain.usage_batch import UsageBatch
from bot.sandbox.export import SPANISH as SANDBOX_SPANISH
from bot.usecases.usage_columns import NAMES, find_columns
from bot.usecases.usage_file import CHUNK, TICK, BrokenUsageFile, call_rows, read_usage_file
from bot.usecases.usage_lines import BLOCK
from bot.usecases.usage_rows import BrokenRow
from tests.usecases.export_files import ENGLISH, GOOD, table, zipped

CALL = CallRow(
    "u1",
    date(2026, 11, 16),
    "2026-11-16T08:15:30Z",
    "aaaa-1",
    "user_out",
    "France",
    "MCOPSTNPP",
    61,
    45_000,
    100_000,
    "EUR",
)


def calls(content: bytes) -> list[CallRow]:
    """The good rows of a file; read at once, a column at a time, they are the same."""
    rows = [row for row in call_rows(io.BytesIO(content)) if isinstance(row, CallRow)]
    assert kept(read_usage_file(io.BytesIO(content))) == kept(UsageBatch.of(rows))
    return rows


def kept(batch: UsageBatch) -> object:
    days = {day: batch.rows(day) for day in batch.days}
    return batch.labels, {day: (rows.keys, [*rows.read_figures()], rows.hours) for day, rows in days.items()}


def broken(content: bytes) -> BrokenUsageFile:
    with pytest.raises(BrokenUsageFile) as refused:
        read_usage_file(io.BytesIO(content))
    return refused.value


def refusal(content: bytes) -> Refusal:
    with pytest.raises(Refusal) as refused:
        read_usage_file(io.BytesIO(content))
    return refused.value


def test_a_row_is_read_by_the_names_of_its_columns() -> None:
    assert calls(table({})) == [CALL]


def test_columns_may_stand_in_any_order_and_unknown_ones_are_ignored() -> None:
    backwards = dict(reversed(ENGLISH.items())) | {"caller": "Caller ID", "new": "Something New"}
    assert calls(table({"caller": "+34600*****", "new": "42"}, header=backwards)) == [CALL]


@pytest.mark.parametrize("language", ["first", "last"])
def test_spanish_headers_are_read_whatever_their_case_accents_and_spaces(language: str) -> None:
    spanish = {column: names[-1] for column, names in NAMES.items()}
    if language == "first":
        spanish = {column: name.upper().replace("Ó", "O") + " " for column, name in spanish.items()}
    assert calls(table({}, header=spanish)) == [CALL]


def test_every_name_of_a_column_leads_to_it() -> None:
    for column, names in NAMES.items():
        for name in names:
            header = [name if other == column else ENGLISH[other] for other in NAMES]
            assert find_columns(header)[column] == list(NAMES).index(column)


def test_the_headers_of_the_spanish_export_are_known() -> None:
    found = find_columns(SANDBOX_SPANISH)
    assert [SANDBOX_SPANISH[found[column]] for column in ("id", "user_id", "charge", "destination")] == [
        "Id. de uso",
        "Id. de objeto de AAD",
        "Cargo",
        "Destino marcado",
    ]


def test_what_may_be_missing_is_read_as_not_told() -> None:
    needed = {
        column: ENGLISH[column] for column in ("id", "call_type", "started_at", "charge", "currency", "capability")
    }
    (row,) = calls(table({}, header=needed))
    assert (row.user, row.destination, row.duration_seconds, row.connection_micros) == (None, "", 0, 0)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_told_by_the_header(separator: str) -> None:
    assert calls(table({"destination": "Korea, Rep. of"}, separator=separator))[0].destination == "Korea, Rep. of"


def test_a_byte_order_mark_quotes_and_newlines_in_quotes_are_no_matter() -> None:
    content = b"\xef\xbb\xbf" + table({"destination": 'The "Isle"\r\nof Man, UK'}, {"id": "u2"})
    first, second = calls(content)
    assert (first.destination, second.id) == ('The "Isle"\r\nof Man, UK', "u2")


def test_blank_lines_and_a_missing_last_newline_are_no_matter() -> None:
    content = b"\r\n" + table({}).replace(b"\r\n", b"\n\n") + b",,,,,,,,,,\r\n\r\n"
    assert calls(content) == [CALL]
    assert calls(table({}).rstrip()) == [CALL]


def test_empty_fields_at_the_end_of_a_row_are_no_matter() -> None:
    assert calls(table({}).rstrip() + b",,\r\n") == [CALL]


def test_calls_without_a_user_and_of_unknown_kinds_pass() -> None:
    rows = calls(
        table(
            {"call_type": "ucap_in", "user_id": "x", "address": "y"},
            {"user_id": ""},
            {"user_id": "", "address": ""},
            {"call_type": "holo_out", "capability": "MCOPSTN99"},
            {"charge": "0", "connection": "", "currency": "", "duration": ""},
        )
    )
    assert [row.user for row in rows] == [None, "ana@contoso.example", None, "aaaa-1", "aaaa-1"]
    assert (rows[3].call_type, rows[3].capability) == ("holo_out", "MCOPSTN99")
    assert (rows[4].currency, rows[4].duration_seconds) == ("", 0)


def test_a_row_belongs_to_the_utc_day_on_which_it_starts() -> None:
    rows = calls(
        table(
            {"started_at": "2026-11-16T23:59:59.9999999Z"},
            {"started_at": "2026-11-17T00:30:00.0000000+01:00"},
            {"started_at": "2026-11-16 22:00:00"},
            {"started_at": "2026-11-16T20:00:00-05:00"},
            {"started_at": "2026-11-16 07:45"},
        )
    )
    assert [row.day.day for row in rows] == [16, 16, 16, 17, 16]
    assert [row.started_at[10:] for row in rows] == [
        "T23:59:59Z",
        "T23:30:00Z",
        "T22:00:00Z",
        "T01:00:00Z",
        "T07:45:00Z",
    ]


@pytest.mark.parametrize(
    ("facts", "column", "reason", "value"),
    [
        ({"id": " "}, "UsageId", "missing", ""),
        ({"charge": ""}, "Charge", "missing", ""),
        ({"charge": "free"}, "Charge", "amount_malformed", "free"),
        ({"charge": "1,234"}, "Charge", "amount_ambiguous", "1,234"),
        ({"charge": "-0.01"}, "Charge", "negative", "-0.01"),
        ({"connection": "0.0000001x"}, "Connection Fee", "amount_malformed", "#.#######x"),
        ({"connection": "1.234.56"}, "Connection Fee", "amount_malformed", "#.###.##"),
        ({"charge": "1000000.01"}, "Charge", "too_large", "#######.##"),
        ({"started_at": ""}, "Start Time", "missing", ""),
        ({"started_at": "2026-13-45T00:00:00Z"}, "Start Time", "time_malformed", "2026-13-45T00:00:00Z"),
        ({"started_at": "16/11/2026 08:15"}, "Start Time", "time_malformed", "##/##/#### ##:##"),
        ({"started_at": "2026-11-16"}, "Start Time", "time_malformed", "2026-11-16"),
        ({"started_at": "20261116T081530+00"}, "Start Time", "time_malformed", "########T######+##"),
        ({"duration": "1.5"}, "Duration Seconds", "number_malformed", "1.5"),
        ({"duration": "-5"}, "Duration Seconds", "negative", "-5"),
        ({"duration": "9999999999"}, "Duration Seconds", "too_large", "##########"),
        ({"currency": "EURO"}, "Currency", "currency_malformed", "EURO"),
        ({"currency": ""}, "Currency", "missing", ""),
    ],
)
def test_a_wrong_value_is_told_with_its_line_column_and_reason(
    facts: dict[str, str], column: str, reason: str, value: str
) -> None:
    refused = broken(table({}, {"id": "u2", "destination": "two\nlines"}, {"id": "u3", **facts}))
    assert refused.rows == (BrokenRow(5, column, reason, value),)
    assert refused.values == {"count": 1, "line": 5}


@pytest.mark.parametrize(
    ("line", "row"),
    [
        (b"u2,x,y", BrokenRow(3, "", "too_few_fields", "3 / 11")),
        (b"u2,,,,,,,,,,,twelve", BrokenRow(3, "", "too_many_fields", "12 / 11")),
        (b"u2,\xff,,,,,,,,,", BrokenRow(3, "", "encoding", "")),
        (b'u2,"x"y,,,,,,,,,', BrokenRow(3, "", "quoting", "")),
        (b'u2,"x,,,,,,,,,\r\nu3,,,,,,,,,,', BrokenRow(3, "", "quoting", "")),
        (b"u2,x\ry,,,,,,,,,", BrokenRow(3, "", "quoting", "")),
    ],
)
def test_a_broken_line_is_told_with_its_number(line: bytes, row: BrokenRow) -> None:
    assert broken(table({}) + line + b"\r\n").rows == (row,)


def test_good_rows_after_one_that_is_not_text_are_good() -> None:
    content = table({}) + b"u2,\xff,,,,,,,,,\r\n" + table({"id": "u3"}).split(b"\r\n", 1)[1]
    refused = broken(content)
    assert (refused.count, refused.rows[0].line) == (1, 3)


def test_the_first_twenty_wrong_rows_are_told_and_all_are_counted() -> None:
    refused = broken(table(*({"id": f"u{n}", "charge": "?"} for n in range(33))))
    assert (len(refused.rows), refused.count, refused.rows[-1].line) == (20, 33, 21)


def test_a_wrong_value_shows_no_phone_number_and_nobodys_address() -> None:
    rows = broken(
        table({"charge": "+34 600 12 34 56"}, {"charge": "ana.torres@contoso.example"}, {"charge": "x" * 99})
    )
    assert [row.value for row in rows.rows] == ["+## ### ## ## ##", "…@contoso.example", "x" * 40]


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("0,045", 45_000),
        ("12,5", 12_500_000),
        ("1234,50", 1_234_500_000),
        ("1.234,56", 1_234_560_000),
        ("1,234.56", 1_234_560_000),
        ("1,234,567.00", None),
        ("1.234", 1_234_000),
        (" 7 ", 7_000_000),
        ("0.0450000", 45_000),
        ("0.0000005", 0),
        ("0.0000015", 2),
        ("0.00000050000001", 1),
    ],
)
def test_a_comma_is_a_decimal_where_it_cannot_be_anything_else(text: str, micros: int | None) -> None:
    content = table({"charge": text})
    if micros is None:
        assert broken(content).rows[0].reason == "too_large"
    else:
        assert calls(content)[0].charge_micros == micros


@pytest.mark.parametrize(
    "content", [b"", b"\r\n", b"hello", b"a,b,c\r\n1,2,3\r\n", b"%PDF-1.7\n", b'"', b"x" * (1 << 21)]
)
def test_what_is_no_export_is_refused_as_a_whole(content: bytes) -> None:
    assert refusal(content).code == "usage_not_an_export"


def test_a_missing_column_is_named() -> None:
    header = {column: name for column, name in ENGLISH.items() if column not in {"charge", "capability"}}
    refused = refusal(table({}, header=header))
    assert (refused.code, refused.values) == ("usage_column_missing", {"columns": ["Charge", "Capability"]})


def test_a_column_that_stands_twice_is_named() -> None:
    refused = refusal(table({}, header=ENGLISH | {"again": "charge"}))
    assert (refused.code, refused.values) == ("usage_column_twice", {"column": "Charge"})


def test_a_file_in_utf_16_is_refused() -> None:
    assert refusal(table({}).decode().encode("utf-16")).code == "usage_encoding"


def test_an_export_without_calls_is_an_empty_batch() -> None:
    assert len(read_usage_file(io.BytesIO(table()))) == 0


def test_a_wrong_row_far_down_is_told_with_its_line_whatever_stood_above() -> None:
    rows = [
        {"id": f"u{n}", "destination": "two\nlines" if n % CHUNK == 7 else "France"} for n in range(2 * CHUNK + 9)
    ]
    rows[2 * CHUNK + 5]["charge"] = "?"
    assert [row.line for row in broken(table(*rows)).rows] == [1 + 2 * CHUNK + 6 + 2]


def test_a_line_far_down_that_is_not_text_is_told_with_its_number() -> None:
    above = table(*({"id": f"u{n}", "destination": "x" * 100} for n in range(9 * CHUNK)))
    assert len(above) > BLOCK
    refused = broken(above + b"u2,\xff,,,,,,,,,\r\n" + table({"id": "last", "charge": "?"}).split(b"\r\n", 1)[1])
    assert [(row.line, row.reason) for row in refused.rows] == [
        (9 * CHUNK + 2, "encoding"),
        (9 * CHUNK + 3, "amount_malformed"),
    ]


def test_rows_of_several_days_and_empty_ones_between_them_are_read() -> None:
    later = {"id": "u2", "started_at": "2026-11-17T08:15:30Z"}
    content = table({}, later).replace(b"\r\nu2", b"\r\n\r\n,,,,,,,,,,\r\nu2")
    assert [row.day.day for row in calls(content)] == [16, 17]
    assert [row.day.day for row in calls(table({}, later, {"id": "u3"}))] == [16, 17, 16]


def test_a_row_that_costs_nothing_needs_no_currency() -> None:
    free = {"currency": "", "charge": "0", "connection": ""}
    assert [row.currency for row in calls(table(free, {"id": "u2"}))] == ["", "EUR"]


def test_no_more_labels_are_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.usecases.usage_rows.KEPT_LABELS", 1)
    rows = calls(table(*({"id": f"u{n}", "destination": f"Place {n % 3}"} for n in range(9))))
    assert [row.destination for row in rows] == [f"Place {n % 3}" for n in range(9)]


def test_progress_is_told_while_a_long_file_is_read() -> None:
    told: list[int] = []
    content = table(*({"id": f"u{n}"} for n in range(TICK + 5)))
    batch = read_usage_file(io.BytesIO(content), progress=told.append)
    assert told == [TICK]
    assert isinstance(batch, UsageBatch)
    assert len(batch) == TICK + 5


def test_the_csv_is_found_in_its_zip() -> None:
    content = zipped(
        {"PSTN.calls.[UTC].csv": table({}), "DirectRouting.calls.[UTC].csv": b"no", "read me.txt": b"hi"}
    )
    assert calls(content) == [CALL]
    assert GOOD["id"] == CALL.id
