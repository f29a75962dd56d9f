"""A post-paid organization's budget: set by one, raised by two, watched like a wallet."""

from datetime import date, timedelta
from functools import partial

import pytest

from bot.domain.alerts import Level
from bot.domain.errors import Refusal
from bot.domain.money import Money
from bot.domain.people import TenantId
from bot.domain.requests import Kind, Raise, Request, State
from bot.domain.settings import Account
from bot.jobs.job import finish
from bot.ports.collections import EPISODES, JOBS, SETTINGS
from bot.ports.store import Conflict, Operation
from bot.usecases import budget as usecase
from bot.usecases.budget import (
    ask_to_raise,
    is_raise,
    raise_budget,
    raised,
    read_month,
    set_budget,
)
from bot.usecases.forecast_balance import forecast_balances
from bot.usecases.settings import load_settings
from bot.usecases.watch_balance import watch_balance
from bot.usecases.watch_budget import EPISODE, level_of_month, nearness, watch_budget
from tests.fakes import ANA, CARMEN, LUIS, TENANT
from tests.usecases.world import SEEN_ON, World, by, eur, touch


async def postpaid(world: World, budget: int | str | None = None) -> None:
    await world.configure(account=Account.MCA, budget=None if budget is None else eur(budget))


async def spend_daily(world: World, amount: int, days: int = 30) -> None:
    for number in range(days):
        await world.spend(amount, SEEN_ON - timedelta(days=number))


async def ask(world: World, to: int = 800, id_: str = "b1") -> Request:
    return await ask_to_raise(world.store, world.clock, TENANT, id_, by(ANA), Raise(eur(to), eur(500)))


async def budget(world: World) -> Money | None:
    return (await load_settings(world.store, TENANT)).budget


async def test_the_first_budget_and_a_lower_one_take_one_person(world: World) -> None:
    await postpaid(world)
    for amount in (500, 400):
        await set_budget(world.store, world.clock, TENANT, ANA.id, eur(amount))
        assert await budget(world) == eur(amount)
    assert await world.verbs() == ["settings.budget"] * 2


async def test_a_higher_one_is_refused_to_one_person(world: World) -> None:
    await postpaid(world, 500)
    with pytest.raises(Refusal, match="budget_needs_approval"):
        await set_budget(world.store, world.clock, TENANT, ANA.id, eur(501))
    assert await budget(world) == eur(500)
    assert is_raise(await load_settings(world.store, TENANT), eur(501))
    assert not is_raise(await load_settings(world.store, TENANT), eur(500))


async def test_a_budget_of_another_currency_is_a_higher_one_however_small(world: World) -> None:
    await postpaid(world, 500)
    assert is_raise(await load_settings(world.store, TENANT), Money.of(1, "USD"))


async def test_who_has_a_wallet_has_no_budget(world: World) -> None:
    with pytest.raises(Refusal, match="budget_not_postpaid"):
        await set_budget(world.store, world.clock, TENANT, ANA.id, eur(500))
    settings = await world.configure(account=Account.MOSA, budget=eur(500))
    assert await read_month(world.store, world.clock, TENANT, settings) is None


async def test_a_higher_one_waits_for_somebody_else_and_counts_from_then_on(world: World) -> None:
    await postpaid(world, 500)
    await world.introduce(ANA)
    request = await ask(world)
    assert (request.kind, request.state, raised(request).to) == (Kind.BUDGET, State.PENDING, eur(800))
    assert await ask(world, 900) == request
    with pytest.raises(Refusal, match="own_request"):
        await world.decide("b1", ANA)
    await world.approve("b1", LUIS)
    await world.work()
    assert (await budget(world), (await world.request("b1")).state) == (eur(800), State.DONE)
    assert [message.text for _, message in world.messenger.sent] == ["Saldo: the budget was raised"]


async def test_two_deliveries_of_a_line_make_one_request(world: World) -> None:
    await postpaid(world, 500)
    busy = world.beside(partial(ask, world))
    found = await ask_to_raise(busy.store, world.clock, TENANT, "b1", by(CARMEN), Raise(eur(900), eur(500)))
    assert found.requester == ANA.id


async def test_an_approver_who_lost_the_right_raises_nothing(world: World) -> None:
    await postpaid(world, 500)
    await ask(world)
    await world.approve("b1", LUIS)
    world.directory.roles[LUIS.id] = frozenset()
    await world.work()
    assert (await budget(world), (await world.request("b1")).state) == (eur(500), State.PENDING)


async def approved(world: World) -> list[Operation]:
    await postpaid(world, 500)
    await ask(world)
    await world.approve("b1", LUIS)
    page = await world.store.find(JOBS, TENANT, where={"kind": "raise_budget"})
    return finish(page.documents[0])


async def test_settings_that_move_meanwhile_are_read_again(world: World) -> None:
    end = await approved(world)
    busy = world.beside(touch(world, SETTINGS.key(TENANT, "tenant")))
    await raise_budget(busy.outside, busy.standings, TENANT, "b1", end)
    assert await budget(world) == eur(800)


async def test_a_job_that_comes_again_changes_nothing(world: World) -> None:
    end = await approved(world)
    await raise_budget(world.outside, world.standings, TENANT, "b1", end)
    with pytest.raises(Conflict):
        await raise_budget(world.outside, world.standings, TENANT, "b1", end)


async def test_a_job_whose_request_has_moved_on_just_ends(world: World) -> None:
    await postpaid(world, 500)
    await ask(world)
    await raise_budget(world.outside, world.standings, TENANT, "b1", [])
    assert await budget(world) == eur(500)


async def test_a_job_that_another_runner_has_taken_raises_nothing(world: World) -> None:
    end = await approved(world)
    page = await world.store.find(JOBS, TENANT, where={"kind": "raise_budget"})
    busy = world.beside(touch(world, page.documents[0].key))
    with pytest.raises(Conflict):
        await raise_budget(busy.outside, busy.standings, TENANT, "b1", end)
    assert await budget(world) == eur(500)


async def test_it_is_given_up_where_the_settings_never_rest(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usecase, "ATTEMPTS", 1)
    end = await approved(world)
    busy = world.beside(touch(world, SETTINGS.key(TENANT, "tenant")))
    with pytest.raises(Conflict):
        await raise_budget(busy.outside, busy.standings, TENANT, "b1", end)


async def test_only_a_budgets_request_raises(world: World) -> None:
    with pytest.raises(TypeError):
        raised(await world.draft())


async def test_the_month_is_told_from_its_days_and_the_forecast_that_is_kept(world: World) -> None:
    await postpaid(world, 250)
    await spend_daily(world, 10)
    settings = await load_settings(world.store, TENANT)
    month = await read_month(world.store, world.clock, TENANT, settings)
    assert month is not None
    assert (month.spent, month.foretold) == (eur(200), False)
    await forecast_balances(world.store, world.clock, TENANT)
    month = await read_month(world.store, world.clock, TENANT, settings)
    assert month is not None
    assert month.p50 == date(
        2026, 11, 26
    )  # five days of ten, a weekend among them that is taken to be a little quieter


async def test_of_an_organization_that_told_nothing_there_is_no_month(world: World) -> None:
    other = TenantId("33333333-3333-4333-8333-333333333333")
    settings = await load_settings(world.store, other)
    assert await read_month(world.store, world.clock, other, settings) is None
    await watch_budget(world.outside, other)


async def level(world: World) -> Level:
    settings = await load_settings(world.store, TENANT)
    month = await read_month(world.store, world.clock, TENANT, settings)
    assert month is not None
    return level_of_month(month, settings, nearness(month, settings, world.clock.now().date()))


@pytest.mark.parametrize(
    ("amount", "expected"), [(251, Level.OK), (249, Level.LOW), (200, Level.EMPTY)], ids=["enough", "low", "gone"]
)
async def test_while_nothing_is_foretold_a_fifth_of_the_budget_is_little(
    world: World, amount: int, expected: Level
) -> None:
    await postpaid(world, amount)
    await world.spend(200)
    assert await level(world) is expected


async def test_a_threshold_of_ones_own_counts_in_any_case(world: World) -> None:
    await postpaid(world, 2_000)
    await world.configure(threshold=eur(1_900))
    await spend_daily(world, 10)
    await forecast_balances(world.store, world.clock, TENANT)
    assert await level(world) is Level.LOW
    await world.configure(threshold=Money.of(1_900, "USD"))
    assert await level(world) is Level.OK


async def told(world: World) -> list[str]:
    return sorted(job.payload["episode"] for job in (await world.jobs()).values() if job.kind == "tell_budget")


async def test_a_low_budget_is_told_once_and_once_more_when_it_is_critical(world: World) -> None:
    await postpaid(world, 295)
    await world.configure(locale="es-ES")  # where no holiday is in sight
    await spend_daily(world, 10)
    await watch_balance(world.outside, TENANT)
    for _ in range(2):
        await watch_budget(world.outside, TENANT)
    people = len(await told(world))
    assert await told(world) == ["1"] * people
    assert people
    await world.configure(budget=eur(205))
    await watch_budget(world.outside, TENANT)
    assert await told(world) == ["1"] * people + ["1:critical"] * people
    assert (await world.verbs()).count("alert.low_budget") == 2
    assert not [job for job in (await world.jobs()).values() if job.kind == "tell_low"]  # the wallet is no news


async def test_a_new_month_with_enough_ends_the_episode(world: World) -> None:
    await postpaid(world, 205)
    await spend_daily(world, 10)
    await watch_balance(world.outside, TENANT)
    await watch_budget(world.outside, TENANT)
    world.clock.move(days=9)
    await world.configure(budget=eur(1_000))
    await watch_budget(world.outside, TENANT)
    kept = await world.store.get(EPISODES.key(TENANT, EPISODE))
    assert kept is not None
    assert (kept.body.number, kept.body.open) == (1, False)


async def test_another_look_at_the_same_moment_tells_nobody_twice(world: World) -> None:
    await postpaid(world, 205)
    await world.spend(200)
    busy = world.beside(partial(watch_budget, world.outside, TENANT))
    await watch_budget(busy.outside, TENANT)
    assert set(await told(world)) == {"1"}
    assert (await world.verbs()).count("alert.low_budget") == 1
