"""Advice: what to recharge and why, from which sum on, what will be forfeited, and the pool of minutes. Pure."""

from dataclasses import dataclass
from datetime import date

from bot.domain.advice import Advice, Forfeit
from bot.domain.minute_pool import MinutePool
from bot.domain.money import Money
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.elements import Action, Element
from cards.page import facts, line, page, remark, table, title
from cards.teams_elements import ProgressBar

MONTHS = (1, 3, 6, 12)
FORFEITS = 6  # in one card: each row counts against its size


@dataclass(frozen=True, slots=True)
class AdviceValues:
    """`advice` None: fewer than 14 days of usage are known (`days_known`), or nothing was spent. `can_buy` False: the
    account is post-paid, so a budget is advised. `balance_known` False: nobody told what is there. `pool` None:
    licences could not be read; `missing_permission` says which permission that would take ('' where Graph did not
    answer)."""

    months: int
    days_known: int
    advice: Advice | None = None
    balance_known: bool = True
    can_buy: bool = True
    may_recharge: bool = False
    pool: MinutePool | None = None
    missing_permission: str = ""


def advice_card(values: AdviceValues, reader: Reader, buttons: Buttons) -> Card:
    advice = values.advice
    told = [] if advice is None else _told(advice, values, reader)
    return page(
        reader,
        advice_line(values, reader),
        *told,
        *_pool(values, reader),
        actions=_actions(values, reader, buttons),
    )


def advice_line(values: AdviceValues, reader: Reader) -> str:
    """`Recharge €450.00: with it the money lasts until Feb 22.`"""
    advice = values.advice
    if advice is None:
        return reader.plural("advice.early", values.days_known)
    if not values.can_buy:
        return reader.text("advice.budget", amount=advice.budget)
    if not advice.amount:
        return reader.plural("advice.nothing", advice.months, day=reader.full_day(advice.runs_out_on))
    return reader.text("advice.line", amount=advice.amount, day=reader.full_day(advice.lasts_until))


def reasons(advice: Advice, reader: Reader) -> list[str]:
    """How the amount comes about, in three lines."""
    return [
        reader.plural("advice.pace", advice.days_known, monthly=advice.monthly),
        reader.plural("advice.needed", advice.months, needed=advice.needed, usable=advice.usable),
        reader.text("advice.rounded", amount=advice.amount)
        if advice.amount
        else reader.text("advice.enough", day=reader.full_day(advice.runs_out_on)),
    ]


def trigger_words(advice: Advice, reader: Reader) -> str:
    """`€120.00: so much is spent in 5 days …`; '' where too little is known."""
    trigger = advice.trigger
    return reader.plural("advice.trigger_words", trigger.days, amount=trigger.amount) if trigger else ""


def _told(advice: Advice, values: AdviceValues, reader: Reader) -> list[Element | None]:
    if not values.can_buy:
        return [line(reasons(advice, reader)[0]), *_forfeits(advice.forfeits, reader)]
    return [
        *(line(text) for text in reasons(advice, reader)),
        facts(
            [
                (reader.text("advice.trigger"), trigger_words(advice, reader)),
                (reader.text("advice.when"), _when(advice, reader) if values.balance_known else ""),
                (reader.text("advice.most"), reader.text("advice.most_words", amount=advice.most)),
            ]
        ),
        None if values.balance_known else remark(reader.text("advice.unknown")),
        *_forfeits(advice.forfeits, reader),
    ]


def _when(advice: Advice, reader: Reader) -> str:
    if advice.buy_on is None:
        return reader.text("advice.now")
    if advice.forfeits:
        return reader.text("advice.wait_forfeits", day=reader.full_day(advice.buy_on))
    return reader.text("advice.wait", day=reader.full_day(advice.buy_on))


def _forfeits(forfeits: tuple[Forfeit, ...], reader: Reader) -> list[Element | None]:
    if not forfeits:
        return []
    head = [reader.text(f"advice.{column}") for column in ("bought", "forfeited_on", "forfeited")]
    rows = [
        [reader.full_day(one.purchased_on), reader.full_day(one.on), reader.money(one.amount)]
        for one in forfeits[:FORFEITS]
    ]
    left_out = len(forfeits) - len(rows)
    return [
        title(reader.text("advice.forfeits")),
        table(head, rows, amounts=(2,)),
        remark(reader.plural("advice.more_forfeits", left_out)) if left_out else None,
        remark(reader.text("balance.assumed")) if any(one.assumed for one in forfeits) else None,
    ]


def _pool(values: AdviceValues, reader: Reader) -> list[Element | None]:
    head = title(reader.text("advice.pool"))
    pool = values.pool
    if pool is None and values.missing_permission:
        return [head, remark(reader.text("advice.pool_permission", permission=values.missing_permission))]
    if pool is None:
        return [head, remark(reader.text("advice.pool_busy"))]
    words = pool_words(pool, reader)
    bar = ProgressBar(
        value=min(pool.used, pool.minutes),
        max=pool.minutes,
        color="Warning" if pool.ends_on else "Good",
        fallback=remark(reader.text("advice.pool_used", used=pool.used, minutes=pool.minutes)),
    )
    return [
        head,
        line(words),
        bar if pool.minutes else None,
        remark(reader.plural("advice.pool_from", pool.licenses, minutes=pool.minutes)),
    ]


def pool_words(pool: MinutePool, reader: Reader) -> str:
    """`About 1,200 of 2,700 minutes are used; they last the month.`"""
    if not pool.minutes:
        return reader.text("advice.pool_none")
    key = "advice.pool_lasts"
    told: dict[str, int | date | str | Money] = {"used": pool.used, "minutes": pool.minutes}
    if pool.ends_on is not None:
        key = "advice.pool_ended" if pool.used >= pool.minutes else "advice.pool_ends"
        told["day"] = pool.ends_on
    return reader.text(key, **told)


def _actions(values: AdviceValues, reader: Reader, buttons: Buttons) -> list[Action]:
    recharge = buttons.press(reader.text("button.recharge"), Verb.RECHARGE_OPEN, style="positive")
    others: list[Action] = [
        buttons.press(reader.plural("advice.months", months), Verb.ADVICE_SHOW, args={"months": str(months)})
        for months in MONTHS
        if months != values.months
    ]
    if values.advice is None or not values.can_buy:
        return [recharge] if values.may_recharge and values.can_buy else []
    return [recharge, *others] if values.may_recharge else others
