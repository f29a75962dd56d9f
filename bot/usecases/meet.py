"""Remember whom Saldo can reach: people's personal chats, their language, and whether they were welcomed."""

import contextlib
from dataclasses import replace

from bot.domain.contacts import Contact, Place
from bot.domain.people import PersonId, TenantId
from bot.ports.clock import Clock
from bot.ports.collections import CONTACTS, PLACES
from bot.ports.store import Conflict, Delete, Document, Key, Put, Store
from bot.ports.turn import Scope, Turn

ATTEMPTS = 8


async def meet(store: Store, turn: Turn, known: Document[Contact] | None, *, language: str = "") -> None:
    """Keep what a turn in the personal chat tells about its actor. Written only where something is new.

    `known` is what was read of them for this turn.
    """
    if turn.scope is not Scope.PERSONAL:
        return
    key = CONTACTS.key(turn.tenant, turn.actor.id)
    for _ in range(ATTEMPTS):
        contact = _seen(known.body if known else None, turn, language)
        if known and known.body == contact:
            return
        try:
            await store.commit([Put(key, contact, known.version if known else 0)])
        except Conflict:
            known = await store.get(key)
        else:
            return
    raise Conflict(key)


def _seen(known: Contact | None, turn: Turn, language: str) -> Contact:
    fresh = Contact(
        person=turn.actor.id,
        name=turn.actor.name,
        teams_id=turn.actor.teams_id,
        conversation_id=turn.address.conversation_id,
        service_url=turn.address.service_url,
        language=language,
        client_locale=turn.locale,
        zone=turn.zone,
    )
    if known is None:
        return fresh
    return replace(
        fresh,
        name=turn.actor.name or known.name,
        language=language or known.language,
        client_locale=turn.locale or known.client_locale,
        zone=turn.zone or known.zone,
        welcomed_at=known.welcomed_at,
    )


async def take_welcome(store: Store, clock: Clock, tenant: TenantId, person: PersonId) -> bool:
    """True for exactly one caller per installation: the one who may send the welcome."""
    document = await store.get(CONTACTS.key(tenant, person))
    if document is None or document.body.welcomed_at is not None:
        return False
    try:
        await store.commit([Put(document.key, replace(document.body, welcomed_at=clock.now()), document.version)])
    except Conflict:
        return False
    return True


async def take_place(store: Store, clock: Clock, turn: Turn) -> bool:
    """True for exactly one caller per installation in a channel or group: the one who may introduce Saldo there."""
    try:
        await store.commit([Put(_place(turn), Place(clock.now()), 0)])
    except Conflict:
        return False
    return True


async def leave_place(store: Store, turn: Turn) -> None:
    """Saldo was taken out of a channel or group: a new installation is introduced again."""
    document = await store.get(_place(turn))
    if document is None:
        return
    with contextlib.suppress(Conflict):  # told twice, at the same moment
        await store.commit([Delete(document.key, document.version)])


def _place(turn: Turn) -> Key[Place]:
    """The conversation itself, whichever of its threads the turn came from."""
    return PLACES.key(turn.tenant, turn.address.conversation_id.partition(";")[0])


async def lose(store: Store, tenant: TenantId, person: PersonId) -> None:
    """The person took Saldo out, or blocked it: nothing reaches them, and a new installation is welcomed again."""
    for _ in range(ATTEMPTS):
        document = await store.get(CONTACTS.key(tenant, person))
        if document is None or not document.body.installed:
            return
        gone = replace(document.body, installed=False, welcomed_at=None)
        try:
            await store.commit([Put(document.key, gone, document.version)])
        except Conflict:
            continue
        return
