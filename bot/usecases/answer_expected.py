"""What a buyer says about an expected recharge: it arrived, not yet, or the payment failed. Money is booked by such a
word only, in the commit that closes the recharge, once."""

from collections.abc import Callable, Sequence

from bot.domain.audit import AuditRecord, changed
from bot.domain.auto_recharge import Expected, arrive, fail, not_yet
from bot.domain.errors import Refusal
from bot.domain.events import By
from bot.domain.jobs import Job
from bot.domain.ledger import Purchase
from bot.domain.people import PersonId, Right, TenantId
from bot.domain.settings import NamedPerson
from bot.ports.clock import Clock
from bot.ports.collections import AUDIT, EXPECTED, JOBS, LEDGER
from bot.ports.outside import Outside
from bot.ports.store import Append, CheckHead, Conflict, Document, Operation, Put, Store
from bot.usecases.add_purchase import Bought, check_alike, check_purchase, find_purchase
from bot.usecases.book_entry import ATTEMPTS
from bot.usecases.expect_recharge import asking, refreshing
from bot.usecases.find_approvers import people_in_charge
from bot.usecases.find_people import people_with
from bot.usecases.read_balance import read_ledger

Change = Callable[[Expected], Expected]
Follows = Callable[[Expected], Sequence[Operation]]


async def load_expected(store: Store, tenant: TenantId, id_: str) -> Document[Expected]:
    """Raises Refusal("request_unknown") for one that never was."""
    document = await store.get(EXPECTED.key(tenant, id_))
    if document is None:
        raise Refusal("request_unknown")
    return document


async def confirm_expected(  # noqa: PLR0913 -- which one, what came, who says so, and what is committed with it
    store: Store,
    clock: Clock,
    tenant: TenantId,
    id_: str,
    bought: Bought,
    by: By,
    *,
    also: Sequence[Operation] = (),
) -> Expected:
    """It is there: booked as one purchase. The same again is what is recorded, and changes nothing.

    Raises Refusal: expected_confirmed, currency_other, and as `add_purchase` says.
    """
    bought = check_purchase(bought, clock.now())

    def change(expected: Expected) -> Expected:
        return arrive(expected, bought.amount, bought.on, NamedPerson(by.id, by.name), clock.now())

    for _ in range(ATTEMPTS):
        document = await load_expected(store, tenant, id_)
        after = change(document.body)
        if after == document.body:
            return after
        booking = await _booking(store, clock, tenant, id_, bought)
        writes = _writes(tenant, clock, document, after, ("expected.arrive", by))
        try:
            await store.commit([*booking, *writes, *also])
        except Conflict:
            continue
        return after
    raise Conflict(EXPECTED.key(tenant, id_))


def entry_id(expected_id: str) -> str:
    """The id of what an expected recharge enters into the books."""
    return f"expected:{expected_id}"


async def _booking(store: Store, clock: Clock, tenant: TenantId, id_: str, bought: Bought) -> list[Operation]:
    """The purchase, unless it is in the books already: decided on the whole ledger."""
    entries = [record.body for record in await read_ledger(store, tenant)]
    whole = CheckHead(LEDGER.of_tenant(tenant), len(entries))
    if find_purchase(entries, bought) is not None:
        return [whole]
    check_alike(entries, bought)
    purchase = Purchase(
        entry_id(id_),
        bought.on,
        bought.amount,
        clock.now(),
        bought.order_number,
        invoiced=bought.invoiced,
        tax=bought.tax,
    )
    look = Job("watch_balance", purchase.recorded_at)
    return [
        whole,
        Append(LEDGER.of_tenant(tenant), purchase.id, purchase),
        Put(JOBS.key(tenant, f"watch_balance:{purchase.id}"), look, 0),
    ]


async def wait_for_expected(outside: Outside, tenant: TenantId, id_: str, by: By) -> Expected:
    """Not yet: the buyers are asked once more, a day later. Raises the directory's errors."""
    people = await people_with(outside, tenant, Right.CONFIRM_ORDER)

    def change(expected: Expected) -> Expected:
        return not_yet(expected, NamedPerson(by.id, by.name), outside.clock.now())

    def follows(expected: Expected) -> list[Operation]:
        return asking(tenant, outside.clock, expected, people, late=True)

    return await _answer(outside, tenant, id_, (change, follows), ("expected.wait", by))


async def report_expected(
    outside: Outside, tenant: TenantId, id_: str, reason: str, by: By, *, also: Sequence[Operation] = ()
) -> Expected:
    """The payment failed: all in charge are told at once. Raises Refusal("expected_confirmed"), and the directory's
    errors."""
    people = await people_in_charge(outside, tenant)

    def change(expected: Expected) -> Expected:
        return fail(expected, reason, NamedPerson(by.id, by.name), outside.clock.now())

    def follows(expected: Expected) -> list[Operation]:
        once = f"expected:{expected.id}:{expected.step}"
        return [*telling(tenant, outside.clock, people, ("expected", expected.id), once), *also]

    return await _answer(outside, tenant, id_, (change, follows), ("expected.fail", by))


def telling(
    tenant: TenantId, clock: Clock, people: Sequence[PersonId], about: tuple[str, str], once: str
) -> list[Operation]:
    """A job for each person in charge, due now. `about`: ("expected", its id) or ("mail", its key); `once`: for what
    each hears of it once."""
    name, value = about
    return [
        Put(
            JOBS.key(tenant, f"tell_failed_recharge:{once}:{person}"),
            Job("tell_failed_recharge", clock.now(), {name: value, "person": person}),
            0,
        )
        for person in people
    ]


async def _answer(
    outside: Outside, tenant: TenantId, id_: str, does: tuple[Change, Follows], said: tuple[str, By]
) -> Expected:
    change, follows = does
    for _ in range(ATTEMPTS):
        document = await load_expected(outside.store, tenant, id_)
        after = change(document.body)
        if after == document.body:
            return after
        writes = _writes(tenant, outside.clock, document, after, said)
        try:
            await outside.store.commit([*writes, *follows(after)])
        except Conflict:
            continue
        return after
    raise Conflict(EXPECTED.key(tenant, id_))


def _writes(
    tenant: TenantId, clock: Clock, before: Document[Expected], after: Expected, said: tuple[str, By]
) -> list[Operation]:
    """`said`: the verb of the audit, and who said it."""
    was, becomes = changed(before.body, after)
    record = AuditRecord(clock.now(), said[1].id, said[0], after.id, before=was, after=becomes)
    return [
        Put(before.key, after, before.version),
        Append(AUDIT.of_tenant(tenant), f"expected:{after.id}:{after.step}", record),
        refreshing(tenant, clock, after),
    ]
