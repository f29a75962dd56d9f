"""How commands find a running bot; and what happens where an address cannot be had."""

import errno
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.chat import USUAL_URL, url_of
from bot.cli.listening import free_or_any, listening, require_free
from bot.cli.running import FILE_NAME, Running, announced, find_running
from bot.cli.troubles import CannotListen
from bot.config import read_settings


def test_what_runs_is_found_as_long_as_it_runs(tmp_path: Path) -> None:
    running = Running(os.getpid(), "http://127.0.0.1:1", "http://127.0.0.1:2")
    settings = read_settings({"SALDO_DATA": str(tmp_path)})
    with announced(tmp_path, running):
        assert find_running(tmp_path) == running
        assert url_of(settings) == "http://127.0.0.1:2"
    assert find_running(tmp_path) is None
    assert url_of(settings) == USUAL_URL
    assert list(tmp_path.iterdir()) == []


def test_a_second_one_keeps_its_own_announcement(tmp_path: Path) -> None:
    second = Running(os.getpid(), "http://127.0.0.1:3")
    with announced(tmp_path, Running(os.getpid(), "http://127.0.0.1:1")):
        (tmp_path / FILE_NAME).write_text(f'{{"pid": {os.getpid()}, "bot": "http://127.0.0.1:3"}}')
    assert find_running(tmp_path) == second


def test_what_a_dead_process_left_is_nothing(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    for left in (f'{{"pid": {dead.pid}, "bot": "x"}}', '{"pid": -1, "bot": "x"}', "rubbish", '{"pid": 1e99}'):
        (tmp_path / FILE_NAME).write_text(left)
        assert find_running(tmp_path) is None


def test_somebody_elses_process_counts_as_running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(pid: int, signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", forbidden)
    (tmp_path / FILE_NAME).write_text('{"pid": 77, "bot": "x"}')
    assert find_running(tmp_path) == Running(77, "x")


def test_a_taken_port_is_told_with_the_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotListen) as refused:
            require_free(port)
        assert (refused.value.key, refused.value.values) == ("cli.port_taken", {"port": str(port)})
        assert free_or_any(port) == 0
    assert free_or_any(port) == port


@pytest.mark.parametrize(
    ("error", "key"),
    [
        (PermissionError(errno.EACCES, "no"), "cli.port_forbidden"),
        (OSError(errno.EADDRNOTAVAIL, "no"), "cli.host_not_here"),
        (socket.gaierror(-2, "no"), "cli.host_not_here"),
    ],
)
def test_other_addresses_that_cannot_be_had_are_told(error: OSError, key: str) -> None:
    with pytest.raises(CannotListen) as refused, listening(80):
        raise error
    assert refused.value.key == key


def test_what_is_no_question_of_the_address_stays_what_it_is() -> None:
    with pytest.raises(FileNotFoundError), listening(80):
        raise FileNotFoundError(errno.ENOENT, "no")
