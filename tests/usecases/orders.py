"""Recharges whose order is at some desk."""

from bot.domain.order_terms import DeskKind
from bot.domain.people import Person
from bot.domain.requests import Request
from bot.ports.collections import ORDERS
from bot.ports.order_desk import AtDesk
from bot.ports.store import Put
from tests.fakes import ANA, LUIS, TENANT
from tests.usecases.world import World


async def ordered(
    world: World,
    id_: str = "r1",
    *,
    amount: int = 500,
    desk: DeskKind = DeskKind.ADMIN_CENTER,
    who: Person = ANA,
    by: Person = LUIS,
) -> Request:
    """Approved, handed over, and everybody told of it."""
    await world.send(id_, who, amount)
    request = await world.request(id_)
    order = AtDesk(desk, request.asked.amount, request.asked.po_number or None, world.clock.now())
    await world.store.commit([Put(ORDERS.key(TENANT, id_), order, 0)])
    await world.approve(id_, by)
    await world.work()
    return await world.request(id_)
