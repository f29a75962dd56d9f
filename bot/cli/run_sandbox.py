"""The sandbox: a whole simulated organisation on this machine, with a chat prompt where there is a terminal.

Where the standard input is no terminal its lines are a conversation (as Ana), which ends the sandbox when it ends.
An input that is empty from the start (`/dev/null`, closed) is none: then the sandbox serves until a signal.
"""

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

from rich.status import Status

from bot.cli.books import tenant_of
from bot.cli.listening import free_or_any, listening, require_free
from bot.cli.logs import logged
from bot.cli.operators import Operator
from bot.cli.running import Running, announced
from bot.config import Settings

if TYPE_CHECKING:
    from bot.app.sandbox import Sandbox

PERSON = "Ana"


async def run_sandbox(settings: Settings, who: Operator, *, as_json: bool) -> int:
    """The exit status. Raises what keeps the sandbox from starting."""
    tenant_of(settings, "")
    require_free(settings.port)
    async with AsyncExitStack() as stack:
        quiet = sys.stderr is None or sys.stderr.isatty()
        level = settings.log_level if os.environ.get("SALDO_LOG_LEVEL") else "WARNING"
        stack.enter_context(logged(settings.data if quiet else sys.stderr, level))
        stop = asyncio.Event()
        with _spinner(who) as told:
            sandbox = await _opened(stack, settings, stop, told)
        running = Running(os.getpid(), sandbox.bot_url, sandbox.teams.url)
        stack.enter_context(announced(settings.data, running))
        return await _until(stop, _converse(running, sandbox, who, stop, as_json=as_json))


@contextlib.contextmanager
def _spinner(who: Operator) -> Iterator[Callable[[str], None]]:
    """Turns while the first start reads half a year of calls; nothing where nobody looks."""
    if not who.err.is_terminal:
        yield lambda step: None
        return
    with Status(who.reader.text("cli.run.starting"), console=who.err) as status:
        yield lambda step: status.update(who.reader.text(f"cli.run.step_{step}"))


async def _opened(
    stack: AsyncExitStack, settings: Settings, stop: asyncio.Event, told: Callable[[str], None]
) -> "Sandbox":
    from bot.app.sandbox import TEAMS_PORT, open_sandbox  # over a second of imports, while the spinner turns
    from bot.teams.server import stop_on_signals

    stop_on_signals(stop)
    teams_port = free_or_any(TEAMS_PORT) if settings.port else 0
    with listening(settings.port):
        return await stack.enter_async_context(open_sandbox(settings, teams_port=teams_port, told=told))


async def _until(stop: asyncio.Event, work: Coroutine[Any, Any, int]) -> int:
    """The status of `work`, or 0 where a signal comes first."""
    working, stopped = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
    for task in (working, stopped):
        if not task.done():
            task.cancel()
    await asyncio.wait({working, stopped})
    return 0 if working.cancelled() else working.result()


async def _converse(
    running: Running, sandbox: "Sandbox", who: Operator, stop: asyncio.Event, *, as_json: bool
) -> int:
    from bot.cli.screens import ScriptScreen
    from bot.sandbox.terminal import chat

    if as_json:
        who.print_json({"bot": running.bot, "teams": running.teams})
    elif _is_prompt():
        return await _prompt(running, sandbox, who)
    else:
        who.hint("cli.run.sandbox_listening", bot=running.bot, teams=running.teams)
        screen = ScriptScreen(sys.stdin, sys.stdout) if _is_script() else None
        if screen is not None and await screen.begins():
            return await chat(running.teams, PERSON, screen)
    await stop.wait()
    return 0


async def _prompt(running: Running, sandbox: "Sandbox", who: Operator) -> int:
    from bot.sandbox.terminal import chat
    from bot.sandbox.terminal_commands import WORDS
    from bot.sandbox.terminal_screen import screen_for
    from bot.sandbox.world import TENANT_NAME

    now = who.reader.moment(sandbox.clock.now())
    who.say("cli.run.first_screen", tenant=TENANT_NAME, now=now, bot=running.bot)
    screen = screen_for(sys.stdin, sys.stdout, WORDS)
    try:
        return await chat(running.teams, PERSON, screen)
    finally:
        screen.close()


def _is_script() -> bool:
    return sys.stdin is not None and not sys.stdin.isatty()


def _is_prompt() -> bool:
    """Somebody sits at a terminal, and this process may read from it: one in the background would be stopped."""
    if sys.stdin is None or sys.stdout is None or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    try:
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except OSError:
        return True  # a terminal, but none that could stop us
