"""`backtest`: on a seed, on a file, on the own books; for people and for machines."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.cli.app import run_line

HEAD = (
    "UsageId,AAD ObjectId,Call Type,Destination Dialed,Start Time,"
    "Duration Seconds,Connection Fee,Charge,Currency,Capability"
)


@pytest.fixture(autouse=True)
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "MicrosoftAppId"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setenv("SALDO_DATA", str(tmp_path / "data"))


def export(path: Path, days: int) -> Path:
    rows = [HEAD]
    for number in range(days):
        day = date(2026, 1, 5) + timedelta(days=number)
        charge = "10.00" if day.weekday() < 5 else "1.00"
        rows.append(f"u{number},ana,user_out,France,{day}T08:00:00Z,60,0,{charge},EUR,MCOPSTNPP")
    path.write_text("\n".join(rows) + "\n")
    return path


def told(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().out.split())


@pytest.mark.no_cover  # its long arithmetic takes three times as long with a tracer
def test_a_seed_is_tried_on_three_organizations(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_line(["backtest", "--seed", "5", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in report["series"]] == ["steady", "growing", "gap"]
    assert report["all"]["cases"] == sum(one["cases"] for one in report["series"]) > 300
    assert [part["days"] for part in report["series"][0]["lasting"]] == [7, 19, 31, 43, 55, 67, 79, 91]
    assert 0 < report["all"]["p10"] < report["all"]["p50"] < report["all"]["p90"] < 1
    assert all(report["all"][f"before_{name}"] < report["all"][name] for name in ("p10", "p50", "p90"))


@pytest.mark.no_cover
def test_people_are_told_both_readings_of_each_kind_and_of_all(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    assert run_line(["backtest", "--seed", "5"]) == 0
    shown = told(capsys)
    assert "By the end of the P10, P50 and P90 day the money had run out in " in shown
    assert "; before that day had begun, in " in shown
    assert all(f" {kind} all " in shown for kind in ("steady", "growing", "closed for weeks"))
    assert "< P90 ≤ P90" in shown


def test_an_export_is_tried_by_currency_and_told_to_people(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_line(["backtest", "--usage", str(export(tmp_path / "calls.csv", 150))]) == 0
    shown = told(capsys)
    assert "forecasts. By the end of the P10, P50 and P90 day the money had run out in " in shown
    assert "EUR 19 " in shown


def test_too_little_data_is_said_and_is_no_number(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(export(tmp_path / "calls.csv", 20))
    assert run_line(["backtest", "--usage", path]) == 0
    assert told(capsys).startswith("There is too little data to judge a forecast")
    assert run_line(["backtest", "--usage", path, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["all"] == {
        "cases": 0,
        "p10": None,
        "p50": None,
        "p90": None,
        "before_p10": None,
        "before_p50": None,
        "before_p90": None,
        "mean_width_days": None,
    }


def test_without_either_the_own_books_are_tried(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_line(["backtest", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["series"] == []
    assert run_line(["import", "usage", str(export(tmp_path / "calls.csv", 90))]) == 0
    capsys.readouterr()
    assert run_line(["backtest", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in report["series"]] == ["EUR"]
    assert report["all"]["cases"] > 0


def test_both_at_once_or_a_file_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_line(["backtest", "--seed", "5", "--usage", "x.csv"]) == 2
    assert "not both" in capsys.readouterr().err
    assert run_line(["backtest", "--usage", "/nowhere.csv"]) == 1
    assert "/nowhere.csv" in capsys.readouterr().err
