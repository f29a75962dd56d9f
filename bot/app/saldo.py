"""The bot on its own: store, Graph, Teams and jobs put together, opened and closed in order."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import aiohttp
from aiohttp import web

from bot.commands.dispatch import broken, dispatch
from bot.config import Settings
from bot.domain.people import PersonId, TenantId
from bot.graph.call_log import GraphCallLog
from bot.graph.client import GraphClient, TokenSource
from bot.graph.directory import GraphDirectory
from bot.graph.licenses import GraphLicenses
from bot.jobs.clockwork import wind_up
from bot.jobs.handlers import CLOCK_JOBS, HANDLERS
from bot.jobs.runner import Runner
from bot.keys import load_chain_key, load_keys
from bot.orders.by_hand import ByHandDesk
from bot.orders.callback import Callback
from bot.orders.desks import Desks
from bot.orders.webhook import Webhook, WebhookDesk, open_session
from bot.ports.clock import Clock
from bot.ports.order_desk import DeskKind, OrderDesk
from bot.ports.outside import Outside
from bot.ports.store import Store
from bot.ports.turn import Reply, Turn
from bot.store.errors import StoreError
from bot.store.tiny import TinyStore, open_store
from bot.teams.adapter import Conversation, TeamsAdapter
from bot.teams.auth import TokenCheck
from bot.teams.connector import Connector, make_session
from bot.teams.messenger import TeamsMessenger
from bot.teams.server import make_app
from bot.teams.settings import TeamsSettings
from bot.teams.signing_keys import SigningKeys
from bot.usecases.audit_chain import heads_of, log_head
from bot.usecases.pursue_request import take_up
from bot.usecases.set_up import keep_place
from bot.usecases.standing import Standings
from bot.views.house import House
from cards.actions import Signer

OPERATOR = PersonId("operator:settings")  # what the environment says, said by whoever runs the bot
TURN_DEADLINE_SECONDS = 2.0  # what a turn waits for Graph; a job has more time


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Saldo:
    """A house that is open. `web` listens for Teams, `runner` does what is due; neither has been started."""

    settings: Settings
    teams: TeamsSettings
    store: TinyStore
    house: House
    runner: Runner
    web: web.Application
    adapter: TeamsAdapter = field(repr=False)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the sandbox puts in the place of the real thing."""

    clock: Clock = field(default_factory=RealClock)
    desk: Callable[[Store, Clock], OrderDesk] | None = None  # in the place of those of the settings
    tenants: tuple[TenantId, ...] = ()
    store: TinyStore | None = None


@asynccontextmanager
async def open_saldo(settings: Settings, parts: Parts | None = None) -> AsyncIterator[Saldo]:
    """Everything that a bot needs, closed in the opposite order. Raises the store's and the settings' errors."""
    parts = parts or Parts()
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(make_session())
        store = parts.store
        if store is None:
            store = await stack.enter_async_context(opened_store(settings))
        tokens = await _tokens(settings, session, stack) if settings.azure else None
        desk = await _desk(settings, parts, store, stack)
        yield await _compose(settings, parts, _Plumbing(store, session, desk, tokens))


@asynccontextmanager
async def opened_store(settings: Settings) -> AsyncIterator[TinyStore]:
    store = await open_store(settings.data, chain_key=load_chain_key(settings))
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def open_outside(settings: Settings, parts: Parts) -> AsyncIterator[Outside]:
    """The outside for one command: nothing listens, and no job is wound up. `parts` holds the store."""
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(make_session())
        tokens = await _tokens(settings, session, stack) if settings.azure else None
        if parts.store is None:
            raise ValueError("the store is the caller's")
        teams = teams_settings(settings, parts.tenants)
        plumbing = _Plumbing(parts.store, session, await _desk(settings, parts, parts.store, stack), tokens)
        graph = GraphClient(session, settings.graph_url, tokens)
        yield _outside(teams, parts, plumbing, (Connector(session, teams, tokens), graph))


async def _tokens(settings: Settings, session: aiohttp.ClientSession, stack: AsyncExitStack) -> TokenSource:
    from bot.graph.tokens import azure_tokens  # 0.4 s of imports that the sandbox can do without

    tokens = azure_tokens(settings, session)
    stack.push_async_callback(tokens.close)
    return tokens


@dataclass(frozen=True, slots=True)
class _Plumbing:
    """What everything else hangs on. `tokens` is None in the sandbox: over plain http none is sent."""

    store: TinyStore
    session: aiohttp.ClientSession
    desk: OrderDesk
    tokens: TokenSource | None


async def _desk(settings: Settings, parts: Parts, store: Store, stack: AsyncExitStack) -> OrderDesk:
    if parts.desk is not None:
        return parts.desk(store, parts.clock)
    desks: dict[DeskKind, OrderDesk] = dict.fromkeys((DeskKind.ADMIN_CENTER, DeskKind.PARTNER), ByHandDesk())
    webhook = webhook_of(settings)
    if webhook is not None:
        session = await stack.enter_async_context(open_session(webhook))
        desks[DeskKind.WEBHOOK] = WebhookDesk(store, parts.clock, webhook, session)
    return Desks(store, parts.clock, desks)


def webhook_of(settings: Settings) -> Webhook | None:
    """The organization's purchasing system; None where people buy."""
    if not settings.order_webhook or settings.order_desk != "auto":
        return None
    return Webhook(settings.order_webhook, settings.order_keys, loopback=not settings.azure)


async def _compose(settings: Settings, parts: Parts, plumbing: _Plumbing) -> Saldo:
    store, session, tokens = plumbing.store, plumbing.session, plumbing.tokens
    teams = teams_settings(settings, parts.tenants)
    connector = Connector(session, teams, tokens)
    graph = GraphClient(session, settings.graph_url, tokens)
    outside = _outside(teams, parts, plumbing, (connector, graph))
    signer = Signer(load_keys(settings))
    house = _house(settings, outside, signer)
    in_turns = replace(
        outside,
        directory=GraphDirectory(graph, deadline_seconds=TURN_DEADLINE_SECONDS),
        licenses=GraphLicenses(graph, deadline_seconds=TURN_DEADLINE_SECONDS),
    )
    adapter = _adapter(teams, connector, _house(settings, in_turns, signer), session)
    tenants = tenants_of(settings, parts.tenants)
    for tenant in tenants:
        await _take_up(settings, house, tenant)
    return Saldo(
        settings=settings,
        teams=teams,
        store=store,
        house=house,
        runner=Runner(house, HANDLERS, tenants=frozenset(tenants)),
        web=_web(settings, teams, adapter, outside, frozenset(tenants)),
        adapter=adapter,
    )


async def _take_up(settings: Settings, house: House, tenant: TenantId) -> None:
    """What an organization finds done when the bot starts."""
    outside = house.outside
    await wind_up(house, tenant, CLOCK_JOBS)
    await take_up(outside, tenant)
    await heads_of(outside.store, tenant)  # so that the first line of the log carries one
    if settings.locale or settings.zone:
        await keep_place(outside.store, outside.clock, tenant, OPERATOR, (settings.locale, settings.zone))


def _web(
    settings: Settings, teams: TeamsSettings, adapter: TeamsAdapter, outside: Outside, tenants: frozenset[TenantId]
) -> web.Application:
    async def ready() -> bool:
        return await store_answers(outside.store)

    app = make_app(teams, adapter, ready)
    if webhook_of(settings) is not None:
        Callback(outside.store, outside.clock, settings.order_keys, tenants).add_to(app)
    return app


def _outside(
    teams: TeamsSettings, parts: Parts, plumbing: _Plumbing, clients: tuple[Connector, GraphClient]
) -> Outside:
    connector, graph = clients
    return Outside(
        store=plumbing.store,
        clock=parts.clock,
        directory=GraphDirectory(graph),
        licenses=GraphLicenses(graph),
        call_log=GraphCallLog(graph),
        messenger=TeamsMessenger(plumbing.session, teams, connector),
        desk=plumbing.desk,
    )


def _house(settings: Settings, outside: Outside, signer: Signer) -> House:
    standings = Standings(outside.store, outside.directory, outside.clock)
    return House(outside, standings, signer, consent_url(settings))


def _adapter(
    teams: TeamsSettings, connector: Connector, house: House, session: aiohttp.ClientSession
) -> TeamsAdapter:
    async def answer(turn: Turn) -> Reply:
        return await dispatch(house, turn)

    def on_bug(turn: Turn, turn_id: str) -> Reply:
        return broken(house, turn, turn_id)

    def head(tenant: TenantId) -> str:
        return log_head(house.outside.store, tenant)

    check = TokenCheck(teams, SigningKeys(session, teams.openid_metadata_url)) if teams.authenticated else None
    return TeamsAdapter(teams, connector, check, Conversation(answer, on_bug, head))


def teams_settings(settings: Settings, tenants: tuple[TenantId, ...] = ()) -> TeamsSettings:
    return TeamsSettings(
        app_id=settings.app_id,
        allowed_tenants=frozenset(tenants_of(settings, tenants)),
        openid_metadata_url=settings.openid_metadata_url,
        token_issuer=settings.token_issuer,
        connector_scope=settings.bot_scope,
        service_hosts=settings.service_hosts,
        file_hosts=settings.file_hosts,
    )


def tenants_of(settings: Settings, tenants: tuple[TenantId, ...]) -> tuple[TenantId, ...]:
    return tenants or settings.allowed_tenants


def consent_url(settings: Settings) -> str:
    """Microsoft's page on which a Global Administrator grants the app's Graph permissions; '' in the sandbox."""
    if not settings.azure:
        return ""
    return f"{settings.authority_url}/{settings.tenant_id}/adminconsent?client_id={settings.app_id}"


async def store_answers(store: Store) -> bool:
    try:
        await store.tenants()
    except StoreError:
        return False
    return True
