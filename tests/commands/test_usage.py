import re
from dataclasses import replace
from datetime import date

import pytest

from bot.domain.people import PersonId, Role
from bot.domain.usage_batch import UsageBatch
from bot.ports.errors import Retry
from bot.usecases.import_usage import import_usage
from cards.actions import Verb
from tests.commands.talk import Answer, Talk, signed
from tests.fakes import ANA, EVA, LUIS, TENANT, TOM
from tests.usecases.world import EN, ES, World, call, eur


async def book(world: World) -> None:
    """30 € by Ana to France on two days, 20 € by Tom to Peru in October; 5 € that another licence covers."""
    world.directory.people[ANA.id] = replace(ANA, department="Sales")
    world.directory.people[TOM.id] = replace(TOM, department="Support")
    october = date(2026, 10, 31)
    rows = (
        call("a1", charge_micros=eur(10).micros),
        call("a2", date(2026, 11, 3), charge_micros=eur(20).micros, call_type="conf_out"),
        call("t1", october, user=TOM.id, destination="Peru", charge_micros=eur(20).micros),
        call("x1", charge_micros=eur(5).micros, capability="MCOPSTN1"),
        call("u1", user=None, destination="", charge_micros=eur(1).micros, call_type="ucap_in"),
    )
    await import_usage(world.store, world.clock, TENANT, UsageBatch.of(rows), PersonId("saldo"))


async def show(world: World, who: Talk, **args: str) -> Answer:
    return await who.press(signed(Verb.USAGE_SHOW), **args)


async def test_usage_is_told_for_the_last_thirty_days_by_country(world: World) -> None:
    await book(world)
    answer = await Talk(world, ANA).say("usage")
    assert "€51.00" in answer.first_line
    assert "France" in answer.shown
    assert "Peru" in answer.shown
    assert "€5.00" in answer.shown  # and outside of the wallet


async def test_a_period_that_is_typed_bounds_what_is_told(world: World) -> None:
    await book(world)
    assert "€20.00" in (await Talk(world, ANA).say("usage last month")).first_line
    assert "€31.00" in (await Talk(world, ANA).say("usage this month")).first_line


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("country", ["France", "Peru"]),
        ("department", ["Sales", "Support"]),
        ("person", ["Ana Torres", "Tom Baker"]),
        ("month", ["October 2026", "November 2026"]),
        ("type", []),
    ],
)
async def test_usage_can_be_seen_by_each_property(world: World, by: str, names: list[str]) -> None:
    await book(world)
    answer = await show(world, Talk(world, ANA), by=by)
    assert all(name in answer.shown for name in names)
    assert "€51.00" in answer.first_line


async def test_months_stand_newest_first_and_run_to_the_right_in_the_chart(world: World) -> None:
    await book(world)
    more = call("t2", date(2026, 10, 1), charge_micros=eur(90).micros)
    await import_usage(world.store, world.clock, TENANT, UsageBatch.of([more]), PersonId("saldo"))
    shown = (await Talk(world, ANA).say("usage by month")).shown
    in_table, in_chart = shown.split("By month")[:2]
    assert re.findall(r"(?:October|November) 2026", in_table) == ["November 2026", "October 2026"]
    assert re.findall(r"(?:October|November) 2026", in_chart)[:2] == ["October 2026", "November 2026"]


async def test_months_are_named_in_the_readers_language(world: World) -> None:
    await book(world)
    ana = Talk(world, ANA)
    await ana.say("¿cuánto saldo queda?")
    assert ES.month(date(2026, 10, 1)) in (await show(world, ana, by="month")).shown


async def test_who_may_not_see_names_sees_departments_instead(world: World) -> None:
    await book(world)
    world.directory.roles[EVA.id] = frozenset({Role.GLOBAL_READER})
    for who in (LUIS, EVA):
        answer = await show(world, Talk(world, who), by="person")
        assert "Sales" in answer.shown
        assert "Tom Baker" not in answer.shown
        assert EN.text("usage.withheld") in answer.shown
    assert EN.text("usage.withheld") not in (await show(world, Talk(world, LUIS), by="department")).shown


async def test_months_are_those_of_a_year_unless_a_period_is_told(world: World) -> None:
    await book(world)
    ana = Talk(world, ANA)
    year = await ana.say("usage by month")
    assert year.first_line.endswith("from Nov 23, 2025 to Nov 22, 2026.")
    assert (await ana.press(year.button(Verb.USAGE_SHOW))).first_line.endswith("from Oct 24 to Nov 22.")
    assert (await ana.say("usage by month last 30 days")).first_line.endswith("from Oct 24 to Nov 22.")


async def test_a_month_is_that_of_its_year(world: World) -> None:
    await book(world)
    ana = Talk(world, ANA)
    assert "2025" in (await ana.say("usage in October 2025")).first_line
    assert (await ana.say("usage 2026-10")).first_line == (await ana.say("usage in October")).first_line
    assert "has not begun" in (await ana.say("usage in December 2026")).shown


async def test_days_that_were_not_read_yet_are_not_told_to_have_cost_nothing(world: World) -> None:
    await book(world)
    world.clock.move(days=3)
    assert (await Talk(world, ANA).say("usage yesterday")).first_line.startswith("Usage is known through")


async def test_people_without_department_and_people_whom_nobody_knows_are_unknown(world: World) -> None:
    await book(world)
    del world.directory.people[TOM.id]
    world.directory.people[ANA.id] = ANA
    answer = await show(world, Talk(world, ANA), by="department")
    assert "Sales" not in answer.shown
    assert "€51.00" in answer.first_line


async def test_a_directory_that_does_not_answer_costs_names_and_no_sums(world: World) -> None:
    await book(world)
    world.directory.broken["person"] = Retry("busy")
    answer = await show(world, Talk(world, ANA), by="person")
    assert "€51.00" in answer.first_line
    assert "Ana Torres" not in answer.shown


async def test_what_rides_beside_the_button_and_makes_no_sense_means_the_default(world: World) -> None:
    await book(world)
    answer = await show(world, Talk(world, ANA), by="number", period="the whole truth")
    assert "€51.00" in answer.first_line
    assert "France" in answer.shown
    too_long = await show(world, Talk(world, ANA), by="x" * 21)
    assert too_long.text == EN.text("refusal.text_too_long", limit=20)


async def test_without_any_usage_the_answer_says_so(world: World) -> None:
    assert (await Talk(world, ANA).say("usage")).card


async def test_who_may_not_see_the_balance_does_not_see_usage(world: World) -> None:
    assert EN.text("refusal.not_allowed_view") in (await Talk(world, EVA).say("usage")).shown
    assert (await show(world, Talk(world, EVA))).text == EN.text("refusal.not_allowed_view")


async def test_several_currencies_are_told_side_by_side(world: World) -> None:
    await book(world)
    row = call("d1", charge_micros=eur(7).micros, currency="USD")
    await import_usage(world.store, world.clock, TENANT, UsageBatch.of([row]), PersonId("saldo"))
    answer = await Talk(world, ANA).say("usage")
    assert "€51.00" in answer.shown
    assert "$7.00" in answer.shown


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("usage by department", ["Sales", "Support"]),
        ("consumo por persona", ["Ana Torres", "Tom Baker"]),
        ("who spent the most?", ["Ana Torres", "Tom Baker"]),
        ("¿quién gasta más?", ["Ana Torres", "Tom Baker"]),
        ("usage by month", ["October 2026", "November 2026"]),
        ("usage by employee", ["Ana Torres", "Tom Baker"]),
        ("consumo por empleado", ["Ana Torres", "Tom Baker"]),
        ("usage every month", ["October 2026", "November 2026"]),
        ("consumo mes a mes", ["octubre de 2026", "noviembre de 2026"]),
        ("usage where to", ["France", "Peru"]),
        ("consumo por país", ["Francia", "Perú"]),
        ("consumo del mes pasado por tipo", ["Llamada saliente"]),
    ],
)
async def test_a_typed_line_says_by_what_usage_is_wanted(world: World, said: str, names: list[str]) -> None:
    await book(world)
    shown = (await Talk(world, ANA).say(said)).shown
    assert [name for name in names if name not in shown] == []
