"""Whether a recharge is under way, and what keeps a rule from proposing another one at the very moment at which
somebody sends theirs."""

from bot.domain.people import TenantId
from bot.domain.requests import Kind, Request
from bot.domain.rule_course import Openings
from bot.ports.collections import OPENINGS, REQUESTS
from bot.ports.store import Check, Key, Put, Store
from bot.usecases.mirror_auto_recharge import ONE, open_expected


async def is_under_way(store: Store, tenant: TenantId) -> bool:
    """A recharge waits for approval, is being carried out, or is expected."""
    if await store.count(REQUESTS, tenant, where={"open": True, "kind": Kind.RECHARGE.value}):
        return True
    return await open_expected(store, tenant) is not None


async def count_opening(store: Store, tenant: TenantId, before: Request, after: Request) -> list[Put[Openings]]:
    """What goes into the commit that sends a recharge: nothing can be checked for what is not there yet, but this
    moves with each that comes."""
    if after.recharge is None or before.open or not after.open:
        return []
    known = await store.get(_key(tenant))
    sent = known.body.sent + 1 if known else 1
    return [Put(_key(tenant), Openings(sent), known.version if known else 0)]


async def none_sent_since(store: Store, tenant: TenantId) -> Check:
    """Guards a commit that is decided on what is under way from now on."""
    known = await store.get(_key(tenant))
    return Check(_key(tenant), known.version if known else 0)


def _key(tenant: TenantId) -> Key[Openings]:
    return OPENINGS.key(tenant, ONE)
