"""`import usage`: all of a file or nothing of it, told with lines and reasons; a bar where it takes long."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from bot.cli.progress import LateBar
from tests.cli.conftest import Cli
from tests.usecases.export_files import table, zipped


def _file(folder: Path, content: bytes, name: str = "export.csv") -> str:
    path = folder / name
    path.write_bytes(content)
    return str(path)


def test_a_file_is_booked_and_a_second_time_changes_nothing(cli: Cli, tmp_path: Path) -> None:
    file = _file(tmp_path, table({"id": "u1"}, {"id": "u2", "charge": "0.5", "currency": "USD"}))
    told = cli("import", "usage", file, "--json").json
    assert (told["file"], told["rows_new"], told["days_new"]) == (file, 2, 1)
    assert (told["first_day"], told["last_day"]) == ("2026-11-16", "2026-11-16")
    assert told["sums"] == [
        {"currency": "EUR", "charge": "0.045", "connection": "0.10", "other": "0.00"},
        {"currency": "USD", "charge": "0.50", "connection": "0.10", "other": "0.00"},
    ]
    before = cli("balance", "--as-of", "2026-11-20", "--json").json
    again = cli("import", "usage", file, "--json").json
    assert (again["rows_new"], again["rows_known"], again["days_unchanged"]) == (0, 2, 1)
    assert cli("balance", "--as-of", "2026-11-20", "--json").json == before


def test_people_read_what_was_booked(cli: Cli, tmp_path: Path) -> None:
    rows = table({"id": "u1"}, {"id": "u2", "call_type": "to_the_moon", "capability": "MOON", "charge": "2.00"})
    file = _file(tmp_path, zipped({"PSTN.calls.[UTC].csv": rows}), "export.zip")
    told = cli("import", "usage", file).out
    assert "2 calls from export.zip are booked." in told
    assert "Nov 16, 2026 to Nov 16, 2026" in told
    assert "to_the_moon (1)" in told
    assert "MOON (1)" in told
    assert "€2.00" in told
    assert "holds nothing new" in cli("import", "usage", file).out


def test_a_known_call_with_another_content_is_pointed_out(cli: Cli, tmp_path: Path) -> None:
    cli("import", "usage", _file(tmp_path, table({"id": "u1"})))
    ran = cli("import", "usage", _file(tmp_path, table({"id": "u1", "charge": "9.99"})))
    assert ran.status == 0
    assert "(2026-11-16)" in ran.out


def test_one_broken_row_and_nothing_is_booked(cli: Cli, tmp_path: Path) -> None:
    rows = table({"id": "u1"}, {"id": "u2", "charge": "cheap"}, {"id": "u3"}, {"id": "u4", "started_at": ""})
    file = _file(tmp_path, rows)
    ran = cli("import", "usage", file)
    assert (ran.status, ran.out) == (1, "")
    head, first, second = ran.err.splitlines()
    assert head == "Rows that cannot be read: 2; the first is on line 3. Nothing of this file was booked."
    assert first == "Line 3: Charge is not an amount: cheap"
    assert second == "Line 5: Start Time is empty."
    assert cli("balance", "--json").json == []
    told = cli("import", "usage", file, "--json").json["error"]
    assert (told["code"], told["count"]) == ("usage_rows_broken", 2)
    assert [(row["line"], row["column"], row["reason"]) for row in told["rows"]] == [
        (3, "Charge", "amount_malformed"),
        (5, "Start Time", "missing"),
    ]


def test_of_many_broken_rows_the_rest_is_counted(cli: Cli, tmp_path: Path) -> None:
    cli.set(LANG="es_ES")
    ran = cli("import", "usage", _file(tmp_path, table(*[{"id": f"u{n}", "charge": "-1"} for n in range(30)])))
    assert ran.err.splitlines()[-1] == "Hay 10 filas más que no se pueden leer."


@pytest.mark.parametrize("content", [b"", b"Name,Price\r\nx,1\r\n", b"PK\x03\x04 no zip"])
def test_what_is_no_export_is_told(cli: Cli, tmp_path: Path, content: bytes) -> None:
    ran = cli("import", "usage", _file(tmp_path, content))
    assert (ran.status, ran.out) == (1, "")
    assert len(ran.err.splitlines()) == 1
    assert cli("balance", "--json").json == []


def test_a_file_that_cannot_be_read_is_named(cli: Cli, tmp_path: Path) -> None:
    for path in (tmp_path / "absent.csv", tmp_path):
        ran = cli("import", "usage", str(path))
        assert ran.status == 1
        assert ran.err.startswith(f"{path} cannot be read: ")


def test_settings_are_looked_at_before_the_file(cli: Cli, tmp_path: Path) -> None:
    ran = cli("import", "usage", str(tmp_path / "absent.csv"), "--tenant", "contoso", "--json")
    assert ran.json["error"]["code"] == "cli_tenant_malformed"


class Watch:
    seconds = 0.0

    def now(self) -> float:
        return self.seconds


@pytest.mark.parametrize(("seconds", "terminal", "drawn"), [(0.9, True, False), (1.1, True, True), (9, False, False)])
def test_a_bar_appears_after_a_second_and_only_at_a_terminal(seconds: float, terminal: bool, drawn: bool) -> None:
    out, watch = io.StringIO(), Watch()
    with LateBar(Console(file=out, force_terminal=terminal), "Reading", now=watch.now) as bar:
        bar.count(10_000)
        watch.seconds = seconds
        bar.count(20_000)
        bar.of(3, 90)
    assert ("Reading" in out.getvalue()) is drawn
