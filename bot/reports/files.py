"""A month's report as a file in one of its formats."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.month_end import Month
from bot.domain.month_report import MonthReport
from bot.ports.reader import Reader
from bot.reports.sheets import sheets_of
from bot.reports.tables import zip_of
from bot.reports.workbook import workbook_of


class Format(StrEnum):
    EXCEL = "xlsx"
    CSV = "zip"


@dataclass(frozen=True, slots=True)
class ReportFile:
    name: str
    content: bytes


def file_name(month: Month, format_: Format) -> str:
    return f"saldo-{month}.{format_.value}"


def report_file(report: MonthReport, format_: Format, reader: Reader) -> ReportFile:
    sheets, name = sheets_of(report, reader), file_name(report.month, format_)
    if format_ is Format.CSV:
        return ReportFile(name, zip_of(sheets, report.made_at))
    title = reader.text("report.month_utc", month=reader.month(report.month.first))
    return ReportFile(name, workbook_of(sheets, title, report.made_at))
