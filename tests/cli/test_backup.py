"""`backup`: what can be restored, with the heads that show whether the store is still the one that was copied."""

import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.store.connection import FILE_NAME
from tests.cli.conftest import Cli


def backup(cli: Cli, tmp_path: Path) -> Path:
    folder = tmp_path / "backup"
    assert cli("backup", str(folder)).status == 0
    return folder


def test_a_restored_backup_is_the_store_that_was_copied(cli: Cli, tmp_path: Path) -> None:
    cli.buy("500", "2026-01-10", "--order-number", "4711")
    folder = backup(cli, tmp_path)
    cli.buy("5", "2026-01-11")
    restored = tmp_path / "restored"
    restored.mkdir(mode=0o700)
    for path in (folder / FILE_NAME, cli.folder / "chain.key", cli.folder / "button.key"):
        if path.exists():
            shutil.copy2(path, restored / path.name)
    cli.set(SALDO_DATA=str(restored))
    assert cli("audit", "verify", "--heads", str(folder / "heads.json")).status == 0
    assert cli.buy("500", "2026-01-10", "--order-number", "4711").status == 0  # known, not booked twice
    assert cli("audit", "verify", "--json").json["ledger"]["records"] == 1


def test_a_backup_is_two_files_with_the_digest_of_the_first(cli: Cli, tmp_path: Path) -> None:
    cli.buy("500", "2026-01-10")
    folder = backup(cli, tmp_path)
    assert sorted(path.name for path in folder.iterdir()) == ["heads.json", FILE_NAME]
    told = json.loads((folder / "heads.json").read_text())
    assert told["sha256"] == hashlib.sha256((folder / FILE_NAME).read_bytes()).hexdigest()
    ((_, heads),) = told["heads"].items()
    assert heads == cli("audit", "head", "--json").json


def test_the_store_goes_on_from_its_backups_heads_until_somebody_writes_it_anew(cli: Cli, tmp_path: Path) -> None:
    cli.buy("500", "2026-01-10")
    cli.buy("5", "2026-01-11")
    heads = str(backup(cli, tmp_path) / "heads.json")
    cli.buy("7", "2026-01-12")
    ran = cli("audit", "verify", "--heads", heads)
    assert (ran.status, ran.out.count("goes on from the earlier head")) == (0, 2)
    with closing(sqlite3.connect(cli.folder / FILE_NAME, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER records_last")
        connection.execute("DELETE FROM records WHERE stream = 'ledger' AND seq > 1")
    ran = cli("audit", "verify", "--heads", heads)
    assert ran.status == 1
    assert "The end of the ledger is gone" in ran.out


def test_a_backup_says_what_it_holds(cli: Cli, tmp_path: Path) -> None:
    cli.buy("500", "2026-01-10")
    ran = cli("backup", str(tmp_path / "a"))
    assert "A whole copy is in" in ran.out
    assert "audit of" in ran.out
    told = cli("backup", str(tmp_path / "b"), "--json").json
    assert (told["file"], next(iter(told["heads"].values()))["ledger"][:2]) == (FILE_NAME, "1:")


def test_a_copy_of_a_broken_chain_is_made_and_says_so(cli: Cli, tmp_path: Path) -> None:
    cli.buy("500", "2026-01-10")
    with closing(sqlite3.connect(cli.folder / FILE_NAME, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER records_stay")
        connection.execute("UPDATE records SET id = 'x' WHERE stream = 'audit'")
    ran = cli("backup", str(tmp_path / "out"))
    assert ran.status == 1
    assert "record 1 is not what was written there" in ran.err
    assert (tmp_path / "out" / FILE_NAME).exists()


def test_a_backup_takes_the_place_of_no_other(cli: Cli, tmp_path: Path) -> None:
    cli.buy("500", "2026-01-10")
    backup(cli, tmp_path)
    ran = cli("backup", str(tmp_path / "backup"), "--json")
    assert (ran.status, ran.json["error"]["code"]) == (1, "store")


def test_where_nothing_is_stored_nothing_is_made(cli: Cli, tmp_path: Path) -> None:
    ran = cli("backup", str(tmp_path / "out"), "--json")
    assert (ran.status, ran.json["error"]["code"]) == (1, "cli_nothing_to_back_up")
    assert not cli.folder.exists()


@pytest.mark.parametrize("text", ["", "no JSON", "{}", '{"heads": {"t": {"audit": 5}}}', '{"heads": []}'])
def test_what_is_no_backups_heads_is_misuse(cli: Cli, tmp_path: Path, text: str) -> None:
    (tmp_path / "heads.json").write_text(text)
    ran = cli("audit", "verify", "--heads", str(tmp_path / "heads.json"), "--json")
    assert (ran.status, ran.json["error"]["code"]) == (2, "cli_heads_malformed")


def test_heads_of_a_file_that_is_not_there_or_of_another_organization(cli: Cli, tmp_path: Path) -> None:
    assert cli("audit", "verify", "--heads", str(tmp_path / "none")).status == 2
    (tmp_path / "heads.json").write_text('{"heads": {"somebody else": {"audit": "1:0123456789abcdef"}}}')
    assert cli("audit", "verify", "--heads", str(tmp_path / "heads.json")).status == 0
