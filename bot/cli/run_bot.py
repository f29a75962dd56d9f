"""The bot for Teams: it listens, does its jobs, and on SIGTERM ends what is in hand before the store closes."""

import asyncio
import os
import sys
from typing import Any

from bot.app.saldo import Saldo, open_saldo
from bot.cli.listening import listening
from bot.cli.logs import logged
from bot.cli.operators import Operator
from bot.cli.running import Running, announced
from bot.config import Problem, Settings, SettingsError
from bot.teams.server import serve, stop_on_signals


async def run_bot(settings: Settings, who: Operator, *, as_json: bool) -> int:
    """Returns after a signal. Raises what keeps the bot from starting, or its jobs from being done."""
    _check_certificate(settings)
    stop = asyncio.Event()
    stop_on_signals(stop)
    with logged(sys.stderr, settings.log_level):
        async with open_saldo(settings) as saldo:
            await _live(saldo, stop, who, as_json=as_json)
    return 0


def _check_certificate(settings: Settings) -> None:
    """The sign-in library would tell it in its own words, and later."""
    if settings.certificate is None:
        return
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
    from cryptography.x509 import load_pem_x509_certificate

    try:
        raw = settings.certificate.read_bytes()
        load_pem_private_key(raw, None)
        load_pem_x509_certificate(raw)
    except (OSError, ValueError, TypeError):
        raise SettingsError([Problem("not_a_certificate", "SALDO_CERTIFICATE")]) from None


async def _live(saldo: Saldo, stop: asyncio.Event, who: Operator, *, as_json: bool) -> None:
    """Serve and work until `stop`, or until one of the two fails."""
    settings = saldo.settings
    bound: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    address = (settings.host, settings.port)
    with listening(settings.port):
        server = asyncio.create_task(serve(saldo.teams, saldo.web, address, stop, started=bound.set_result))
        waited: set[asyncio.Future[Any]] = {server, bound}
        await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        if server.done():
            await server  # raises why it could not listen
    port = await bound
    tell_address(who, f"http://{settings.host}:{port}", as_json=as_json)
    with announced(settings.data, Running(os.getpid(), f"http://127.0.0.1:{port}")):
        await _work(saldo, server, stop)


async def _work(saldo: Saldo, server: asyncio.Task[None], stop: asyncio.Event) -> None:
    jobs = asyncio.create_task(saldo.runner.run())
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({server, jobs, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    saldo.runner.stop()
    await _ended({server, jobs, stopped})
    for task in (server, jobs):
        if not task.cancelled():
            task.result()  # raises what ended it


async def _ended(tasks: set[asyncio.Task[Any]]) -> None:
    """Returns when what is in hand has ended. A second signal cuts it short: a job's lease then ends, and the next
    process does it."""
    again = asyncio.Event()
    stop_on_signals(again)
    impatience = asyncio.create_task(again.wait())
    ends: set[asyncio.Future[Any]] = {asyncio.gather(*tasks, return_exceptions=True), impatience}
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    for task in (*tasks, impatience):
        task.cancel()
    await asyncio.wait(ends)


def tell_address(who: Operator, url: str, *, as_json: bool) -> None:
    """One line on the standard output, once the port is open."""
    if as_json:
        who.print_json({"bot": url})
    else:
        who.say("cli.run.listening", url=url)
