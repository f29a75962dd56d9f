"""The command line as a whole: help, misuse, languages, and errors that can be foreseen."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import app, main
from bot.cli.troubles import FORESEEN, trouble_of
from bot.domain.people import TenantId
from bot.locale.catalogue import CataloguesNotCompiledError
from bot.locale.reader import reader_for
from bot.ports.collections import AUDIT
from bot.ports.errors import Final, MissingPermission, Retry
from bot.ports.store import Conflict, IdReused
from bot.store.errors import NewerFile
from tests.cli.conftest import Cli

ENGLISH = reader_for("en", tenant_locale="", client_locale="", zone="UTC")
STREAM = AUDIT.of_tenant(TenantId("t"))

COMMANDS = (
    "run, chat, balance, requests, rules, purchase, reconcile, import, sync, report, backtest, audit, backup, "
    "setup-code, doctor, manifest"
)


def test_without_arguments_the_commands_are_listed(cli: Cli) -> None:
    ran = cli()
    assert ran.status == 0
    assert [name for name in app.ORDER if f"│ {name} " in ran.out] == list(app.ORDER)
    assert ran == cli("--help")


def test_help_speaks_the_operators_language(cli: Cli) -> None:
    cli.set(LANG="es_ES.UTF-8")
    ran = cli("purchase", "add", "--help")
    assert ran.status == 0
    assert "El día de la compra, como 2026-01-10." in ran.out
    assert "Muestra esta ayuda." in ran.out


@pytest.mark.parametrize("command", app.ORDER)
def test_every_command_has_help(cli: Cli, command: str) -> None:
    ran = cli(command, "--help")
    assert ran.status == 0
    assert "cli.help" not in ran.out


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("salad", f"Choose one of: {COMMANDS}."),
        ("purchase", "Choose one of: add."),
        ("import usage", "FILE is missing."),
        ("purchase add --amount 5", "--currency is missing."),
        ("balance --as-off x", "There is no option --as-off."),
        ("balance --as-of", "--as-of needs a value."),
        ("balance extra", "Got unexpected extra argument(s) (extra)"),
    ],
)
def test_misuse_is_told_with_the_way_to_help(cli: Cli, line: str, told: str) -> None:
    ran = cli(*line.split())
    assert ran.status == 2
    assert ran.out == ""
    first, second = ran.err.splitlines()
    assert first == told
    assert second.startswith("What is possible: python -m bot")
    assert not cli.folder.exists()


def test_an_error_is_json_too_where_json_was_asked_for(cli: Cli) -> None:
    ran = cli("balance", "--as-of", "soon", "--json")
    assert ran.status == 2
    assert ran.json["error"]["code"] == "cli_day_malformed"
    assert ran.json["error"]["message"] == ran.err.strip()


def test_all_settings_that_are_wrong_are_told_at_once(cli: Cli) -> None:
    cli.set(MicrosoftAppId="no id", SALDO_PORT="many", LANG="es_MX")
    ran = cli("balance", "--json")
    assert ran.status == 1
    assert [one["setting"] for one in ran.json["error"]["problems"]] == [
        "MicrosoftAppId",
        "MicrosoftAppPassword",
        "MicrosoftAppTenantId",
        "SALDO_PORT",
    ]
    assert "Hay 4 ajustes por revisar:" in ran.err
    assert "Defínelo o define SALDO_CERTIFICATE" in ran.err
    assert "many" not in ran.err


def test_a_folder_that_cannot_be_used_is_told(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    cli.set(SALDO_DATA=str(tmp_path / "file"))
    for command in (("balance",), ("run", "--port", "0")):
        ran = cli(*command)
        assert ran.status == 1
        assert ran.err.startswith("The store cannot be used.")


def test_a_file_that_is_no_store_is_told(cli: Cli) -> None:
    cli.folder.mkdir()
    (cli.folder / "saldo.sqlite").write_text("no database at all, " * 100)
    ran = cli("balance")
    assert ran.status == 1
    assert "file is not a database" in ran.err


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (MissingPermission("User.Read.All"), "missing_permission", "Saldo lacks the Graph permission User.Read.All."),
        (Final("nobody", code="gone"), "gone", "The service said no: nobody"),
        (Final(code="gone"), "gone", "The service said no: gone"),
        (Retry("no connection"), "service", "The service does not answer just now; nothing has changed."),
        (Conflict(STREAM), "try_again", "Somebody else was faster. Please try again."),
        (IdReused(STREAM, "x"), "try_again", "Somebody else was faster. Please try again."),
        (NewerFile(Path("f"), found=9, known=1), "store", "The store cannot be used."),
    ],
)
def test_foreseen_errors_have_a_text(error: Exception, code: str, line: str) -> None:
    assert isinstance(error, FORESEEN)
    trouble = trouble_of(error, ENGLISH)
    assert (trouble.code, trouble.status) == (code, 1)
    assert trouble.lines[0].startswith(line)


def test_what_nobody_foresaw_stays_a_bug() -> None:
    with pytest.raises(TypeError):
        trouble_of(ZeroDivisionError(), ENGLISH)


def test_without_catalogues_the_way_to_them_is_told(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise CataloguesNotCompiledError("run `make run`")

    monkeypatch.setattr(app, "operator", missing)
    ran = cli("balance")
    assert (ran.status, ran.err) == (1, "run `make run`\n")


def test_the_process_ends_with_the_status(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["bot", "balance", "--as-of", "soon"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2


def test_a_reader_that_has_read_enough_is_no_error() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.wait(timeout=20) == 1
    assert process.stderr.read() == ""
    process.stderr.close()


def test_help_loads_no_room_that_takes_long() -> None:
    heavy = {"botbuilder", "aiohttp", "azure", "tinydb", "prompt_toolkit", "rapidfuzz"}
    code = (
        "import sys\nfrom bot.cli.app import run_line\nrun_line(['--help'])\n"
        f"sys.stderr.write(repr(sorted({heavy!r} & set(sys.modules))))"
    )
    environ = {**os.environ, "LANG": "C"}
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environ)
    assert ran.stderr == "[]"
