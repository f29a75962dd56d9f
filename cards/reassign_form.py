"""Somebody else is asked to decide: picked, typed, or chosen where a name fits several people. Pure."""

from dataclasses import dataclass

from bot.domain.people import Person
from bot.domain.requests import Request
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.elements import Element, InputText
from cards.page import line, page
from cards.people import people_search, which_person
from cards.request_line import request_title


@dataclass(frozen=True, slots=True)
class ReassignValues:
    """`candidates` are those whom the typed name fits, if it fits several. `error` is in the reader's language."""

    request: Request
    candidates: tuple[Person, ...] = ()
    error: str = ""


def reassign_form_card(values: ReassignValues, reader: Reader, buttons: Buttons) -> Card:
    about = (values.request.id, values.request.revision)
    question = reader.text("reassign.which" if values.candidates else "reassign.question")
    return page(
        reader,
        values.error or question,
        line(request_title(values.request, reader)),
        *_inputs(values, reader),
        actions=[
            buttons.press(
                reader.text("button.reassign_ask"),
                Verb.REQUEST_REASSIGN,
                about,
                args=_asked(values.request),
                style="positive",
            ),
            buttons.press_only(reader.text("button.back"), Verb.REQUEST_SHOW, about),
        ],
    )


def _asked(request: Request) -> dict[str, str]:
    """Who was asked last when the form was drawn: an old form asks nobody again."""
    return {"asked": request.reassigned_to.id} if request.reassigned_to else {}


def _inputs(values: ReassignValues, reader: Reader) -> list[Element]:
    if values.candidates:
        return [which_person(values.candidates, reader.text("reassign.who"), reader), _typed(reader)]
    return [people_search(reader.text("reassign.people")), _typed(reader)]


def _typed(reader: Reader) -> InputText:
    return InputText(id="typed", label=reader.text("reassign.typed"), max_length=200)
