"""The simulated tenant's people, and what changes about them."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.people import Role
from bot.ports.store import Conflict, Operation
from bot.sandbox import roster, skus
from bot.sandbox.clock import BEGINNING, SandboxClock
from bot.sandbox.licensing import Tenant
from bot.sandbox.state import SandboxState, StateDocument
from bot.sandbox.world import SandboxPerson, World
from bot.store.tiny import TinyStore
from tests.shared import shared


def who(name: str, world: World | None = None) -> SandboxPerson:
    found = (world or World()).by_name(name)
    assert found is not None
    return found


def test_two_worlds_of_one_seed_are_equal() -> None:
    assert World().people == World().people
    assert World(8).people != World().people


def test_full_names_addresses_and_ids_are_unique() -> None:
    people = World().people
    assert 55 <= len(people) <= 65
    for facts in (
        {each.name for each in people},
        {each.id for each in people},
        {each.teams_id for each in people},
        {each.person.address for each in people},
    ):
        assert len(facts) == len(people)
    assert all(each.teams_id.startswith("29:") for each in people)


@pytest.mark.parametrize(
    ("name", "locale", "roles", "has_saldo"),
    [
        ("Ana Torres", "es-ES", {Role.TEAMS_ADMINISTRATOR}, True),
        ("Luis Vega", "es-MX", {Role.BILLING_ADMINISTRATOR}, True),
        ("Carmen Soler", "es-ES", set(), True),
        ("Grace Kim", "en-US", set(), False),
        ("Omar Haddad", "en-US", {Role.LICENSE_ADMINISTRATOR}, True),
        ("Eva Ruiz", "es-ES", set(), True),
        ("Tom Baker", "en-US", set(), True),
    ],
)
def test_a_given_name_means_the_named_person(name: str, locale: str, roles: set[Role], has_saldo: bool) -> None:
    person = who(name.split(" ")[0].upper())
    facts = (person.name, person.client_locale, set(person.roles), person.has_saldo)
    assert facts == (name, locale, roles, has_saldo)


def test_only_the_named_ones_have_saldo() -> None:
    having = {each.name.split(" ")[0] for each in World().people if each.has_saldo}
    assert having == {"Ana", "Luis", "Carmen", "Omar", "Eva", "Tom"}


def test_ana_and_luis_are_ambiguous_given_names_and_the_rest_of_the_named_are_not() -> None:
    given = [each.person.given_name for each in World().people]
    assert (given.count("Ana"), given.count("Luis")) == (2, 2)
    assert all(given.count(name) == 1 for name in ("Carmen", "Grace", "Omar", "Eva", "Tom"))


def test_there_is_one_of_each_difficult_case() -> None:
    world = World()
    assert who("Grace").eligible == {Role.GLOBAL_ADMINISTRATOR}
    assert who("tom").sku_ids == frozenset()
    assert who("Hannah Fischer").person.guest
    assert not who("pablo serrano").person.enabled
    assert who("Marta Gil").person.usage_location is None
    assert who("Centralita Madrid").resource_account
    assert who("Jorge Molina").sku_ids == {skus.E3}
    assert skus.CREDITS in who("Nuria Campos").sku_ids
    rosa = who("Rosa Delgado")
    assert skus.AUDIO_CONFERENCING in rosa.sku_ids
    assert skus.AUDIO_CONFERENCING_PLAN not in Tenant(world, SandboxState()).plans(rosa)


def test_groups_hold_members_through_nested_groups() -> None:
    world = World()
    assert [each.name for each in world.members(world.group_named(roster.APPROVERS))] == ["Carmen Soler"]
    sales = {each.name for each in world.members(world.group_named(roster.SALES))}
    assert {"Tom Baker", "Eva Ruiz", "Ana Beltrán"} <= sales
    assert roster.SALES in {group.name for group in world.groups_of(who("eva"))}
    with pytest.raises(KeyError):
        world.group_named("Nobody")


def test_people_are_found_by_id_address_and_teams_id() -> None:
    world, eva = World(), who("eva")
    assert world.by_id(eva.id.upper()) == eva
    assert world.by_id(eva.person.address.upper()) == eva
    assert world.by_teams_id(eva.teams_id) == eva
    assert world.by_name(eva.person.address) == eva
    assert world.by_name("álvaro") == world.by_name("ALVARO")
    assert (world.by_id("x"), world.by_teams_id("x"), world.by_name("x"), world.group("x")) == (None,) * 4


def test_product_ids_are_the_published_ones() -> None:
    published = json.loads(shared("data/voice_skus.json").read_text(encoding="utf-8"))
    known = {row["skuId"]: {plan["servicePlanId"] for plan in row["voicePlans"]} for row in published}
    for sku in skus.SKUS:
        assert known[sku.id] <= {plan.id for plan in sku.plans}, sku.part_number


def test_nobody_holds_on_the_first_day_what_could_not_be_assigned() -> None:
    tenant = Tenant(World(), SandboxState())
    assert all(tenant.free(sku) >= 0 for sku in skus.SKUS)
    for person in tenant.world.people:
        for holding in tenant.holdings(person):
            plans = {plan.id for held in tenant.holdings(person) for plan in held.sku.plans}
            for plan in holding.sku.plans:
                assert not plan.needs_one_of or plans & set(plan.needs_one_of), person.name


async def test_changes_survive_a_restart_and_are_seen_by_another_process(store: TinyStore) -> None:
    tom = who("tom")
    await StateDocument(store).change(lambda state: state.with_usage_location(tom, "MX"))
    await StateDocument(store).change(lambda state: state.with_licenses(tom, frozenset({skus.E5})))
    state = await StateDocument(store).read()
    assert state.usage_location(tom) == "MX"
    assert state.sku_ids(tom) == {skus.E5}
    assert not await StateDocument(store).card_expired()


async def test_saldo_can_be_installed_and_removed(store: TinyStore) -> None:
    document, grace, eva = StateDocument(store), who("grace"), who("eva")
    await document.change(lambda state: state.with_saldo_for(grace.id).without_saldo_for(eva.id))
    state = await document.read()
    assert (state.has_saldo(grace), state.has_saldo(eva), state.has_saldo(who("ana"))) == (True, False, True)


async def test_an_eligible_role_can_be_activated_and_ended(store: TinyStore) -> None:
    document, grace = StateDocument(store), who("grace")
    active = await document.change(lambda state: state.with_role_activated(grace, Role.GLOBAL_ADMINISTRATOR))
    assert active.roles(grace) == {Role.GLOBAL_ADMINISTRATOR}
    ended = await document.change(lambda state: state.with_role_deactivated(grace, Role.GLOBAL_ADMINISTRATOR))
    assert ended.roles(grace) == frozenset()
    with pytest.raises(ValueError, match="not eligible"):
        await document.change(lambda state: state.with_role_activated(grace, Role.BILLING_ADMINISTRATOR))


class _Crowded:
    """A store in which another writer is always faster."""

    def __init__(self, store: TinyStore, losses: int) -> None:
        self._store, self._losses, self.get = store, losses, store.get

    async def commit(self, operations: list[Operation]) -> None:
        self._losses -= 1
        if self._losses >= 0:
            raise Conflict(operations[0].key)  # type: ignore[union-attr]  # a Put
        await self._store.commit(operations)


async def test_a_change_is_decided_again_when_another_writer_was_faster(store: TinyStore) -> None:
    document = StateDocument(_Crowded(store, 3))  # type: ignore[arg-type]  # get and commit are all it uses
    assert (await document.change(lambda state: state.with_saldo_for(who("grace").id))).has_saldo(who("grace"))
    with pytest.raises(Conflict):
        await StateDocument(_Crowded(store, 99)).change(  # type: ignore[arg-type]
            lambda state: state.without_saldo_for(who("grace").id)
        )


async def test_the_first_start_begins_at_a_fixed_moment_and_the_next_ones_go_on(store: TinyStore) -> None:
    real = datetime(2030, 5, 4, 3, 2, 1, tzinfo=UTC)
    first = SandboxClock(StateDocument(store), lambda: real)
    assert first.now() == real
    await first.start()
    assert first.now() == BEGINNING
    later = SandboxClock(StateDocument(store), lambda: real + timedelta(days=2))
    await later.start()
    assert later.now() == BEGINNING + timedelta(days=2)


async def test_a_moved_clock_is_moved_for_another_process_once_it_looks(store: TinyStore) -> None:
    real = datetime(2030, 5, 4, tzinfo=UTC)
    here, there = (SandboxClock(StateDocument(store), lambda: real) for _ in range(2))
    await here.start()
    await there.start()
    await here.move(timedelta(days=3, seconds=5))
    assert there.now() == BEGINNING
    await there.refresh()
    assert there.now() == here.now() == BEGINNING + timedelta(days=3, seconds=5)


async def test_time_never_moves_back(store: TinyStore) -> None:
    with pytest.raises(ValueError, match="forward"):
        await SandboxClock(StateDocument(store)).move(timedelta(seconds=-1))
    assert SandboxClock(StateDocument(store)).now().tzinfo is UTC
