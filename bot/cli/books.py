"""The store of one organisation, opened for one command: beside a running bot, or on an empty folder."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from bot.cli.operators import Operator
from bot.cli.troubles import Misuse
from bot.config import Settings, read_settings
from bot.domain.errors import Refusal
from bot.domain.people import PersonId, TenantId
from bot.keys import load_chain_key
from bot.ports.clock import Clock
from bot.store.errors import StoreUnavailable

if TYPE_CHECKING:  # rooms that a help text can do without
    from bot.store.tiny import TinyStore


@dataclass(frozen=True, slots=True)
class Books:
    """`clock` is the sandbox's where a sandbox has run in this folder, else real time."""

    settings: Settings
    store: "TinyStore"
    clock: Clock
    tenant: TenantId
    actor: PersonId


def at_books(who: Operator, tenant: str, work: Callable[[Books], Awaitable[int]]) -> int:
    """The exit status of `work`, done on the store of this process's settings."""

    async def at_work() -> int:
        settings = read_settings(os.environ)
        async with open_books(settings, tenant_of(settings, tenant), who.actor) as books:
            return await work(books)

    return asyncio.run(at_work())


@asynccontextmanager
async def open_books(settings: Settings, tenant: TenantId, actor: PersonId) -> AsyncIterator[Books]:
    """Raises the store's and the settings' errors."""
    from bot.sandbox.clock import SandboxClock
    from bot.sandbox.state import StateDocument

    store = await opened(settings)
    try:
        clock = SandboxClock(StateDocument(store))
        if not settings.azure:
            await clock.refresh()  # and not start(): a folder in which no sandbox ran keeps real time
        yield Books(settings, store, clock, tenant, actor)
    finally:
        await store.close()


async def opened(settings: Settings) -> "TinyStore":
    from bot.store.tiny import open_store

    return await open_store(settings.data, chain_key=chain_key(settings))


def chain_key(settings: Settings) -> bytes:
    """The first thing that is written on an empty folder. Raises StoreUnavailable where it cannot be, and
    SettingsError where the key that is there is of no use."""
    try:
        return load_chain_key(settings)
    except OSError as error:
        raise StoreUnavailable(f"{settings.data} cannot be used: {error.strerror}") from None


def tenant_of(settings: Settings, asked: str) -> TenantId:
    """The tenant that was asked for, else the only one that is allowed, else the sandbox's.

    Raises Misuse("cli_tenant_malformed"), Refusal("cli_tenant_several"|"cli_tenant_not_allowed").
    """
    from bot.sandbox.world import TENANT

    allowed = settings.allowed_tenants or (TENANT,)
    if not asked:
        if len(allowed) > 1:
            raise Refusal("cli_tenant_several", tenants=list(allowed))
        return allowed[0]
    try:
        tenant = TenantId(str(UUID(asked)))
    except ValueError:
        raise Misuse("cli_tenant_malformed") from None
    if tenant not in allowed:
        raise Refusal("cli_tenant_not_allowed", tenant=tenant, tenants=list(allowed))
    return tenant
