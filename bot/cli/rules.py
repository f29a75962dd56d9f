"""`rules`: the organisation's own rules, and with `--try` what each would have proposed in the last 90 days."""

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from bot.cli.books import Books, at_books
from bot.cli.operators import Operator, operator
from bot.cli.values import Json, Tenant

if TYPE_CHECKING:
    from bot.domain.rule_course import Fired, RuleState
    from bot.domain.rules import Rule
    from bot.usecases.try_rules import Tried

Try = Annotated[bool, typer.Option("--try", metavar="", help="cli.help.rules_try")]


def rules(try_them: Try = False, as_json: Json = False, tenant: Tenant = "") -> int:
    who = operator()
    return at_books(who, tenant, lambda books: _rules(books, who, try_them=try_them, as_json=as_json))


async def _rules(books: Books, who: Operator, *, try_them: bool, as_json: bool) -> int:
    from bot.usecases.change_rules import read_rules
    from bot.usecases.run_rules import read_states
    from bot.usecases.try_rules import try_rules

    found = [document.body for document in await read_rules(books.store, books.tenant)]
    states, _ = await read_states(books.store, books.tenant)
    tried = await try_rules(books.store, books.clock, books.tenant) if try_them else None
    fired = {rule.id: times for rule, times in tried.rules} if tried else {}
    if as_json:
        who.print_json([_json(rule, states.by_rule.get(rule.id)) | _tried_json(rule, fired) for rule in found])
        return 0
    if not found:
        who.say("rules.none")
    for rule in found:
        _show(rule, states.by_rule.get(rule.id), who)
        if tried:
            _show_tried(fired[rule.id], who)
    if found and tried:
        _show_days(tried, who)
    return 0


def _json(rule: "Rule", state: "RuleState | None") -> dict[str, Any]:
    """Amounts as decimal text, moments as ISO text; `held` says why it waits although it is short of something."""
    sums = {name: getattr(rule, name) for name in ("below", "amount", "target", "cap")}
    return {
        "id": rule.id,
        "kind": rule.kind.value,
        **{name: str(money) if money else None for name, money in sums.items()},
        "currency": next((money.currency for money in sums.values() if money), None),
        "days": rule.days or None,
        "cooldown_days": rule.cooldown_days,
        "edited_by": rule.edited_by.id,
        "edited_at": rule.edited_at.isoformat(timespec="seconds"),
        "held": state.held.value if state and state.held else None,
    }


def _tried_json(rule: "Rule", fired: "dict[str, tuple[Fired, ...]]") -> dict[str, Any]:
    """`over_cap`: it would have been more than the rule may propose in a month."""
    if rule.id not in fired:
        return {}
    return {
        "tried": [
            {
                "day": one.day.isoformat(),
                "short": str(one.gap.short),
                "proposal": str(one.gap.proposal),
                "currency": one.gap.proposal.currency,
                "over_cap": one.held,
            }
            for one in fired[rule.id]
        ]
    }


def _show(rule: "Rule", state: "RuleState | None", who: Operator) -> None:
    from cards.rules import rule_line

    who.out.print(Text(rule_line(rule, who.reader), style="bold"), soft_wrap=True)
    if state and state.held:
        who.out.print(Text(f"  {who.reader.text(f'rules.held_{state.held.value}')}", style="yellow"), soft_wrap=True)


def _show_tried(fired: "tuple[Fired, ...]", who: Operator) -> None:
    if not fired:
        who.out.print(Text(f"  {who.reader.text('rules.never')}", style="dim"), soft_wrap=True)
        return
    table = Table(*(who.reader.text(f"rules.column_{name}") for name in ("day", "short", "proposal")), box=None)
    for one in fired:
        proposal = who.reader.money(one.gap.proposal)
        over = who.reader.text("rules.over_cap", amount=one.gap.proposal) if one.held else proposal
        table.add_row(who.reader.full_day(one.day), who.reader.money(one.gap.short), over)
    who.out.print(table)


def _show_days(tried: "Tried", who: Operator) -> None:
    told = {"first": tried.first, "last": tried.last}
    lines = (who.reader.plural("rules.days_known", tried.days, **told), who.reader.text("rules.tried_how"))
    for text in lines:
        who.out.print(Text(text, style="dim"), soft_wrap=True)
