"""Do what a pasted mail of Microsoft's says, once it was shown and somebody pressed the button: book the money, or
tell all in charge. A mail that is about an expected recharge or an order confirms that, and is no second booking."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from bot.domain.audit import AuditRecord, told
from bot.domain.auto_recharge import Course, Expected
from bot.domain.errors import Refusal
from bot.domain.events import By, Report
from bot.domain.ledger import Entry, Purchase
from bot.domain.money import Money
from bot.domain.people import TenantId
from bot.domain.recharge_mail import MailKind, MailTaken
from bot.domain.requests import Kind, Order, Request, State
from bot.domain.settings import NamedPerson
from bot.ports.clock import Clock
from bot.ports.collections import AUDIT, RECHARGE_MAILS, REQUESTS
from bot.ports.order_desk import Funded
from bot.ports.outside import Outside
from bot.ports.store import Append, Conflict, Operation, Put, Store
from bot.usecases.add_purchase import Bought, add_purchase, alike, check_alike, check_purchase, find_purchase
from bot.usecases.answer_expected import confirm_expected, report_expected, telling
from bot.usecases.change_request import change_request
from bot.usecases.find_approvers import people_in_charge
from bot.usecases.fund_order import fund_order
from bot.usecases.mirror_auto_recharge import latest_expected
from bot.usecases.read_balance import read_ledger

LATE = timedelta(days=30)  # so long after its dip a mail may still be about an expected recharge
ORDERS = 50  # that are looked through for one of the sum
# Money may come for what lapsed at its desk; that it fails is news of what is waited for only.
AT_DESK = {MailKind.SUCCEEDED: (State.EXECUTING, State.LAPSED), MailKind.FAILED: (State.EXECUTING,)}


class Matched(StrEnum):
    """What a mail is about."""

    NOTHING = "nothing"  # that Saldo waits for
    EXPECTED = "expected"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Match:
    """`amount`: what was waited for."""

    what: Matched = Matched.NOTHING
    id: str = ""
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class Taking:
    """A mail that somebody pressed about: its key, what they saw that it would confirm, and of a failure the sum and
    the reason."""

    key: str
    kind: MailKind
    match: Match
    amount: Money | None = None
    reason: str = ""


async def read_taken(store: Store, tenant: TenantId, key: str) -> MailTaken | None:
    """What came of the same mail before."""
    document = await store.get(RECHARGE_MAILS.key(tenant, key))
    return document.body if document else None


async def match_mail(outside: Outside, tenant: TenantId, kind: MailKind, amount: Money | None) -> Match:
    """What Saldo waits for that the mail is about: an expected recharge or an order of the same sum first, then the
    expected one of any sum. `amount` None: the mail does not tell."""
    latest = await latest_expected(outside.store, tenant)
    expected = latest.body if latest else None
    if kind is MailKind.ZERO:
        return Match()
    if expected and _waits(expected, outside.clock) and amount in {None, expected.amount}:
        return _expected(expected)
    order = await _order_of(outside.store, tenant, amount, AT_DESK[kind]) if amount else None
    if order is not None:
        return Match(Matched.ORDER, order.id, order.asked.amount)
    return _expected(expected) if expected and expected.open else Match()


def _expected(expected: Expected) -> Match:
    return Match(Matched.EXPECTED, expected.id, expected.amount)


def _waits(expected: Expected, clock: Clock) -> bool:
    return expected.course is not Course.ARRIVED and clock.now() - expected.opened_at < LATE


async def _order_of(store: Store, tenant: TenantId, amount: Money, states: Sequence[State]) -> Request | None:
    """The oldest recharge of that sum in the first of these states that has one."""
    for state in states:
        page = await store.find(
            REQUESTS,
            tenant,
            where={"kind": Kind.RECHARGE.value, "state": state.value},
            order_by="created_at",
            limit=ORDERS,
        )
        for document in page.documents:
            asked = document.body.asked
            if asked.amount == amount and asked.order is not Order.LEAVING:
                return document.body
    return None


async def similar_purchases(store: Store, tenant: TenantId, match: Match, bought: Bought) -> list[Purchase]:
    """The money of the mail may be booked already; what came for one order is nothing to another."""
    return alike(await _entries(store, tenant, match), bought)


async def _entries(store: Store, tenant: TenantId, match: Match) -> list[Entry]:
    """Those that the mail's money may be among."""
    entries = [record.body for record in await read_ledger(store, tenant)]
    if match.what is not Matched.ORDER:
        return entries
    return [one for one in entries if not (isinstance(one, Purchase) and one.request_id)]


async def book_mail(outside: Outside, tenant: TenantId, mail: Taking, bought: Bought, by: By) -> MailTaken:
    """Book what a success mail tells. The same again is what is recorded, and changes nothing.

    Raises Refusal: mail_taken where the mail was booked with another sum or day, and as what it confirms.
    """
    store, clock = outside.store, outside.clock
    bought = check_purchase(bought, clock.now())
    known = await read_taken(store, tenant, mail.key)
    if known is None:
        taken = _taken(mail, bought, by, clock)
        booking = _book(outside, tenant, mail, bought, by, _writes(tenant, mail, taken))
        await _unless_taken(store, tenant, mail.key, booking)
        known = await _kept(store, tenant, mail, taken)
    if (known.credited, known.on) != (bought.amount, bought.on):
        raise Refusal("mail_taken", amount=known.credited, on=known.on, name=known.by.name)
    return known


async def _book(
    outside: Outside, tenant: TenantId, mail: Taking, bought: Bought, by: By, also: list[Operation]
) -> None:
    """In one commit with `also`; a purchase that nobody waited for has the mail's key, so that it is booked once."""
    store, clock = outside.store, outside.clock
    match mail.match.what:
        case Matched.EXPECTED:
            await confirm_expected(store, clock, tenant, mail.match.id, bought, by, also=also)
        case Matched.ORDER:
            find_purchase([record.body for record in await read_ledger(store, tenant)], bought)
            check_alike(await _entries(store, tenant, mail.match), bought)
            number = bought.order_number or ""
            funded = Funded(bought.amount, bought.on, number, bought.invoiced, bought.tax)
            await fund_order(store, clock, tenant, mail.match.id, funded, by, also=also)
        case _:
            await add_purchase(store, clock, tenant, replace(bought, key=f"mail:{mail.key}"), by.id)


async def report_mail(outside: Outside, tenant: TenantId, mail: Taking, by: By) -> MailTaken:
    """Tell all in charge what a mail says of a failed payment or an empty wallet, and close what was waited for.
    Pressed again it changes nothing. Raises the directory's errors, and Refusal as what it is about."""
    store, clock = outside.store, outside.clock
    known = await read_taken(store, tenant, mail.key)
    if known is not None:
        return known
    taken = MailTaken(mail.kind, NamedPerson(by.id, by.name), clock.now(), mail.amount, mail.reason)
    people = await people_in_charge(outside, tenant)
    await _unless_taken(store, tenant, mail.key, _close(outside, tenant, mail, by, _writes(tenant, mail, taken)))
    # An expected recharge and an order tell of themselves that they failed.
    heard = mail.match.what is not Matched.NOTHING
    telling_all = telling(tenant, clock, [] if heard else people, ("mail", mail.key), f"mail:{mail.key}")
    return await _kept(store, tenant, mail, taken, telling_all)


async def _close(outside: Outside, tenant: TenantId, mail: Taking, by: By, also: list[Operation]) -> None:
    if mail.match.what is Matched.EXPECTED:
        await report_expected(outside, tenant, mail.match.id, mail.reason, by, also=also)
    if mail.match.what is Matched.ORDER:
        await change_request(outside.store, outside.clock, tenant, mail.match.id, Report(mail.reason), by, also=also)


async def _unless_taken(store: Store, tenant: TenantId, key: str, doing: Awaitable[None]) -> None:
    """Another press of the same button may get there first: then what it made is the answer."""
    try:
        await doing
    except (Refusal, Conflict):
        if await read_taken(store, tenant, key) is None:
            raise


def _taken(mail: Taking, bought: Bought, by: By, clock: Clock) -> MailTaken:
    who, now = NamedPerson(by.id, by.name), clock.now()
    return MailTaken(mail.kind, who, now, amount=mail.amount, credited=bought.amount, on=bought.on)


def _writes(tenant: TenantId, mail: Taking, taken: MailTaken) -> list[Operation]:
    details = {"kind": mail.kind.value, "about": f"{mail.match.what.value} {mail.match.id}".strip()}
    if taken.credited is not None:
        details |= {"credited": told(taken.credited), "on": told(taken.on)}
    verb = "mail.book" if taken.credited is not None else "mail.report"
    record = AuditRecord(taken.at, taken.by.id, verb, mail.key, details)
    return [
        Put(RECHARGE_MAILS.key(tenant, mail.key), taken, 0),
        Append(AUDIT.of_tenant(tenant), f"mail:{mail.key}", record),
    ]


async def _kept(
    store: Store, tenant: TenantId, mail: Taking, taken: MailTaken, also: list[Operation] | None = None
) -> MailTaken:
    """What is on record: another press of the same button may have got there first."""
    try:
        await store.commit([*_writes(tenant, mail, taken), *(also or [])])
    except Conflict:
        return await read_taken(store, tenant, mail.key) or taken
    return taken
