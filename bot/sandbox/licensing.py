"""Who holds which licence in the simulated tenant, and what Graph answers to an assignment. No I/O here.

The messages are those that Graph is known to send; they differ only in their English text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.people import GroupId
from bot.sandbox import skus
from bot.sandbox.graph_protocol import bad_request
from bot.sandbox.skus import Plan, Sku
from bot.sandbox.state import SandboxState
from bot.sandbox.world import SandboxPerson, World


@dataclass(frozen=True, slots=True)
class Holding:
    """A product assigned to somebody. `error` is Graph's code where a group's assignment failed, else ''."""

    sku: Sku
    by_group: GroupId | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Addition:
    sku_id: str
    disabled_plans: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Tenant:
    """The tenant at one moment."""

    world: World
    state: SandboxState

    def holdings(self, person: SandboxPerson) -> tuple[Holding, ...]:
        """Direct ones first, then what groups give (direct members only, as in Entra)."""
        direct = [Holding(skus.BY_ID[id_]) for id_ in sorted(self.state.sku_ids(person))]
        return (*direct, *self._from_groups(person))

    def plans(self, person: SandboxPerson) -> frozenset[str]:
        """Service plans that are theirs and not disabled."""
        held = {plan.id for holding in self.holdings(person) if not holding.error for plan in holding.sku.plans}
        return frozenset(held) - self.state.plans_off(person)

    def consumed(self, sku: Sku) -> int:
        return sum(1 for person in self.world.people if self._consumes(person, sku))

    def free(self, sku: Sku) -> int:
        return sku.enabled + sku.warning - self.consumed(sku)

    def _consumes(self, person: SandboxPerson, sku: Sku) -> bool:
        return any(holding.sku.id == sku.id and not holding.error for holding in self.holdings(person))

    def _from_groups(self, person: SandboxPerson) -> Iterator[Holding]:
        plans = _plans_of(self.state.sku_ids(person)) - self.state.plans_off(person)
        for group in sorted(person.groups):
            for id_ in self.state.group_licenses.get(group, ()):
                sku = skus.BY_ID[id_]
                problem = _location_problem(self.state, person) or _plan_problem(sku, plans | _ids(sku))
                yield Holding(sku, group, problem.code if problem else "")


@dataclass(frozen=True, slots=True)
class _Problem:
    """`code` is what `licenseAssignmentStates[].error` holds, `message` what a direct assignment answers."""

    code: str
    message: str


def assigned(tenant: Tenant, person: SandboxPerson, add: Sequence[Addition], remove: Sequence[str]) -> SandboxState:
    """The state after an assignment. Raises GraphRefusal with Graph's own words, and then nothing changed."""
    state = tenant.state
    for sku_id in [*(addition.sku_id for addition in add), *remove]:
        _require_known(sku_id)
    for sku_id in remove:
        state = _removed(tenant, state, person, sku_id)
    for addition in add:
        state = _added(Tenant(tenant.world, state), person, addition)
    return state


def group_assigned(state: SandboxState, group: GroupId, add: Sequence[str], remove: Sequence[str]) -> tuple[str, ...]:
    """What the group gives its members afterwards; what fails for one of them shows later, in their states."""
    for sku_id in [*add, *remove]:
        _require_known(sku_id)
    kept = [id_ for id_ in state.group_licenses.get(group, ()) if id_ not in {*add, *remove}]
    return tuple(sorted([*kept, *add]))


def _added(tenant: Tenant, person: SandboxPerson, addition: Addition) -> SandboxState:
    sku, state = skus.BY_ID[addition.sku_id], tenant.state
    held = state.sku_ids(person)
    plans_off = (state.plans_off(person) - _ids(sku)) | addition.disabled_plans
    plans = (tenant.plans(person) | _ids(sku)) - plans_off
    problem = _location_problem(state, person) or _seat_problem(tenant, person, sku) or _plan_problem(sku, plans)
    if problem is not None:
        raise bad_request(problem.message)
    return state.with_licenses(person, held | {sku.id}).with_plans_off(person, plans_off)


def _removed(tenant: Tenant, state: SandboxState, person: SandboxPerson, sku_id: str) -> SandboxState:
    held = state.sku_ids(person)
    if sku_id not in held:
        inherited = any(holding.sku.id == sku_id for holding in tenant.holdings(person))
        raise bad_request(_INHERITED if inherited else "User does not have a corresponding license.")
    left = state.with_licenses(person, held - {sku_id})
    plans = Tenant(tenant.world, left).plans(person)
    for id_ in sorted(held - {sku_id}):
        if problem := _plan_problem(skus.BY_ID[id_], plans):
            raise bad_request(problem.message)
    return left


_INHERITED = "User license is inherited from a group membership and it cannot be removed directly from the user."


def _require_known(sku_id: str) -> None:
    if sku_id not in skus.BY_ID:
        raise bad_request(f"License {sku_id} does not correspond to a valid company License.")


def _location_problem(state: SandboxState, person: SandboxPerson) -> _Problem | None:
    if state.usage_location(person):
        return None
    message = "License assignment cannot be done for user with invalid usage location."
    return _Problem("ProhibitedInUsageLocationViolation", message)


def _seat_problem(tenant: Tenant, person: SandboxPerson, sku: Sku) -> _Problem | None:
    if sku.id in tenant.state.sku_ids(person) or tenant.free(sku) > 0:
        return None
    return _Problem("CountViolation", f"Subscription with SKU {sku.id} does not have any available licenses.")


def _plan_problem(sku: Sku, plans: frozenset[str]) -> _Problem | None:
    """`plans` are the ones that the person would hold, those of `sku` included."""
    for plan in sku.plans:
        if plan.id in plans and (problem := _dependency(plan, plans) or _exclusion(plan, plans)):
            return problem
    return None


def _dependency(plan: Plan, plans: frozenset[str]) -> _Problem | None:
    if not plan.needs_one_of or plans & frozenset(plan.needs_one_of):
        return None
    needed = ", ".join(plan.needs_one_of)
    message = f"License assignment failed because service plan {plan.id} depends on the service plan(s) {needed}"
    return _Problem("DependencyViolation", message)


def _exclusion(plan: Plan, plans: frozenset[str]) -> _Problem | None:
    for other in plan.excludes:
        if other in plans:
            message = f"License assignment failed because service plans {plan.id}, {other} are mutually exclusive."
            return _Problem("MutuallyExclusiveViolation", message)
    return None


def _ids(sku: Sku) -> frozenset[str]:
    return frozenset(plan.id for plan in sku.plans)


def _plans_of(sku_ids: frozenset[str]) -> frozenset[str]:
    return frozenset(plan.id for id_ in sku_ids for plan in skus.BY_ID[id_].plans)
