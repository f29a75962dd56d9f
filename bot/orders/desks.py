"""Which desk an order goes to, and what the house keeps of it. The desk is chosen once, as the order is handed over.

The same order again is one order and has the answer that is on record; another order under a known id is refused as
`order_differs`, and another answer to a settled one as `answer_differs`.
"""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime

from bot.domain.audit import AuditRecord, changed
from bot.domain.events import SALDO
from bot.domain.jobs import Job
from bot.domain.people import TenantId
from bot.domain.settings import Account
from bot.ports.clock import Clock
from bot.ports.collections import AUDIT, JOBS, ORDERS, SETTINGS
from bot.ports.errors import Final, NotFound
from bot.ports.order_desk import AtDesk, Declined, DeskKind, Funded, Order, OrderDesk, OrderStatus, StillOpen
from bot.ports.store import Append, Conflict, Document, Operation, Put, Store

ATTEMPTS = 8


class Desks:
    """An `OrderDesk` in front of others. `desks` are those that there are."""

    def __init__(self, store: Store, clock: Clock, desks: Mapping[DeskKind, OrderDesk]) -> None:
        self._store = store
        self._clock = clock
        self._desks = desks

    async def place(self, order: Order) -> None:
        """Raises Final: order_differs, mca_cannot_buy, desk_gone; and what the desk raises."""
        kept = await self._kept(order)
        if not kept.is_same_as(order):
            raise Final("this id belongs to another order", code="order_differs")
        if not isinstance(kept.status, StillOpen):
            return  # it has been answered: what is on record counts
        desk = self._desks.get(kept.desk)
        if desk is None:
            raise Final("the desk that has this order is not set up any more", code="desk_gone")
        await desk.place(order)

    async def status(self, order: Order) -> OrderStatus:
        return (await _load(self._store, order.tenant, order.id)).body.status

    async def _kept(self, order: Order) -> AtDesk:
        """The order as it is on record. Kept before it leaves, so that a repetition goes to the same desk."""
        key = ORDERS.key(order.tenant, order.id)
        known = await self._store.get(key)
        if known is not None:
            return known.body
        kept = AtDesk(await self._choose(order.tenant), order.amount, order.po_number, self._clock.now())
        record = AuditRecord(kept.placed_at, SALDO.id, "order.desk", order.id, {"desk": kept.desk.value})
        try:
            await self._store.commit([Put(key, kept, 0), _audit(order.tenant, record, "desk")])
        except Conflict:
            return (await _load(self._store, order.tenant, order.id)).body
        return kept

    async def _choose(self, tenant: TenantId) -> DeskKind:
        """Source: Microsoft, "Set up Communication Credits": who can buy depends on the billing account."""
        settings = await self._store.get(SETTINGS.key(tenant, "tenant"))
        account = settings.body.account if settings else None
        if account is Account.MCA:
            raise Final("under this billing account nothing can be bought", code="mca_cannot_buy")
        if DeskKind.WEBHOOK in self._desks:
            return DeskKind.WEBHOOK
        return DeskKind.PARTNER if account is Account.CSP else DeskKind.ADMIN_CENTER


async def keep_answer(
    store: Store, clock: Clock, tenant: TenantId, order_id: str, answer: Funded | Declined
) -> AtDesk:
    """Put a desk's answer on record, with the job that acts on it; the same again changes nothing.

    Money that arrives after all counts more than an earlier no. Raises NotFound("order_unknown") and
    Final("answer_differs").
    """
    for _ in range(ATTEMPTS):
        document = await _load(store, tenant, order_id)
        after = answered(document.body, answer)
        if after == document.body:
            return after
        try:
            await store.commit([Put(document.key, after, document.version), *_follow(document, after, clock.now())])
        except Conflict:
            continue
        return after
    raise Conflict(ORDERS.key(tenant, order_id))


def _follow(before: Document[AtDesk], after: AtDesk, now: datetime) -> list[Operation]:
    """The job that acts on an answer, and its record."""
    tenant, order_id = before.key.tenant, before.key.id
    word = "funded" if after.funded else "declined"
    job = Job("follow_order", now, {"request": order_id, "since": now.isoformat()})
    old, new = changed(before.body, after)
    record = AuditRecord(now, SALDO.id, "order.answer", order_id, before=old, after=new)
    return [
        Put(JOBS.key(tenant, f"follow_order:{order_id}:{word}"), job, 0),
        _audit(tenant, record, f"answer:{word}"),
    ]


def _audit(tenant: TenantId, record: AuditRecord, what: str) -> Append[AuditRecord]:
    return Append(AUDIT.of_tenant(tenant), f"order:{record.subject}:{what}", record)


class AnswerDiffers(Final):
    """A settled order was answered otherwise. `known` is on record; `names` are what the other answer says about it
    that differs, as answers call them."""

    def __init__(self, known: OrderStatus, other: Funded | Declined) -> None:
        super().__init__("this order has another answer", code="answer_differs")
        self.known = known
        if type(known) is not type(other):
            self.names = ["status"]
        else:
            self.names = [one.name for one in fields(other) if getattr(known, one.name) != getattr(other, one.name)]


def answered(kept: AtDesk, answer: Funded | Declined) -> AtDesk:
    """The order with its answer. Raises AnswerDiffers where it says something else than what is known."""
    if answer in {kept.funded, kept.declined}:
        return kept
    if kept.funded is not None or (kept.declined is not None and isinstance(answer, Declined)):
        raise AnswerDiffers(kept.status, answer)
    if isinstance(answer, Funded):
        return AtDesk(kept.desk, kept.amount, kept.po_number, kept.placed_at, funded=answer)
    return AtDesk(kept.desk, kept.amount, kept.po_number, kept.placed_at, declined=answer)


async def _load(store: Store, tenant: TenantId, order_id: str) -> Document[AtDesk]:
    document = await store.get(ORDERS.key(tenant, order_id))
    if document is None:
        raise NotFound("no such order", code="order_unknown")
    return document
