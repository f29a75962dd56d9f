"""What people can move in the sandbox besides talking: its clock, the order desk's card, roles, installations.

The app hands these over as narrow callables, so that the simulated Teams knows neither the store nor the jobs.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.people import Role
from bot.sandbox.clock import SandboxClock
from bot.sandbox.state import SandboxState, StateDocument
from bot.sandbox.world import SandboxPerson

Settled = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Levers:
    """A lever that is None cannot be moved here.

    `settled` returns when the jobs that are due now have ended. `move_clock` returns the new time. `set_roles`
    activates (or ends) somebody's eligible roles and names them. `set_installed` remembers who has Saldo.
    """

    settled: Settled | None = None
    move_clock: Callable[[timedelta], Awaitable[datetime]] | None = None
    set_card_expired: Callable[[bool], Awaitable[None]] | None = None
    set_roles: Callable[[SandboxPerson, bool], Awaitable[tuple[str, ...]]] | None = None
    set_installed: Callable[[SandboxPerson, bool], Awaitable[None]] | None = None


def levers_of(document: StateDocument, clock: SandboxClock, settled: Settled) -> Levers:
    """The levers of a sandbox that keeps its state in `document`."""

    async def move_clock(step: timedelta) -> datetime:
        await clock.move(step)
        return clock.now()

    async def set_card_expired(expired: bool) -> None:
        await document.change(lambda state: replace(state, card_expired=expired))

    async def set_roles(person: SandboxPerson, active: bool) -> tuple[str, ...]:
        await document.change(lambda state: _roles_set(state, person, active=active))
        return tuple(sorted(_title(role) for role in person.eligible))

    async def set_installed(person: SandboxPerson, installed: bool) -> None:
        if installed:
            await document.change(lambda state: state.with_saldo_for(person.id))

    return Levers(settled, move_clock, set_card_expired, set_roles, set_installed)


def _roles_set(state: SandboxState, person: SandboxPerson, *, active: bool) -> SandboxState:
    for role in sorted(person.eligible):
        change = state.with_role_activated if active else state.with_role_deactivated
        state = change(person, role)
    return state


def _title(role: Role) -> str:
    return role.name.replace("_", " ").title()
