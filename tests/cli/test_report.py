"""`report`, `sync` and `balance --explain` at a shell: on the books of a folder, with the sandbox's own Graph."""

import csv
import io
import json
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.cli.app import run_line
from bot.sandbox.calls import HISTORY_BEGINS

HEAD = (
    "UsageId,UPN,Call Type,Destination Dialed,Start Time,Duration Seconds,Connection Fee,Charge,Currency,Capability"
)
NOW = datetime.now(UTC).date()


@pytest.fixture(autouse=True)
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "MicrosoftAppId"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setenv("SALDO_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


def told(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    capsys.readouterr()
    assert run_line(arguments) == status
    out = capsys.readouterr()
    return " ".join((out.out + out.err).split())


def as_json(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> Any:
    capsys.readouterr()
    assert run_line([*arguments, "--json"]) == status
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def month(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> str:
    """The last month, with a purchase and two days of usage from a file."""
    first = (NOW.replace(day=1) - timedelta(days=1)).replace(day=1)
    buy = ["purchase", "add", "--amount", "100", "--currency", "EUR", "--on", str(first), "--order-number", "=INV-1"]
    told(capsys, *buy)
    call = "ana@contoso.example,user_out,France"
    rows = [f"u{n},{call},{first.replace(day=5 + n)}T08:00:00Z,61,0,7.5,EUR,MCOPSTNPP" for n in range(2)]
    (tmp_path / "calls.csv").write_text("\n".join([HEAD, *rows]) + "\n")
    told(capsys, "import", "usage", str(tmp_path / "calls.csv"))
    return f"{first:%Y-%m}"


def test_a_months_statement_adds_up(capsys: pytest.CaptureFixture[str], month: str) -> None:
    made = as_json(capsys, "report", "--month", month)
    (wallet,) = made["wallets"]
    parts = [wallet[name] for name in ("opening", "purchases", "adjustments", "usage", "forfeited", "closing")]
    assert parts == ["0.00", "100.00", "0.00", "15.00", "0.00", "85.00"]
    assert wallet["purchased"][0]["order_number"] == "=INV-1"
    assert (made["zone"], made["files"], "people" in made) == ("UTC", [], False)


def test_on_the_screen_it_is_told_with_its_departments(capsys: pytest.CaptureFixture[str], month: str) -> None:
    text = told(capsys, "report", "--month", month)
    assert "Opening balance €0.00" in text
    assert "Order or invoice =INV-1" in text
    assert "Unknown €15.00 2" in text


def test_an_excel_file_a_zip_and_csv_are_written(
    capsys: pytest.CaptureFixture[str], month: str, tmp_path: Path
) -> None:
    for name in ("r.xlsx", "r.zip", "r.csv"):
        assert f"Written: {name}" in told(capsys, "report", "--month", month, "-o", name)
    assert "xl/workbook.xml" in zipfile.ZipFile(tmp_path / "r.xlsx").namelist()
    zipped = zipfile.ZipFile(tmp_path / "r.zip").read("purchases.csv")
    beside = (tmp_path / "r.purchases.csv").read_bytes()
    assert zipped == beside
    rows = list(csv.reader(io.StringIO(beside.decode("utf-8-sig"))))
    assert rows[1][5] == "'=INV-1"
    assert (tmp_path / "r.csv").read_bytes().startswith(b"\xef\xbb\xbfPart,Amount,Currency")


def test_names_are_told_where_they_are_asked_for_and_that_is_recorded(
    capsys: pytest.CaptureFixture[str], month: str
) -> None:
    assert "ana@contoso.example" not in told(capsys, "report", "--month", month)
    assert "ana@contoso.example" in told(capsys, "report", "--month", month, "--names")
    (person,) = as_json(capsys, "report", "--month", month, "--names")["people"]
    assert person["name"] == "ana@contoso.example"
    told(capsys, "report", "--month", f"{NOW:%Y-%m}", "-o", "now.zip")
    audit = zipfile.ZipFile("now.zip").read("audit.csv").decode()
    assert audit.count("report.take") == 2
    assert "names: yes" in audit


@pytest.mark.parametrize(
    ("arguments", "words", "status"),
    [
        (["--month", "october"], "is not a month such as 2026-10", 2),
        (["--month", "2199-01"], "has not begun yet", 1),
        (["-o", "r.pdf"], "does not end in .xlsx, .zip", 2),
        (["-o", "nowhere/r.zip"], "nowhere/r.zip", 1),
    ],
)
def test_what_cannot_be_made_is_said(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: str, status: int
) -> None:
    assert words in told(capsys, "report", *arguments, status=status)


def test_the_balance_is_explained_with_its_entries(capsys: pytest.CaptureFixture[str], month: str) -> None:
    text = told(capsys, "balance", "--explain")
    assert "€85.00 at the end of" in text
    assert "Purchases €100.00 (#1)" in text
    assert "Usage -€15.00 (#2, #3)" in text
    explained = as_json(capsys, "balance", "--explain")["explanation"]
    assert [step["entries"] for step in explained["steps"]] == [[1], [2], [3]]
    assert sum(float(step["amount"]) for step in explained["steps"]) == float(explained["balance"])
    assert as_json(capsys, "balance", "--explain", "--as-of", f"{month}-05")["explanation"]["balance"] == "92.50"


def test_empty_books_explain_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "balance", "--explain").startswith("I do not know the balance yet")
    assert as_json(capsys, "balance", "--explain") == []


def test_usage_is_read_from_a_day_on_and_a_second_time_only_what_may_change(
    capsys: pytest.CaptureFixture[str],
) -> None:
    newest = NOW - timedelta(days=2)
    since = max(newest - timedelta(days=5), HISTORY_BEGINS)
    first = as_json(capsys, "sync", "--since", str(since))
    days = (newest - since).days + 1
    assert (first["days_read"], first["days_new"], first["last_day"]) == (days, days, str(newest))
    again = as_json(capsys, "sync", "--since", str(since))
    assert (again["days_read"], again["days_new"], again["rows_new"]) == (3, 0, 0)
    assert "3 days were read." in told(capsys, "sync", "--since", str(since))


def test_an_interrupted_sync_says_that_it_goes_on(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bot.usecases.sync_usage.sync_usage", interrupted)
    assert "run it again to go on" in told(capsys, "sync", status=130)


def test_a_day_to_come_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert "is still to come" in told(capsys, "sync", "--since", str(date(2199, 1, 1)), status=1)
