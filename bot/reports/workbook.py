"""Sheets as an Excel workbook. Texts are never formulas, links or numbers; amounts are numbers in their currency."""

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook, Worksheet

from bot.domain.money import Money
from bot.reports.sheets import Cell, Chart, Sheet, harmless

WIDEST = 60  # characters
LONGEST_TEXT = 32_767  # characters: a cell of Excel holds no more
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def workbook_of(sheets: tuple[Sheet, ...], title: str, made_at: datetime) -> bytes:
    """An `.xlsx` file."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, _OPTIONS) as book:
        book.set_properties({"title": title, "author": "Saldo", "created": made_at.replace(tzinfo=None)})
        writer = _Writer(book, _formats(book))
        for sheet in sheets:
            writer.write(sheet)
    return file.getvalue()


@dataclass(frozen=True, slots=True)
class _Formats:
    head: Format
    day: Format
    moment: Format
    amount: Format


def _formats(book: Workbook) -> _Formats:
    return _Formats(
        head=book.add_format({"bold": True, "bottom": 1}),
        day=book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
        moment=book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"}),
        amount=book.add_format({"num_format": "#,##0.00####"}),
    )


@dataclass(frozen=True, slots=True)
class _Writer:
    book: Workbook
    formats: _Formats

    def write(self, sheet: Sheet) -> None:
        page = self.book.add_worksheet(sheet.title)
        for column, text in enumerate(sheet.head):
            page.write_string(0, column, harmless(text), self.formats.head)
        for row, cells in enumerate(sheet.rows, start=1):
            for column, cell in enumerate(cells):
                self._cell(page, (row, column), cell)
        for column, width in enumerate(_widths(sheet)):
            page.set_column(column, column, width)
        page.freeze_panes(1, 0)
        if sheet.chart is not None and sheet.rows:
            page.insert_chart(1, len(sheet.head) + 1, self._chart(sheet, sheet.chart))

    def _cell(self, page: Worksheet, place: tuple[int, int], cell: Cell) -> None:
        match cell:
            case None:
                return
            case str():
                page.write_string(*place, harmless(cell)[:LONGEST_TEXT])
            case Money():
                page.write_number(*place, cell.amount, self.formats.amount)
            case datetime():
                page.write_datetime(*place, cell.astimezone(UTC).replace(tzinfo=None), self.formats.moment)
            case date():
                page.write_datetime(*place, cell, self.formats.day)
            case _:
                page.write_number(*place, cell)

    def _chart(self, sheet: Sheet, told: Chart) -> object:
        chart = self.book.add_chart({"type": "column"})
        numbered = enumerate(sheet.rows, start=1)
        for name, rows in groupby(numbered, key=lambda row: row[1][told.group]):
            places = [row for row, _ in rows]
            labels = [sheet.title, places[0], told.labels, places[-1], told.labels]
            values = [sheet.title, places[0], told.values, places[-1], told.values]
            chart.add_series({"name": str(name), "categories": labels, "values": values})
        chart.set_title({"name": told.title})
        return chart


def _widths(sheet: Sheet) -> list[int]:
    columns = zip(sheet.head, *sheet.rows, strict=True)
    return [min(WIDEST, max(len(_shown(cell)) for cell in column) + 2) for column in columns]


def _shown(cell: Cell) -> str:
    return str(cell)[:16] if isinstance(cell, date) else "" if cell is None else str(cell)
