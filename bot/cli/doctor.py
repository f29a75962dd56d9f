"""`doctor`: looks at settings, texts, store, services, permissions and who buys, and says what to do. No changes."""

import asyncio
import os
from itertools import groupby
from pathlib import Path

from rich.text import Text

from bot.cli.books import tenant_of
from bot.cli.checks import Check, State, ok, problem
from bot.cli.operators import Operator, operator
from bot.cli.troubles import problem_text
from bot.cli.values import Json, Tenant
from bot.config import Settings, SettingsError, read_settings
from bot.ports.reader import Reader

_SIGNS = {State.OK: ("✓", "green"), State.NOTE: ("·", "cyan"), State.PROBLEM: ("✗", "bold red")}


def doctor(as_json: Json = False, tenant: Tenant = "") -> int:
    who = operator()
    checks = asyncio.run(examine(who.reader, tenant))
    healthy = all(check.state is not State.PROBLEM for check in checks)
    if as_json:
        who.print_json({"ok": healthy, "checks": [check.json for check in checks]})
    else:
        _show(checks, who, healthy=healthy)
    return 0 if healthy else 1


async def examine(reader: Reader, tenant: str) -> list[Check]:
    """Every check, in the order in which a remedy makes sense."""
    from bot.cli.doctor_store import examine_store

    found, settings = _settings(reader)
    if settings is not None and tenant:
        tenant_of(settings, tenant)
    checks = [*found, *_texts(reader)]
    # With wrong settings the store can be looked at all the same.
    folder = {"SALDO_DATA": os.environ["SALDO_DATA"]} if os.environ.get("SALDO_DATA", "").strip() else {}
    checks += await examine_store(settings or read_settings(folder), reader)
    if settings is not None and settings.azure:
        from bot.cli.doctor_azure import examine_azure

        checks += await examine_azure(settings, tenant, reader)
    elif settings is not None:
        from bot.cli.doctor_sandbox import examine_sandbox

        checks += await examine_sandbox(settings, reader)
    if settings is not None:
        from bot.cli.doctor_orders import examine_orders

        checks += await examine_orders(settings, reader)
    return checks


def _settings(reader: Reader) -> tuple[list[Check], Settings | None]:
    try:
        settings = read_settings(os.environ)
    except SettingsError as error:
        return [problem("settings", problem_text(each, reader)) for each in error.problems], None
    if not settings.azure:
        return [ok("settings", reader.text("cli.doctor.sandbox_settings"))], settings
    told = {"app": settings.app_id, "tenants": list(settings.allowed_tenants)}
    return [ok("settings", reader.text("cli.doctor.azure_settings", **told))], settings


def _texts(reader: Reader) -> list[Check]:
    """Whether the compiled catalogues are those of this version."""
    from bot.locale.catalogue_check import stale_files

    stale = stale_files()
    if not stale:
        return [ok("texts", reader.text("cli.doctor.texts"))]
    names = ", ".join(Path(line.partition(" ")[0]).name for line in stale)
    return [problem("texts", reader.text("cli.doctor.texts_stale", files=names), reader.text("cli.doctor.run_make"))]


def _show(checks: list[Check], who: Operator, *, healthy: bool) -> None:
    for area, group in groupby(checks, key=lambda check: check.area):
        who.out.print(Text(who.reader.text(f"cli.doctor.area_{area}"), style="bold"))
        for check in group:
            sign, style = _SIGNS[check.state]
            who.out.print(Text(f"  {sign} ", style=style) + Text(check.text, style=""), soft_wrap=True)
            if check.remedy:
                who.out.print(Text(f"    → {check.remedy}", style="dim"), soft_wrap=True)
    who.out.print()
    count = sum(check.state is State.PROBLEM for check in checks)
    text = who.reader.text("cli.doctor.healthy") if healthy else who.reader.plural("cli.doctor.problems", count)
    who.out.print(Text(text, style="green" if healthy else "bold red"))
