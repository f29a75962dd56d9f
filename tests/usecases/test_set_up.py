from datetime import UTC, date, datetime

import pytest

from bot.domain.errors import Refusal
from bot.domain.money import Money
from bot.domain.people import PersonId
from bot.domain.settings import Account, NamedGroup, NamedPerson, Progress, SetupStep
from bot.usecases.plan_licenses import PEOPLE_LIMIT
from bot.usecases.read_balance import read_balance
from bot.usecases.set_up import (
    find_approver_names,
    keep_installer,
    keep_place,
    mark_step,
    set_account,
    set_approvers,
    set_opening_balance,
)
from bot.usecases.settings import load_settings
from tests.fakes import ANA, APPROVERS, EVA, LUIS, TENANT
from tests.usecases.world import World, eur

GROUP = NamedGroup(APPROVERS, "Saldo approvers")
TODAY = date(2026, 11, 22)


async def test_the_first_installer_lends_their_language_and_zone_and_later_ones_change_nothing(world: World) -> None:
    ana, luis = NamedPerson(ANA.id, ANA.name), NamedPerson(LUIS.id, LUIS.name)
    first = await keep_installer(world.store, world.clock, TENANT, ana, "es-ES", "Europe/Madrid")
    assert (first.installer, first.locale, first.zone) == (ana, "es-ES", "Europe/Madrid")
    assert await keep_installer(world.store, world.clock, TENANT, luis, "en-US", "UTC") == first
    assert await world.verbs() == ["settings.installer"]


async def test_a_client_that_tells_nothing_leaves_them_open(world: World) -> None:
    settings = await keep_installer(world.store, world.clock, TENANT, NamedPerson(ANA.id, ""), "", "")
    assert (settings.locale, settings.zone) == ("", "")


async def test_what_the_operator_set_stays_whoever_installs_and_is_written_once(world: World) -> None:
    operator, place = PersonId("operator:settings"), ("es-MX", "")
    for _ in range(2):
        await keep_place(world.store, world.clock, TENANT, operator, place)
    ana = NamedPerson(ANA.id, ANA.name)
    settings = await keep_installer(world.store, world.clock, TENANT, ana, "es-ES", "Europe/Madrid")
    assert (settings.locale, settings.zone) == ("es-MX", "Europe/Madrid")
    assert await world.verbs() == ["settings.place", "settings.installer"]


async def test_others_in_the_place_of_those_named_are_nobodys_to_choose_alone(world: World) -> None:
    eva = (NamedPerson(EVA.id, EVA.name),)
    named = await set_approvers(world.store, world.clock, TENANT, ANA.id, GROUP, eva)
    assert await set_approvers(world.store, world.clock, TENANT, ANA.id, GROUP, eva) == named
    with pytest.raises(Refusal, match="approvers_need_approval"):
        await set_approvers(world.store, world.clock, TENANT, ANA.id, None, eva)
    assert await load_settings(world.store, TENANT) == named


async def test_each_step_that_is_taken_is_done_and_the_next_one_is_asked(world: World) -> None:
    store, clock = world.store, world.clock
    settings = await set_account(store, clock, TENANT, ANA.id, Account.EA)
    assert (settings.account, settings.next_step) == (Account.EA, SetupStep.BALANCE)
    settings = await set_opening_balance(store, clock, TENANT, ANA.id, eur(850), TODAY)
    assert settings.next_step is SetupStep.USAGE
    settings = await mark_step(store, clock, TENANT, ANA.id, SetupStep.USAGE, Progress.SKIPPED)
    assert settings.next_step is SetupStep.APPROVERS
    settings = await set_approvers(store, clock, TENANT, ANA.id, GROUP, (NamedPerson(EVA.id, EVA.name),))
    assert settings.next_step is None
    assert (settings.approver_group, settings.approvers) == (GROUP, (NamedPerson(EVA.id, EVA.name),))
    assert await load_settings(store, TENANT) == settings
    assert await world.verbs() == [
        "settings.account",
        "balance.reconcile",
        "settings.balance",
        "settings.step_usage",
        "settings.approvers",
    ]


async def test_the_opening_balance_is_booked_and_its_currency_is_the_wallets(world: World) -> None:
    portal = Money.of("850.50", "GBP")
    settings = await set_opening_balance(world.store, world.clock, TENANT, ANA.id, portal, TODAY)
    assert settings.currency == "GBP"
    (balance,) = (await read_balance(world.store, world.clock, TENANT)).each
    assert balance.statement.balance == portal
    assert balance.reconciled is not None
    assert balance.reconciled.read_at == world.clock.now()


async def test_a_balance_of_an_earlier_day_counts_from_its_noon(world: World) -> None:
    await set_opening_balance(world.store, world.clock, TENANT, ANA.id, eur(850), date(2026, 11, 19))
    (balance,) = (await read_balance(world.store, world.clock, TENANT)).each
    assert balance.reconciled is not None
    assert balance.reconciled.read_at == datetime(2026, 11, 19, 12, tzinfo=UTC)


async def test_a_balance_that_cannot_be_booked_leaves_the_step_open(world: World) -> None:
    with pytest.raises(Refusal, match="reading_in_future"):
        await set_opening_balance(world.store, world.clock, TENANT, ANA.id, eur(850), date(2027, 1, 1))
    assert (await load_settings(world.store, TENANT)).progress(SetupStep.BALANCE) is None


async def test_a_wallet_in_a_currency_that_there_is_not_is_refused(world: World) -> None:
    with pytest.raises(Refusal, match="currency_unknown"):
        await set_opening_balance(world.store, world.clock, TENANT, ANA.id, Money.of(1, "ZZZ"), TODAY)
    assert (await load_settings(world.store, TENANT)).currency == "EUR"


async def test_an_empty_wallet_is_an_opening_balance_too(world: World) -> None:
    await set_opening_balance(world.store, world.clock, TENANT, ANA.id, eur(0), TODAY)
    (balance,) = (await read_balance(world.store, world.clock, TENANT)).each
    assert balance.statement.balance == eur(0)


async def test_a_step_that_is_done_cannot_be_skipped(world: World) -> None:
    await set_account(world.store, world.clock, TENANT, ANA.id, Account.EA)
    settings = await mark_step(world.store, world.clock, TENANT, ANA.id, SetupStep.ACCOUNT, Progress.SKIPPED)
    assert settings.progress(SetupStep.ACCOUNT) is Progress.DONE


async def test_a_skipped_step_can_be_taken_up_again(world: World) -> None:
    await mark_step(world.store, world.clock, TENANT, ANA.id, SetupStep.ACCOUNT, Progress.SKIPPED)
    settings = await set_account(world.store, world.clock, TENANT, ANA.id, Account.EA)
    assert settings.progress(SetupStep.ACCOUNT) is Progress.DONE


async def test_typed_names_mean_groups_by_their_exact_name_else_people(world: World) -> None:
    groups, matches = await find_approver_names(world.outside, TENANT, ["saldo approvers", "Saldo", "luis"])
    assert groups == [GROUP]
    assert [(match.text, [one.name for one in match.people]) for match in matches] == [
        ("Saldo", []),  # a part of a group's name is no group
        ("luis", ["Luis Vega"]),
    ]


async def test_more_names_than_anybody_approves_with_are_refused_before_the_directory_is_asked(world: World) -> None:
    with pytest.raises(Refusal, match="too_many_people"):
        await find_approver_names(world.outside, TENANT, ["x"] * (PEOPLE_LIMIT + 1))
    assert world.directory.reads == 0
