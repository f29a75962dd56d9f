"""Advice as the card shows it: money from the books, minutes from the licences as far as Graph tells them."""

from bot.domain.people import Right, TenantId
from bot.domain.settings import Settings
from bot.ports.errors import MissingPermission, PortError
from bot.ports.outside import Outside
from bot.usecases.advise import advise, minute_pool
from bot.usecases.standing import Standing
from cards.advice import AdviceValues


async def advice_values(
    outside: Outside, tenant: TenantId, settings: Settings, standing: Standing, months: int
) -> AdviceValues:
    advised = await advise(outside.store, outside.clock, tenant, settings.currency, months)
    pool, missing = None, ""
    try:
        pool = await minute_pool(outside, tenant)
    except MissingPermission as error:
        missing = error.permission
    except PortError:
        pool = None  # advice on money without the minutes beats none
    return AdviceValues(
        months=months,
        days_known=advised.days_known,
        advice=advised.advice,
        balance_known=advised.balance_known,
        can_buy=settings.can_buy,
        may_recharge=settings.can_buy and standing.may(Right.PROPOSE_RECHARGE),
        pool=pool,
        missing_permission=missing,
    )
