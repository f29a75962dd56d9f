"""Who has a right, and has Saldo: whom to write to about what only they can do."""

import contextlib

from bot.domain.people import PersonId, Right, TenantId
from bot.ports.collections import CONTACTS
from bot.ports.errors import MissingPermission
from bot.ports.outside import Outside
from bot.usecases.find_approvers import holders_of
from bot.usecases.settings import load_settings
from bot.usecases.standing import PROVEN_RIGHTS


async def people_with(outside: Outside, tenant: TenantId, right: Right) -> list[PersonId]:
    """Holders of a role with that right, and who proved control where that gives it, as far as Saldo can write to
    them.

    Where Graph does not let us read roles, the others are found all the same. Raises the directory's other errors.
    """
    found: dict[PersonId, None] = {}
    with contextlib.suppress(MissingPermission):
        found.update((person.id, None) for person in await holders_of(outside, tenant, right))
    if right in PROVEN_RIGHTS:
        settings = await load_settings(outside.store, tenant)
        found.update((proven.id, None) for proven in settings.proven)
    contacts = [await outside.store.get(CONTACTS.key(tenant, person)) for person in found]
    return [contact.body.person for contact in contacts if contact and contact.body.installed]
