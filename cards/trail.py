"""What happened to a request, newest first: who did what when, what it changed, and why. Pure."""

from dataclasses import dataclass

from bot.domain.audit import AuditRecord
from bot.domain.requests import Request
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.elements import Action
from cards.page import Cell, page, remark, shortened, table
from cards.request_line import request_title
from cards.trail_words import below, step_words

STEPS = 8  # on a page
LONGEST_ID = 60  # characters


@dataclass(frozen=True, slots=True)
class TrailLine:
    """A record with whose names it takes: `people` by their ids, the actor's among them."""

    record: AuditRecord
    people: dict[str, str]


@dataclass(frozen=True, slots=True)
class TrailValues:
    """`lines` oldest first; `page` counts from 0, the newest steps first."""

    request: Request
    lines: tuple[TrailLine, ...]
    page: int = 0


def trail_card(values: TrailValues, reader: Reader, buttons: Buttons) -> Card:
    pages = max(1, -(-len(values.lines) // STEPS))
    shown = min(max(values.page, 0), pages - 1)
    lines = values.lines[::-1][shown * STEPS : (shown + 1) * STEPS]
    head = [reader.text("trail.when"), reader.text("trail.what")]
    told = {"zone": reader.zone.key, "page": shown + 1, "pages": pages, "id": _id(values.request)}
    return page(
        reader,
        trail_line(values, reader),
        table(head, [_row(one, reader) for one in lines], widths=(3, 5)) if lines else None,
        remark(reader.text("trail.remark", **told)),
        actions=_actions(values.request, (shown, pages), reader, buttons),
    )


def trail_line(values: TrailValues, reader: Reader) -> str:
    """`Recharge of €500.00: 4 steps so far, the last one on Nov 22, 2026, 10:04 AM.`"""
    title = request_title(values.request, reader)
    if not values.lines:
        return reader.text("trail.none", title=title)
    return reader.plural("trail.line", len(values.lines), title=title, moment=values.lines[-1].record.at)


def _row(one: TrailLine, reader: Reader) -> list[Cell]:
    words = step_words(one.record, one.people, reader)
    more = below(one.record, one.people, reader)
    return [reader.moment(one.record.at), (words, more) if more else words]


def _id(request: Request) -> str:
    return shortened(request.id, LONGEST_ID)


def _actions(request: Request, where: tuple[int, int], reader: Reader, buttons: Buttons) -> list[Action]:
    shown, pages = where
    about = (request.id, request.revision)
    turns = [("older", shown + 1)] if shown + 1 < pages else []
    turns += [("newer", shown - 1)] if shown else []
    return [
        *(
            buttons.press(
                reader.text(f"button.trail_{name}"), Verb.REQUEST_HISTORY, about, args={"page": str(number)}
            )
            for name, number in turns
        ),
        buttons.press(reader.text("button.trail_request"), Verb.REQUEST_SHOW, about),
    ]
