"""Where an approved recharge is ordered. Implemented by `bot/orders`."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bot.domain.money import Money
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
    """The money arrived. `credited` is what the wallet got, before tax."""

    credited: Money
    on: date
    reference: str


@dataclass(frozen=True, slots=True)
class Declined:
    """`reason`: card_expired, limit or other."""

    reason: str


OrderStatus = StillOpen | Funded | Declined


class OrderDesk(Protocol):
    async def place(self, order: Order) -> None:
        """Hand the order over. Raises the errors of `bot.ports.errors`; repeating it is safe."""
        ...

    async def status(self, order: Order) -> OrderStatus:
        """What became of an order that was placed. Raises NotFound where the desk does not know it."""
        ...
