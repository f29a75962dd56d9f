"""`chat --as NAME`: somebody's Teams as text, in a prompt or from a script."""

import asyncio
import os
import sys
from typing import Annotated

import typer

from bot.cli.books import tenant_of
from bot.cli.troubles import Misuse
from bot.cli.values import Json, Tenant
from bot.config import Settings, read_settings

USUAL_URL = "http://127.0.0.1:3979"


def chat(
    name: Annotated[str, typer.Option("--as", metavar="NAME", help="cli.help.as")],
    url: Annotated[str, typer.Option("--url", metavar="URL", help="cli.help.url", show_default=False)] = "",
    place: Annotated[str, typer.Option("--in", metavar="PLACE", help="cli.help.in")] = "personal",
    locale: Annotated[
        str, typer.Option("--locale", metavar="LOCALE", help="cli.help.locale", show_default=False)
    ] = "",
    as_json: Json = False,
    tenant: Tenant = "",
) -> int:
    from bot.cli.screens import screen
    from bot.locale.reader import known_locale
    from bot.sandbox import terminal
    from bot.sandbox.terminal_commands import PLACE_WORDS

    where = PLACE_WORDS.get(place.strip().casefold())
    if where is None:
        raise Misuse("cli_place_unknown")
    if locale and known_locale(locale) is None:
        raise Misuse("sandbox_unknown_locale")
    settings = read_settings(os.environ)
    tenant_of(settings, tenant)
    shown = screen(sys.stdin, sys.stdout, as_json=as_json)
    try:
        return asyncio.run(terminal.chat(url or url_of(settings), name, shown, where=where, locale=locale))
    finally:
        shown.close()


def url_of(settings: Settings) -> str:
    """Where the sandbox of this data folder can be reached, or where sandboxes usually can."""
    from bot.cli.running import find_running

    running = find_running(settings.data)
    return running.teams if running and running.teams else USUAL_URL
