"""What an assignment would do, person by person, before anything is written. Pure."""

from dataclasses import dataclass

from bot.domain.licenses import Fitness, PlanLine
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.approvers import NOBODY, Approvers, approvers_line
from cards.elements import Execute
from cards.page import line, page, remark, shortened, table

LONGEST_NAME = 60  # characters: twenty names, each told twice, must fit into a card


@dataclass(frozen=True, slots=True)
class LicensePlanValues:
    """`request_id` at `revision` is the draft; '' where nobody can be assigned, for then there is none.
    `may_choose`: the reader may ask for others too."""

    lines: tuple[PlanLine, ...]
    request_id: str = ""
    revision: int = 0
    approvers: Approvers = NOBODY
    not_found: tuple[str, ...] = ()
    may_choose: bool = True


def license_plan_card(values: LicensePlanValues, reader: Reader, buttons: Buttons) -> Card:
    can = [_short(one.person.name) for one in values.lines if one.fitness.assignable]
    head = [reader.text("licenses.person"), reader.text("licenses.plan")]
    rows = [[_short(one.person.name), _verdict(one, reader)] for one in values.lines]
    rows += [[_short(name), reader.text("fitness.not_found")] for name in values.not_found]
    first = reader.plural("licenses.can", len(can), names=reader.names(can)) if can else _nobody(values, reader)
    return page(
        reader,
        f"{first} {approvers_line(values.approvers, reader)}" if can else first,
        table(head, rows, widths=(2, 3)),
        line(reader.text("licenses.wallet")) if can else None,
        remark(reader.text("licenses.warning")) if _warned(values) else None,
        actions=_actions(values, bool(can), reader, buttons),
    )


def _nobody(values: LicensePlanValues, reader: Reader) -> str:
    names = [_short(name) for name in (*(one.person.name for one in values.lines), *values.not_found)]
    return reader.plural("licenses.none", len(names), names=reader.names(names))


def _short(name: str) -> str:
    return shortened(name, LONGEST_NAME)


def _verdict(one: PlanLine, reader: Reader) -> str:
    if one.fitness is Fitness.LACKS_PREREQUISITE:
        return reader.text("fitness.lacks_prerequisite", missing=reader.text(f"prerequisite.{one.missing}"))
    return reader.text(f"fitness.{one.fitness.value}")


def _warned(values: LicensePlanValues) -> bool:
    return any(one.fitness is Fitness.LACKS_PREREQUISITE for one in values.lines)


def _actions(values: LicensePlanValues, can: bool, reader: Reader, buttons: Buttons) -> list[Execute]:
    others = buttons.press(reader.text("button.other_people"), Verb.LICENSES_OPEN)
    choose = [others] if values.may_choose else []
    if not can or values.approvers.nobody:
        return choose
    about = (values.request_id, values.revision)
    return [buttons.press(reader.text("button.send"), Verb.LICENSES_SEND, about, style="positive"), *choose]
