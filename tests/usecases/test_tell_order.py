"""What people say about orders."""

import pytest

from bot.domain.admin_center import Page
from bot.domain.errors import Refusal
from bot.domain.order_terms import DeskKind
from bot.domain.people import Person, Role
from bot.domain.requests import State
from bot.domain.settings import Partner
from bot.usecases.tell_order import note_bought, orders_waiting, report_declined, report_path, set_partner
from tests.fakes import ANA, GRACE, LUIS, TENANT
from tests.usecases.orders import ordered
from tests.usecases.world import World, by, eur


async def bought(world: World, number: str = "G1", who: Person = LUIS) -> None:
    await note_bought(world.store, world.clock, TENANT, "r1", number, by(who))


async def declined(world: World, reason: str = "limit", id_: str = "r1") -> State:
    return (await report_declined(world.store, world.clock, TENANT, id_, reason, by(LUIS))).state


async def test_who_placed_it_and_its_number_are_kept(world: World) -> None:
    await ordered(world)
    await bought(world)
    asked = (await world.request()).asked
    assert asked.bought_by is not None
    assert (asked.bought_by.id, asked.reference) == (LUIS.id, "G1")
    assert (await world.audit())[-1].details["order_number"] == "G1"


async def test_told_again_it_changes_nothing_and_another_number_counts(world: World) -> None:
    await ordered(world)
    await bought(world)
    step = (await world.request()).step
    for number in ("G1", " ", ""):
        await bought(world, number, GRACE)
    assert (await world.request()).step == step
    await bought(world, "G2")
    assert (await world.request()).asked.reference == "G2"


async def test_a_number_that_is_too_long_is_refused(world: World) -> None:
    await ordered(world)
    with pytest.raises(Refusal, match="order_number_too_long"):
        await bought(world, "x" * 101)


async def test_what_is_not_ordered_was_not_bought(world: World) -> None:
    await world.send()
    with pytest.raises(Refusal, match="state_pending"):
        await bought(world)
    await world.plan(LUIS)
    with pytest.raises(Refusal, match="state_draft"):
        await note_bought(world.store, world.clock, TENANT, "l1", "G1", by(LUIS))


async def test_a_decline_that_somebody_reports_ends_the_request_and_names_them(world: World) -> None:
    await ordered(world)
    assert await declined(world) is State.FAILED
    asked = (await world.request()).asked
    assert asked.reported_by is not None
    assert (asked.reported_by.id, asked.declined_reason) == (LUIS.id, "limit")


async def test_a_second_report_leaves_the_first(world: World) -> None:
    await ordered(world)
    await declined(world)
    assert await declined(world, "card_expired") is State.FAILED
    assert (await world.request()).asked.declined_reason == "limit"


async def test_a_reason_that_is_none_is_refused(world: World) -> None:
    await ordered(world)
    with pytest.raises(Refusal, match="reason_unknown"):
        await declined(world, "because")


async def test_a_changed_path_is_in_the_audit_once_a_person_and_day(world: World) -> None:
    for person in (LUIS, LUIS, ANA):
        world.clock.move(minutes=1)
        await report_path(world.store, world.clock, TENANT, Page.BUY, person.id)
    world.clock.move(days=1)
    await report_path(world.store, world.clock, TENANT, Page.BUY, LUIS.id)
    records = [record for record in await world.audit() if record.verb == "path.changed"]
    assert [record.actor for record in records] == [LUIS.id, ANA.id, LUIS.id]
    assert (records[0].subject, records[0].details["since"]) == ("buy", "2024-11-18")


async def test_the_partner_is_kept_and_in_the_audit(world: World) -> None:
    partner = Partner(" Cloud Ltd ", " orders@cloud.example ")
    settings = await set_partner(world.store, world.clock, TENANT, ANA.id, partner)
    assert settings.partner == Partner("Cloud Ltd", "orders@cloud.example")
    assert (await world.verbs())[-1] == "settings.partner"


@pytest.mark.parametrize(
    ("name", "mail", "code"),
    [
        (" ", "orders@cloud.example", "partner_name_missing"),
        ("x" * 101, "orders@cloud.example", "partner_name_missing"),
        ("Cloud", "orders", "mail_malformed"),
        ("Cloud", "orders@cloud", "mail_malformed"),
        ("Cloud", "a@b.example,c@d.example", "mail_malformed"),
        ("Cloud", "a@b.example\nBcc: c@d.example", "mail_malformed"),
        ("Cloud", "x" * 250 + "@b.example", "mail_malformed"),
    ],
)
async def test_a_partner_that_cannot_be_written_to_is_refused(world: World, name: str, mail: str, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        await set_partner(world.store, world.clock, TENANT, ANA.id, Partner(name, mail))


async def test_money_may_belong_to_orders_of_its_currency_the_likeliest_first(world: World) -> None:
    world.directory.roles[GRACE.id] = frozenset({Role.BILLING_ADMINISTRATOR})
    for number, amount in enumerate((100, 500, 480, 500)):
        await ordered(world, f"r{number}", amount=amount, desk=DeskKind.PARTNER)
        world.clock.move(minutes=1)
    await world.send("waiting")
    found = await orders_waiting(world.store, TENANT, eur(500))
    assert [request.id for request in found] == ["r3", "r1", "r2", "r0"]
    world.clock.move(days=20)
    await world.work()
    assert {request.state for request in await orders_waiting(world.store, TENANT, eur(500))} == {State.LAPSED}
