"""Logs: JSON lines without anything that belongs to somebody."""

import io
import json
import logging
import stat
from pathlib import Path
from typing import Any

import pytest

from bot.cli.logs import FILE_NAME, logged


def _logged(*, level: str = "INFO") -> tuple[io.StringIO, Any]:
    out = io.StringIO()
    return out, logged(out, level)


def test_a_line_holds_the_event_and_its_fields() -> None:
    out, block = _logged()
    with block:
        logging.getLogger("saldo.turn").info("turn", extra={"event": "said", "turn_id": "ab", "ms": 1.5})
    line = json.loads(out.getvalue())
    assert line.pop("at").endswith("+00:00")
    assert line == {
        "level": "info",
        "logger": "saldo.turn",
        "event": "turn",
        "kind": "said",
        "turn_id": "ab",
        "ms": 1.5,
    }


def test_a_bug_is_told_by_its_places_and_never_by_its_words() -> None:
    def fail(secret: str) -> None:
        try:
            int(secret)
        except ValueError as cause:
            raise ExceptionGroup(secret, [KeyError(secret)]) from cause

    out, block = _logged()
    with block:
        try:
            fail("+34 600 000 000")
        except ExceptionGroup:
            logging.getLogger("saldo.jobs").exception("job failed")
    line = json.loads(out.getvalue())
    assert "600" not in out.getvalue()
    assert line["error"] == "ExceptionGroup"
    assert line["where"][0].startswith("test_logs.py:")
    assert {"KeyError", "ValueError"} <= set(line["where"])


def test_others_are_heard_only_when_they_warn() -> None:
    out, block = _logged(level="DEBUG")
    with block:
        logging.getLogger("aiohttp.client").info("chatter")
        logging.getLogger("aiohttp.client").warning("trouble")
        logging.getLogger("saldo.x").debug("detail")
    assert [json.loads(line)["event"] for line in out.getvalue().splitlines()] == ["trouble", "detail"]


def test_afterwards_logging_is_as_it_was() -> None:
    root, ours = logging.getLogger(), logging.getLogger("saldo")
    before = (list(root.handlers), ours.level)
    _, block = _logged(level="DEBUG")
    with block:
        assert (list(root.handlers), ours.level) != before
    assert (list(root.handlers), ours.level) == before


def test_in_front_of_somebody_logs_go_to_a_private_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with logged(tmp_path / "data", "INFO"):
        logging.getLogger("saldo.x").warning("trouble")
    path = tmp_path / "data" / FILE_NAME
    assert json.loads(path.read_text())["event"] == "trouble"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert capsys.readouterr() == ("", "")
