"""`run`: the bot where there are Azure settings; without them the sandbox, and in a terminal a chat right there."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

import typer

from bot.cli.books import chain_key, tenant_of
from bot.cli.operators import operator
from bot.cli.values import Json, Tenant
from bot.config import Settings, read_settings


def run(
    host: Annotated[str, typer.Option("--host", metavar="HOST", help="cli.help.host", show_default=False)] = "",
    port: Annotated[str, typer.Option("--port", metavar="PORT", help="cli.help.port", show_default=False)] = "",
    as_json: Json = False,
    tenant: Tenant = "",
) -> int:
    who = operator()
    settings = settings_for(os.environ, host, port, tenant)
    chain_key(settings)  # a folder that cannot be used is told before anything begins
    if settings.azure:
        from bot.cli.run_bot import run_bot

        return asyncio.run(run_bot(settings, who, as_json=as_json))
    from bot.cli.run_sandbox import run_sandbox

    return asyncio.run(run_sandbox(settings, who, as_json=as_json))


def settings_for(environ: Mapping[str, str], host: str, port: str, tenant: str) -> Settings:
    """The environment's settings; what is told on the command line counts more, and is checked in the same way."""
    told = {"SALDO_HOST": host, "SALDO_PORT": port}
    settings = read_settings({**environ, **{name: value for name, value in told.items() if value}})
    if not tenant:
        return settings
    return replace(settings, allowed_tenants=(tenant_of(settings, tenant),))
