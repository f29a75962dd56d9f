"""The order desk of an organisation that buys by hand in the admin center: somebody confirms what was credited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.money import Money
from bot.domain.people import TenantId
from bot.ports.order_desk import Funded, Order, OrderStatus, StillOpen
from bot.ports.store import Collection, Conflict, Operation, Put, Store


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What the wallet got for an order, as the buyer told it."""

    credited: Money
    on: date
    reference: str


CONFIRMATIONS: Collection[Confirmation] = Collection("order_confirmations", Confirmation)  # the id is the order's


class AdminCenterDesk:
    """An `OrderDesk`. Nothing is sent anywhere: the approved request itself is the buyer's order."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def place(self, order: Order) -> None:
        """The buyer sees the approved request; there is nobody else to tell."""

    async def status(self, order: Order) -> OrderStatus:
        kept = await self._store.get(CONFIRMATIONS.key(order.tenant, order.id))
        if kept is None:
            return StillOpen()
        return Funded(kept.body.credited, kept.body.on, kept.body.reference)


async def confirm_order(
    store: Store, tenant: TenantId, order_id: str, confirmation: Confirmation, *, also: Sequence[Operation] = ()
) -> Confirmation:
    """Keep the first confirmation of an order, with `also`, and return it: a second one changes nothing."""
    key = CONFIRMATIONS.key(tenant, order_id)
    try:
        await store.commit([Put(key, confirmation, 0), *also])
    except Conflict:
        kept = await store.get(key)
        return kept.body if kept else confirmation
    return confirmation
