"""A month's report: the parts, where the usage went, and that nobody is named for who may not see it."""

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.audit import AuditRecord
from bot.domain.errors import Refusal
from bot.domain.events import SALDO, Fund, Ratify
from bot.domain.month_end import Month
from bot.domain.month_report import MonthReport
from bot.domain.people import PersonId
from bot.domain.requests import Recharge
from bot.domain.usage_batch import UsageBatch
from bot.ports.collections import AUDIT
from bot.ports.errors import Retry
from bot.ports.store import Append
from bot.usecases import read_month as reading
from bot.usecases.add_purchase import Bought, add_purchase
from bot.usecases.change_request import change_request
from bot.usecases.decide_request import decide_request
from bot.usecases.import_usage import import_graph_day
from bot.usecases.propose_recharge import propose_recharge
from bot.usecases.read_month import LOOKED_UP, read_month, read_statement
from tests.fakes import ANA, CARMEN, LUIS, TENANT, TOM
from tests.usecases.test_break_glass import call as call_emergency
from tests.usecases.test_break_glass import empty
from tests.usecases.world import World, by, call, eur

OCTOBER = Month(2026, 10)
DAY = date(2026, 10, 14)


async def spend(world: World, *calls: tuple[str | None, str, int], day: date = DAY) -> None:
    """(who, where to, cents), all the calls of a day."""
    rows = [
        call(f"{day}-{n}", day, user=who, destination=place, charge_micros=cents * 10_000)
        for n, (who, place, cents) in enumerate(calls)
    ]
    await import_graph_day(world.store, world.clock, TENANT, day, UsageBatch.of(rows), PersonId("saldo"))


async def october(world: World) -> None:
    for person, department in ((ANA, "IT"), (LUIS, "Finance"), (TOM, None)):
        world.directory.people[person.id] = replace(person, department=department)
    await world.buy(100, date(2026, 9, 1))
    await spend(
        world,
        (ANA.id, "France", 500),
        (LUIS.id, "Mexico", 300),
        (TOM.id, "France", 20),
        (None, "Spain", 7),
        ("gone@contoso.example", "Spain", 3),
        ("+34 600 111 222", "+33 1 22 33 44 55", 1),
    )
    await spend(world, (ANA.id, "France", 50), day=date(2026, 10, 31))
    await spend(world, (ANA.id, "France", 999), day=date(2026, 11, 1))


async def read(world: World, *, with_names: bool = False) -> MonthReport:
    return await read_month(world.outside, TENANT, OCTOBER, with_names=with_names)


async def test_departments_and_places_add_up_to_the_usage_of_the_statement(world: World) -> None:
    await october(world)
    report = await read(world)
    (wallet,) = report.wallets
    assert wallet.used == eur("8.81")
    assert [(one.name, str(one.spent), one.calls) for one in report.departments] == [
        ("IT", "5.50", 2),
        ("Finance", "3.00", 1),
        ("", "0.31", 4),
    ]
    assert [(one.name, str(one.spent)) for one in report.places] == [
        ("France", "5.70"),
        ("Mexico", "3.00"),
        ("Spain", "0.10"),
        ("", "0.01"),
    ]
    for groups in (report.departments, report.places):
        assert sum(one.spent.micros for one in groups) == wallet.used.micros
    assert sum(day.spent.micros for day in report.days) == wallet.used.micros


async def test_people_are_named_for_those_alone_who_may_see_them(world: World) -> None:
    await october(world)
    assert (await read(world)).people == ()
    named = await read(world, with_names=True)
    assert [(one.name, one.detail, str(one.spent)) for one in named.people] == [
        (ANA.name, "IT", "5.50"),
        (LUIS.name, "Finance", "3.00"),
        (TOM.name, "", "0.20"),
        ("", "", "0.08"),
        ("gone@contoso.example", "", "0.03"),
    ]


async def test_no_name_no_id_and_no_number_is_in_a_report_without_names(world: World) -> None:
    await october(world)
    await add_purchase(world.store, world.clock, TENANT, Bought(eur(5), DAY), ANA.id)
    await act(world, PersonId("operator:eva"))
    told = repr(await read(world))
    assert [word for word in (ANA.name, ANA.id, "gone@", "eva", "600 111", "22 33") if word in told] == []


async def act(world: World, actor: PersonId, verb: str = "settings.threshold", on: date = DAY) -> None:
    at = world.clock.now().replace(month=on.month, day=on.day)
    record = AuditRecord(at, actor, verb, "tenant", {"approvers": ANA.name})
    await world.store.commit([Append(AUDIT.of_tenant(TENANT), f"{actor}:{verb}:{on}", record)])


async def test_the_audit_holds_the_months_deeds_and_what_told_its_usage_later(world: World) -> None:
    await october(world)
    await act(world, ANA.id)
    await act(world, LUIS.id, on=date(2026, 9, 30))
    await act(world, PersonId("operator:eva"))
    await act(world, PersonId("id-nobody"))
    plain, named = await read(world), await read(world, with_names=True)
    imports = [deed for deed in plain.deeds if deed.verb == "usage.import"]
    assert [deed.subject for deed in imports] == ["2026-10-14", "2026-10-31"]
    assert "sums: 0.50 EUR, connection 0.00" in imports[1].details
    others = [[(d.actor, d.details) for d in report.deeds if d.verb != "usage.import"] for report in (plain, named)]
    assert others[0] == [("IT", ""), ("operator", ""), ("", "")]
    assert others[1] == [(ANA.name, ""), ("operator:eva", ""), ("id-nobody", "")]
    assert imports[0].actor == "Saldo"


async def test_a_statement_carries_the_head_of_the_audit_as_it_was_made(world: World) -> None:
    await october(world)
    head = await world.store.head(AUDIT.of_tenant(TENANT))
    assert (await read(world)).audit_head == head.short


async def test_a_purchase_comes_with_the_po_number_of_its_request(world: World) -> None:
    recharge = Recharge(eur(50), "phones", po_number="PO-12")
    await propose_recharge(world.store, world.clock, TENANT, "r1", by(ANA), recharge)
    for bought in (
        Bought(eur(50), DAY, "INV-1", "r1"),
        Bought(eur(9), DAY, "INV-2"),
        Bought(eur(8), DAY, None, "gone"),
    ):
        await add_purchase(world.store, world.clock, TENANT, bought, ANA.id)
    report = await read(world)
    numbers = [(one.order_number, report.po_numbers.get(one.id)) for one in report.wallets[0].purchases]
    assert numbers == [("INV-1", "PO-12"), ("INV-2", None), (None, None)]


async def test_where_the_directory_does_not_answer_the_sums_are_told_all_the_same(world: World) -> None:
    await october(world)
    world.directory.broken["look_up"] = Retry("busy")
    report = await read(world)
    assert not report.directory_answered
    assert [(one.name, str(one.spent)) for one in report.departments] == [("", "8.81")]


async def test_a_turn_asks_for_the_dearest_people_only(world: World) -> None:
    await october(world)
    report = await read_statement(world.outside, TENANT, OCTOBER, look_up=1)
    assert [one.name for one in report.departments] == ["IT", ""]
    assert LOOKED_UP > 1


async def test_a_month_is_final_when_it_has_settled_and_its_usage_is_known(world: World) -> None:
    assert not (await read(world)).is_final
    await spend(world, day=date(2026, 10, 31))
    assert (await read(world)).is_final
    world.clock.move(days=-19)  # 3 November
    assert not (await read(world)).is_final


async def test_a_month_to_come_is_refused(world: World) -> None:
    with pytest.raises(Refusal, match="month_to_come"):
        await read_month(world.outside, TENANT, Month(2026, 12), with_names=False)
    assert (await read_month(world.outside, TENANT, Month(2026, 11), with_names=False)).wallets == ()


async def test_charges_of_other_licences_are_no_usage_of_the_wallet(world: World) -> None:
    row = call("x", DAY, capability="MCOPSTN1", charge_micros=5_000_000)
    await import_graph_day(world.store, world.clock, TENANT, DAY, UsageBatch.of([row]), PersonId("saldo"))
    report = await read(world)
    assert (report.wallets, report.departments) == ((), ())


async def test_a_month_of_many_days_is_read_to_its_end(world: World) -> None:
    for number in range(1, 32):
        await spend(world, (ANA.id, "France", 1), day=date(2026, 10, number))
    report = await read(world)
    assert [one.calls for one in report.places] == [31]


@pytest.mark.parametrize("chunk", [1, 200])
async def test_what_went_ahead_and_was_not_approved_afterwards_is_marked_in_its_month(
    world: World, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(reading, "CHUNK", chunk)
    november = Month(2026, 11)
    await empty(world)
    await call_emergency(world)
    await more_than_was_approved(world, "r2")
    report = await read_month(world.outside, TENANT, november, with_names=False)
    assert report.unratified == (await read_statement(world.outside, TENANT, november)).unratified == 2
    assert (await read(world)).unratified == 0
    assert [deed.details for deed in report.deeds if deed.verb == "request.break"] == ["unratified"]
    carmen = (CARMEN.id, CARMEN.name)
    await decide_request(world.store, world.clock, world.standings, TENANT, "r1", carmen, Ratify())
    report = await read_month(world.outside, TENANT, november, with_names=True)
    assert report.unratified == 1
    assert [deed.details for deed in report.deeds if deed.verb == "request.break"] == ["ratified"]


async def more_than_was_approved(world: World, id_: str) -> None:
    await world.send(id_)
    await world.approve(id_)
    await world.work()
    await change_request(world.store, world.clock, TENANT, id_, Fund(eur(600), DAY, "PO-1"), SALDO)


async def test_more_money_than_was_approved_counts_in_the_month_in_which_it_came(world: World) -> None:
    await more_than_was_approved(world, "r1")
    assert (await read_month(world.outside, TENANT, Month(2026, 11), with_names=False)).unratified == 1
