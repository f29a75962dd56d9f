"""`run` and `chat`: the sandbox with a conversation, a prompt or neither; the bot until a signal."""

import asyncio
import io
import json
import os
import pty
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web

from bot.cli import run_bot as bot_room
from bot.cli import run_sandbox as sandbox_room
from bot.cli.operators import operator
from bot.cli.run import settings_for
from bot.cli.running import Running, find_running
from bot.config import read_settings
from bot.jobs.runner import Runner
from bot.store.errors import StoreUnavailable
from tests.cli.conftest import AZURE, Cli, clean_environment

PATIENCE_SECONDS = 20.0


async def _until_running(folder: Path) -> Running:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (running := find_running(folder)) is None:  # noqa: ASYNC110 -- a file tells of no event
            await asyncio.sleep(0.02)
    return running


async def _run_sandbox(folder: Path, *, as_json: bool = False) -> int:
    settings = read_settings({"SALDO_DATA": str(folder), "SALDO_PORT": "0"})
    return await sandbox_room.run_sandbox(settings, operator(), as_json=as_json)


async def _run_until(
    signal_: signal.Signals, folder: Path, run: Awaitable[int], look: Callable[[Running], None]
) -> int:
    running = asyncio.ensure_future(run)
    look(await _until_running(folder))
    os.kill(os.getpid(), signal_)
    return await running


@contextmanager
def typed(monkeypatch: pytest.MonkeyPatch, text: str | None) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdin", None if text is None else io.StringIO(text))
        yield


async def test_a_scripted_conversation_is_answered_and_ends_the_sandbox(
    sandbox_folder: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with typed(monkeypatch, "saldo\nrecargar 500\n"):
        assert await _run_sandbox(sandbox_folder) == 0
    told = capsys.readouterr()
    assert told.out.startswith("Ana: saldo\nSaldo: Unos 212,40")
    assert "[1 Enviar] [2 Editar]" in told.out
    assert "The sandbox runs." in told.err
    assert find_running(sandbox_folder) is None


@pytest.mark.parametrize("text", ["", None])
async def test_without_a_line_the_sandbox_serves_until_a_signal(
    sandbox_folder: Path,
    cli: Cli,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    text: str | None,
) -> None:
    with typed(monkeypatch, text):
        run = _run_sandbox(sandbox_folder)
        assert await _run_until(signal.SIGTERM, sandbox_folder, run, lambda running: None) == 0
    assert capsys.readouterr().out == ""


async def test_machines_are_told_where_it_listens(
    sandbox_folder: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[Running] = []
    with typed(monkeypatch, "saldo\n"):
        run = _run_sandbox(sandbox_folder, as_json=True)
        assert await _run_until(signal.SIGINT, sandbox_folder, run, seen.append) == 0
    assert json.loads(capsys.readouterr().out) == {"bot": seen[0].bot, "teams": seen[0].teams}


def test_a_taken_port_is_told_before_anything_begins(cli: Cli) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = cli("run", "--port", str(taken.getsockname()[1]))
    assert ran.status == 1
    assert "--port" in ran.err
    assert not (cli.folder / "saldo.sqlite").exists()


def test_without_azure_settings_only_this_machine_may_knock(cli: Cli) -> None:
    ran = cli("run", "--host", "0.0.0.0", "--port", "x")
    assert ran.status == 1
    assert ran.err.startswith("2 settings need attention:")


def test_what_is_told_on_the_command_line_counts_more() -> None:
    told = {**AZURE, "SALDO_PORT": "4000", "SALDO_HOST": "10.0.0.1", "SALDO_ALLOWED_TENANTS": f"{1:032x},{2:032x}"}
    settings = settings_for(told, "127.0.0.1", "5000", f"{2:032x}")
    assert (settings.host, settings.port, len(settings.allowed_tenants)) == ("127.0.0.1", 5000, 1)
    assert settings_for(told, "", "", "").port == 4000


# The bot with Azure settings.


class Graph:
    """Answers every call with 403, as soon as it may."""

    def __init__(self) -> None:
        self.url = ""
        self.asked = asyncio.Event()
        self.may_answer = asyncio.Event()

    async def forbid(self, request: web.Request) -> web.Response:
        self.asked.set()
        await self.may_answer.wait()
        return web.json_response({"error": {"code": "Forbidden", "message": "no"}}, status=403)


@pytest_asyncio.fixture
async def graph() -> AsyncIterator[Graph]:
    graph, app = Graph(), web.Application()
    app.router.add_route("*", "/{path:.*}", graph.forbid)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    graph.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1.0"
    graph.may_answer.set()
    yield graph
    graph.may_answer.set()
    await runner.cleanup()


async def _run_bot(folder: Path, graph: Graph, *, as_json: bool = True) -> int:
    here = {"SALDO_DATA": str(folder), "SALDO_HOST": "127.0.0.1", "SALDO_PORT": "0", "SALDO_GRAPH_URL": graph.url}
    told = {**AZURE, **here}
    return await bot_room.run_bot(read_settings(told), operator(), as_json=as_json)


async def test_the_bot_listens_and_ends_in_good_order(
    cli: Cli, tmp_path: Path, graph: Graph, capsys: pytest.CaptureFixture[str]
) -> None:
    run = asyncio.ensure_future(_run_bot(tmp_path, graph))
    running = await _until_running(tmp_path)
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{running.bot}/readyz") as ready:
            assert ready.status == 200
        headers = {"Content-Type": "application/json"}
        async with session.post(f"{running.bot}/api/messages", data=b"{}", headers=headers) as refused:
            assert refused.status == 401
    os.kill(os.getpid(), signal.SIGTERM)
    assert await run == 0
    told = capsys.readouterr()
    assert json.loads(told.out) == {"bot": running.bot}
    assert {json.loads(line)["event"] for line in told.err.splitlines()} >= {"rejected", "job"}


async def test_a_job_in_hand_ends_before_the_bot_unless_a_second_signal_comes(
    cli: Cli, tmp_path: Path, graph: Graph
) -> None:
    graph.may_answer.clear()
    run = asyncio.ensure_future(_run_bot(tmp_path, graph))
    await _until_running(tmp_path)
    await graph.asked.wait()
    os.kill(os.getpid(), signal.SIGTERM)
    done, _ = await asyncio.wait({run}, timeout=0.3)
    assert not done
    os.kill(os.getpid(), signal.SIGTERM)
    assert await run == 0


async def test_people_are_told_where_the_bot_listens(
    cli: Cli, tmp_path: Path, graph: Graph, capsys: pytest.CaptureFixture[str]
) -> None:
    run = _run_bot(tmp_path, graph, as_json=False)
    assert await _run_until(signal.SIGTERM, tmp_path, run, lambda running: None) == 0
    assert capsys.readouterr().out.startswith("Saldo listens at http://127.0.0.1:")


async def test_jobs_that_cannot_be_done_end_the_bot(
    cli: Cli, tmp_path: Path, graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(self: Runner) -> None:
        raise StoreUnavailable("the disk is gone")

    monkeypatch.setattr(Runner, "run", broken)
    with pytest.raises(StoreUnavailable):
        await _run_bot(tmp_path, graph)


def test_a_port_that_the_bot_cannot_have_is_told(cli: Cli) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        cli.set(**AZURE)
        ran = cli("run", "--host", "127.0.0.1", "--port", str(taken.getsockname()[1]))
    assert ran.status == 1
    assert "is taken by another program" in ran.err


def test_a_certificate_that_cannot_be_read_is_a_setting_to_mend(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "cert.pem").write_text("rubbish")
    cli.set(**AZURE)
    cli.set(MicrosoftAppPassword="", SALDO_CERTIFICATE=str(tmp_path / "cert.pem"))
    ran = cli("run", "--host", "127.0.0.1", "--port", "0")
    assert ran.status == 1
    assert "SALDO_CERTIFICATE: the file cannot be read as a certificate" in ran.err


# Whole processes.


@contextmanager
def process(folder: Path, *arguments: str, **options: object) -> Iterator["subprocess.Popen[str]"]:
    environ = {**clean_environment(), "SALDO_DATA": str(folder), "LANG": "en_US.UTF-8", "TERM": "dumb"}
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    command = [sys.executable, "-m", "bot", *arguments]
    started = subprocess.Popen(command, text=True, env=environ, **streams)  # type: ignore[call-overload]  # streams
    try:
        yield started
    finally:
        if started.poll() is None:
            started.kill()
        started.communicate()


def test_a_process_serves_and_terminals_attach_until_it_is_told_to_end(sandbox_folder: Path) -> None:
    with process(sandbox_folder, "run", "--port", "0", stdin=subprocess.DEVNULL) as sandbox:
        running = asyncio.run(_until_running(sandbox_folder))
        with process(sandbox_folder, "chat", "--as", "Luis", "--in", "canal") as luis:
            out, _ = luis.communicate("@Saldo saldo\n", timeout=PATIENCE_SECONDS)
        assert luis.returncode == 0
        assert "Saldo (General): Bajo. Te envié las cifras en privado." in out
        with process(sandbox_folder, "chat", "--as", "Ana", "--url", running.teams, "--json") as ana:
            out, _ = ana.communicate("/locale en-US\nsaldo\n/quit\n", timeout=PATIENCE_SECONDS)
        told = [json.loads(line) for line in out.splitlines()]
        assert [each["typed"] for each in told if "typed" in each] == ["> /locale en-US", "Ana: saldo", "> /quit"]
        assert {"note", "speaker", "lines"} <= {name for each in told for name in each}
        sandbox.send_signal(signal.SIGTERM)
        assert sandbox.wait(PATIENCE_SECONDS) == 0


def test_an_open_pipe_does_not_keep_the_process_from_ending(sandbox_folder: Path) -> None:
    with process(sandbox_folder, "run", "--port", "0") as sandbox:
        asyncio.run(_until_running(sandbox_folder))
        sandbox.send_signal(signal.SIGTERM)
        assert sandbox.wait(PATIENCE_SECONDS) == 0
        assert sandbox.stderr is not None
        assert sandbox.stderr.read().startswith("The sandbox runs.")


def test_at_a_terminal_there_is_a_first_screen_and_a_prompt(sandbox_folder: Path) -> None:
    ours, theirs = pty.openpty()
    with process(sandbox_folder, "run", "--port", "0", stdin=theirs, stdout=theirs, stderr=theirs) as sandbox:
        os.close(theirs)
        screen = _read_until(ours, "Ana>")
        head = screen.partition("Saldo in its sandbox")[2]
        assert "You are Ana Torres, Teams administrator." in head
        assert len(head.split("Ana>")[0].splitlines()) <= 8
        os.write(ours, b"saldo\r")
        assert "Ver consumo" in _read_until(ours, "Ver consumo")
        os.write(ours, b"/quit\r")
        _read_until(ours, "never said")
        assert sandbox.wait(PATIENCE_SECONDS) == 0
    os.close(ours)
    assert (sandbox_folder / "saldo.log").exists()


def _read_until(terminal: int, text: str) -> str:
    """What the terminal shows until `text`, or until its process has gone."""
    shown, deadline = "", time.monotonic() + PATIENCE_SECONDS
    while text not in shown and time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                shown += os.read(terminal, 65_536).decode(errors="replace")
            except OSError:
                break
    return shown


def test_chat_needs_a_sandbox_a_place_and_a_locale(cli: Cli) -> None:
    ran = cli("chat", "--as", "Ana", "--url", "http://127.0.0.1:1")
    assert (ran.status, ran.out) == (1, "No sandbox answers. Start one with: python -m bot run\n")
    assert cli("chat", "--as", "Ana", "--in", "the moon").status == 2
    assert cli("chat", "--as", "Ana", "--locale", "klingon").status == 2
    assert cli("chat", "--url", "http://127.0.0.1:1").status == 2
