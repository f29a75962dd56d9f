"""The policy of approvals: the one in force, and every version before it."""

from bot.domain.people import TenantId
from bot.domain.policy import FALLBACK, Policy
from bot.ports.collections import POLICIES
from bot.ports.store import Check, Key, Store


async def load_policy(store: Store, tenant: TenantId) -> Policy:
    """The one in force; the fallback while the organisation has chosen none."""
    page = await store.find(POLICIES, tenant, newest_first=True, limit=1)
    return page.documents[0].body if page.documents else FALLBACK


def policy_key(tenant: TenantId, version: int) -> Key[Policy]:
    """Ids sort as the versions do."""
    return POLICIES.key(tenant, f"{version:08d}")


def still_in_force(tenant: TenantId, policy: Policy) -> Check:
    """Guards a commit that was decided under `policy`: no later version may be there."""
    return Check(policy_key(tenant, policy.version + 1), 0)
