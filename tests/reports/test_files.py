"""The files for finance: numbers are numbers, texts are never formulas, and every sheet is in both formats."""

import csv
import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.month_report import DaySpending, Deed, MonthReport, Spending
from bot.ports.reader import Reader
from bot.reports.files import Format, file_name, report_file
from bot.reports.sheets import DANGEROUS, Sheet, harmless, sheets_of
from bot.reports.tables import table_of
from bot.reports.workbook import workbook_of
from tests.cards.report_samples import DOLLARS, books, report
from tests.cards.samples import READERS, eur

EN, ES = READERS["en"], READERS["es"]
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
MADE = datetime(2026, 11, 4, 9, 30, tzinfo=UTC)
FORMULA = '=HYPERLINK("http://evil.example","x")'


def whole(*, names: bool = False) -> MonthReport:
    people = (Spending("Ana Torres", eur("40"), 9, 61, "IT"), Spending("@evil", eur("2"), 1, 60))
    deeds = (Deed(MADE, "Saldo", "usage.import", "2026-10-14", "new: 3"), Deed(MADE, "", "settings.x", "tenant"))
    places = (Spending("Mexico Mobile", eur("12.345678"), 3, 119), Spending("", eur("1"), 1, 0))
    made = replace(
        report([*books(), *DOLLARS]), places=places, deeds=deeds, departments=(Spending(FORMULA, eur("9"), 1, 1),)
    )
    days = (DaySpending(day.day, day.spent, day.balance) for wallet in made.wallets for day in wallet.days)
    made = replace(made, days=tuple(days))
    return replace(made, people=people, has_names=True) if names else made


def tables(content: bytes) -> dict[str, list[list[str]]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: read_csv(archive.read(name)) for name in archive.namelist()}


def read_csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


class Book:
    """An Excel file, read as a checker would: its sheets' cells, without any of our code."""

    def __init__(self, content: bytes) -> None:
        self._archive = zipfile.ZipFile(io.BytesIO(content))
        strings = ET.fromstring(self._archive.read("xl/sharedStrings.xml"))
        self._strings = ["".join(part.text or "" for part in one.iter(f"{MAIN}t")) for one in strings]
        book = ET.fromstring(self._archive.read("xl/workbook.xml"))
        self.titles = [sheet.get("name") for sheet in book.iter(f"{MAIN}sheet")]

    @property
    def names(self) -> list[str]:
        return self._archive.namelist()

    def rows(self, title: str) -> list[list[str]]:
        tree = ET.fromstring(self._archive.read(f"xl/worksheets/sheet{self.titles.index(title) + 1}.xml"))
        assert not list(tree.iter(f"{MAIN}f")), "a formula"
        return [[self._value(cell) for cell in row] for row in tree.iter(f"{MAIN}row")]

    def _value(self, cell: ET.Element) -> str:
        value = cell.find(f"{MAIN}v")
        text = "" if value is None else value.text or ""
        return self._strings[int(text)] if cell.get("t") == "s" else text


@pytest.mark.parametrize("reader", [EN, ES])
def test_every_sheet_is_in_the_workbook_and_in_the_zip(reader: Reader) -> None:
    made = whole(names=True)
    book = Book(report_file(made, Format.EXCEL, reader).content)
    names = tables(report_file(made, Format.CSV, reader).content)
    assert len(book.titles) == len(names) == 8
    assert all(len(str(title)) <= 31 and not re.search(r"[\[\]:*?/\\]", str(title)) for title in book.titles)
    assert list(names) == [
        f"{code}.csv"
        for code in ("statement", "purchases", "lots", "departments", "people", "countries", "days", "audit")
    ]


def test_the_parts_of_the_statement_add_up_in_the_file() -> None:
    rows = tables(report_file(whole(), Format.CSV, EN).content)["statement.csv"]
    assert rows[1] == ["Month", "October 2026 (UTC)", ""]
    for currency in ("EUR", "USD"):
        amounts = [Decimal(row[1]) for row in rows if row[2] == currency]
        opening, purchased, adjusted, used, forfeited, closing = amounts
        assert opening + purchased + adjusted - used - forfeited == closing
    in_excel = [row for row in Book(report_file(whole(), Format.EXCEL, EN).content).rows("Statement") if "EUR" in row]
    assert [Decimal(row[1]) for row in in_excel] == [Decimal(row[1]) for row in rows if row[2] == "EUR"]


def test_without_the_right_to_names_there_is_no_sheet_of_people() -> None:
    assert "people.csv" not in tables(report_file(whole(), Format.CSV, EN).content)


def test_purchases_come_with_their_numbers_and_readings_with_what_they_changed() -> None:
    rows = tables(report_file(whole(), Format.CSV, EN).content)["purchases.csv"]
    assert [row[1:6] for row in rows[1:]] == [
        ["Purchase", "500.00", "EUR", "PO-12", "INV-4711"],
        ["Adjustment to the admin center", rows[2][2], "EUR", "", ""],
        ["Purchase", "70.00", "USD", "", ""],
    ]
    assert Decimal(rows[2][2]) < 0  # a number, though it begins with a minus
    assert (rows[0][7:], [row[7:] for row in rows[1:]]) == (
        ["Invoiced", "Tax in it"],
        [["605.00", "105.00"], ["", ""], ["", ""]],
    )


def test_usage_stands_by_country_in_the_readers_language_with_whole_minutes() -> None:
    rows = tables(report_file(whole(), Format.CSV, ES).content)["countries.csv"]
    assert rows == [
        ["País", "Consumo", "Moneda", "Llamadas", "Minutos"],
        ["México", "12.345678", "EUR", "3", "2"],
        ["Desconocido", "1.00", "EUR", "1", "0"],
    ]


def test_usage_by_day_has_a_chart_of_each_currency() -> None:
    book = Book(report_file(whole(), Format.EXCEL, EN).content)
    assert "xl/charts/chart1.xml" in book.names
    chart = book._archive.read("xl/charts/chart1.xml").decode()
    assert chart.count("<c:ser>") == 2
    assert "Usage by day (UTC)" in chart


def test_a_report_without_anything_is_a_file_all_the_same() -> None:
    empty = report([])
    assert "xl/charts/chart1.xml" not in Book(report_file(empty, Format.EXCEL, EN).content).names
    assert tables(report_file(empty, Format.CSV, EN).content)["days.csv"] == [
        ["Day (UTC)", "Usage", "Balance at the end", "Currency"]
    ]


def test_a_month_that_is_not_final_says_so_in_the_file() -> None:
    rows = tables(report_file(replace(whole(), is_final=False), Format.CSV, EN).content)["statement.csv"]
    assert rows[3] == ["Not final; usage is known through", "2026-11-20", ""]


def test_nobodys_formula_is_run() -> None:
    made = whole(names=True)
    zipped = tables(report_file(made, Format.CSV, EN).content)
    assert zipped["departments.csv"][1][0] == f"'{FORMULA}"
    assert zipped["people.csv"][2][0] == "'@evil"
    rows = Book(report_file(made, Format.EXCEL, EN).content).rows("Usage by department")
    assert rows[1][0] == f"'{FORMULA}"


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("=+-@\t\r\n,\"' a1|"), max_size=8))
def test_no_text_begins_as_a_formula_in_either_format_and_none_loses_a_letter(text: str) -> None:
    sheet = Sheet("x", "X", ("Text",), ((text,),))
    (cell,) = [row[0] for row in read_csv(table_of(sheet))[1:2]] or [""]
    assert not cell.startswith(("\t", "\r", "\n"))
    assert not cell.lstrip().startswith(DANGEROUS)
    assert cell.removeprefix("'") in (text, text.removeprefix("'"))
    assert harmless(text).endswith(text)


def test_an_amount_keeps_its_millionths_in_excel() -> None:
    sheet = Sheet(
        "x", "X", ("Amount",), ((eur("-123456789.123456"),), (eur("0.000001"),), (7,), (date(2026, 10, 1),))
    )
    rows = Book(workbook_of((sheet,), "x", MADE)).rows("X")
    assert [Decimal(row[0]) for row in rows[1:3]] == [Decimal("-123456789.123456"), Decimal("0.000001")]


def test_no_phone_number_is_in_any_sheet() -> None:
    told = str([sheet.rows for sheet in sheets_of(whole(names=True), EN)])
    assert not re.search(r"\+?\d{2,3}[ *]\d{3}", told)


def test_a_file_is_named_after_its_month() -> None:
    assert file_name(whole().month, Format.CSV) == "saldo-2026-10.zip"


@pytest.mark.parametrize(("head", "shown"), [("190:0123456789abcdef", True), ("", False)])
def test_a_statement_carries_the_head_of_the_audit(head: str, shown: bool) -> None:
    rows = sheets_of(replace(whole(), audit_head=head), EN)[0].rows
    assert (("Head of the audit", head, None) in rows) is shown
