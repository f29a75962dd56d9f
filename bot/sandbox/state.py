"""What changed in the simulated tenant since its first day: one document, so that it survives a restart and that
the command line agrees with a running sandbox. The changes are pure; `StateDocument` is the only I/O here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from bot.domain.people import PersonId, Role
from bot.ports.store import Collection, Conflict, Put, Store
from bot.sandbox.world import TENANT, SandboxPerson

V = TypeVar("V")
_ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class SandboxState:
    """Maps hold only whom something changed for; ids are lower case.

    `throttle` is "" (never), "some" (every third request) or "all".
    """

    clock_offset_seconds: int | None = None  # None until the sandbox ran for the first time
    licenses: dict[str, tuple[str, ...]] = field(default_factory=dict)  # person id -> sku ids held now
    disabled_plans: dict[str, tuple[str, ...]] = field(default_factory=dict)  # person id -> plan ids
    group_licenses: dict[str, tuple[str, ...]] = field(default_factory=dict)  # group id -> sku ids
    usage_locations: dict[str, str] = field(default_factory=dict)
    activated_roles: dict[str, tuple[str, ...]] = field(default_factory=dict)  # person id -> role template ids
    installed: dict[str, bool] = field(default_factory=dict)  # person id -> has the bot now
    card_expired: bool = False
    throttle: str = ""
    missing_permissions: tuple[str, ...] = ()

    def sku_ids(self, person: SandboxPerson) -> frozenset[str]:
        """Assigned to the person directly; what groups give is in `bot/sandbox/licensing.py`."""
        return frozenset(self.licenses.get(person.id, person.sku_ids))

    def plans_off(self, person: SandboxPerson) -> frozenset[str]:
        return frozenset(self.disabled_plans.get(person.id, person.disabled_plans))

    def usage_location(self, person: SandboxPerson) -> str | None:
        return self.usage_locations.get(person.id, person.person.usage_location)

    def roles(self, person: SandboxPerson) -> frozenset[Role]:
        """Active for the whole organisation and assigned to the person, not through groups."""
        return person.roles | {Role(role) for role in self.activated_roles.get(person.id, ())}

    def has_saldo(self, person: SandboxPerson) -> bool:
        return self.installed.get(person.id, person.has_saldo)

    def with_licenses(self, person: SandboxPerson, sku_ids: frozenset[str]) -> "SandboxState":
        return replace(self, licenses=_with(self.licenses, person.id, tuple(sorted(sku_ids))))

    def with_plans_off(self, person: SandboxPerson, plans: frozenset[str]) -> "SandboxState":
        return replace(self, disabled_plans=_with(self.disabled_plans, person.id, tuple(sorted(plans))))

    def with_usage_location(self, person: SandboxPerson, country: str) -> "SandboxState":
        return replace(self, usage_locations=_with(self.usage_locations, person.id, country))

    def with_role_activated(self, person: SandboxPerson, role: Role) -> "SandboxState":
        """Raises ValueError for a role that the person is not eligible for."""
        if role not in person.eligible:
            raise ValueError(f"{person.name} is not eligible for {role.name}")
        active = sorted({*self.activated_roles.get(person.id, ()), role.value})
        return replace(self, activated_roles=_with(self.activated_roles, person.id, tuple(active)))

    def with_role_deactivated(self, person: SandboxPerson, role: Role) -> "SandboxState":
        left = tuple(each for each in self.activated_roles.get(person.id, ()) if each != role.value)
        return replace(self, activated_roles=_with(self.activated_roles, person.id, left))

    def with_saldo_for(self, person: PersonId) -> "SandboxState":
        return replace(self, installed=_with(self.installed, person, value=True))

    def without_saldo_for(self, person: PersonId) -> "SandboxState":
        return replace(self, installed=_with(self.installed, person, value=False))


STATES: Collection[SandboxState] = Collection("sandbox", SandboxState)
STATE_KEY = STATES.key(TENANT, "state")


class StateDocument:
    """The one document, read afresh each time: several processes may change it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def read(self) -> SandboxState:
        document = await self._store.get(STATE_KEY)
        return document.body if document else SandboxState()

    async def change(self, how: Callable[[SandboxState], SandboxState]) -> SandboxState:
        """Apply a pure change, again if another writer was faster. Raises Conflict when that happens too often,
        and what `how` raises; then nothing changed."""
        for attempt in range(1, _ATTEMPTS + 1):
            document = await self._store.get(STATE_KEY)
            before = document.body if document else SandboxState()
            after = how(before)
            if after == before:
                return before
            try:
                await self._store.commit([Put(STATE_KEY, after, document.version if document else 0)])
            except Conflict:
                if attempt == _ATTEMPTS:
                    raise
            else:
                return after
        raise AssertionError("unreachable")

    async def card_expired(self) -> bool:
        return (await self.read()).card_expired


def _with(known: Mapping[str, V], key: str, value: V) -> dict[str, V]:
    return {**known, key: value}
