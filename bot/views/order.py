"""An order as its buyers see it, and what is told of it to those in charge."""

from bot.domain.admin_center import Page, path_to
from bot.domain.people import PersonId, Right, TenantId
from bot.domain.requests import Kind, Request, State
from bot.locale.reader import CatalogueReader
from bot.ports.collections import ORDERS
from bot.ports.order_desk import DeskKind
from bot.ports.turn import Card
from bot.usecases.place_order import pending_until
from bot.usecases.settings import load_settings
from bot.usecases.weigh_recharge import wallet_of
from bot.views.house import House
from cards.order import OrderValues, order_card
from cards.order_news import News, OrderNewsValues, order_news_card
from cards.request_line import requested_by
from cards.turn_off import turn_off_card

SHOWN = frozenset({State.EXECUTING, State.LAPSED})
PAGES = (Page.BUY, Page.BALANCE)


async def draw_order(
    house: House,
    tenant: TenantId,
    request: Request,
    person: PersonId,
    reader: CatalogueReader,
    *,
    may_ratify: bool = False,
) -> Card | None:
    """The buyer's card; None where the order is not to be confirmed by anybody, or not by this person."""
    if request.kind is not Kind.RECHARGE or request.state not in SHOWN:
        return None
    order = await house.outside.store.get(ORDERS.key(tenant, request.id))
    if order is None or order.body.desk is DeskKind.SANDBOX:
        return None
    if not (await house.standings.of(tenant, person)).may(Right.CONFIRM_ORDER):
        return None
    settings = await load_settings(house.outside.store, tenant)
    today = house.outside.clock.now().date()
    values = OrderValues(
        request=request,
        desk=order.body.desk,
        until=await pending_until(house.outside.store, tenant, request, settings),
        paths={page: path_to(page, today) for page in PAGES},
        tenant=tenant,
        account=settings.account,
        partner=settings.partner,
        may_ratify=may_ratify,
    )
    return order_card(values, reader, house.buttons(tenant))


async def draw_news(
    house: House, tenant: TenantId, request: Request, news: News, person: PersonId, reader: CatalogueReader
) -> Card | None:
    """None for somebody who may not see figures (any more)."""
    standing = await house.standings.fresh(tenant, person)
    if not standing.may(Right.VIEW):
        return None
    outside, asked = house.outside, request.asked
    settings = await load_settings(outside.store, tenant)
    values = OrderNewsValues(
        news=news,
        request_id=request.id,
        revision=request.revision,
        amount=asked.amount,
        requester=requested_by(request, reader),
        payment=path_to(Page.PAYMENT, outside.clock.now().date()),
        until=await pending_until(outside.store, tenant, request, settings),
        reason=asked.declined_reason,
        reported_by=asked.reported_by.name if asked.reported_by else "",
        may_propose=settings.can_buy and standing.may(Right.PROPOSE_RECHARGE),
        may_confirm=standing.may(Right.CONFIRM_ORDER),
    )
    return order_news_card(values, reader, house.buttons(tenant))


async def draw_turn_off(house: House, tenant: TenantId, reader: CatalogueReader) -> Card:
    """What an account that cannot buy gets in the place of a purchase."""
    outside = house.outside
    settings = await load_settings(outside.store, tenant)
    wallet = await wallet_of(outside.store, outside.clock, tenant, settings.currency)
    path = path_to(Page.AUTO_RECHARGE, outside.clock.now().date())
    remaining = wallet.statement.available if wallet and wallet.is_known else None
    return turn_off_card(path, remaining, reader, house.buttons(tenant))
