"""The cards of reconciling, budgets, advice and questions in each of their states."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from bot.domain.admin_center import Page, path_to
from bot.domain.advice import Forfeit, Trigger
from bot.domain.alerts import Level
from bot.domain.balance import Balance
from bot.domain.budget import Month
from bot.domain.forecast import Outlook
from bot.domain.history import Spent
from bot.domain.ledger import Adjustment, DayBalance, Lot, Purchase, Statement, expiry_of
from bot.domain.minute_pool import MinutePool
from bot.domain.people import PersonId
from bot.domain.reconciliation import Paid, Split
from bot.domain.requests import (
    Correction,
    Decision,
    Raise,
    Request,
    State,
    Verdict,
    draft_adjustment,
    draft_budget,
)
from bot.domain.what_if import Answer, Every, Wish
from cards.advice import AdviceValues, advice_card
from cards.approvers import Approvers
from cards.balance_on import BalanceOnValues, balance_on_card
from cards.budget import BudgetValues, budget_card, month_card
from cards.history import HistoryValues, history_card
from cards.lots import LotsValues, WalletLots, expiring_card, lots_card
from cards.rates import RateLine, RatesValues, rates_card
from cards.reconcile import (
    ReconciledValues,
    ReconcileFormValues,
    ReconcileValues,
    reconcile_card,
    reconcile_form_card,
    reconciled_card,
)
from cards.what_if import WhatIfValues, what_if_card
from tests.cards.samples import ADVICE, CARMEN_AND_LUIS, DAY, NOW, Draw, eur

ANA, CARMEN = PersonId("ana"), PersonId("carmen")
ZERO = eur("0")
MET = Split(eur("500"), ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO)
DRIFT = Split(
    estimate=eur("500"),
    drift=eur("394.50"),
    lag=eur("-20"),
    gap=eur("-60.50"),
    twice=eur("10"),
    fees=eur("-12"),
    other=eur("-23"),
    recharge=eur("500"),
    unexplained=ZERO,
    gap_days=3,
    fees_paid=Paid.YES,
    other_paid=Paid.YES,
)


def adjustments() -> dict[str, Request]:
    """In every state that they come to."""
    draft = draft_adjustment("a1", ANA, "Ana Torres", Correction(eur("894.50"), NOW, DRIFT), NOW)
    return _in_states(draft, (State.PENDING, State.APPROVED, State.DONE, State.FAILED))


def budgets() -> dict[str, Request]:
    draft = draft_budget("b1", ANA, "Ana Torres", Raise(eur("800"), eur("500")), NOW)
    return _in_states(draft, (State.PENDING, State.APPROVED, State.DONE))


def _in_states(draft: Request, states: tuple[State, ...]) -> dict[str, Request]:
    approved = Decision(CARMEN, "Carmen Soler", Verdict.APPROVED, 1, NOW, "fine")
    return {
        state.value: replace(draft, state=state, decisions=() if state is State.PENDING else (approved,))
        for state in (*states, State.REJECTED, State.WITHDRAWN)
    }


def reconciles() -> dict[str, Draw]:
    form = ReconcileFormValues("EUR", "2026-11-20", "10:30", path_to(Page.BALANCE, DAY))
    compared = ReconcileValues("a1", eur("894.50"), NOW, DRIFT, alone=False, approvers=CARMEN_AND_LUIS)
    small = replace(MET, drift=eur("-4"), unexplained=eur("-4"), fees_paid=Paid.NO, other_paid=Paid.NO)
    states: dict[str, Draw] = {
        "form": partial(reconcile_form_card, form),
        "form after an error": partial(
            reconcile_form_card,
            replace(form, amount="lots", error="What is “lots”?", last=(NOW - timedelta(days=9), eur("-3.20"))),
        ),
        "form, checked before": partial(reconcile_form_card, replace(form, last=(NOW, ZERO))),
        "booked": partial(reconciled_card, ReconciledValues(eur("894.50"), DAY, eur("4.50"))),
        "opening booked": partial(reconciled_card, ReconciledValues(eur("894.50"), DAY, None)),
    }
    values = {
        "every part": compared,
        "nobody to ask": replace(compared, approvers=Approvers()),
        "as expected": replace(compared, split=MET, alone=True),
        "small": replace(compared, split=small, alone=True),
        "unclear": replace(compared, split=replace(small, fees_paid=Paid.UNCLEAR, other_paid=Paid.UNCLEAR)),
        "unexplained": replace(compared, split=replace(small, fees_paid=Paid.NEITHER, other_paid=Paid.NEITHER)),
        "days not imported, at no cost": replace(compared, split=replace(MET, gap_days=1)),
        "opening": replace(compared, opening=True, alone=True),
    }
    return states | {name: partial(reconcile_card, one) for name, one in values.items()}


def budget_cards() -> dict[str, Draw]:
    days = tuple((date(2026, 11, n), eur(f"{n}.50")) for n in range(1, 21))
    month = Month(eur("500"), date(2026, 11, 1), date(2026, 11, 30), days)
    foretold = replace(month, expected=eur("330"))
    may = BudgetValues("EUR", "b1", month, Level.OK, may_change=True, may_raise=True)
    ends = replace(foretold, budget=eur("240"), p10=date(2026, 11, 22), p50=date(2026, 11, 24))
    values = {
        "none": replace(may, month=None, level=Level.UNKNOWN),
        "none, for a reader": BudgetValues("EUR"),
        "too little known": may,
        "one day known": replace(may, month=replace(month, days=days[:1])),
        "no day known": replace(may, month=replace(month, days=())),
        "lasts": replace(may, month=foretold, remaining=eur("12.40")),
        "ends": replace(may, month=ends, level=Level.CRITICAL),
        "used up": replace(may, month=replace(foretold, budget=eur("200")), level=Level.EMPTY),
        "may only ask for more": replace(may, may_change=False),
        "of a reader": replace(may, may_change=False, may_raise=False),
        "after an error": replace(may, typed="much", error="This is no amount."),
    }
    cards: dict[str, Draw] = {name: partial(budget_card, one) for name, one in values.items()}
    return cards | {"in the place of a balance": partial(month_card, values["ends"])}


def advices() -> dict[str, Draw]:
    forfeits = tuple(
        Forfeit(DAY - timedelta(days=n), DAY + timedelta(days=365 - n), eur("10"), assumed=n == 2) for n in range(9)
    )
    pool = MinutePool(40, 925, date(2026, 11, 1), date(2026, 11, 30))
    told = AdviceValues(3, 28, ADVICE, may_recharge=True, pool=pool)
    enough = replace(ADVICE, amount=ZERO, usable=eur("920"), trigger=None)
    values = {
        "amount": told,
        "for one month": replace(told, months=1, advice=replace(ADVICE, months=1, days_known=14)),
        "for a reader": replace(told, may_recharge=False),
        "enough is there": replace(told, advice=enough),
        "now": replace(told, advice=replace(ADVICE, buy_on=None, trigger=Trigger(eur("50"), 1))),
        "money expires": replace(told, advice=replace(ADVICE, forfeits=forfeits)),
        "one purchase expires": replace(told, advice=replace(ADVICE, forfeits=forfeits[:1])),
        "what is there is not known": replace(told, balance_known=False),
        "too little known": replace(told, advice=None, days_known=6),
        "one day known, for a reader": replace(told, advice=None, days_known=1, may_recharge=False),
        "post-paid": replace(told, can_buy=False, may_recharge=False),
        "minutes end": replace(told, pool=replace(pool, ends_on=date(2026, 11, 28))),
        "minutes ended": replace(told, pool=replace(pool, used=2_500, ends_on=date(2026, 11, 18))),
        "no licences": replace(told, pool=replace(pool, licenses=0)),
        "one licence": replace(told, pool=replace(pool, licenses=1, used=3)),
        "no permission": replace(told, pool=None, missing_permission="LicenseAssignment.Read.All"),
        "no answer": replace(told, pool=None),
    }
    return {name: partial(advice_card, one) for name, one in values.items()}


def lot(bought: date, amount: str, remaining: str, forfeited: str = "0", *, assumed: bool = False) -> Lot:
    return Lot(bought, eur(amount), eur(remaining), eur(forfeited), expiry_of(bought), assumed)


LOTS = (
    lot(date(2025, 10, 1), "100", "0", "40"),
    lot(date(2025, 12, 10), "50", "0"),
    lot(date(2026, 3, 1), "200", "180", assumed=True),
    lot(date(2026, 11, 1), "500", "500"),
)


def questions() -> dict[str, Draw]:
    forfeits = (Forfeit(date(2026, 3, 1), date(2027, 3, 1), eur("20")),)
    one = LotsValues(DAY, (WalletLots("EUR", LOTS, forfeits),))
    many = LotsValues(DAY, (WalletLots("EUR", LOTS * 5, forfeits),) * 7)
    lots = {
        "one wallet": one,
        "no pace": LotsValues(DAY, (WalletLots("EUR", LOTS[:3]),)),
        "all used up": LotsValues(DAY, (WalletLots("EUR", LOTS[:2], ()),)),
        "one lot": LotsValues(DAY, (WalletLots("EUR", LOTS[:1], ()),)),
        "more than fit": many,
        "nothing": LotsValues(DAY, ()),
    }
    return {
        **{f"lots, {name}": partial(lots_card, values) for name, values in lots.items()},
        **{f"expiring, {name}": partial(expiring_card, values) for name, values in lots.items()},
        **_histories(),
        **_rates(),
        **_what_ifs(),
        **_balances_on(),
    }


def _histories() -> dict[str, Draw]:
    reading = Adjustment("r1", DAY, NOW, eur("394.31"), eur("400.97"), NOW)
    lines = (
        Spent(DAY, DAY, eur("12")),
        reading,
        Spent(date(2026, 10, 30), date(2026, 11, 19), eur("120")),
        Purchase("p1", date(2026, 9, 21), eur("1500"), NOW, "N" * 80),
        Purchase("p2", date(2026, 9, 20), eur("500"), NOW),
        Purchase("p3", date(2026, 9, 19), eur("500"), NOW, "G1", invoiced=eur("605"), tax=eur("105")),
        Purchase("p4", date(2026, 9, 18), eur("500"), NOW, invoiced=eur("500")),
        replace(reading, estimate=ZERO),
    )
    course = tuple((DAY - timedelta(days=9 - n), eur(f"{400 - n}")) for n in range(10))
    values = {
        "history": HistoryValues(lines, 186, course),
        "history, one entry": HistoryValues(lines[3:4], 1),
        "history, nothing": HistoryValues((), 0),
    }
    return {name: partial(history_card, one) for name, one in values.items()}


def _rates() -> dict[str, Draw]:
    lines = tuple(RateLine(f"Country {n}", eur(f"0.{90 - n}"), n, 61 * n) for n in range(1, 13))
    months = tuple(RateLine(name, eur("0.0413"), 3, 61) for name in ("October 2026", "November 2026"))
    first = DAY - timedelta(days=365)
    mexico = RatesValues(first, DAY, "Mexico", eur("0.0413"), eur("1.20"), lines[:2], months)
    values = {
        "rate": mexico,
        "rate, one month": replace(mexico, lines=lines[:1], months=months[:1], connection=None),
        "rate, never called": RatesValues(first, DAY, "Peru"),
        "rates": RatesValues(first, DAY, lines=lines),
        "rates, nothing": RatesValues(first, DAY),
        "rates, of a place that is none": RatesValues(first, DAY, lines=lines[:2], unknown="N" * 90),
    }
    return {name: partial(rates_card, one) for name, one in values.items()}


def _what_ifs() -> dict[str, Draw]:
    answer = Answer(eur("24.82"), eur("546.01"), eur("638.29"), date(2026, 11, 30), date(2026, 11, 25))
    told = WhatIfValues(Wish("MX", 20, 30), "Mexico", eur("0.0413"), answer)
    values = {
        "what if": told,
        "what if, one person, each week": replace(
            told, wish=Wish("MX", 1, 1, Every.WEEK), answer=replace(answer, runs_out_on=None, then_on=None)
        ),
        "what if, no pace": replace(told, wish=Wish("MX", 2, 3, Every.MONTH), answer=replace(answer, now=None)),
        "what if, never called": WhatIfValues(Wish("PE", 20, 30), "Peru"),
        "what if, what": WhatIfValues(),
    }
    return {name: partial(what_if_card, one) for name, one in values.items()}


def _balances_on() -> dict[str, Draw]:
    series = tuple(DayBalance(DAY - timedelta(days=9 - n), eur(f"{700 - n}"), eur("1")) for n in range(10))
    statement = Statement("EUR", DAY, eur("680"), ZERO, eur("40"), LOTS, series)
    reading = Adjustment("r1", DAY, NOW, eur("394.31"), eur("400.97"), NOW)
    balance = Balance(statement, eur("680"), Outlook(ZERO, 0), DAY, eur("500"), reading)
    empty = Statement("EUR", DAY, ZERO, eur("7"), ZERO, LOTS[:2])
    values = {
        "balance on a day": (balance,),
        "balance on a day, opening": (replace(balance, reconciled=replace(reading, estimate=ZERO)),),
        "balance on a day, overdrawn": (Balance(empty, eur("-7"), Outlook(ZERO, 0), None, eur("500")),),
        "balance on a day, more than fit": (replace(balance, statement=replace(statement, lots=LOTS * 9)),) * 7,
        "balance on a day, nothing": (),
    }
    return {name: partial(balance_on_card, BalanceOnValues(DAY, one)) for name, one in values.items()}
