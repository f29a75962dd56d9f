"""What became of each person's licence, as a table. Pure."""

from bot.domain.requests import Assignment, Seat
from bot.ports.reader import Reader
from cards.elements import Table
from cards.page import shortened, table

LONGEST_NAME = 60  # characters
LONGEST_DETAIL = 200  # characters of what Graph said
REASONS = frozenset({"no_seats", "usage_location", "dependency", "exclusive", "not_found", "denied"})


def results_table(seats: tuple[Seat, ...], reader: Reader) -> Table:
    head = [reader.text("licenses.person"), reader.text("licenses.result")]
    return table(head, [[shortened(seat.name, LONGEST_NAME), result(seat, reader)] for seat in seats], widths=(2, 3))


def result(seat: Seat, reader: Reader) -> str:
    """A refusal by its reason, or in Graph's own words where the reason is none that we know."""
    if seat.result is not Assignment.REFUSED:
        return reader.text(f"seat.{seat.result.value}")
    if seat.reason in REASONS:
        return reader.text(f"seat.refused_{seat.reason}")
    return reader.text("seat.refused", detail=shortened(seat.detail or seat.reason, LONGEST_DETAIL))
