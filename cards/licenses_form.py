"""Who shall get the licence: asked where nobody was named, and where a name fits several people. Pure."""

from dataclasses import dataclass

from bot.domain.people import Person, PersonId
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.elements import Action, Element, InputChoiceSet, InputText
from cards.page import line, page, shortened
from cards.people import LONGEST_PART, choices_of, people_search


@dataclass(frozen=True, slots=True)
class Question:
    """A name as it was typed, and the people whom it fits."""

    text: str
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class LicensesFormValues:
    """`chosen` are settled already and ride along; `not_found` are names that fit nobody. `waits`: the request was
    sent already, at `revision`; `typed` names those whom it is for."""

    request_id: str
    questions: tuple[Question, ...] = ()
    chosen: tuple[PersonId, ...] = ()
    not_found: tuple[str, ...] = ()
    revision: int = 0
    waits: bool = False
    typed: str = ""


CHOICES = 60  # in one card, shared by its questions: each counts against the size of the card


def licenses_form_card(values: LicensesFormValues, reader: Reader, buttons: Buttons) -> Card:
    """The inputs are `who_0`, `who_1`, … (one id each); without questions `people` (ids) and `typed` (addresses).

    Where not everybody whom a name fits can be shown, `typed` is there as well, and a choice may stay open.
    """
    unknown = [shortened(name, LONGEST_PART) for name in values.not_found]
    missing = reader.text("licenses.not_found", names=unknown) if unknown else ""
    inputs = _questions(values.questions, reader) if values.questions else _pickers(values, reader)
    first, rest = _first(values, missing, reader)
    return page(
        reader,
        first,
        line(rest, color="Warning") if rest else None,
        *inputs,
        line(reader.text("recharge.approved_anew")) if values.waits else None,
        actions=_actions(values, reader, buttons),
    )


def _actions(values: LicensesFormValues, reader: Reader, buttons: Buttons) -> list[Action]:
    about, args = (values.request_id, values.revision), {"chosen": ",".join(values.chosen)}
    if not values.waits:
        title = reader.text("button.continue")
        return [buttons.press(title, Verb.LICENSES_CHOOSE, about, args=args, style="positive")]
    change = reader.text("button.change")
    return [
        buttons.press(change, Verb.LICENSES_CHANGE, about, args=args, style="positive"),
        buttons.press_only(reader.text("button.back"), Verb.REQUEST_SHOW, about),
    ]


def _first(values: LicensesFormValues, missing: str, reader: Reader) -> tuple[str, str]:
    """The card's first line, and what else there is to say."""
    if values.questions:
        names = [shortened(question.text, LONGEST_PART) for question in values.questions]
        return reader.plural("licenses.which", len(names), names=reader.names(names)), missing
    if missing:
        return missing, ""
    return reader.text("licenses.change" if values.waits else "licenses.who"), ""


def _questions(questions: tuple[Question, ...], reader: Reader) -> list[Element]:
    most = max(2, CHOICES // len(questions))
    whole = all(len(question.people) <= most for question in questions)
    choices: list[Element] = [
        InputChoiceSet(
            id=f"who_{number}",
            label=shortened(question.text, LONGEST_PART),
            choices=choices_of(question.people[:most]),
            style="expanded",
            wrap=True,
            is_required=whole or None,
            error_message=reader.text("licenses.choose") if whole else None,
        )
        for number, question in enumerate(questions)
    ]
    return choices if whole else [*choices, _typed(reader)]


def _pickers(values: LicensesFormValues, reader: Reader) -> list[Element]:
    """Teams' own people search, which phones may lack, and an address to type instead."""
    return [people_search(reader.text("licenses.people"), several=True), _typed(reader, values.typed)]


def _typed(reader: Reader, value: str = "") -> InputText:
    return InputText(
        id="typed",
        label=reader.text("licenses.typed"),
        value=value or None,
        placeholder="ana@example.com",
        max_length=1_000,
    )
