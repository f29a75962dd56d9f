"""A recharge that people buy, and one that a purchasing system buys: from the approval to the money."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest_asyncio

from bot.app.sandbox import open_sandbox
from bot.config import read_settings
from bot.domain.money import Money
from bot.domain.requests import State
from bot.domain.settings import Account
from bot.orders.callback import PATH
from bot.orders.signature import signed_headers
from tests.orders.purchasing import FUNDED, KEY, Purchasing
from tests.scenario.stage import Stage, first_line, flat
from tests.scenario.test_low_balance import CRITICAL, bought, heard
from tests.teams.edge import listening


@asynccontextmanager
async def staged(data: Path, **settings: str) -> AsyncIterator[Stage]:
    environ = {"SALDO_DATA": str(data), **settings}
    async with open_sandbox(read_settings(environ), port=0, teams_port=0) as sandbox:
        stage = Stage(sandbox)
        yield stage
        assert stage.objections() == []


@pytest_asyncio.fixture
async def by_hand(data: Path) -> AsyncIterator[Stage]:
    async with staged(data, SALDO_ORDER_DESK="by_hand") as stage:
        yield stage


async def approved(stage: Stage, amount: str = "500") -> None:
    """Ana asks in Spanish, Carmen approves."""
    ana, carmen = stage.client("ana", locale="en-US"), stage.client("carmen")
    await stage.say(ana, f"recargar {amount}")
    await stage.press(ana, "Enviar")
    await stage.press(carmen, "Aprobar")


async def test_an_approved_recharge_is_bought_by_hand_and_confirmed_in_spanish(by_hand: Stage) -> None:
    luis = by_hand.client("luis")
    await approved(by_hand)
    assert luis.lock_screen[-1] == "Saldo: hay una recarga aprobada por comprar"
    drawn = flat(luis.last.drawn)
    assert "Compra 500,00 € de Créditos de comunicaciones en el centro de administración" in drawn
    assert "Marketplace › Todos los productos › Créditos de comunicación" in drawn
    await by_hand.press(luis, "Ya está pedido", inputs={"order_number": "G047885120"})
    assert "Luis Vega hizo el pedido de 500,00 €" in flat(luis.last.drawn)
    assert "Recargas pendientes: 500,00 €" in " ".join((await by_hand.ask(luis, "saldo")).split())
    assert await by_hand.available() == "212.40"


async def test_money_that_a_buyer_confirms_is_in_the_wallet(by_hand: Stage) -> None:
    ana, luis = by_hand.client("ana", locale="en-US"), by_hand.client("luis")
    await approved(by_hand)
    await by_hand.press(luis, "Llegó el dinero")
    told = {"amount": "500", "on": "2026-11-22", "order_number": "G1", "invoiced": "605", "tax": "105"}
    await by_hand.press(luis, "Registrar", inputs=told)
    assert await by_hand.available() == "712.40"
    request = await by_hand.request()
    assert (request.state, request.asked.tax) == (State.DONE, Money.of(105, "EUR"))
    assert ana.lock_screen[-1] == "Saldo: la recarga ha llegado"


async def test_a_payment_that_failed_is_told_to_all_in_charge_with_what_to_do(by_hand: Stage) -> None:
    carmen, luis = by_hand.client("carmen"), by_hand.client("luis")
    await approved(by_hand)
    await by_hand.press(luis, "El pago falló")
    assert first_line(luis.last) == "¿Por qué falló el pago de 500,00 €?"
    await by_hand.press(luis, "La tarjeta caducó")
    assert carmen.lock_screen[-1] == "Saldo: la recarga fue denegada"
    assert "Introduce una tarjeta válida en Facturación › Métodos de pago" in flat(carmen.last.drawn)
    assert (await by_hand.request()).state is State.FAILED
    assert await by_hand.available() == "212.40"


async def test_it_reads_as_well_in_english_also_when_it_lapses(by_hand: Stage) -> None:
    luis = by_hand.client("luis")
    await by_hand.say(luis, "hi")
    await approved(by_hand)
    assert first_line(luis.last).startswith("Buy €500.00 of Communications Credits in the admin center by Nov")
    await by_hand.later(days=5)
    assert (await by_hand.request()).state is State.LAPSED
    lock = "Saldo: nobody confirmed a recharge"  # before or after what the balance has become
    (news,) = (message for message in luis.inbox if message.lock_screen == lock)
    assert "it no longer counts as pending" in first_line(news)
    assert "Pending" not in await by_hand.ask(luis, "balance")
    await by_hand.say(luis, "recharge confirmed 500 on 26 Nov")
    await by_hand.press(luis, "Book", inputs={"amount": "500", "on": "2026-11-26"})
    assert (await by_hand.request()).state is State.DONE


async def test_what_was_bought_without_a_request_is_booked(by_hand: Stage) -> None:
    luis = by_hand.client("luis")
    for day, available in (("12", "212.40"), ("21", "512.40")):  # the admin center was read on the 13th
        await by_hand.say(luis, f"recarga confirmada 300 el {day} nov")
        assert first_line(luis.last) == "¿Cuánto se abonó al saldo?"
        await by_hand.press(luis, "Registrar", inputs={"amount": "300", "on": f"2026-11-{day}"})
        assert first_line(luis.last) == f"Registrado: 300,00 €, comprado el {day} nov 2026."
        assert await by_hand.available() == available
        assert ("el saldo ya la incluía" in flat(luis.last.drawn)) is (day == "12")


async def test_a_partner_is_written_to(by_hand: Stage) -> None:
    luis = by_hand.client("luis")
    await by_hand.put_settings(replace(await by_hand.settings(), account=Account.CSP))
    await by_hand.say(luis, "partner")
    await by_hand.press(luis, "Guardar", inputs={"name": "Nube", "mail": "pedidos@nube.example"})
    await approved(by_hand)
    drawn = flat(luis.last.drawn)
    assert "Pide 500,00 € de Créditos de comunicaciones a Nube" in drawn
    assert "Hola, Nube:" in drawn


async def test_a_purchasing_system_buys_and_answers_later(data: Path) -> None:
    system = Purchasing()
    async with listening(system.app()) as url, aiohttp.ClientSession() as session:
        hook = {"SALDO_ORDER_WEBHOOK": f"{url}/orders", "SALDO_ORDER_KEYS": KEY.hex()}
        async with staged(data, **hook) as stage:
            ana = stage.client("ana", locale="en-US")
            await approved(stage)
            (order,) = system.orders.values()
            assert (order["amount"], order["currency"]) == ("500.00", "EUR")
            assert await stage.available() == "212.40"
            answer: dict[str, Any] = {
                "event": "order.answered",
                "id": order["id"],
                "tenant": order["tenant"],
                **FUNDED,
            }
            body = json.dumps(answer).encode()
            headers = signed_headers(KEY, order["id"], body, stage.sandbox.clock.now())
            for _ in range(3):
                async with session.post(f"{stage.sandbox.bot_url}{PATH}", data=body, headers=headers) as response:
                    assert response.status == 200
            await stage.quiet()
            assert await stage.available() == "712.40"
            assert ana.lock_screen[-1] == "Saldo: la recarga ha llegado"


async def test_no_warning_waits_for_money_that_is_on_its_way_nor_for_auto_recharge(by_hand: Stage) -> None:
    """Money was bought, and the first day's warning is over; then 1,000 are approved and 500 expected."""
    ana, luis = by_hand.client("ana", locale="en-US"), by_hand.client("luis")
    await bought(by_hand, "100")
    await by_hand.later(days=2)
    await by_hand.say(ana, "recarga automática")
    await by_hand.press(ana, "Guardar", inputs={"on": "on", "amount": "500", "trigger": "400"})
    await approved(by_hand, "1000")
    assert (heard(ana), heard(luis)) == ([], [])
    await by_hand.later(days=2)
    assert (heard(ana), heard(luis)) == ([CRITICAL], [CRITICAL])
    balance = " ".join((await by_hand.ask(ana, "saldo")).split())
    assert "Recargas pendientes: 1.000,00 €" in balance
    assert "Se espera: 500,00 €, sin confirmar" in balance
