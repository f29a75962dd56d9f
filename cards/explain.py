"""Where the balance comes from: how it adds up, what became of each lot, and every step with its entries. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.explain import Explanation, LotStory, Step
from bot.domain.ledger import Cause
from bot.domain.money import Money
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.elements import Action, Element
from cards.page import Cell, facts, page, remark, table, title

STEPS = 12  # on a page
LOTS = 6  # the newest; the command line lists all
NAMED = 6  # entries that are named one by one; of more the first and the last
OTHER_CURRENCIES = 2


@dataclass(frozen=True, slots=True)
class ExplainValues:
    """`explanation` None: the books are empty. `currencies`: all that there are. `pending`: request id and sum.
    `page` counts from 0, the newest steps first."""

    explanation: Explanation | None
    currencies: tuple[str, ...] = ()
    pending: tuple[tuple[str, Money], ...] = ()
    page: int = 0


def explain_card(values: ExplainValues, reader: Reader, buttons: Buttons) -> Card:
    told = values.explanation
    if told is None:
        return page(reader, reader.text("balance.nothing"))
    pages = max(1, -(-len(told.steps) // STEPS))
    shown = min(max(values.page, 0), pages - 1)
    return page(
        reader,
        explain_line(told, reader),
        *([] if shown else _sums(told, values, reader)),
        *_steps(told, shown, pages, reader),
        actions=_actions(values, told, (shown, pages), reader, buttons),
    )


def explain_line(told: Explanation, reader: Reader) -> str:
    """`€212.40 at the end of Nov 22, 2026 (UTC) comes from 190 entries of the books.`"""
    entries = {number for step in told.steps for number in step.entries}
    day = reader.full_day(told.as_of)
    return reader.plural("explain.line", len(entries), amount=told.balance, day=day)


def sum_lines(told: Explanation, pending: Sequence[tuple[str, Money]], reader: Reader) -> list[tuple[str, str]]:
    """What the balance adds up from, and what the other numbers of its card come from."""
    lines = [
        (reader.text(f"explain.{cause.value}"), _sum(told, cause, reader)) for cause in Cause if told.entries(cause)
    ]
    lines.append((reader.text("explain.balance"), reader.money(told.balance)))
    lines += [
        (reader.text("balance.pending"), reader.text("explain.request", amount=amount, request=id_))
        for id_, amount in pending
    ]
    return [*lines, *_pace(told, reader)]


def _sum(told: Explanation, cause: Cause, reader: Reader) -> str:
    entries = entries_words(told.entries(cause), reader)
    return reader.text("explain.of_entries", amount=told.total(cause), entries=entries)


def entries_words(entries: Sequence[int], reader: Reader) -> str:
    """`#3`, `#3, #9`, or `61 entries, #5 to #190`: numbers of the ledger's entries."""
    if len(entries) <= NAMED:
        return ", ".join(f"#{number}" for number in entries)
    return reader.plural("explain.entries", len(entries), first=f"#{entries[0]}", last=f"#{entries[-1]}")


def _pace(told: Explanation, reader: Reader) -> list[tuple[str, str]]:
    per_day, through = told.pace.per_day, told.usage_through
    if per_day is None or through is None:
        return []
    first = through - timedelta(days=told.pace.days - 1)
    days = {"first": reader.full_day(first), "last": reader.full_day(through)}
    words = reader.plural("explain.per_day", told.pace.days, amount=per_day, spent=told.pace.spent, **days)
    return [(reader.text("balance.per_day"), words)]


def _sums(told: Explanation, values: ExplainValues, reader: Reader) -> list[Element | None]:
    lots = [story for story in told.lots if story.lot.remaining][-LOTS:]
    head = [reader.text(f"explain.lot_{column}") for column in ("story", "left")]
    rows: list[list[Cell]] = [
        [(lot_words(story, reader), lot_story(story, reader)), reader.money(story.lot.remaining)] for story in lots
    ]
    return [
        facts(sum_lines(told, values.pending, reader)),
        table(head, rows, amounts=(1,), widths=(5, 3)) if rows else None,
    ]


def lot_words(story: LotStory, reader: Reader) -> str:
    """`Sep 21, 2026: €1,500.00 (#3)`."""
    day = reader.full_day(story.lot.purchased_on)
    return reader.text("explain.lot", day=day, amount=story.lot.amount, entry=f"#{story.entry}")


def lot_story(story: LotStory, reader: Reader) -> str:
    """What took from it, in words."""
    parts = []
    if story.repaid:
        parts.append(reader.text("explain.lot_repaid", amount=story.repaid))
    if story.used and story.days is not None:
        first, last = (reader.full_day(day) for day in story.days)
        parts.append(reader.text("explain.lot_used", amount=story.used, first=first, last=last))
    if story.corrected:
        parts.append(reader.text("explain.lot_corrected", amount=story.corrected))
    if story.lot.forfeited:
        parts.append(reader.text("explain.lot_forfeited", amount=story.lot.forfeited))
    return " · ".join(parts) or reader.text("explain.lot_untouched")


def _steps(told: Explanation, shown: int, pages: int, reader: Reader) -> list[Element | None]:
    newest_first = told.steps[::-1][shown * STEPS : (shown + 1) * STEPS]
    head = [reader.text(f"explain.{column}") for column in ("step", "amount", "left")]
    rows: list[list[Cell]] = [
        [step_words(step, reader), reader.money(step.amount), reader.money(step.balance)] for step in newest_first
    ]
    number = reader.text("explain.page", page=shown + 1, pages=pages)
    return [title(reader.text("explain.steps")), table(head, rows, amounts=(1, 2), widths=(4, 3, 3)), remark(number)]


def step_words(step: Step, reader: Reader) -> tuple[str, str]:
    """The day with what happened, and the entries behind it."""
    return reader.text(f"explain.step_{step.cause.value}", day=reader.full_day(step.day)), entries_words(
        step.entries, reader
    )


def _actions(
    values: ExplainValues, told: Explanation, where: tuple[int, int], reader: Reader, buttons: Buttons
) -> list[Action]:
    shown, pages = where
    actions: list[Action] = []
    if shown + 1 < pages:
        actions.append(_press("older", told.currency, shown + 1, reader, buttons))
    if shown:
        actions.append(_press("newer", told.currency, shown - 1, reader, buttons))
    others = [currency for currency in values.currencies if currency != told.currency][:OTHER_CURRENCIES]
    actions += [
        buttons.press(currency, Verb.EXPLAIN_SHOW, args={"currency": currency, "page": "0"}) for currency in others
    ]
    return [*actions, buttons.press(reader.text("button.balance"), Verb.BALANCE_SHOW)]


def _press(name: str, currency: str, number: int, reader: Reader, buttons: Buttons) -> Action:
    args = {"currency": currency, "page": str(number)}
    return buttons.press(reader.text(f"button.explain_{name}"), Verb.EXPLAIN_SHOW, args=args)
