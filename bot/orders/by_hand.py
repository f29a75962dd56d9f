"""The order desk of an organisation where somebody buys: in the admin center, or by writing to the partner.

The approved request itself is the order: its buyers have it on a card, and say there what came of it.
"""

from bot.ports.order_desk import Order, OrderStatus, StillOpen


class ByHandDesk:
    """An `OrderDesk`. Nothing is sent anywhere, and nothing is heard but from people."""

    async def place(self, order: Order) -> None:
        """The buyers are told when the request is on its way; there is nobody else to tell."""

    async def status(self, order: Order) -> OrderStatus:
        return StillOpen()
