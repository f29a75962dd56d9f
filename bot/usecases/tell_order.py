"""What people say about orders: that they placed one, that it was declined, who the partner is, that the admin center
looks different. Money is told in `fund_order.py`."""

import contextlib
import re
from dataclasses import replace

from bot.domain.admin_center import Page, path_to
from bot.domain.audit import AuditRecord
from bot.domain.errors import Refusal
from bot.domain.events import Buy, By, Report
from bot.domain.money import Money
from bot.domain.order_terms import DECLINE_REASONS
from bot.domain.people import PersonId, TenantId
from bot.domain.requests import Kind, Request, State
from bot.domain.settings import Partner, Settings
from bot.ports.clock import Clock
from bot.ports.collections import AUDIT, REQUESTS
from bot.ports.store import Append, IdReused, Store
from bot.usecases.add_purchase import ORDER_NUMBER_LIMIT
from bot.usecases.change_request import change_request, load_request
from bot.usecases.fund_order import WAITS_FOR_MONEY
from bot.usecases.settings import change_settings

LONGEST_NAME, LONGEST_MAIL = 100, 254  # characters
MOST_WAITING = 5
_MAIL = re.compile(r"[^\s@<>,;:\"()]+@[^\s@<>,;:\"()]+\.[^\s@<>,;:\"()]+")


async def note_bought(
    store: Store, clock: Clock, tenant: TenantId, request_id: str, order_number: str, by: By
) -> Request:
    """Somebody placed it by hand. Told again with the same number it changes nothing.

    Raises Refusal: order_number_too_long, and state_<state> for an order that nobody waits for.
    """
    number = order_number.strip()
    if len(number) > ORDER_NUMBER_LIMIT:
        raise Refusal("order_number_too_long", limit=ORDER_NUMBER_LIMIT)
    request = (await load_request(store, tenant, request_id)).body
    if (
        request.recharge is not None
        and request.asked.bought_by is not None
        and number in {"", request.asked.reference}
    ):
        return request
    return await change_request(store, clock, tenant, request_id, Buy(number), by)


async def report_declined(
    store: Store, clock: Clock, tenant: TenantId, request_id: str, reason: str, by: By
) -> Request:
    """The payment failed, as somebody saw. An order that is known to have been declined stays as it was told first.

    Raises Refusal: reason_unknown, and state_<state>.
    """
    if reason not in DECLINE_REASONS:
        raise Refusal("reason_unknown")
    request = (await load_request(store, tenant, request_id)).body
    if request.state is State.FAILED:
        return request
    return await change_request(store, clock, tenant, request_id, Report(reason), by)


async def report_path(store: Store, clock: Clock, tenant: TenantId, page: Page, person: PersonId) -> None:
    """Put it in the audit: once a person, page and day."""
    now = clock.now()
    path = path_to(page, now.date())
    details = {"since": path.since.isoformat(), "path": " > ".join(path.steps["en"])}
    record = AuditRecord(now, person, "path.changed", page.value, details)
    with contextlib.suppress(IdReused):  # they have said so today
        await store.commit([Append(AUDIT.of_tenant(tenant), f"path:{page.value}:{person}:{now.date()}", record)])


async def set_partner(store: Store, clock: Clock, tenant: TenantId, person: PersonId, partner: Partner) -> Settings:
    """Raises Refusal: partner_name_missing, mail_malformed."""
    if not partner.name.strip() or len(partner.name) > LONGEST_NAME:
        raise Refusal("partner_name_missing")
    if len(partner.mail) > LONGEST_MAIL or not _MAIL.fullmatch(partner.mail.strip()):
        raise Refusal("mail_malformed")
    trimmed = Partner(partner.name.strip(), partner.mail.strip())
    return await change_settings(
        store, clock, tenant, person, "partner", lambda settings: replace(settings, partner=trimmed)
    )


async def orders_waiting(store: Store, tenant: TenantId, amount: Money) -> list[Request]:
    """Orders that money of this currency may belong to, the likeliest first: by the sum, then the newest."""
    found: list[Request] = []
    for state in sorted(WAITS_FOR_MONEY):
        page = await store.find(
            REQUESTS,
            tenant,
            where={"kind": Kind.RECHARGE.value, "state": state.value},
            order_by="created_at",
            newest_first=True,
            limit=MOST_WAITING,
        )
        found += [document.body for document in page.documents]
    fitting = [request for request in found if request.asked.amount.currency == amount.currency]
    fitting.sort(key=lambda request: request.created_at, reverse=True)
    fitting.sort(key=lambda request: abs(request.asked.amount.micros - amount.micros))
    return fitting[:MOST_WAITING]
