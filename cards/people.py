"""Inputs by which somebody is picked: Teams' own search, or a choice where a name fits several people. Pure."""

from collections.abc import Sequence

from bot.domain.people import Person
from bot.ports.reader import Reader
from cards.elements import Choice, DataQuery, InputChoiceSet
from cards.page import shortened

LONGEST_PART = 64  # characters
CHOICES = 10  # people whom one name fits


def people_search(label: str, *, several: bool = False) -> InputChoiceSet:
    """`people`, Entra ids: Teams' own search, which phones may lack."""
    users = DataQuery(dataset="graph.microsoft.com/users")
    return InputChoiceSet(id="people", label=label, choices=[], choices_data=users, is_multi_select=several or None)


def which_person(people: Sequence[Person], label: str, reader: Reader, *, required: bool = False) -> InputChoiceSet:
    """`who`, one Entra id."""
    return InputChoiceSet(
        id="who",
        label=label,
        choices=choices_of(people[:CHOICES]),
        style="expanded",
        wrap=True,
        is_required=required or None,
        error_message=reader.text("licenses.choose") if required else None,
    )


def choices_of(people: Sequence[Person]) -> list[Choice]:
    return [Choice(title=_described(person), value=person.id) for person in people]


def _described(person: Person) -> str:
    """What tells two people of one name apart."""
    parts = (person.name, person.address, person.department or "")
    return " · ".join(shortened(part, LONGEST_PART) for part in parts if part)
