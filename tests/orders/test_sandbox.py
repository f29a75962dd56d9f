"""The sandbox's order desk."""

from datetime import date

import pytest

from bot.domain.money import Money
from bot.orders.sandbox import SandboxDesk
from bot.ports.errors import Final, NotFound
from bot.ports.order_desk import Declined, Funded, Order, OrderDesk, StillOpen
from bot.store.tiny import TinyStore
from tests.clock import StillClock
from tests.fakes import TENANT

ORDER = Order("5f0c1d2e-aaaa", TENANT, Money.of(500, "EUR"), "PO-7")


class Card:
    expired = False

    async def __call__(self) -> bool:
        return self.expired


def desk(store: TinyStore, clock: StillClock, card: Card | None = None) -> OrderDesk:
    return SandboxDesk(store, clock, card or Card())


async def test_an_order_is_open_for_a_second_and_then_funded(store: TinyStore) -> None:
    clock = StillClock()
    await desk(store, clock).place(ORDER)
    assert await desk(store, clock).status(ORDER) == StillOpen()
    clock.move(seconds=1)
    assert await desk(store, clock).status(ORDER) == Funded(ORDER.amount, date(2026, 11, 22), "SBX-5F0C1D2EAA")


async def test_what_became_of_an_order_does_not_change_later(store: TinyStore) -> None:
    clock = StillClock()
    await desk(store, clock).place(ORDER)
    clock.move(days=3)
    assert await desk(store, clock).status(ORDER) == Funded(ORDER.amount, date(2026, 11, 22), "SBX-5F0C1D2EAA")


async def test_an_order_placed_with_an_expired_card_is_declined(store: TinyStore) -> None:
    clock, card = StillClock(), Card()
    card.expired = True
    await desk(store, clock, card).place(ORDER)
    card.expired = False
    clock.move(seconds=2)
    assert await desk(store, clock, card).status(ORDER) == Declined("card_expired")


async def test_placing_an_order_again_changes_nothing(store: TinyStore) -> None:
    clock = StillClock()
    await desk(store, clock).place(ORDER)
    clock.move(seconds=1)
    await desk(store, clock).place(ORDER)
    assert await desk(store, clock).status(ORDER) == Funded(ORDER.amount, date(2026, 11, 22), "SBX-5F0C1D2EAA")


async def test_another_order_under_a_known_id_is_refused(store: TinyStore) -> None:
    await desk(store, StillClock()).place(ORDER)
    with pytest.raises(Final) as refused:
        await desk(store, StillClock()).place(Order(ORDER.id, TENANT, Money.of(501, "EUR"), "PO-7"))
    assert refused.value.code == "order_differs"


async def test_an_order_that_was_never_placed_is_not_found(store: TinyStore) -> None:
    with pytest.raises(NotFound):
        await desk(store, StillClock()).status(ORDER)
