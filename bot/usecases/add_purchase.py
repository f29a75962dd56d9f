"""Book a purchase that somebody tells of. The order number is the idempotency key."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from bot.domain.audit import AuditRecord
from bot.domain.errors import Refusal
from bot.domain.ledger import Entry, Purchase
from bot.domain.money import LARGEST_ENTRY_MICROS, Money
from bot.domain.order_numbers import plain_number
from bot.domain.people import PersonId, TenantId
from bot.ports.clock import Clock
from bot.ports.store import Store
from bot.usecases.book_entry import book_entry

ORDER_NUMBER_LIMIT = 100  # characters
AHEAD = timedelta(days=1)  # in Auckland it is tomorrow already
NEAR = timedelta(days=3)  # so far apart two people may remember the day of one purchase
OLDEST = timedelta(days=3_653)  # ten years: longer than the product exists


@dataclass(frozen=True, slots=True)
class Bought:
    """What somebody tells: how much, on which day, and under which order number or for which request.

    `amount` is what was credited; `invoiced` and `tax` are what the invoice says, and are kept beside it. `key`
    names the telling itself, so that a form that is sent twice books once. `beside`: how many purchases that may be
    the same money whoever tells has seen in the books; None: nobody was asked.
    """

    amount: Money
    on: date
    order_number: str | None = None
    request_id: str | None = None
    invoiced: Money | None = None
    tax: Money | None = None
    key: str = ""
    beside: int | None = None


async def add_purchase(store: Store, clock: Clock, tenant: TenantId, bought: Bought, actor: PersonId) -> Purchase:
    """The purchase, booked once. The same order number with the same sum and day: the one that is there already.

    Without an order number and a key each call is a new lot. Raises Refusal: amount_not_positive, amount_too_large,
    purchase_in_future, purchase_too_old, order_number_too_long, tax_too_large, currency_other,
    and as `find_purchase` and `check_alike`.
    """
    checked = check_purchase(bought, clock.now())

    def decide(entries: Sequence[Entry]) -> tuple[Purchase, AuditRecord | None]:
        known = find_purchase(entries, checked)
        if known is not None:
            return known, None
        check_alike(entries, checked)
        purchase = _purchase(checked, len(entries), clock.now())
        return purchase, _audit(purchase, checked, actor)

    return await book_entry(store, tenant, decide)


def check_purchase(bought: Bought, now: datetime) -> Bought:
    """The same, its order number trimmed (None where it is blank). Raises Refusal as `add_purchase` says."""
    today = now.astimezone(UTC).date()
    order_number = (bought.order_number or "").strip() or None
    if bought.amount.micros <= 0:
        raise Refusal("amount_not_positive")
    if bought.amount.micros > LARGEST_ENTRY_MICROS:
        raise Refusal("amount_too_large")
    if bought.on > today + AHEAD:
        raise Refusal("purchase_in_future", on=bought.on)
    if bought.on < today - OLDEST:
        raise Refusal("purchase_too_old", on=bought.on)
    if order_number and len(order_number) > ORDER_NUMBER_LIMIT:
        raise Refusal("order_number_too_long", limit=ORDER_NUMBER_LIMIT)
    _check_invoice(bought)
    return replace(bought, order_number=order_number)


def _check_invoice(bought: Bought) -> None:
    invoiced, tax = bought.invoiced, bought.tax
    currencies = {sum_.currency for sum_ in (bought.amount, invoiced, tax) if sum_ is not None}
    if len(currencies) > 1:
        raise Refusal("currency_other", currency=max(currencies), wallet=bought.amount.currency)
    if (invoiced is not None and invoiced.micros <= 0) or (tax is not None and tax.micros < 0):
        raise Refusal("amount_not_positive")
    if tax is not None and invoiced is not None and tax >= invoiced:
        raise Refusal("tax_too_large", tax=tax, invoiced=invoiced)


def find_purchase(entries: Sequence[Entry], bought: Bought) -> Purchase | None:
    """The purchase with the same order number, however it is typed, of the same request, or of the same telling.

    Raises Refusal("order_number_used") where the order number stands for another sum or day, Refusal("told_already")
    where the telling does, and Refusal("invoice_differs") where another invoice stands beside it.
    """
    wanted = plain_number(bought.order_number or "")
    for entry in entries:
        match entry:
            case Purchase(id=id_) if bought.key and id_ == _told_id(bought):
                number = plain_number(entry.order_number or "")
                if (entry.amount, entry.on, number) != (bought.amount, bought.on, wanted):
                    raise Refusal("told_already", amount=entry.amount, on=entry.on, number=entry.order_number or "–")
                return with_its_invoice(entry, bought)
            case Purchase(order_number=str(number)) if wanted and plain_number(number) == wanted:
                if (entry.amount, entry.on) != (bought.amount, bought.on):
                    raise Refusal("order_number_used", order_number=number, amount=entry.amount, on=entry.on)
                return with_its_invoice(entry, bought)
            case Purchase(request_id=str(request_id)) if request_id == bought.request_id:
                return entry
    return None


def alike(entries: Sequence[Entry], bought: Bought) -> list[Purchase]:
    """What may be the same money: of the same sum about the same day, but for what has a number beside another."""
    purchases = [entry for entry in entries if isinstance(entry, Purchase) and entry.amount == bought.amount]
    near = [one for one in purchases if abs(one.on - bought.on) <= NEAR]
    return [one for one in near if not (one.order_number and bought.order_number)]


def check_alike(entries: Sequence[Entry], bought: Bought) -> None:
    """Raises Refusal("bought_already") where more of it is booked than whoever tells has seen."""
    found = alike(entries, bought)
    if bought.beside is not None and len(found) > bought.beside:
        raise Refusal("bought_already", amount=found[-1].amount, on=found[-1].on, times=len(found))


def with_its_invoice(entry: Purchase, bought: Bought) -> Purchase:
    """The same entry. Whoever tells nothing of an invoice contradicts none. Raises Refusal("invoice_differs")."""
    if bought.invoiced in {None, entry.invoiced} and bought.tax in {None, entry.tax}:
        return entry
    raise invoice_differs(entry.amount, entry.on, entry.invoiced, entry.tax)


def invoice_differs(amount: Money, on: date, invoiced: Money | None, tax: Money | None) -> Refusal:
    """What is on record."""
    known = {name: "–" if sum_ is None else sum_ for name, sum_ in (("invoiced", invoiced), ("tax", tax))}
    return Refusal("invoice_differs", amount=amount, on=on, **known)


def _told_id(bought: Bought) -> str:
    return f"told:{bought.key}"


def _purchase(bought: Bought, entries: int, now: datetime) -> Purchase:
    id_ = f"request:{bought.request_id}" if bought.request_id else f"purchase:{entries + 1}"
    id_ = _told_id(bought) if bought.key else id_
    return Purchase(
        id_, bought.on, bought.amount, now, bought.order_number, bought.request_id, bought.invoiced, bought.tax
    )


def _audit(purchase: Purchase, bought: Bought, actor: PersonId) -> AuditRecord:
    details = {"amount": f"{purchase.amount} {purchase.amount.currency}", "on": purchase.on.isoformat()}
    if purchase.order_number:
        details["order_number"] = purchase.order_number
    if bought.invoiced is not None:
        details["invoiced"] = f"{bought.invoiced} {bought.invoiced.currency}"
    if bought.tax is not None:
        details["tax"] = f"{bought.tax} {bought.tax.currency}"
    return AuditRecord(purchase.recorded_at, actor, "purchase.add", purchase.id, details)
