"""Saldo's edge, tokens checked, answering each message with a balance card of some 6 KB."""

import asyncio
import sys
from typing import Any

from benchmarks.turn.activity import APP_ID, TENANT
from benchmarks.turn.process import add_cpu
from bot.ports.turn import Message, Reply, Turn
from bot.teams.adapter import Conversation, TeamsAdapter
from bot.teams.auth import TokenCheck
from bot.teams.connector import Connector, make_session
from bot.teams.server import make_app, serve, stop_on_signals
from bot.teams.settings import TeamsSettings
from bot.teams.signing_keys import SigningKeys


def _card() -> dict[str, Any]:
    def text(words: str, **more: Any) -> dict[str, Any]:
        return {"type": "TextBlock", "text": words, "wrap": True, **more}

    def row(number: int) -> dict[str, Any]:
        cells = (f"{number} nov 2026", "500,00 €", f"{number * 7},40 €", f"{number} nov 2027")
        return {"type": "TableRow", "cells": [{"type": "TableCell", "items": [text(words)]} for words in cells]}

    points = [{"x": f"2026-11-{day:02d}", "y": 212.4 + day} for day in range(1, 31)]
    chart = {"type": "Chart.Line", "title": "Gasto por día", "data": [{"legend": "EUR", "values": points}]}
    buttons = [
        {"type": "Action.Execute", "title": title, "verb": title.lower(), "data": {"k": "1", "sig": "x" * 43}}
        for title in ("Recargar", "Consumo", "Actualizar")
    ]
    table = {"type": "Table", "columns": [{"width": 1}] * 4, "rows": [row(number) for number in range(1, 13)]}
    body = [text("Saldo", size="large"), text("Unos 212,40 € al 20 nov", weight="bolder"), table]
    fallback = text("Gasto por día: 7,40 €")
    return {
        "type": "AdaptiveCard",
        "version": "1.5",
        "lang": "es",
        "speak": "Unos 212,40 €",
        "body": [*body, {**chart, "fallback": fallback}],
        "actions": buttons,
        "msteams": {"width": "full"},
    }


async def _answer(turn: Turn) -> Reply:
    return Reply((Message(card=_card(), summary="Tu saldo"),))


async def _nothing(turn: Turn, message: Message) -> None:
    return None


async def _ready() -> bool:
    return True


async def main(connector_url: str) -> None:
    settings, stop = _settings(connector_url), asyncio.Event()
    stop_on_signals(stop)
    async with make_session() as session:
        keys = SigningKeys(session, settings.openid_metadata_url)
        talk = Conversation(_answer, _nothing, lambda turn, turn_id: Reply())
        adapter = TeamsAdapter(settings, Connector(session, settings, None), TokenCheck(settings, keys), talk)
        app = make_app(settings, adapter, _ready)
        add_cpu(app)
        await serve(settings, app, ("127.0.0.1", 0), stop, started=lambda port: print(port, flush=True))
        await keys.close()


def _settings(connector_url: str) -> TeamsSettings:
    return TeamsSettings(
        app_id=APP_ID,
        allowed_tenants=frozenset({TENANT}),
        openid_metadata_url=f"{connector_url}openid",
        service_hosts=("127.0.0.1",),
    )


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
