"""The sandbox's order desk: takes every order, and after a second funds it or declines it because the card expired.

What it decides follows from what was kept when the order was placed, so a restart changes nothing.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.domain.money import Money
from bot.ports.clock import Clock
from bot.ports.errors import Final, NotFound
from bot.ports.order_desk import Declined, Funded, Order, OrderStatus, StillOpen
from bot.ports.store import Collection, Conflict, Put, Store

DECIDES_AFTER = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """An order as it was placed; `card_expired` is how the card stood at that time."""

    amount: Money
    po_number: str | None
    placed_at: datetime
    card_expired: bool

    def is_same_as(self, order: Order) -> bool:
        return (self.amount, self.po_number) == (order.amount, order.po_number)


SANDBOX_ORDERS: Collection[PlacedOrder] = Collection("sandbox_orders", PlacedOrder)


class SandboxDesk:
    """A `bot.ports.order_desk.OrderDesk`."""

    def __init__(self, store: Store, clock: Clock, card_expired: Callable[[], Awaitable[bool]]) -> None:
        self._store = store
        self._clock = clock
        self._card_expired = card_expired

    async def place(self, order: Order) -> None:
        """Raises Final("order_differs") where another order has the same id."""
        placed = PlacedOrder(order.amount, order.po_number, self._clock.now(), await self._card_expired())
        try:
            await self._store.commit([Put(SANDBOX_ORDERS.key(order.tenant, order.id), placed, 0)])
        except Conflict:
            known = await self._placed(order)
            if not known.is_same_as(order):
                raise Final("this id belongs to another order", code="order_differs") from None

    async def status(self, order: Order) -> OrderStatus:
        placed = await self._placed(order)
        decided_at = placed.placed_at + DECIDES_AFTER
        if self._clock.now() < decided_at:
            return StillOpen()
        if placed.card_expired:
            return Declined("card_expired")
        return Funded(placed.amount, decided_at.astimezone(UTC).date(), _reference(order))

    async def _placed(self, order: Order) -> PlacedOrder:
        document = await self._store.get(SANDBOX_ORDERS.key(order.tenant, order.id))
        if document is None:
            raise NotFound("the desk does not know this order", code="order_unknown")
        return document.body


def _reference(order: Order) -> str:
    return f"SBX-{order.id.replace('-', '')[:10].upper()}"
