"""Sheets as CSV (RFC 4180, UTF-8 with a byte order mark, so that Excel reads accents), one each or all in a zip."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime

from bot.reports.sheets import Cell, Sheet, harmless

_MARK = "\ufeff"


def table_of(sheet: Sheet) -> bytes:
    """One sheet. Amounts are decimal text with a point; times are UTC, ISO 8601."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([harmless(text) for text in sheet.head])
    writer.writerows([_text(cell) for cell in row] for row in sheet.rows)
    return (_MARK + file.getvalue()).encode()


def zip_of(sheets: tuple[Sheet, ...], made_at: datetime) -> bytes:
    """`statement.csv`, `lots.csv` and so on, packed."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for sheet in sheets:
            member = zipfile.ZipInfo(f"{sheet.code}.csv", made_at.astimezone(UTC).timetuple()[:6])
            archive.writestr(member, table_of(sheet), zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _text(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case str():
            return harmless(cell)
        case datetime():
            return cell.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        case date():
            return cell.isoformat()
        case _:  # Money, which has a point in every language, and whole numbers
            return str(cell)
