"""An expected recharge, the settings it comes from and a reported failure, as one viewer may see them."""

from datetime import date

from bot.domain.admin_center import Page, path_to
from bot.domain.auto_recharge import Expected, Mirror
from bot.domain.people import PersonId, Right, TenantId
from bot.domain.recharge_mail import MailKind, MailTaken
from bot.domain.settings import Account, Settings
from bot.locale.reader import CatalogueReader
from bot.ports.turn import Card
from bot.usecases.mirror_auto_recharge import open_expected, read_mirror
from bot.usecases.settings import load_settings
from bot.usecases.standing import Standing
from bot.views.house import House
from cards.auto_recharge import AutoRechargeValues
from cards.expected import ExpectedValues, TroubleValues, expected_card, trouble_card
from cards.invoice import NONE_TYPED, InvoiceTyped


async def draw_expected(  # noqa: PLR0913 -- what, for whom, and what was typed
    house: House,
    tenant: TenantId,
    expected: Expected,
    person: PersonId,
    reader: CatalogueReader,
    *,
    typed: str = "",
    error: str = "",
    times: int = 0,
    invoice: InvoiceTyped = NONE_TYPED,
) -> Card:
    standing = await house.standings.of(tenant, person)
    today = today_of(house, reader)
    values = ExpectedValues(
        expected=expected,
        today=today.isoformat(),
        payment=path_to(Page.PAYMENT, today),
        may_confirm=standing.may(Right.CONFIRM_ORDER),
        may_recharge=await _may_recharge(house, tenant, standing),
        typed=typed,
        error=error,
        times=times,
        invoice=invoice,
    )
    return expected_card(values, reader, house.buttons(tenant))


async def draw_trouble(
    house: House, tenant: TenantId, taken: MailTaken, person: PersonId, reader: CatalogueReader
) -> Card:
    """What somebody reported from a mail."""
    standing = await house.standings.of(tenant, person)
    values = TroubleValues(
        payment=path_to(Page.PAYMENT, today_of(house, reader)),
        zero=taken.kind is MailKind.ZERO,
        amount=taken.amount,
        reason=taken.reason or "other",
        reported_by=taken.by.name,
        may_recharge=await _may_recharge(house, tenant, standing),
    )
    return trouble_card(values, reader, house.buttons(tenant))


async def _may_recharge(house: House, tenant: TenantId, standing: Standing) -> bool:
    settings = await load_settings(house.outside.store, tenant)
    return settings.can_buy and standing.may(Right.PROPOSE_RECHARGE)


async def auto_recharge_values(
    house: House, tenant: TenantId, settings: Settings, standing: Standing, reader: CatalogueReader
) -> AutoRechargeValues:
    mirror = await read_mirror(house.outside.store, tenant)
    expected = await open_expected(house.outside.store, tenant)
    return AutoRechargeValues(
        currency=settings.currency,
        path=path_to(Page.AUTO_RECHARGE, today_of(house, reader)),
        mirror=mirror,
        stale_days=_stale_days(house, mirror),
        expected=expected.body if expected else None,
        may_change=standing.may(Right.CHANGE_SETTINGS),
        must_be_off=settings.account is Account.MCA,
    )


def _stale_days(house: House, mirror: Mirror | None) -> int:
    now = house.outside.clock.now()
    return (now - mirror.verified_at).days if mirror and mirror.is_stale(now) else 0


def today_of(house: House, reader: CatalogueReader) -> date:
    return house.outside.clock.now().astimezone(reader.zone).date()
