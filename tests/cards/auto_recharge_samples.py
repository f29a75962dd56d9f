"""The cards of auto-recharge, pasted mails and rules in each of their states."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

from bot.domain.admin_center import Page, path_to
from bot.domain.auto_recharge import Course, Expected, Mirror
from bot.domain.order_terms import DECLINE_REASONS as REASONS
from bot.domain.people import PersonId
from bot.domain.recharge_mail import MailKind, MailTaken
from bot.domain.rule_course import Fired, Held
from bot.domain.rules import Gap, Rule, RuleKind
from bot.domain.settings import NamedPerson
from cards.auto_recharge import AutoRechargeValues, auto_recharge_card
from cards.balance import balance_card
from cards.expected import ExpectedValues, TroubleValues, expected_card, trouble_card, why_expected_failed_card
from cards.recharge_mail import MailValues, TakenValues, mail_card, taken_card
from cards.rules import (
    RuleFormValues,
    RuleShown,
    RulesValues,
    TriedValues,
    rule_form_card,
    rules_card,
    tried_card,
)
from tests.cards.samples import DAY, LOW, NOW, WALLET, Draw, eur

ANA, LUIS = NamedPerson(PersonId("ana"), "Ana Torres"), NamedPerson(PersonId("luis"), "Luis Vega")
PATH, PAYMENT = path_to(Page.AUTO_RECHARGE, DAY), path_to(Page.PAYMENT, DAY)
ON = Mirror(True, ANA, NOW, eur("500"), eur("100"))
OPEN = Expected("EUR-1", eur("500"), eur("100"), datetime(2026, 11, 18, 12, tzinfo=UTC))
FAILED = replace(OPEN, course=Course.FAILED, open=False, step=2, answered_by=LUIS, answered_at=NOW)


def auto_recharges() -> dict[str, Draw]:
    told = AutoRechargeValues("EUR", PATH, ON, may_change=True)
    values = {
        "never told": AutoRechargeValues("EUR", PATH, may_change=True),
        "never told, post-paid": AutoRechargeValues("EUR", PATH, may_change=True, must_be_off=True),
        "on": told,
        "on, of a reader": replace(told, may_change=False),
        "off": replace(told, mirror=replace(ON, on=False)),
        "off, without sums": replace(told, mirror=Mirror(False, ANA, NOW), must_be_off=True),
        "verified long ago": replace(told, stale_days=92),
        "verified a day ago, post-paid": replace(told, stale_days=1, must_be_off=True),
        "a recharge is expected": replace(told, expected=OPEN),
        "after an error": replace(told, on="off", amount="lots", trigger="1", error="What is “lots”?"),
    }
    return {
        **{name: partial(auto_recharge_card, one) for name, one in values.items()},
        **_expected(),
        **_troubles(),
        "balance with an expected recharge": partial(
            balance_card, replace(LOW, wallets=(replace(WALLET, expected=eur("500")),))
        ),
    }


def _expected() -> dict[str, Draw]:
    asks = ExpectedValues(OPEN, "2026-11-20", PAYMENT, may_confirm=True, may_recharge=True)
    arrived = replace(
        OPEN, course=Course.ARRIVED, open=False, credited=eur("450"), on=date(2026, 11, 19), answered_by=LUIS
    )
    values = {
        "open": asks,
        "open, of a reader": replace(asks, may_confirm=False),
        "not yet": replace(asks, expected=replace(OPEN, step=2, rounds=2, answered_by=LUIS, answered_at=NOW)),
        "other amount missing": replace(asks, typed="?", error="How much arrived?"),
        "arrived": replace(asks, expected=arrived),
        "arrived, nobody knows when": replace(asks, expected=replace(arrived, on=None, credited=None)),
        "lapsed": replace(asks, expected=replace(OPEN, course=Course.LAPSED, open=False)),
        "overtaken": replace(asks, expected=replace(OPEN, course=Course.OVERTAKEN, open=False)),
        "failed, of who may not recharge": replace(
            asks, expected=replace(FAILED, reason="other"), may_confirm=False, may_recharge=False
        ),
    }
    failed = {f"failed, {reason}": replace(asks, expected=replace(FAILED, reason=reason)) for reason in REASONS}
    cards: dict[str, Draw] = {
        f"expected, {name}": partial(expected_card, one) for name, one in (values | failed).items()
    }
    return {**cards, "expected, why it failed": partial(why_expected_failed_card, OPEN)}


def _troubles() -> dict[str, Draw]:
    told = TroubleValues(PAYMENT, reported_by="Ana Torres", may_recharge=True)
    values = {
        "zero": replace(told, zero=True),
        "zero, of a reader": replace(told, zero=True, may_recharge=False),
        "with its sum": replace(told, amount=eur("500"), reason="limit"),
        **{reason: replace(told, reason=reason) for reason in REASONS},
    }
    return {f"reported, {name}": partial(trouble_card, one) for name, one in values.items()}


def recharge_mails() -> dict[str, Draw]:
    arrived = MailValues("k1", MailKind.SUCCEEDED, "2026-11-20", eur("500"), DAY, args={"match": "nothing"})
    failed = MailValues("k2", MailKind.FAILED, "", eur("500"), args={"match": "nothing"})
    zero = MailValues("k3", MailKind.ZERO, "")
    expected = replace(arrived, matched="expected", waited_for=eur("500"), order_number="E0800ABCD")
    values = {
        "arrived": arrived,
        "arrived, of a reader": replace(arrived, may_act=False),
        "arrived, expected": expected,
        "arrived, ordered": replace(arrived, matched="order", waited_for=eur("500")),
        "arrived, booked already perhaps": replace(arrived, similar=DAY),
        "arrived, some day": replace(arrived, day=None),
        "arrived, unreadable": replace(arrived, amount=None),
        "arrived, of two readings": replace(arrived, amount=None, ambiguous=True),
        "arrived, of another currency": replace(arrived, amount=None, other_currency=eur("50")),
        "arrived, after an error": replace(arrived, typed="lots", error="What is “lots”?"),
        "zero": zero,
        "zero, of a reader": replace(zero, may_act=False),
        **{f"failed, {reason}": replace(failed, reason=reason) for reason in REASONS},
        **{
            f"failed with an unknown sum, {reason}": replace(failed, amount=None, reason=reason) for reason in REASONS
        },
    }
    booked = MailTaken(MailKind.SUCCEEDED, LUIS, NOW, credited=eur("500"), on=DAY)
    reported = MailTaken(MailKind.FAILED, LUIS, NOW, eur("500"), "limit")
    taken = {"booked": booked, "reported": reported}
    return {
        **{name: partial(mail_card, one) for name, one in values.items()},
        **{name: partial(taken_card, TakenValues(one)) for name, one in taken.items()},
        **{f"{name} before": partial(taken_card, TakenValues(one, before=True)) for name, one in taken.items()},
    }


RULES = (
    Rule("u1", RuleKind.THRESHOLD, ANA, NOW, 1, below=eur("100"), amount=eur("500"), cap=eur("2000")),
    Rule("u2", RuleKind.TARGET, ANA, NOW, 2, below=eur("200"), target=eur("800"), cooldown_days=0),
    Rule("u3", RuleKind.RUNWAY, LUIS, NOW, 1, days=30, cooldown_days=1),
    Rule("u4", RuleKind.EXPIRY, LUIS, NOW, 1, days=14),
    Rule("u5", RuleKind.RUNWAY, LUIS, NOW, 1, days=1),
    Rule("u6", RuleKind.EXPIRY, LUIS, NOW, 1, days=1),
)


def rules() -> dict[str, Draw]:
    shown = tuple(RuleShown(rule, held) for rule, held in zip(RULES, (*Held, None, None), strict=True))
    lists = {
        "none": RulesValues(()),
        "none, to be made": RulesValues((), may_change=True),
        "one": RulesValues(shown[:1]),
        "of each kind": RulesValues(shown, may_change=True),
        "as many as there may be": RulesValues(shown[:2] * 5, may_change=True),
        "post-paid": RulesValues(shown[:1], can_buy=False),
    }
    forms = {kind.value: RuleFormValues("u9", kind, "EUR", cooldown="3") for kind in RuleKind}
    once = Fired(DAY - timedelta(days=9), Gap(eur("97.31"), eur("500")))
    trial = TriedValues(DAY - timedelta(days=89), DAY, 61, ((RULES[0], (once,)),))
    forms["tried before it is kept"] = replace(forms["threshold"], below="100", amount="500", tried=trial)
    wrong = replace(forms["target"], target="lots", below="1", po_required=True, error="What is “lots”?")
    return {
        **{name: partial(rules_card, one) for name, one in lists.items()},
        **{f"form, {name}": partial(rule_form_card, one) for name, one in forms.items()},
        "form after an error": partial(rule_form_card, wrong),
        **_tried(),
    }


def _tried() -> dict[str, Draw]:
    first = DAY - timedelta(days=89)
    fired = tuple(Fired(first + timedelta(days=9 * n), Gap(eur("97.31"), eur("500"))) for n in range(9))
    held = Fired(DAY, Gap(eur("997.31"), eur("1500")), held=True)
    tried = TriedValues(first, DAY, 90, ((RULES[0], fired), (RULES[3], ())))
    values = {
        "tried": tried,
        "tried, once": replace(tried, days=1, rules=((RULES[0], (fired[0], held)),)),
        "tried, seven times": replace(tried, rules=((RULES[0], fired[:7]),)),
        "tried, nothing known": replace(tried, days=0, rules=((RULES[0], ()),)),
    }
    return {name: partial(tried_card, one) for name, one in values.items()}
