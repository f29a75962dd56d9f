"""Asks for the inputs of a card's form, one after another."""

from collections.abc import Awaitable, Callable

from bot.domain.errors import Refusal
from bot.ports.reader import Reader
from bot.sandbox.card_form import BadInput, Button, Field, check
from bot.sandbox.card_text import reduced
from bot.sandbox.terminal_screen import Screen

FindPerson = Callable[[str], Awaitable[str]]  # a typed name -> object id; raises Refusal where nobody fits


class FormLeft(Exception):
    """The person stopped filling in; `line` is the command that they typed instead, None at the end of input."""

    def __init__(self, line: str | None) -> None:
        super().__init__(line)
        self.line = line


class Form:
    def __init__(self, screen: Screen, reader: Reader, find_person: FindPerson) -> None:
        self._screen = screen
        self._reader = reader
        self._find_person = find_person
        self.cut_short_by: str | None = None  # a command that was typed where only optional fields were left

    async def fill(self, button: Button) -> dict[str, str]:
        """The inputs that go along with a button. A command typed where nothing is required any more sends the form
        as it stands; anywhere else it raises FormLeft."""
        filled = {field.id: field.value for field in button.fields}
        for number, field in enumerate(button.fields):
            try:
                filled[field.id] = await self._one(field)
            except FormLeft as left:
                if any(later.required for later in button.fields[number:]):
                    raise
                self.cut_short_by = left.line
                break
        return filled

    async def _one(self, field: Field) -> str:
        label = self._label(field)
        self._list_choices(field)
        while True:
            line = await self._screen.ask(f"  {label}: ")
            if line is None or line.startswith("/"):
                raise FormLeft(line)
            self._screen.typed(f"  {label}: {line}".rstrip())
            try:
                return check(field, await self._value(field, line.strip()) if line.strip() else field.value)
            except BadInput as bad:
                self._screen.note(f"  {bad.message or self._reader.text('terminal.input_wrong')}")

    def _label(self, field: Field) -> str:
        star = "*" if field.required else ""
        default = _title_of(field, field.value)
        return f"{reduced(field.label)}{star} [{default}]" if default else f"{reduced(field.label)}{star}"

    def _list_choices(self, field: Field) -> None:
        if field.kind == "Input.ChoiceSet":
            for number, (title, _) in enumerate(field.choices, 1):
                self._screen.note(f"    {number}. {title}")

    async def _value(self, field: Field, line: str) -> str:
        match field.kind:
            case "Input.Toggle":
                return _switched(field, line, self._reader.text("terminal.yes_words").split(","))
            case "Input.ChoiceSet":
                parts = [part.strip() for part in line.split(",")] if field.is_multiple else [line]
                return ",".join([await self._choice(field, part) for part in parts])
        return line

    async def _choice(self, field: Field, typed: str) -> str:
        """By number, title or value; in a people picker by a name too, or as typed (an address, say)."""
        if typed.isdecimal() and 1 <= int(typed) <= len(field.choices):
            return field.choices[int(typed) - 1][1]
        for title, value in field.choices:
            if typed.casefold() in (title.casefold(), value.casefold()):
                return value
        if not field.is_people_picker:
            return typed
        try:
            return await self._find_person(typed)
        except Refusal:
            return typed


def _switched(field: Field, line: str, yes_words: list[str]) -> str:
    (_, on), (_, off) = field.choices
    return on if line.casefold() in yes_words or line == on else off


def _title_of(field: Field, value: str) -> str:
    if field.kind == "Input.Toggle":
        return "x" if value == field.choices[0][1] else ""
    titles = {value: title for title, value in field.choices}
    return ", ".join(titles.get(part, part) for part in value.split(",")) if field.choices else value
