"""Orders that are posted to a purchasing system, over real HTTP on loopback."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import date

import aiohttp
import pytest
import pytest_asyncio
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.domain.money import Money
from bot.domain.settings import Account, Settings
from bot.orders import webhook as room
from bot.orders.by_hand import ByHandDesk
from bot.orders.desks import Desks
from bot.orders.webhook import (
    ANSWER_LIMIT_BYTES,
    NotPublic,
    PublicResolver,
    Webhook,
    WebhookDesk,
    check_host,
    open_session,
    order_json,
)
from bot.ports.collections import JOBS, ORDERS, SETTINGS
from bot.ports.errors import Final, Retry
from bot.ports.order_desk import Declined, DeskKind, Funded, Order, StillOpen
from bot.ports.store import Put
from bot.store.tiny import TinyStore
from tests.clock import StillClock
from tests.fakes import TENANT
from tests.orders.purchasing import FUNDED, KEY, Purchasing, purchasing, told

ORDER = Order("5f0c1d2e-aaaa", TENANT, Money.of(500, "EUR"), "PO-7")
ARRIVED = Funded(
    Money.of(500, "EUR"), date(2026, 11, 22), "PO-7", invoiced=Money.of(605, "EUR"), tax=Money.of(105, "EUR")
)


class Shop:
    """The house's desks with a webhook behind them."""

    def __init__(self, system: Purchasing, desk: WebhookDesk, store: TinyStore, clock: StillClock) -> None:
        self.system, self.store, self.clock = system, store, clock
        self.desks = Desks(store, clock, {DeskKind.WEBHOOK: desk})

    async def jobs(self) -> list[str]:
        return [document.key.id for document in (await self.store.find(JOBS, TENANT)).documents]


@pytest_asyncio.fixture
async def shop(store: TinyStore) -> AsyncIterator[Shop]:
    clock = StillClock()
    async with purchasing(store, clock) as (system, desk):
        yield Shop(system, desk, store, clock)


async def test_an_order_is_posted_signed_and_under_its_idempotency_key(shop: Shop) -> None:
    await shop.desks.place(ORDER)
    headers, body = shop.system.received[0]
    assert json.loads(body) == {
        "event": "order.placed",
        "version": 1,
        "id": ORDER.id,
        "tenant": TENANT,
        "amount": "500.00",
        "currency": "EUR",
        "po_number": "PO-7",
    }
    assert headers["Idempotency-Key"] == ORDER.id
    assert shop.system.check(shop.clock) == ORDER.id
    assert await shop.desks.status(ORDER) == StillOpen()


async def test_an_order_placed_again_is_the_same_bytes_and_one_order(shop: Shop) -> None:
    await shop.desks.place(ORDER)
    shop.clock.move(days=2)
    await shop.desks.place(ORDER)
    assert [body for _, body in shop.system.received] == [order_json(ORDER)] * 2
    assert list(shop.system.orders) == [ORDER.id]
    assert shop.system.check(shop.clock) == ORDER.id  # signed anew: the first one is too old by now


async def test_an_answer_at_once_is_on_record_and_wakes_the_job(shop: Shop) -> None:
    shop.system.answer = (200, told(**FUNDED), {})
    await shop.desks.place(ORDER)
    assert await shop.desks.status(ORDER) == ARRIVED
    assert await shop.jobs() == [f"follow_order:{ORDER.id}:funded"]


async def test_what_was_answered_is_not_asked_again(shop: Shop) -> None:
    shop.system.answer = (200, told(status="declined", reason="limit"), {})
    await shop.desks.place(ORDER)
    await shop.desks.place(ORDER)
    assert len(shop.system.received) == 1
    assert await shop.desks.status(ORDER) == Declined("limit")


@pytest.mark.parametrize("body", [b"", b"  ", b'{"status": "accepted"}'])
async def test_an_order_that_is_accepted_stays_open(shop: Shop, body: bytes) -> None:
    shop.system.answer = (200, body, {})
    await shop.desks.place(ORDER)
    assert await shop.desks.status(ORDER) == StillOpen()
    assert await shop.jobs() == []


@pytest.mark.parametrize("status", [408, 425, 429, 500, 503])
async def test_a_system_that_is_busy_is_asked_later(shop: Shop, status: int) -> None:
    shop.system.answer = (status, b"", {"Retry-After": "7"})
    with pytest.raises(Retry) as busy:
        await shop.desks.place(ORDER)
    assert busy.value.after_seconds == 7


@pytest.mark.parametrize("wait", ["soon", "", "٣", "-1"])
async def test_a_waiting_time_that_is_no_number_is_ours_to_choose(shop: Shop, wait: str) -> None:
    shop.system.answer = (503, b"", {"Retry-After": wait} if wait else {})
    with pytest.raises(Retry) as busy:
        await shop.desks.place(ORDER)
    assert busy.value.after_seconds is None


@pytest.mark.parametrize(
    ("status", "code"), [(409, "order_differs"), (401, "webhook_refused"), (404, "webhook_refused")]
)
async def test_what_is_refused_for_good_is_not_tried_again(shop: Shop, status: int, code: str) -> None:
    shop.system.answer = (status, b"", {})
    with pytest.raises(Final) as refused:
        await shop.desks.place(ORDER)
    assert refused.value.code == code


async def test_no_redirect_is_followed(shop: Shop) -> None:
    shop.system.answer = (307, b"", {"Location": shop.system.url.replace("/orders", "/elsewhere")})
    with pytest.raises(Final) as refused:
        await shop.desks.place(ORDER)
    assert (refused.value.code, len(shop.system.received)) == ("webhook_refused", 1)


@pytest.mark.parametrize(
    "body",
    [b"thanks", b"[]", told(status="maybe"), b"{" + b" " * ANSWER_LIMIT_BYTES + b"}", b"[" * 5_000, b"x" * 200_000],
)
async def test_an_answer_that_cannot_be_read_books_nothing(shop: Shop, body: bytes) -> None:
    shop.system.answer = (200, body, {})
    with pytest.raises(Final) as refused:
        await shop.desks.place(ORDER)
    assert refused.value.code == "webhook_answer"
    assert await shop.jobs() == []


async def test_a_compressed_answer_is_not_unpacked(shop: Shop) -> None:
    shop.system.answer = (200, b"\x1f\x8b" + bytes(64), {"Content-Encoding": "gzip"})
    with pytest.raises(Final) as refused:
        await shop.desks.place(ORDER)
    assert refused.value.code == "webhook_answer"


async def test_a_system_that_is_away_is_asked_later(store: TinyStore) -> None:
    clock = StillClock()
    async with purchasing(store, clock) as (system, _):
        gone = system.url
    webhook = Webhook(gone, (KEY,), loopback=True)
    async with open_session(webhook) as session:
        with pytest.raises(Retry):
            await WebhookDesk(store, clock, webhook, session).place(ORDER)


async def test_a_system_that_does_not_answer_in_time_is_asked_later(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    never = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await never.wait()
        writer.close()

    monkeypatch.setattr(room, "SECONDS", 0.05)
    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    webhook = Webhook(f"http://127.0.0.1:{port}/", (KEY,), loopback=True)
    async with open_session(webhook) as session:
        with pytest.raises(Retry):
            await WebhookDesk(shop.store, shop.clock, webhook, session).place(ORDER)
    never.set()
    server.close()
    await server.wait_closed()


@pytest.mark.parametrize(
    "url",
    [
        "http://orders.example/",
        "https://10.0.0.8/",
        "https://169.254.169.254/latest",
        "https://[::1]/",
        "https://[::ffff:192.168.1.1]/",
        "https://[2002:0a00:0001::]/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://printer.localhost/",
        "https://224.0.0.1/",
        "https:///orders",
    ],
)
def test_only_https_at_a_public_host_is_spoken_to(url: str) -> None:
    with pytest.raises(Final) as refused:
        check_host(Webhook(url, (KEY,)))
    assert refused.value.code == "webhook_host"


@pytest.mark.parametrize(
    "url", ["https://orders.example/x?sig=1", "https://8.8.8.8/", "https://[2001:4860:4860::8888]/"]
)
def test_a_public_host_is_fine(url: str) -> None:
    check_host(Webhook(url, (KEY,)))


class Lying(AbstractResolver):
    """A name that stands for somebody else's machine, as a hostile name server would tell."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses
        self.closed = False

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=address, port=port, family=2, proto=0, flags=0)
            for address in self.addresses
        ]

    async def close(self) -> None:
        self.closed = True


async def test_a_name_that_leads_into_a_network_is_not_spoken_to(store: TinyStore) -> None:
    webhook = Webhook("https://orders.example/", (KEY,))
    resolver = Lying("8.8.8.8", "192.168.0.10")
    connector = aiohttp.TCPConnector(resolver=PublicResolver(resolver))
    async with aiohttp.ClientSession(connector=connector) as session:
        with pytest.raises(Final) as refused:
            await WebhookDesk(store, StillClock(), webhook, session).place(ORDER)
    assert refused.value.code == "webhook_host"


async def test_a_name_with_public_addresses_only_is_looked_up() -> None:
    inner = Lying("8.8.8.8")
    resolver = PublicResolver(inner)
    assert [one["host"] for one in await resolver.resolve("orders.example", 443)] == ["8.8.8.8"]
    with pytest.raises(NotPublic):
        await PublicResolver(Lying("::1")).resolve("orders.example", 443)
    await resolver.close()
    assert inner.closed


async def test_a_session_beyond_loopback_looks_names_up_with_suspicion() -> None:
    async with open_session(Webhook("https://orders.example/", (KEY,))) as session:
        assert isinstance(session.connector, aiohttp.TCPConnector)
        assert isinstance(session.connector._resolver, PublicResolver)


# Which desk


@pytest.mark.parametrize(
    ("account", "with_webhook", "desk"),
    [
        (None, False, DeskKind.ADMIN_CENTER),
        (Account.MOSA, False, DeskKind.ADMIN_CENTER),
        (Account.EA, False, DeskKind.ADMIN_CENTER),
        (Account.CSP, False, DeskKind.PARTNER),
        (Account.CSP, True, DeskKind.WEBHOOK),
        (Account.MOSA, True, DeskKind.WEBHOOK),
    ],
)
async def test_the_desk_follows_from_the_account_and_the_settings(
    store: TinyStore, account: Account | None, with_webhook: bool, desk: DeskKind
) -> None:
    if account is not None:
        await store.commit([Put(SETTINGS.key(TENANT, "tenant"), Settings(account=account), 0)])
    desks = {kind: ByHandDesk() for kind in (DeskKind.ADMIN_CENTER, DeskKind.PARTNER)}
    if with_webhook:
        desks[DeskKind.WEBHOOK] = ByHandDesk()
    house = Desks(store, StillClock(), desks)
    await house.place(ORDER)
    kept = await store.get(ORDERS.key(TENANT, ORDER.id))
    assert kept is not None
    assert kept.body.desk is desk
    assert await house.status(ORDER) == StillOpen()
    assert await ByHandDesk().status(ORDER) == StillOpen()


async def test_under_an_mca_nothing_is_ordered(store: TinyStore, shop: Shop) -> None:
    await store.commit([Put(SETTINGS.key(TENANT, "tenant"), Settings(account=Account.MCA), 0)])
    with pytest.raises(Final) as refused:
        await shop.desks.place(ORDER)
    assert refused.value.code == "mca_cannot_buy"
    assert shop.system.received == []


async def test_an_order_stays_with_its_desk_whatever_the_settings_become(store: TinyStore, shop: Shop) -> None:
    await shop.desks.place(ORDER)
    by_hand = Desks(store, shop.clock, {DeskKind.ADMIN_CENTER: ByHandDesk()})
    with pytest.raises(Final) as refused:
        await by_hand.place(ORDER)
    assert refused.value.code == "desk_gone"


async def test_another_order_under_a_known_id_is_refused_by_name(shop: Shop) -> None:
    await shop.desks.place(ORDER)
    with pytest.raises(Final) as refused:
        await shop.desks.place(Order(ORDER.id, TENANT, Money.of(501, "EUR"), "PO-7"))
    assert refused.value.code == "order_differs"
    assert len(shop.system.received) == 1


async def test_ten_runners_that_place_the_same_order_at_once_make_one(shop: Shop) -> None:
    shop.system.answer = (200, told(**FUNDED), {})
    await asyncio.gather(*(shop.desks.place(ORDER) for _ in range(10)))
    assert list(shop.system.orders) == [ORDER.id]
    assert await shop.desks.status(ORDER) == ARRIVED
    assert await shop.jobs() == [f"follow_order:{ORDER.id}:funded"]
