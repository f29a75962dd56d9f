"""A reading of the admin center makes the balance what was read."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from bot.domain.errors import Refusal
from bot.domain.money import Money
from bot.domain.people import PersonId
from bot.ports.collections import AUDIT, LEDGER
from bot.store.tiny import TinyStore
from bot.usecases.add_purchase import Bought, add_purchase
from bot.usecases.read_balance import read_balance
from bot.usecases.reconcile_opening import Reading, reconcile
from tests.clock import StillClock
from tests.fakes import TENANT

CLOCK = StillClock()
NOW = CLOCK.now()
OPERATOR = PersonId("operator:ana")
PORTAL = Money.of("212.40", "EUR")


async def available(store: TinyStore) -> str:
    (balance,) = (await read_balance(store, CLOCK, TENANT)).each
    return str(balance.statement.available)


async def test_the_first_reading_is_the_opening_balance(store: TinyStore) -> None:
    booked = await reconcile(store, CLOCK, TENANT, Reading(PORTAL, NOW), OPERATOR)
    assert (booked.on, booked.amount, booked.estimate) == (NOW.date(), PORTAL, Money.zero("EUR"))
    assert await available(store) == "212.40"
    (audit,) = await store.read(AUDIT.of_tenant(TENANT))
    assert (audit.body.verb, audit.body.subject, audit.body.actor) == ("balance.reconcile", booked.id, OPERATOR)
    assert audit.body.details == {
        "portal": "212.40 EUR",
        "estimate": "0.00 EUR",
        "read_at": "2026-11-22T09:00:00+00:00",
    }


async def test_a_later_reading_keeps_what_was_estimated_then(store: TinyStore) -> None:
    await add_purchase(store, CLOCK, TENANT, Bought(Money.of(300, "EUR"), date(2026, 11, 1)), OPERATOR)
    await add_purchase(store, CLOCK, TENANT, Bought(Money.of(9, "USD"), date(2026, 11, 1)), OPERATOR)
    booked = await reconcile(store, CLOCK, TENANT, Reading(PORTAL, NOW), OPERATOR)
    assert (str(booked.estimate), str(booked.amount)) == ("300.00", "-87.60")
    dollars = await reconcile(store, CLOCK, TENANT, Reading(Money.of(10, "USD"), NOW), OPERATOR)
    assert (str(dollars.estimate), str(dollars.amount)) == ("9.00", "1.00")


async def test_the_same_reading_again_is_the_one_that_is_there(store: TinyStore) -> None:
    first = await reconcile(store, CLOCK, TENANT, Reading(PORTAL, NOW), OPERATOR)
    assert await reconcile(store, CLOCK, TENANT, Reading(PORTAL, NOW), OPERATOR) == first
    assert await reconcile(store, CLOCK, TENANT, Reading(PORTAL, NOW - timedelta(minutes=1)), OPERATOR) == first
    assert (await store.head(LEDGER.of_tenant(TENANT))).seq == 1


async def test_the_same_figure_after_another_arrival_or_on_another_day_is_a_new_reading(store: TinyStore) -> None:
    first = await reconcile(store, CLOCK, TENANT, Reading(PORTAL, NOW), OPERATOR)
    await reconcile(store, CLOCK, TENANT, Reading(PORTAL, NOW - timedelta(days=1)), OPERATOR)
    await add_purchase(store, CLOCK, TENANT, Bought(Money.of(300, "EUR"), NOW.date()), OPERATOR)
    assert await reconcile(store, CLOCK, TENANT, Reading(PORTAL, NOW), OPERATOR) == first
    again = await reconcile(store, CLOCK, TENANT, Reading(PORTAL, NOW + timedelta(minutes=5)), OPERATOR)
    assert again.id == "reading:4"
    assert await available(store) == "212.40"


async def test_a_reading_is_of_the_utc_day_on_which_it_was_made(store: TinyStore) -> None:
    late = datetime(2026, 11, 20, 23, 0, tzinfo=timezone(timedelta(hours=-6)))
    booked = await reconcile(store, CLOCK, TENANT, Reading(PORTAL, late), OPERATOR)
    assert (booked.on, booked.read_at) == (date(2026, 11, 21), datetime(2026, 11, 21, 5, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("reading", "code"),
    [
        (Reading(PORTAL, NOW + timedelta(days=1, seconds=1)), "reading_in_future"),
        (Reading(PORTAL, NOW - timedelta(days=366, seconds=1)), "reading_too_old"),
        (Reading(PORTAL, NOW, date(2026, 11, 23)), "oldest_purchase_after_reading"),
        (Reading(PORTAL, NOW, date(2025, 11, 22)), "oldest_purchase_expired"),
    ],
)
async def test_a_reading_that_cannot_be_is_refused(store: TinyStore, reading: Reading, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        await reconcile(store, CLOCK, TENANT, reading, OPERATOR)
    assert refused.value.code == code
    assert (await store.head(LEDGER.of_tenant(TENANT))).seq == 0


async def test_an_oldest_purchase_that_still_pays_is_taken_over(store: TinyStore) -> None:
    booked = await reconcile(store, CLOCK, TENANT, Reading(PORTAL, NOW, date(2025, 11, 23)), OPERATOR)
    assert booked.oldest_purchase == date(2025, 11, 23)
    assert await available(store) == "212.40"
