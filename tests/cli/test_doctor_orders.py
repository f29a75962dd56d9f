"""`doctor` says who buys, and whether the purchasing system can be spoken to; nothing is ordered by looking."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from bot.cli import doctor_orders
from bot.cli.checks import Check, State
from bot.cli.doctor_orders import clocks, examine_orders
from bot.config import read_settings
from bot.locale.reader import reader_for
from bot.orders.webhook import NotPublic, PublicResolver, Webhook
from tests.cli.conftest import AZURE, Cli

KEYS = bytes(range(32)).hex()
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
ENGLISH = reader_for("en", tenant_locale="", client_locale="", zone="UTC")


class Shop:
    """A purchasing system that answers the same to everybody, and remembers how it was asked."""

    def __init__(self) -> None:
        self.status = 405
        self.headers: dict[str, str] = {}
        self.asked: list[tuple[str, bool]] = []
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append((request.method, "Saldo-Signature" in request.headers))
        return web.Response(status=self.status, headers=self.headers)


@pytest_asyncio.fixture
async def shop() -> AsyncIterator[Shop]:
    shop = Shop()
    app = web.Application()
    app.router.add_route("*", "/orders", shop.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    shop.url = f"http://127.0.0.1:{runner.addresses[0][1]}/orders"
    yield shop
    await runner.cleanup()


async def looked(**environ: str) -> list[Check]:
    return await examine_orders(read_settings(environ), ENGLISH)


def states(checks: Iterable[Check]) -> list[State]:
    return [check.state for check in checks]


async def test_without_a_webhook_it_says_who_buys() -> None:
    assert [check.text for check in await looked(**AZURE)] == [
        "Approved recharges are bought by hand, in the admin center or by the partner."
    ]
    assert "the sandbox's own desk" in (await looked())[0].text
    assert "bought by hand" in (await looked(SALDO_ORDER_DESK="by_hand"))[0].text


async def test_a_webhook_that_is_not_used_is_worth_a_note() -> None:
    (check,) = await looked(
        **AZURE, SALDO_ORDER_DESK="by_hand", SALDO_ORDER_WEBHOOK="https://shop.example", SALDO_ORDER_KEYS=KEYS
    )
    assert (check.state, "take SALDO_ORDER_DESK out" in check.remedy) == (State.NOTE, True)


async def test_a_purchasing_system_that_answers_is_told_and_nothing_is_ordered(shop: Shop) -> None:
    signed, reached = await looked(SALDO_ORDER_WEBHOOK=shop.url, SALDO_ORDER_KEYS=KEYS)
    assert signed.text == "Orders are signed with a key of 256 bits or more."
    assert (reached.state, "answers (status 405), in the clear" in reached.text) == (State.NOTE, True)
    assert shop.asked == [("HEAD", False)]


async def test_an_older_key_is_worth_a_note(shop: Shop) -> None:
    older = bytes(range(32, 64)).hex()
    checks = await looked(SALDO_ORDER_WEBHOOK=shop.url, SALDO_ORDER_KEYS=f"{KEYS},{older}")
    assert checks[1].text == "1 older key is still accepted in answers."


@pytest.mark.parametrize(("status", "told"), [(404, "knows nothing at that path"), (302, "leads elsewhere")])
async def test_a_path_that_is_not_there_is_worth_a_note(shop: Shop, status: int, told: str) -> None:
    shop.status = status
    check = (await looked(SALDO_ORDER_WEBHOOK=shop.url, SALDO_ORDER_KEYS=KEYS))[-1]
    assert (check.state, told in check.text) == (State.NOTE, True)


async def test_one_that_is_away_is_a_problem() -> None:
    check = (await looked(SALDO_ORDER_WEBHOOK="http://127.0.0.1:1/", SALDO_ORDER_KEYS=KEYS))[-1]
    assert (check.state, "does not answer" in check.text) == (State.PROBLEM, True)
    assert check.remedy.startswith("Open the way from this machine to 127.0.0.1")


async def test_one_that_hangs_up_is_a_problem() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        check = (await looked(SALDO_ORDER_WEBHOOK=url, SALDO_ORDER_KEYS=KEYS))[-1]
    assert (check.state, "does not answer" in check.text) == (State.PROBLEM, True)


async def test_a_certificate_that_nobody_vouches_for_is_a_problem(shop: Shop, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    runner = web.AppRunner(web.Application())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    url = f"https://127.0.0.1:{runner.addresses[0][1]}/"
    check = (await looked(SALDO_ORDER_WEBHOOK=url, SALDO_ORDER_KEYS=KEYS))[-1]
    await runner.cleanup()
    assert (check.state, check.text) == (
        State.PROBLEM,
        "The certificate of the purchasing system at 127.0.0.1 cannot be trusted.",
    )


def self_signed(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = folder / "shop.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(secret + made.public_bytes(Encoding.PEM))
    return file


async def test_a_name_that_leads_into_a_network_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    async def resolve(self: PublicResolver, host: str, port: int = 0, family: Any = 0) -> list[Any]:
        raise NotPublic("not a public address")

    monkeypatch.setattr(PublicResolver, "resolve", resolve)
    told = {"SALDO_ORDER_WEBHOOK": "https://shop.example/orders", "SALDO_ORDER_KEYS": KEYS}
    check = (await looked(**AZURE, **told))[-1]
    assert (check.state, "shop.example leads into a network" in check.text) == (State.PROBLEM, True)


async def test_an_address_that_is_not_https_is_not_even_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_orders, "webhook_of", lambda settings: Webhook("http://shop.example/", (b"k" * 32,)))
    check = (await looked())[-1]
    assert (check.state, "https" in check.remedy) == (State.PROBLEM, True)


@pytest.mark.parametrize(
    ("told", "found"),
    [
        (format_datetime(NOW, usegmt=True), []),
        (format_datetime(NOW - timedelta(minutes=5), usegmt=True), []),
        (format_datetime(NOW + timedelta(minutes=12), usegmt=True), [12]),
        ("Sun, 22 Nov 2026 08:00:00 -0000", [60]),
        ("", []),
        ("yesterday", []),
    ],
)
def test_clocks_that_are_too_far_apart_are_a_problem(told: str, found: list[int]) -> None:
    checks = clocks(told, NOW, ENGLISH)
    assert [check.text for check in checks] == [
        f"The purchasing system's clock is {minutes} minutes off. Signatures older than five minutes are refused."
        for minutes in found
    ]


def test_the_doctor_says_so_in_both_languages(cli: Cli) -> None:
    assert "Orders\n  ✓ Approved recharges are bought by the sandbox's own desk." in cli("doctor").out
    cli.set(LANG="es_ES", SALDO_ORDER_WEBHOOK="http://127.0.0.1:1/", SALDO_ORDER_KEYS=KEYS)
    ran = cli("doctor")
    assert ran.status == 1
    assert "El sistema de compras de 127.0.0.1 no responde" in ran.out
    assert "Abre el paso desde este equipo hacia 127.0.0.1" in ran.out


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ({"SALDO_ORDER_WEBHOOK": "http://shop.example/", "SALDO_ORDER_KEYS": KEYS}, "must begin with https"),
        ({"SALDO_ORDER_WEBHOOK": "https://10.0.0.8/", "SALDO_ORDER_KEYS": KEYS}, "not at a host of the internet"),
        ({"SALDO_ORDER_WEBHOOK": "https://shop.example/"}, "Orders are signed"),
        ({"SALDO_ORDER_WEBHOOK": "https://shop.example/", "SALDO_ORDER_KEYS": "abcd"}, "takes 32 random bytes"),
    ],
)
def test_settings_of_the_desk_that_are_wrong_are_problems(cli: Cli, setting: dict[str, str], code: str) -> None:
    cli.set(**AZURE, **setting)
    ran = cli("doctor", "--json")
    assert ran.status == 1
    assert [code in check["text"] for check in ran.json["checks"] if check["area"] == "settings"] == [True]
