"""Where an approved recharge is ordered. Implemented by `bot/orders`."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.domain.money import Money
from bot.domain.order_terms import DeskKind as DeskKind
from bot.domain.people import TenantId


@dataclass(frozen=True, slots=True)
class Order:
    """`id` is the idempotency key: the same order placed twice is one order."""

    id: str
    tenant: TenantId
    amount: Money
    po_number: str | None


@dataclass(frozen=True, slots=True)
class StillOpen:
    """The desk has it and has not decided."""


@dataclass(frozen=True, slots=True)
class Funded:
    """The money arrived. `credited` is what the wallet got, before tax; `invoiced` the invoice's total with `tax` in
    it, None where nobody told. They are kept apart: only what was credited is money in the wallet."""

    credited: Money
    on: date
    reference: str
    invoiced: Money | None = None
    tax: Money | None = None


@dataclass(frozen=True, slots=True)
class Declined:
    """`reason`: card_expired, limit or other."""

    reason: str


OrderStatus = StillOpen | Funded | Declined


@dataclass(frozen=True, slots=True)
class AtDesk:
    """An order as it was handed over, and what its desk said at last: at most one of the two.

    `desk` does not change any more, whatever the organisation's settings become.
    """

    desk: DeskKind
    amount: Money
    po_number: str | None
    placed_at: datetime
    funded: Funded | None = None
    declined: Declined | None = None

    def is_same_as(self, order: Order) -> bool:
        return (self.amount, self.po_number) == (order.amount, order.po_number)

    @property
    def status(self) -> OrderStatus:
        return self.funded or self.declined or StillOpen()


class OrderDesk(Protocol):
    async def place(self, order: Order) -> None:
        """Hand the order over. Raises the errors of `bot.ports.errors`; repeating it is safe."""
        ...

    async def status(self, order: Order) -> OrderStatus:
        """What became of an order that was placed. Raises NotFound where the desk does not know it."""
        ...
