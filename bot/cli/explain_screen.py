"""Where the balance comes from, in a terminal: every step and every lot, none left out. No I/O but the console."""

from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from bot.cli.operators import Operator
from bot.domain.explain import Explanation
from bot.domain.money import Money
from bot.usecases.explain_balance import Explained
from cards.explain import explain_line, lot_story, lot_words, step_words, sum_lines


def show_explained(explained: Explained, who: Operator) -> None:
    if not explained.each:
        who.say("balance.nothing")
    for told in explained.each:
        pending = [(id_, amount) for id_, amount in explained.pending.items() if amount.currency == told.currency]
        _show(told, pending, who)


def _show(told: Explanation, pending: list[tuple[str, Money]], who: Operator) -> None:
    who.out.print(Text(explain_line(told, who.reader), style="bold"), soft_wrap=True)
    facts = Table.grid(padding=(0, 2))
    for name, value in sum_lines(told, pending, who.reader):
        facts.add_row(Text(name, style="dim"), Text(value))
    who.out.print(facts)
    who.out.print(_lots(told, who))
    who.out.print(_steps(told, who))


def _lots(told: Explanation, who: Operator) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column(Text(who.reader.text("explain.lot_story")))
    table.add_column(Text(who.reader.text("explain.lot_left")), justify="right", no_wrap=True)
    for story in told.lots:
        words = f"{lot_words(story, who.reader)}: {lot_story(story, who.reader)}"
        table.add_row(Text(words), who.reader.money(story.lot.remaining))
    return table


def _steps(told: Explanation, who: Operator) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    for name in ("step", "entries_head", "amount", "left"):
        right = name in {"amount", "left"}
        table.add_column(Text(who.reader.text(f"explain.{name}")), justify="right" if right else "left", no_wrap=True)
    for step in told.steps:
        words, entries = step_words(step, who.reader)
        table.add_row(Text(words), Text(entries), who.reader.money(step.amount), who.reader.money(step.balance))
    return table


def explanation_json(told: Explanation) -> dict[str, Any]:
    """Amounts as decimal text, days as ISO text; `entries` are numbers in the ledger."""
    return {
        "balance": str(told.balance),
        "lots": [
            {
                "entry": story.entry,
                "purchased_on": story.lot.purchased_on.isoformat(),
                "amount": str(story.lot.amount),
                "repaid": str(story.repaid),
                "used": str(story.used),
                "corrected": str(story.corrected),
                "forfeited": str(story.lot.forfeited),
                "remaining": str(story.lot.remaining),
            }
            for story in told.lots
        ],
        "steps": [
            {
                "day": step.day.isoformat(),
                "cause": step.cause.value,
                "amount": str(step.amount),
                "balance": str(step.balance),
                "entries": list(step.entries),
            }
            for step in told.steps
        ],
    }
