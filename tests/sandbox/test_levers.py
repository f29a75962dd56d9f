"""What people can move in the sandbox, kept in its one document."""

from datetime import UTC, datetime, timedelta

from bot.domain.people import Role
from bot.sandbox.clock import SandboxClock
from bot.sandbox.levers import levers_of
from bot.sandbox.state import StateDocument
from bot.sandbox.world import World
from bot.store.tiny import TinyStore


async def test_the_levers_change_the_sandboxs_document(store: TinyStore) -> None:
    document = StateDocument(store)
    now = datetime(2026, 11, 22, 9, tzinfo=UTC)
    levers = levers_of(document, SandboxClock(document, lambda: now), _settled)
    grace = World().by_name("grace")
    assert grace is not None
    assert levers.move_clock is not None
    assert levers.set_card_expired is not None
    assert levers.set_roles is not None
    assert levers.set_installed is not None
    assert await levers.move_clock(timedelta(days=3)) == now + timedelta(days=3)
    await levers.set_card_expired(True)
    assert await levers.set_roles(grace, True) == ("Global Administrator",)
    await levers.set_installed(grace, True)
    await levers.set_installed(grace, False)
    state = await document.read()
    assert state.card_expired
    assert state.roles(grace) == {Role.GLOBAL_ADMINISTRATOR}
    assert state.has_saldo(grace)
    await levers.set_roles(grace, False)
    assert (await document.read()).roles(grace) == frozenset()


async def _settled() -> None:
    pass
