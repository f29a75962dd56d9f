"""A purchase is booked once under its order number, and each time without one."""

from dataclasses import replace
from datetime import date, timedelta
from typing import cast

import pytest

from bot.domain.errors import Refusal
from bot.domain.ledger import Purchase
from bot.domain.money import Money
from bot.domain.people import PersonId
from bot.domain.usage_batch import UsageBatch
from bot.ports.collections import AUDIT, LEDGER
from bot.ports.store import Append, Conflict, Store
from bot.store.tiny import TinyStore
from bot.usecases.add_purchase import Bought, add_purchase
from bot.usecases.book_entry import ATTEMPTS
from bot.usecases.import_usage import import_usage
from tests.clock import StillClock
from tests.domain.usage_rows import row
from tests.fakes import TENANT
from tests.usecases.rivals import RivalStore

CLOCK = StillClock()
TODAY = CLOCK.now().date()
OPERATOR = PersonId("operator:ana")
LOT = Bought(Money.of(500, "EUR"), date(2026, 1, 10))
ORDER = Bought(Money.of(500, "EUR"), date(2026, 1, 10), "A-1")


async def add(store: Store, bought: Bought) -> Purchase:
    return await add_purchase(store, CLOCK, TENANT, bought, OPERATOR)


async def lots(store: TinyStore) -> list[str]:
    return [record.id for record in await store.read(LEDGER.of_tenant(TENANT))]


async def refused(store: TinyStore, bought: Bought) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        await add(store, bought)
    return refusal.value


async def test_without_an_order_number_each_call_is_a_new_lot(store: TinyStore) -> None:
    await add(store, LOT)
    await add(store, Bought(LOT.amount, LOT.on, "  "))
    assert await lots(store) == ["purchase:1", "purchase:2"]


async def test_an_order_number_is_booked_once(store: TinyStore) -> None:
    first = await add(store, ORDER)
    again = await add(store, Bought(ORDER.amount, ORDER.on, " A-1 "))
    assert first == again
    assert await lots(store) == ["purchase:1"]
    assert first.order_number == "A-1"


@pytest.mark.parametrize(
    "other",
    [
        Bought(Money.of(501, "EUR"), date(2026, 1, 10), "A-1"),
        Bought(Money.of(500, "USD"), date(2026, 1, 10), "A-1"),
        Bought(Money.of(500, "EUR"), date(2026, 1, 11), "A-1"),
    ],
)
async def test_an_order_number_stands_for_one_sum_on_one_day(store: TinyStore, other: Bought) -> None:
    await add(store, ORDER)
    refusal = await refused(store, other)
    assert refusal.code == "order_number_used"
    assert refusal.values == {"order_number": "A-1", "amount": ORDER.amount, "on": ORDER.on}
    assert await lots(store) == ["purchase:1"]


BILLED = replace(ORDER, invoiced=Money.of(605, "EUR"), tax=Money.of(105, "EUR"))


async def test_the_invoice_and_its_tax_are_kept_beside_what_was_credited(store: TinyStore) -> None:
    first = await add(store, BILLED)
    assert (first.amount, first.invoiced, first.tax) == (ORDER.amount, BILLED.invoiced, BILLED.tax)
    assert [record.body for record in await store.read(LEDGER.of_tenant(TENANT))] == [first]
    assert await add(store, BILLED) == await add(store, ORDER) == first  # whoever tells none contradicts none


@pytest.mark.parametrize("key", ["", "form"])
async def test_another_invoice_under_the_same_number_is_refused_by_name(store: TinyStore, key: str) -> None:
    known = replace(BILLED, key=key, order_number=None if key else "A-1")
    await add(store, known)
    refusal = await refused(store, replace(known, tax=Money.of(100, "EUR")))
    assert refusal.code == "invoice_differs"
    named = {"amount": ORDER.amount, "on": ORDER.on, "invoiced": BILLED.invoiced, "tax": BILLED.tax}
    assert refusal.values == named
    assert len(await lots(store)) == 1


async def test_an_invoice_told_after_the_money_is_refused_and_says_that_there_is_none(store: TinyStore) -> None:
    await add(store, ORDER)
    assert (await refused(store, BILLED)).values["invoiced"] == "–"


async def test_money_of_a_request_is_found_by_its_order_number_or_its_request(store: TinyStore) -> None:
    funded = Purchase("request:r1", ORDER.on, ORDER.amount, CLOCK.now(), "A-1", "r1")
    await store.commit([Append(LEDGER.of_tenant(TENANT), funded.id, funded)])
    assert await add(store, ORDER) == funded
    assert await add(store, Bought(ORDER.amount, ORDER.on, request_id="r1")) == funded
    await add(store, Bought(ORDER.amount, ORDER.on, request_id="r2"))
    assert await lots(store) == ["request:r1", "request:r2"]


@pytest.mark.parametrize(
    ("bought", "code"),
    [
        (Bought(Money.zero("EUR"), TODAY), "amount_not_positive"),
        (Bought(Money.of(-5, "EUR"), TODAY), "amount_not_positive"),
        (Bought(Money.of(5, "EUR"), TODAY + timedelta(days=2)), "purchase_in_future"),
        (Bought(Money.of(5, "EUR"), TODAY - timedelta(days=3_654)), "purchase_too_old"),
        (Bought(Money.of(5, "EUR"), TODAY, "x" * 101), "order_number_too_long"),
    ],
)
async def test_what_cannot_be_is_refused(store: TinyStore, bought: Bought, code: str) -> None:
    assert (await refused(store, bought)).code == code
    assert await lots(store) == []


async def test_a_purchase_is_audited(store: TinyStore) -> None:
    await add(store, ORDER)
    await add(store, LOT)
    first, second = await store.read(AUDIT.of_tenant(TENANT))
    assert (first.body.verb, first.body.subject, first.body.actor) == ("purchase.add", "purchase:1", OPERATOR)
    assert first.body.details == {"amount": "500.00 EUR", "on": "2026-01-10", "order_number": "A-1"}
    assert second.body.details == {"amount": "500.00 EUR", "on": "2026-01-10"}


async def test_the_same_order_by_two_at_once_is_booked_once(store: TinyStore) -> None:
    async def rival() -> None:
        await add(store, ORDER)

    slow = cast("Store", RivalStore(store, [rival]))
    assert (await add(slow, ORDER)).id == "purchase:1"
    assert await lots(store) == ["purchase:1"]


async def test_an_import_that_runs_meanwhile_does_not_keep_a_purchase_out(store: TinyStore) -> None:
    numbers = iter(range(2 * ATTEMPTS))

    async def rival() -> None:
        await import_usage(store, CLOCK, TENANT, UsageBatch.of([row(f"r{next(numbers)}")]), OPERATOR)

    assert (await add(cast("Store", RivalStore(store, [rival] * 5)), LOT)).id == "purchase:6"
    with pytest.raises(Conflict):
        await add(cast("Store", RivalStore(store, [rival] * ATTEMPTS)), LOT)
