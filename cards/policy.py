"""The policy of approvals as it stands, and what a change of it would change. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.money import Money
from bot.domain.policy import Band, Policy, PolicyChange, Scale, Who
from bot.domain.settings import SetupStep
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.elements import Action, Element
from cards.page import facts, page, remark, table, title

NOBODY_NAMED = Who()


@dataclass(frozen=True, slots=True)
class PolicyValues:
    """`currencies` are those that are shown, the wallet's first. `who` approves beside the holders of roles.
    `own_purchases`: there are some to go by."""

    policy: Policy
    currencies: tuple[str, ...]
    who: Who = NOBODY_NAMED
    may_change: bool = False
    own_purchases: bool = False


def policy_card(values: PolicyValues, reader: Reader, buttons: Buttons) -> Card:
    policy = values.policy
    return page(
        reader,
        policy_line(policy.scale(values.currencies[0]), reader),
        *(part for currency in values.currencies for part in _scale(policy.scale(currency), values, reader)),
        facts([(reader.text("policy.approvers"), _approvers(values.who, reader)), *general_facts(policy, reader)]),
        remark(_version(policy, reader)),
        actions=_actions(values, reader, buttons),
    )


def policy_line(scale: Scale, reader: Reader) -> str:
    """`Up to €2,000.00 one approver is enough.`"""
    first = scale.bands[0]
    if first.up_to is None:
        return reader.plural("policy.any", first.approvals)
    return reader.plural("policy.first", first.approvals, amount=first.up_to)


def _scale(scale: Scale, values: PolicyValues, reader: Reader) -> list[Element | None]:
    several = len(values.currencies) > 1
    rows = [[_span(number, scale, reader), _takes(band, reader)] for number, band in enumerate(scale.bands)]
    return [
        title(scale.currency) if several else None,
        table([reader.text("policy.amount"), reader.text("policy.takes")], rows),
        facts(sums_of(scale, reader)),
    ]


def _span(number: int, scale: Scale, reader: Reader) -> str:
    limit = scale.bands[number].up_to
    if limit is not None:
        return reader.text("policy.up_to", amount=limit)
    below = scale.bands[number - 1].up_to if number else None
    return reader.text("policy.above", amount=below) if below else reader.text("policy.any_amount")


def _takes(band: Band, reader: Reader) -> str:
    takes = reader.plural("policy.approvals", band.approvals)
    return f"{takes}, {reader.text('policy.of_finance')}" if band.needs_finance else takes


def sums_of(scale: Scale, reader: Reader) -> list[tuple[str, str]]:
    """Caps and clauses; what is not limited is left out."""
    caps = [(reader.text(f"policy.cap_{name}"), _money(cap, reader)) for name, cap in scale.caps.each]
    return [
        *caps,
        (reader.text("policy.standing"), _money(scale.standing, reader)),
        (reader.text("policy.break_glass"), reader.money(scale.emergency)),
    ]


def _money(money: Money | None, reader: Reader) -> str:
    return reader.money(money) if money else ""


def general_facts(policy: Policy, reader: Reader) -> list[tuple[str, str]]:
    waits = policy.expires_after_days
    return [
        (reader.text("policy.finance"), _finance(policy, reader)),
        (reader.text("policy.licenses"), reader.plural("policy.approvals", policy.license_approvals)),
        (reader.text("policy.fiscal_year"), reader.month_name(policy.fiscal_year_month)),
        (
            reader.text("policy.expires"),
            reader.plural("policy.days", waits) if waits else reader.text("policy.never"),
        ),
        (reader.text("policy.quiet"), f"{reader.hour(policy.quiet_from)} – {reader.hour(policy.quiet_until)}"),
    ]


def _approvers(who: Who, reader: Reader) -> str:
    named = names_of(who)
    return reader.text("policy.named_first", names=named) if named else reader.text("policy.finance_roles")


def _finance(policy: Policy, reader: Reader) -> str:
    named = names_of(Who(policy.finance_group, policy.finance))
    return f"{reader.text('policy.finance_roles')}; {named}" if named else reader.text("policy.finance_roles")


def names_of(who: Who) -> str:
    """`Finance, Eva Ruiz`, as it can be typed again."""
    group = [who.group.name] if who.group else []
    return ", ".join([*group, *(person.name for person in who.people)])


def _version(policy: Policy, reader: Reader) -> str:
    if not policy.version:
        return reader.text("policy.fallback")
    if policy.made_at is None:
        return reader.text("policy.version", version=policy.version)
    return reader.text("policy.version_since", version=policy.version, moment=policy.made_at)


def _actions(values: PolicyValues, reader: Reader, buttons: Buttons) -> list[Action]:
    if not values.may_change:
        return [buttons.press(reader.text("button.balance"), Verb.BALANCE_SHOW)]
    change = buttons.press(reader.text("button.policy_change"), Verb.POLICY_OPEN)
    propose = buttons.press(reader.text("button.policy_propose"), Verb.POLICY_OPEN, args={"from": "purchases"})
    others = buttons.press(
        reader.text("button.policy_who"), Verb.SETUP_OPEN, args={"step": SetupStep.APPROVERS.value}
    )
    return [change, propose, others] if values.own_purchases else [change, others]


def change_facts(change: PolicyChange, reader: Reader) -> list[tuple[str, str]]:
    """What would be otherwise: `Up to €2,000.00`: `1 approver → 2 approvers`."""
    before, after = _told(change.before, change.to, reader), _told(change.to, change.before, reader)
    names = list(dict.fromkeys([*before, *after]))
    none = reader.text("policy.none")
    told = [
        (name, f"{before.get(name) or none} → {after.get(name) or none}")
        for name in names
        if before.get(name, "") != after.get(name, "")
    ]
    if change.who is not None:
        told.append((reader.text("policy.approvers"), names_of(change.who) or none))
    return told


def _told(policy: Policy, other: Policy, reader: Reader) -> dict[str, str]:
    """Everything that it says, by name, for the currencies of both."""
    currencies = list(dict.fromkeys(scale.currency for scale in (*policy.scales, *other.scales)))
    told: dict[str, str] = {}
    for currency in currencies:
        told |= _told_scale(policy.scale(currency), reader, f"{currency}: " if len(currencies) > 1 else "")
    return told | dict(general_facts(policy, reader))


def _told_scale(scale: Scale, reader: Reader, prefix: str) -> dict[str, str]:
    bands = [f"{_span(number, scale, reader)}: {_takes(band, reader)}" for number, band in enumerate(scale.bands)]
    return {
        f"{prefix}{reader.text('policy.bands')}": "; ".join(bands),
        **{f"{prefix}{name}": value for name, value in sums_of(scale, reader)},
    }


def shown_currencies(policy: Policy, wallet: str) -> Sequence[str]:
    return tuple(dict.fromkeys((wallet, *(scale.currency for scale in policy.scales))))
