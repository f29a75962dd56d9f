"""`rules`, `rule target 500`: the organization's own rules for proposing recharges, and what they would have done."""

from collections.abc import Mapping
from dataclasses import replace

from bot.commands.context import Command, Context, Press, answer
from bot.commands.fields import sum_in
from bot.commands.ids import derived_id, minted_id
from bot.commands.rule_words import MAIN, REMOVE, TRY, RuleWish, rule_wish
from bot.domain.errors import Refusal
from bot.domain.people import Right
from bot.domain.rule_course import RuleState
from bot.domain.rules import DEFAULT_COOLDOWN_DAYS, MOST_COOLDOWN_DAYS, MOST_DAYS, Rule, RuleKind
from bot.domain.settings import Account, NamedPerson
from bot.ports.collections import RULES
from bot.ports.turn import Reply
from bot.usecases.change_rules import keep_rule, read_rules, remove_rule
from bot.usecases.propose_recharge import PO_LIMIT
from bot.usecases.run_rules import read_states
from bot.usecases.try_rules import try_rules
from cards.actions import Verb
from cards.rules import (
    RuleFormValues,
    RuleShown,
    RulesValues,
    TriedValues,
    rule_form_card,
    rules_card,
    tried_card,
)

FIELDS = ("below", "amount", "target", "days", "cap", "cooldown", "po_number")


async def say(context: Context, arguments: str) -> Reply:
    wish = rule_wish(arguments)
    if wish.does == TRY and wish.kind is None:
        return await _try(context)
    if wish.does == REMOVE and MAIN in wish.figures:
        return await _remove_number(context, wish.figures[MAIN])
    if wish.kind is None:
        return await _list(context)
    return await _typed(context, wish, wish.kind)


async def show(context: Context, press: Press) -> Reply:
    return await _list(context)


async def try_(context: Context, press: Press) -> Reply:
    return await _try(context)


async def open_(context: Context, press: Press) -> Reply:
    """The form of a new rule of a kind, or of the one that is to be edited."""
    await context.require(Right.CHANGE_SETTINGS)
    if press.button.request_id:
        return await _form(context, _form_of(context, await _rule(context, press.request_id)))
    return await _form(context, _empty_form(context, minted_id(), _kind(press)))


async def save(context: Context, press: Press) -> Reply:
    """The form was filled in."""
    await context.require(Right.CHANGE_SETTINGS)
    return await _keep(context, _filled_in(context, press))


async def try_one(context: Context, press: Press) -> Reply:
    """What the form would have done; it is kept by its other button only."""
    await context.require(Right.CHANGE_SETTINGS)
    return await _try_one(context, _filled_in(context, press))


def _filled_in(context: Context, press: Press) -> RuleFormValues:
    typed = {name: press.input(name, limit=200)[:40] for name in FIELDS}
    return RuleFormValues(
        id=press.request_id,
        kind=_kind(press),
        currency=context.settings.currency,
        revision=press.button.revision,
        po_required=_wants_po(context),
        below=typed["below"],
        amount=typed["amount"],
        target=typed["target"],
        days=typed["days"],
        cap=typed["cap"],
        cooldown=typed["cooldown"],
        po_number=typed["po_number"],
    )


async def remove(context: Context, press: Press) -> Reply:
    await context.require(Right.CHANGE_SETTINGS)
    return await _remove(context, press.request_id)


COMMAND = Command(
    name="rules",
    say=say,
    right=Right.VIEW,
    buttons={
        Verb.RULES_SHOW: show,
        Verb.RULES_TRY: try_,
        Verb.RULE_OPEN: open_,
        Verb.RULE_SAVE: save,
        Verb.RULE_TRY: try_one,
        Verb.RULE_REMOVE: remove,
    },
    menu=False,
)


async def _typed(context: Context, wish: RuleWish, kind: RuleKind) -> Reply:
    """A line that says all that the rule needs makes it; any other opens the form with what it says."""
    await context.require(Right.CHANGE_SETTINGS)
    alone = "amount" if "below" in wish.figures else "below"  # the one figure of a threshold is the threshold
    main = {RuleKind.THRESHOLD: alone, RuleKind.TARGET: "target"}.get(kind, "days")
    told = {main if name == MAIN else name: figure[:40] for name, figure in wish.figures.items()}
    form = RuleFormValues(
        id=derived_id(context.turn),
        kind=kind,
        currency=context.settings.currency,
        below=told.get("below", ""),
        amount=told.get("amount", ""),
        target=told.get("target", ""),
        days=told.get("days", ""),
        cap=told.get("cap", ""),
        cooldown=str(DEFAULT_COOLDOWN_DAYS),
        po_required=_wants_po(context),
    )
    needed = ("amount", "below") if kind is RuleKind.THRESHOLD else (main,)
    if all(getattr(form, name) for name in needed):
        return await (_try_one if wish.does == TRY else _keep)(context, form)
    return await _form(context, form)


async def _keep(context: Context, form: RuleFormValues) -> Reply:
    try:
        outside = context.outside
        await keep_rule(outside.store, outside.clock, context.tenant, _rule_of(context, form))
    except Refusal as refusal:
        return await _form(context, replace(form, error=context.reader.refusal(refusal)))
    return await _list(context)


async def _try_one(context: Context, form: RuleFormValues) -> Reply:
    try:
        outside = context.outside
        tried = await try_rules(outside.store, outside.clock, context.tenant, draft=_rule_of(context, form))
    except Refusal as refusal:
        return await _form(context, replace(form, error=context.reader.refusal(refusal)))
    values = TriedValues(tried.first, tried.last, tried.days, tried.rules)
    return await _form(context, replace(form, tried=values))


def _rule_of(context: Context, form: RuleFormValues) -> Rule:
    """Raises Refusal for what is no sum, or no number of days."""
    below, amount, target, cap = (
        sum_in(text, form.currency) for text in (form.below, form.amount, form.target, form.cap)
    )
    if form.kind is RuleKind.TARGET and target is not None and below is None:
        below = target.times(1, 2)
    days = _number(form.days, MOST_DAYS)
    if form.days and days is None:
        raise Refusal("rule_days", most=MOST_DAYS)
    cooldown = _number(form.cooldown, MOST_COOLDOWN_DAYS) if form.cooldown else DEFAULT_COOLDOWN_DAYS
    if cooldown is None:
        raise Refusal("rule_cooldown", most=MOST_COOLDOWN_DAYS)
    return Rule(
        id=form.id,
        kind=form.kind,
        edited_by=NamedPerson(context.actor, context.turn.actor.name),
        edited_at=context.outside.clock.now(),
        revision=form.revision,
        below=below,
        amount=amount,
        target=target,
        days=days or 0,
        cap=cap,
        cooldown_days=cooldown,
        po_number=form.po_number[:PO_LIMIT],
    )


def _number(text: str, most: int) -> int | None:
    """A plain number of days; None for anything else."""
    plain = text.strip()
    number = int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 5 else -1
    return number if 0 <= number <= most else None


async def _remove_number(context: Context, number: str) -> Reply:
    """`remove 2`: the second of the list."""
    await context.require(Right.CHANGE_SETTINGS)
    rules = await read_rules(context.outside.store, context.tenant)
    place = _number(number, len(rules))
    if not place:
        raise Refusal("rule_unknown")
    return await _remove(context, rules[place - 1].body.id)


async def _remove(context: Context, rule_id: str) -> Reply:
    outside = context.outside
    await remove_rule(outside.store, outside.clock, context.tenant, rule_id, context.by)
    return await _list(context)


async def _list(context: Context) -> Reply:
    await context.require(Right.VIEW)
    rules = await read_rules(context.outside.store, context.tenant)
    states, _ = await read_states(context.outside.store, context.tenant)
    standing = await context.standing()
    account = context.settings.account
    values = RulesValues(
        rules=tuple(_shown(document.body, states.by_rule) for document in rules),
        may_change=standing.may(Right.CHANGE_SETTINGS),
        can_buy=account is None or account.can_buy,
    )
    return answer(rules_card(values, context.reader, context.buttons))


def _shown(rule: Rule, states: Mapping[str, RuleState]) -> RuleShown:
    return RuleShown(rule, states[rule.id].held if rule.id in states else None)


async def _try(context: Context) -> Reply:
    await context.require(Right.VIEW)
    tried = await try_rules(context.outside.store, context.outside.clock, context.tenant)
    if not tried.rules:
        return await _list(context)
    values = TriedValues(tried.first, tried.last, tried.days, tried.rules)
    return answer(tried_card(values, context.reader, context.buttons))


async def _rule(context: Context, rule_id: str) -> Rule:
    document = await context.outside.store.get(RULES.key(context.tenant, rule_id))
    if document is None:
        raise Refusal("rule_unknown")
    return document.body


def _kind(press: Press) -> RuleKind:
    kind = press.input("kind", limit=20)
    if kind not in set(RuleKind):
        raise Refusal("button_unknown")
    return RuleKind(kind)


def _wants_po(context: Context) -> bool:
    return context.settings.account is Account.EA


def _empty_form(context: Context, id_: str, kind: RuleKind) -> RuleFormValues:
    return RuleFormValues(
        id_, kind, context.settings.currency, cooldown=str(DEFAULT_COOLDOWN_DAYS), po_required=_wants_po(context)
    )


def _form_of(context: Context, rule: Rule) -> RuleFormValues:
    below, amount, target, cap = (
        context.reader.money(money) if money else "" for money in (rule.below, rule.amount, rule.target, rule.cap)
    )
    return RuleFormValues(
        id=rule.id,
        kind=rule.kind,
        currency=context.settings.currency,
        revision=rule.revision,
        below=below,
        amount=amount,
        target=target,
        days=str(rule.days or ""),
        cap=cap,
        cooldown=str(rule.cooldown_days),
        po_number=rule.po_number,
        po_required=_wants_po(context),
    )


async def _form(context: Context, form: RuleFormValues) -> Reply:
    return answer(rule_form_card(form, context.reader, context.buttons))
