"""The organization's own rules: a list, a form for each kind, and what they would have proposed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.rule_course import Fired, Held
from bot.domain.rules import Rule, RuleKind
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.elements import Action, ActionSet, Element, InputText
from cards.page import beneath, line, page, remark, table, title

ROWS = 6  # of one rule on the card of a trial


@dataclass(frozen=True, slots=True)
class RuleShown:
    """`held`: why it waits, although it is short of something."""

    rule: Rule
    held: Held | None = None


@dataclass(frozen=True, slots=True)
class RulesValues:
    rules: tuple[RuleShown, ...]
    may_change: bool = False
    can_buy: bool = True


@dataclass(frozen=True, slots=True)
class RuleFormValues:
    """`id` is fresh, or the rule's that is edited at `revision`. The rest is as it was typed; `error` says what was
    wrong with it, in the reader's language; `tried` what it would have done."""

    id: str
    kind: RuleKind
    currency: str
    revision: int = 0
    below: str = ""
    amount: str = ""
    target: str = ""
    days: str = ""
    cap: str = ""
    cooldown: str = ""
    po_number: str = ""
    po_required: bool = False
    error: str = ""
    tried: "TriedValues | None" = None


@dataclass(frozen=True, slots=True)
class TriedValues:
    """`days`: how many of those from `first` to `last` are known."""

    first: date
    last: date
    days: int
    rules: tuple[tuple[Rule, tuple[Fired, ...]], ...]


def rules_card(values: RulesValues, reader: Reader, buttons: Buttons) -> Card:
    count = len(values.rules)
    parts = [part for shown in values.rules for part in _rule(shown, values, reader, buttons)]
    return page(
        reader,
        reader.plural("rules.count", count) if count else reader.text("rules.none"),
        None if values.can_buy else line(reader.text("rules.cannot_buy"), color="Warning"),
        *parts,
        remark(reader.text("rules.approval")),
        actions=_list_actions(values, reader, buttons),
    )


def _rule(shown: RuleShown, values: RulesValues, reader: Reader, buttons: Buttons) -> list[Element]:
    rule = shown.rule
    about = (rule.id, rule.revision)
    parts: list[Element] = [line(rule_line(rule, reader)), beneath(_terms(rule, reader))]
    if shown.held is not None:
        parts.append(beneath(reader.text(f"rules.held_{shown.held.value}")))
    if values.may_change:
        edit = buttons.press(reader.text("button.edit"), Verb.RULE_OPEN, about)
        remove = buttons.press(reader.text("button.remove"), Verb.RULE_REMOVE, about)
        parts.append(ActionSet(actions=[edit, remove]))
    return parts


def rule_line(rule: Rule, reader: Reader) -> str:
    """`Below €100.00: recharge €500.00.`"""
    match rule.kind:
        case RuleKind.THRESHOLD:
            return reader.text("rules.threshold", below=rule.below or "", amount=rule.amount or "")
        case RuleKind.TARGET:
            return reader.text("rules.target", below=rule.below or "", target=rule.target or "")
        case RuleKind.RUNWAY:
            return reader.plural("rules.runway", rule.days, twice=2 * rule.days)
        case _:
            return reader.plural("rules.expiry", rule.days)


def _terms(rule: Rule, reader: Reader) -> str:
    cap = reader.text("rules.cap", cap=rule.cap) if rule.cap else ""
    cooldown = reader.plural("rules.cooldown", rule.cooldown_days) if rule.cooldown_days else ""
    day = reader.full_day(rule.edited_at.astimezone(reader.zone).date())
    edited = reader.text("rules.edited", name=rule.edited_by.name, day=day)
    return " ".join(text for text in (cap, cooldown, edited) if text)


def _list_actions(values: RulesValues, reader: Reader, buttons: Buttons) -> list[Action]:
    found: list[Action] = []
    if values.rules:
        found.append(buttons.press(reader.text("button.rules_try"), Verb.RULES_TRY, style="positive"))
    if values.may_change:
        found += [
            buttons.press(reader.text(f"button.rule_{kind.value}"), Verb.RULE_OPEN, args={"kind": kind.value})
            for kind in RuleKind
        ]
    return found or [buttons.press(reader.text("button.balance"), Verb.BALANCE_SHOW)]


FIELDS: dict[RuleKind, tuple[str, ...]] = {
    RuleKind.THRESHOLD: ("below", "amount"),
    RuleKind.TARGET: ("target", "below"),
    RuleKind.RUNWAY: ("days",),
    RuleKind.EXPIRY: ("days",),
}


def rule_form_card(values: RuleFormValues, reader: Reader, buttons: Buttons) -> Card:
    kind = values.kind.value
    about, args = (values.id, values.revision), {"kind": kind}
    head = values.error or (tried_line(values.tried, reader) if values.tried else "")
    return page(
        reader,
        head or reader.text(f"rules.form_{kind}"),
        *(_trial(values.tried, reader) if values.tried else []),
        line(reader.text(f"rules.form_{kind}")) if head else None,
        *(_field(name, values, reader) for name in FIELDS[values.kind]),
        _field("cap", values, reader),
        _field("cooldown", values, reader),
        _field("po_number", values, reader) if values.po_required else None,
        remark(reader.text("rules.editor")),
        actions=[
            buttons.press(reader.text("button.save"), Verb.RULE_SAVE, about, args=args, style="positive"),
            buttons.press(reader.text("button.rules_try"), Verb.RULE_TRY, about, args=args),
            buttons.press_only(reader.text("button.rules"), Verb.RULES_SHOW),
        ],
    )


def _field(name: str, values: RuleFormValues, reader: Reader) -> InputText:
    key = f"{name}_of_{values.kind.value}" if name in {"below", "days"} else name
    label = reader.text(f"rules.field_{key}", currency=values.currency)
    return InputText(id=name, label=label, value=getattr(values, name) or None, max_length=40)


def tried_card(values: TriedValues, reader: Reader, buttons: Buttons) -> Card:
    return page(
        reader,
        tried_line(values, reader),
        *_trial(values, reader),
        actions=[buttons.press(reader.text("button.rules"), Verb.RULES_SHOW)],
    )


def tried_line(values: TriedValues, reader: Reader) -> str:
    """`On the last 90 days there would have been 3 proposals.`"""
    times = sum(not fired.held for _, all_fired in values.rules for fired in all_fired)
    return reader.plural("rules.tried", times) if values.days else reader.text("rules.nothing_known")


def _trial(values: TriedValues, reader: Reader) -> list[Element]:
    return [
        *(part for rule, fired in values.rules for part in _tried(rule, fired, reader)),
        remark(reader.plural("rules.days_known", values.days, first=values.first, last=values.last)),
        remark(reader.text("rules.tried_how")),
    ]


def _tried(rule: Rule, fired: Sequence[Fired], reader: Reader) -> list[Element]:
    head = title(rule_line(rule, reader))
    if not fired:
        return [head, line(reader.text("rules.never"))]
    columns = [reader.text(f"rules.column_{name}") for name in ("day", "short", "proposal")]
    rows = [
        [
            reader.full_day(one.day),
            reader.money(one.gap.short),
            reader.text("rules.over_cap", amount=one.gap.proposal) if one.held else reader.money(one.gap.proposal),
        ]
        for one in fired[-ROWS:]
    ]
    left_out = len(fired) - len(rows)
    more = [remark(reader.plural("rules.more", left_out))] if left_out else []
    return [head, table(columns, rows, amounts=(1, 2)), *more]
