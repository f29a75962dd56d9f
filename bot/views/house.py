"""What commands, jobs and views share: the outside, people's rights, the button keys, what was denied, who reads."""

from dataclasses import dataclass, field
from typing import Any

from bot.domain.contacts import Contact
from bot.domain.people import PersonId, TenantId
from bot.domain.settings import Settings
from bot.locale.language import choose_language
from bot.locale.reader import CatalogueReader, reader_for, zone_of
from bot.ports.collections import CONTACTS
from bot.ports.errors import PortError
from bot.ports.outside import Outside
from bot.ports.turn import Message
from bot.usecases.note_denial import Denials
from bot.usecases.settings import load_settings
from bot.usecases.standing import Standings
from cards.actions import Buttons, Signer

SUMMARY_LIMIT = 200  # characters: what a notification shows


@dataclass(frozen=True, slots=True)
class House:
    """`consent_url` is where a Global Administrator grants Graph permissions; '' in the sandbox."""

    outside: Outside
    standings: Standings
    signer: Signer
    consent_url: str = ""
    denials: Denials = field(default_factory=Denials)

    def buttons(self, tenant: TenantId) -> Buttons:
        return Buttons(self.signer, tenant)


def reader_of_contact(
    contact: Contact | None, settings: Settings, *, preferred_language: str = ""
) -> CatalogueReader:
    """The reader of a message that nobody asked for: the language last used, then the directory's preferred one,
    then the client's, then the tenant's default."""
    client_locale = contact.client_locale if contact else ""
    language = choose_language(
        "", contact.language if contact else None, preferred_language, client_locale, settings.locale
    )
    zone = zone_of(contact.zone if contact else "", settings.zone)
    return reader_for(language, tenant_locale=settings.locale, client_locale=client_locale, zone=zone)


async def reader_of_person(house: House, tenant: TenantId, person: PersonId) -> CatalogueReader:
    """As `reader_of_contact`; the directory is asked only where the person never wrote."""
    document = await house.outside.store.get(CONTACTS.key(tenant, person))
    contact = document.body if document else None
    settings = await load_settings(house.outside.store, tenant)
    preferred = "" if contact and contact.language else await _preferred_language(house, tenant, person)
    return reader_of_contact(contact, settings, preferred_language=preferred)


async def _preferred_language(house: House, tenant: TenantId, person: PersonId) -> str:
    """'' where the directory does not tell: a message in the tenant's language beats no message."""
    try:
        known = await house.outside.directory.person(tenant, person)
    except PortError:
        return ""
    return (known.preferred_language if known else None) or ""


def card_message(card: dict[str, Any], *, lock: str = "") -> Message:
    """A message that holds a card. `lock` is the line of a locked phone, without sums; where nobody asked for the
    message it must be given, else the card's own first sentence serves."""
    return Message(text=lock, card=card, summary=(lock or str(card.get("speak", "")))[:SUMMARY_LIMIT])
