"""Who hears of orders: buyers that there is something to buy, everybody in charge that it failed or lapsed."""

from datetime import timedelta

import pytest

from bot.domain.order_terms import DeskKind
from bot.domain.people import Person, Role
from bot.domain.requests import State
from bot.domain.settings import Account, Partner
from bot.ports.collections import SENT_CARDS
from bot.ports.errors import NotFound, Retry
from bot.ports.order_desk import Funded
from bot.usecases.pending import pending_recharges
from bot.usecases.place_order import follow_order
from bot.usecases.tell_order import note_bought, report_declined
from bot.usecases.watch_balance import watch_balance
from tests.fakes import ANA, CARMEN, GRACE, LUIS, OMAR, TENANT
from tests.usecases.orders import ordered
from tests.usecases.world import EN, SEEN_ON, World, by, eur


def told(world: World, person: Person) -> list[str]:
    """The lines that their locked phone showed."""
    return [message.text for chat, message in world.messenger.sent if chat == f"chat-{person.id}"]


def last_card(world: World, person: Person) -> str:
    return str([message.card for chat, message in world.messenger.sent if chat == f"chat-{person.id}"][-1])


@pytest.fixture
async def staffed(world: World) -> World:
    """Ana asks, Luis buys and approves, Grace buys, Omar has nothing to do with money."""
    world.directory.roles[GRACE.id] = frozenset({Role.GLOBAL_ADMINISTRATOR})
    await world.introduce(ANA, LUIS, GRACE, OMAR)
    return world


@pytest.mark.parametrize("desk", [DeskKind.ADMIN_CENTER, DeskKind.PARTNER])
async def test_buyers_are_told_that_there_is_something_to_buy(staffed: World, desk: DeskKind) -> None:
    await ordered(staffed, desk=desk)
    line = EN.text("lock.to_buy")
    assert [told(staffed, who).count(line) for who in (LUIS, GRACE, ANA, OMAR)] == [1, 1, 0, 0]
    assert EN.text("button.bought") in last_card(staffed, GRACE)


@pytest.mark.parametrize("desk", [DeskKind.WEBHOOK, DeskKind.SANDBOX])
async def test_where_nobody_has_to_buy_nobody_is_told_to(staffed: World, desk: DeskKind) -> None:
    await ordered(staffed, desk=desk)
    assert EN.text("lock.to_buy") not in told(staffed, LUIS) + told(staffed, GRACE)


async def test_a_buyers_card_follows_the_order(staffed: World) -> None:
    await ordered(staffed)
    await note_bought(staffed.store, staffed.clock, TENANT, "r1", "G1", by(LUIS))
    await staffed.work()
    updated = [str(message.card) for chat, message in staffed.messenger.updated if chat == f"chat-{GRACE.id}"]
    assert "G1" in updated[-1]
    assert EN.text("button.bought") not in updated[-1]


async def test_where_nobody_who_buys_has_saldo_those_in_charge_hear_of_it(world: World) -> None:
    await world.introduce(ANA)
    await world.configure(installer=None)
    await ordered(world)
    assert EN.text("lock.no_buyer") in told(world, ANA)
    assert "€500.00" in last_card(world, ANA)


async def test_a_decline_is_told_to_all_in_charge_at_once_with_what_to_do(staffed: World) -> None:
    await staffed.introduce(CARMEN)
    await staffed.configure(approvers=())
    await ordered(staffed, who=LUIS, by=GRACE)
    reported = staffed.clock.now()
    await report_declined(staffed.store, staffed.clock, TENANT, "r1", "card_expired", by(GRACE))
    await staffed.work()
    assert staffed.clock.now() - reported < timedelta(seconds=60)
    for who in (ANA, GRACE):
        assert EN.text("lock.declined") in told(staffed, who)
        assert "Payment methods" in last_card(staffed, who)
        assert "Grace Kim" in last_card(staffed, who)
    assert told(staffed, LUIS).count(EN.text("lock.declined")) == 1  # their own card says it
    assert "Payment methods" in last_card(staffed, LUIS)
    assert told(staffed, CARMEN) == told(staffed, OMAR) == []


async def test_one_who_cannot_be_reached_keeps_nobody_else_from_hearing(staffed: World) -> None:
    await ordered(staffed)
    staffed.messenger.broken[f"chat-{GRACE.id}"] = Retry("busy")
    await report_declined(staffed.store, staffed.clock, TENANT, "r1", "limit", by(LUIS))
    await staffed.work()
    assert EN.text("lock.declined") in told(staffed, LUIS)
    del staffed.messenger.broken[f"chat-{GRACE.id}"]
    staffed.clock.move(minutes=1)
    await staffed.work()
    assert told(staffed, GRACE).count(EN.text("lock.declined")) == 1


async def test_who_took_saldo_out_hears_nothing_and_breaks_nothing(staffed: World) -> None:
    staffed.messenger.broken[f"chat-{GRACE.id}"] = NotFound("gone")
    await ordered(staffed)
    await staffed.introduce(GRACE, installed=False)
    await report_declined(staffed.store, staffed.clock, TENANT, "r1", "other", by(LUIS))
    await staffed.work()
    assert not any(job.dead for job in (await staffed.jobs()).values() if job.kind == "tell_order")


async def test_who_may_see_no_figures_is_told_none(staffed: World) -> None:
    await staffed.configure(installer=None)
    await ordered(staffed)
    await report_declined(staffed.store, staffed.clock, TENANT, "r1", "limit", by(LUIS))
    staffed.directory.roles[LUIS.id] = frozenset()  # an approver until just now
    await staffed.work()
    assert told(staffed, LUIS).count(EN.text("lock.declined")) == 0


async def test_an_order_that_nobody_confirms_lapses_says_so_and_frees_the_way(staffed: World) -> None:
    await ordered(staffed)
    assert await pending_recharges(staffed.store, TENANT) == {"EUR": eur(500)}
    staffed.clock.move(days=3)  # from Sunday to Wednesday, the third working day
    await staffed.work()
    assert (await staffed.request()).state is State.EXECUTING
    staffed.clock.move(days=1)
    await staffed.work()
    assert (await staffed.request()).state is State.LAPSED
    assert await pending_recharges(staffed.store, TENANT) == {}
    for who in (ANA, LUIS, GRACE):
        assert told(staffed, who).count(EN.text("lock.lapsed")) == 1
    assert EN.text("button.arrived") in last_card(staffed, GRACE)
    await staffed.send("r2")
    assert (await staffed.approve("r2")).state is State.APPROVED


async def test_at_the_partner_it_takes_longer(staffed: World) -> None:
    await staffed.configure(account=Account.CSP, partner=Partner("Cloud", "orders@cloud.example"))
    await ordered(staffed, desk=DeskKind.PARTNER)
    staffed.clock.move(days=12)
    await staffed.work()
    assert (await staffed.request()).state is State.EXECUTING
    staffed.clock.move(days=1)
    await staffed.work()
    assert (await staffed.request()).state is State.LAPSED


async def test_news_that_is_not_so_any_more_is_not_told(staffed: World) -> None:
    await ordered(staffed)
    staffed.messenger.broken[f"chat-{GRACE.id}"] = Retry("busy")
    staffed.clock.move(days=4)
    await staffed.work()
    staffed.desk.answers["r1"] = Funded(eur(500), SEEN_ON, "G1")
    assert await follow_order(staffed.outside, TENANT, "r1", [])
    staffed.messenger.broken.clear()
    staffed.clock.move(hours=2)
    await staffed.work()
    assert EN.text("lock.lapsed") not in told(staffed, GRACE)


async def test_what_is_pending_holds_no_warning_back(staffed: World) -> None:
    await staffed.buy(30)
    await staffed.spend(29)
    await ordered(staffed)
    await watch_balance(staffed.outside, TENANT)
    await staffed.work()
    assert any("balance" in line for line in told(staffed, ANA))


async def test_a_card_of_news_is_not_changed_with_the_request(staffed: World) -> None:
    await ordered(staffed)
    await report_declined(staffed.store, staffed.clock, TENANT, "r1", "limit", by(LUIS))
    await staffed.work()
    kept = (await staffed.store.find(SENT_CARDS, TENANT, where={"request": "news:r1"})).documents
    assert {document.body.person for document in kept} == {LUIS.id, GRACE.id}
