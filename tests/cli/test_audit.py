"""`audit`: whether the records are those that were written, and a copy of them that can be read back."""

import asyncio
import csv
import hashlib
import json
import sqlite3
import stat
import tomllib
import tracemalloc
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import bot
from bot.cli.books import Books, open_books
from bot.config import read_settings
from bot.domain.audit import AuditRecord
from bot.domain.people import PersonId
from bot.ports.collections import AUDIT
from bot.ports.store import Append
from bot.sandbox.world import TENANT
from bot.store.chain import link
from bot.store.connection import FILE_NAME
from tests.cli.conftest import Cli

FIRST = datetime(2026, 11, 1, tzinfo=UTC)
STREAM = AUDIT.of_tenant(TENANT)
ROOT = Path(bot.__file__).parents[1]

# Texts that would do harm in a table, and texts that break one.
NASTY = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", 'a "b", c;\nd', "ñ €", "'=quoted", "", "x" * 300]


def at_work(cli: Cli, work: Callable[[Books], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        settings = read_settings({"SALDO_DATA": str(cli.folder)})
        async with open_books(settings, TENANT, PersonId("operator:tests")) as books:
            return await work(books)

    return asyncio.run(run())


def records(cli: Cli, count: int, first: int = 0) -> None:
    """So many records, an hour apart, some of them nasty."""

    def one(number: int) -> Append[AuditRecord]:
        nasty = NASTY[number % len(NASTY)]
        at = FIRST + timedelta(hours=number)
        body = AuditRecord(
            at, PersonId(f"{nasty}{number}"), "x.y", nasty, {"a": nasty}, {"b": nasty}, {"b": "new"}, nasty
        )
        return Append(STREAM, f"{nasty}:{number}", body)

    async def write(books: Books) -> None:
        for begin in range(first, first + count, 1_000):
            await books.store.commit([one(number) for number in range(begin, min(begin + 1_000, first + count))])

    at_work(cli, write)


def stream(cli: Cli) -> list[Any]:
    return list(at_work(cli, lambda books: books.store.read(STREAM, limit=100_000)))


def tamper(cli: Cli, *statements: str) -> None:
    with closing(sqlite3.connect(cli.folder / FILE_NAME, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER IF EXISTS records_stay")
        connection.execute("DROP TRIGGER IF EXISTS records_last")
        for statement in statements:
            connection.execute(statement)


def head(cli: Cli) -> dict[str, str]:
    told: dict[str, str] = cli("audit", "head", "--json").json
    return told


def plain(cell: str) -> str:
    """Without the sign that makes a cell harmless."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@", "\t", "\r") else cell


def test_the_version_is_the_packages_own() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert bot.__version__ == told["project"]["version"]


def test_what_is_as_it_was_written_is_told_with_its_head(cli: Cli) -> None:
    cli.buy("500", "2026-01-10")
    ran = cli("audit", "verify")
    assert ran.status == 0
    assert "The audit is as it was written: 1 record, head 1:" in ran.out
    assert "The ledger is as it was written: 1 record, head 1:" in ran.out
    told = cli("audit", "verify", "--json").json
    assert (told["ok"], told["audit"]["records"], told["audit"]["broken"]) == (True, 1, None)


def test_the_head_goes_back_in_as_it_came_out(cli: Cli) -> None:
    records(cli, 3)
    cli.buy("500", "2026-01-10")
    lines = cli("audit", "head").out.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["audit", "ledger"]
    cli.buy("5", "2026-01-11")
    ran = cli("audit", "verify", *(word for line in lines for word in ("--head", line)))
    assert ran.status == 0
    assert ran.out.count("It goes on from the earlier head.") == 2
    sequel = lines[0].removeprefix("audit:")  # a bare head is the audit's
    assert cli("audit", "verify", "--head", sequel, "--head", sequel[:30]).status == 0


@pytest.mark.parametrize(
    "text", ["", "5", "5:abc", "wallet:5:0123456789abcdef", "audit", "ledger:x:0123456789abcdef"]
)
def test_what_is_no_head_is_misuse(cli: Cli, text: str) -> None:
    ran = cli("audit", "verify", "--head", text, "--json")
    assert (ran.status, ran.json["error"]["code"]) == (2, "cli_head_malformed")


def test_the_first_record_that_was_changed_is_named(cli: Cli) -> None:
    records(cli, 20)
    tamper(cli, "UPDATE records SET body = replace(body, 'x.y', 'x.z') WHERE seq IN (7, 12)")
    ran = cli("audit", "verify")
    assert ran.status == 1
    assert "The audit was changed from outside: record 7 is not what was written there." in ran.out
    assert "The ledger is as it was written" in ran.out
    assert cli("audit", "verify", "--json").json["audit"]["broken"] == 7
    assert "The audit of" in cli("doctor").out


def test_a_tail_that_was_cut_is_seen_against_an_earlier_head(cli: Cli) -> None:
    records(cli, 20)
    earlier = head(cli)["audit"]
    tamper(cli, "DELETE FROM records WHERE seq > 15")
    assert cli("audit", "verify").status == 0
    ran = cli("audit", "verify", "--head", earlier)
    assert ran.status == 1
    assert "The end of the audit is gone" in ran.out
    assert cli("audit", "verify", "--head", earlier, "--json").json["audit"]["cut"] == [earlier]


def test_a_chain_computed_anew_with_its_key_is_seen_against_an_earlier_head(cli: Cli) -> None:
    records(cli, 20)
    earlier = head(cli)["audit"]
    key = bytes.fromhex((cli.folder / "chain.key").read_text().strip())
    tamper(cli, "UPDATE records SET body = replace(body, 'x.y', 'x.z') WHERE seq = 7")
    with closing(sqlite3.connect(cli.folder / FILE_NAME, isolation_level=None)) as connection:
        previous = ""
        for seq, id_, body in connection.execute("SELECT seq, id, body FROM records ORDER BY seq").fetchall():
            previous = link(key, seq=seq, id_=id_, body=body, previous=previous)
            connection.execute("UPDATE records SET hash = ? WHERE seq = ?", (previous, seq))
    assert cli("audit", "verify").status == 0
    ran = cli("audit", "verify", "--head", earlier)
    assert ran.status == 1
    assert "it was written anew" in ran.out
    assert "held" not in ran.err
    assert cli("audit", "verify", "--head", earlier, "--json").json["audit"]["other"] == [earlier]


def test_an_export_read_back_is_the_stream(cli: Cli, tmp_path: Path) -> None:
    records(cli, 2_500)
    wanted, end = stream(cli), head(cli)["audit"]
    folder = tmp_path / "out"
    ran = cli("audit", "export", str(folder))
    assert ran.status == 0
    assert "2,500 records of the audit are in" in ran.out
    with (folder / "audit.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    lines = [json.loads(line) for line in (folder / "audit.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(rows) == len(lines) == 2_500
    for record, row, line in zip(wanted, rows, lines, strict=True):
        body = record.body
        told = {name: plain(cell) for name, cell in row.items() if body.subject != "'=quoted"}
        if told:
            assert (int(told["seq"]), told["id"], told["hash"]) == (record.seq, record.id, record.hash)
            assert datetime.fromisoformat(told["at"]) == body.at
            assert (told["actor"], told["verb"], told["subject"], told["why"]) == (
                body.actor,
                body.verb,
                body.subject,
                body.why,
            )
            assert [json.loads(told[name]) for name in ("before", "after", "details")] == [
                body.before,
                body.after,
                body.details,
            ]
        assert (line["seq"], line["id"], line["hash"]) == (record.seq, record.id, record.hash)
        assert json.dumps(line["body"], ensure_ascii=False, sort_keys=True, separators=(",", ":")) == record.text
    manifest = json.loads((folder / "manifest.json").read_text())
    assert (manifest["records"], manifest["first_seq"], manifest["last_seq"]) == (2_500, 1, 2_500)
    assert (manifest["head"], manifest["broken"], manifest["tenant"]) == (end, None, TENANT)
    assert manifest["version"] == bot.__version__
    for name in ("audit.csv", "audit.jsonl"):
        raw = (folder / name).read_bytes()
        assert manifest["files"][name] == {"sha256": hashlib.sha256(raw).hexdigest(), "bytes": len(raw)}
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600


def test_no_cell_of_an_export_is_a_formula(cli: Cli, tmp_path: Path) -> None:
    records(cli, 20)
    cli("audit", "export", str(tmp_path / "out"))
    with (tmp_path / "out" / "audit.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


def test_the_lines_of_an_export_carry_all_that_the_chain_takes(cli: Cli, tmp_path: Path) -> None:
    records(cli, 5)
    cli("audit", "export", str(tmp_path / "out"))
    key = bytes.fromhex((cli.folder / "chain.key").read_text().strip())
    previous = ""
    for text in (tmp_path / "out" / "audit.jsonl").read_text(encoding="utf-8").splitlines():
        line = json.loads(text)
        body = json.dumps(line["body"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        previous = link(key, seq=line["seq"], id_=line["id"], body=body, previous=previous)
        assert previous == line["hash"]


def test_an_export_of_some_days_has_those_alone(cli: Cli, tmp_path: Path) -> None:
    records(cli, 100)
    cli.set(SALDO_ZONE="UTC")
    told = cli(
        "audit", "export", str(tmp_path / "out"), "--since", "2026-11-02", "--until", "2026-11-02T06:00", "--json"
    ).json
    assert (told["records"], told["first_seq"], told["last_seq"]) == (6, 25, 30)
    assert told["since"] == "2026-11-02T00:00:00+00:00"
    empty = cli("audit", "export", str(tmp_path / "none"), "--since", "2030-01-01", "--json").json
    assert (empty["records"], empty["first_seq"], empty["last_seq"]) == (0, None, None)


def test_whoever_exports_the_audit_leaves_a_record_in_it(cli: Cli, tmp_path: Path) -> None:
    records(cli, 3)
    end = head(cli)["audit"]
    cli("audit", "export", str(tmp_path / "out"))
    last = stream(cli)[-1].body
    assert (last.verb, last.details["records"], last.details["head"]) == ("audit.export", "3", end[: len("3:") + 16])
    assert last.actor.startswith("operator:")


def test_an_export_overwrites_nothing(cli: Cli, tmp_path: Path) -> None:
    records(cli, 3)
    assert cli("audit", "export", str(tmp_path / "out")).status == 0
    before = (tmp_path / "out" / "audit.csv").read_bytes()
    ran = cli("audit", "export", str(tmp_path / "out"), "--json")
    assert (ran.status, ran.json["error"]["code"]) == (1, "cli_file_exists")
    assert (tmp_path / "out" / "audit.csv").read_bytes() == before


def test_a_folder_that_cannot_be_written_is_told(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    ran = cli("audit", "export", str(tmp_path / "file" / "out"), "--json")
    assert (ran.status, ran.json["error"]["code"]) == (1, "cli_file_unwritable")


def test_an_export_of_a_broken_chain_is_made_and_says_so(cli: Cli, tmp_path: Path) -> None:
    records(cli, 5)
    tamper(cli, "UPDATE records SET body = replace(body, 'x.y', 'x.z') WHERE seq = 2")
    ran = cli("audit", "export", str(tmp_path / "out"))
    assert ran.status == 1
    assert "record 2 is not what was written there" in ran.err
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["broken"] == 2


def test_records_of_the_first_schema_are_read_as_todays_and_their_chain_holds(cli: Cli) -> None:
    """As an earlier version wrote them, with its own names for what was replaced."""
    records(cli, 1)
    key = bytes.fromhex((cli.folder / "chain.key").read_text().strip())
    old = [
        {"verb": "settings.threshold", "details": {"threshold": "None -> 300.00", "odd": "a -> b -> c"}},
        {
            "verb": "usage.import",
            "details": {"new": "1", "rows_before": "1", "before": "x", "rows_after": "2", "after": "y"},
        },
        {"verb": "usage.import", "details": {"new": "1", "rows_after": "2", "after": "y"}},
    ]
    with closing(sqlite3.connect(cli.folder / FILE_NAME, isolation_level=None)) as connection:
        (previous,) = connection.execute("SELECT hash FROM records").fetchone()
        for seq, told in enumerate(old, start=2):
            body = {"actor": "a", "at": "2026-10-01T00:00:00Z", "schema": 1, "subject": "s", **told}
            text = json.dumps(body, sort_keys=True, separators=(",", ":"))
            previous = link(key, seq=seq, id_=f"old{seq}", body=text, previous=previous)
            connection.execute(
                "INSERT INTO records VALUES (?, 'audit', ?, ?, ?, ?)", (TENANT, seq, f"old{seq}", text, previous)
            )
    assert cli("audit", "verify").status == 0
    settings, late, first = [record.body for record in stream(cli)[1:]]
    assert (settings.before, settings.after) == ({"threshold": "None"}, {"threshold": "300.00"})
    assert settings.details == {"odd": "a -> b -> c"}
    assert (late.before, late.after) == ({"rows": "1", "sums": "x"}, {"rows": "2", "sums": "y"})
    assert (first.before, first.after, first.details) == ({}, {"rows": "2", "sums": "y"}, {"new": "1"})


def test_an_export_of_many_records_takes_no_more_memory_than_one_of_few(cli: Cli, tmp_path: Path) -> None:
    def peak(folder: str) -> int:
        tracemalloc.start()
        try:
            assert cli("audit", "export", str(tmp_path / folder)).status == 0
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    records(cli, 2_000)  # two pages: while one is read the one before is still held
    few = peak("few")
    records(cli, 2_000, first=2_000)
    assert peak("many") - few < 500_000  # 2,000 records more would be 2 MB
