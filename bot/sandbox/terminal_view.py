"""What stands on the chat's screen: messages drawn for the person, and the buttons that a number presses."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.ports.reader import Reader
from bot.ports.turn import Scope
from bot.sandbox.card_form import Button, all_buttons, buttons
from bot.sandbox.card_text import Line, draw_buttons, draw_card, reduced
from bot.sandbox.connector_chats import BOT_NAME
from bot.sandbox.connector_wire import Seen
from bot.sandbox.terminal_screen import Screen


@dataclass(frozen=True, slots=True)
class Pressable:
    """A numbered button: of a card, or (`button` is None) a quick reply, or an answer to an offered file."""

    title: str
    message: Seen
    button: Button | None
    accept: bool | None = None


class View:
    """Buttons are numbered on through all messages that are drawn between two things that the person does."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._pressable: list[Pressable] = []
        self._drawn: dict[str, Seen] = {}
        self._edits: dict[str, int] = {}  # of the messages that were drawn once, whoever looked
        self._contents: set[str] = set()  # what was drawn since the person did something
        self._expected: set[str] = set()
        self._stale = False

    def turn(self) -> None:
        """The person does something: the next button that is drawn is number one again."""
        self._stale = True
        self._contents.clear()

    def expect(self, message_id: str) -> None:
        """The person pressed something there: what it shows then is an answer, even if it is the same card again."""
        self._expected.add(message_id)

    def clear(self) -> None:
        """Somebody else looks."""
        self._drawn.clear()
        self._pressable.clear()

    def find(self, line: str) -> Pressable | None:
        """What a line presses: a number, or a title in brackets, or a beginning that only one title has."""
        if line.isdecimal():
            return self._pressable[int(line) - 1] if 1 <= int(line) <= len(self._pressable) else None
        if len(line) <= 2 or line[0] + line[-1] not in ("()", "[]"):
            return None
        wanted = _typed(line[1:-1])
        exact = next((each for each in reversed(self._pressable) if _typed(each.title) == wanted), None)
        begun = [each for each in self._pressable if _typed(each.title).startswith(wanted)]
        return exact or (begun[0] if len(begun) == 1 else None)

    def draw(self, message: Seen, reader: Reader, where: Scope = Scope.PERSONAL) -> None:
        """Draw a message, unless it stands there as it is. Where only its card changed, only that is drawn; and of
        several copies of a card that change alike, one. `where` is the place in which the person types."""
        before, answered = self._drawn.get(message.id), message.id in self._expected
        same_text = before is not None and before.text == message.text
        if before is not None and same_text and before.card == message.card and not answered:
            return
        older = before is not None or self._edits.get(message.id, message.edits) < message.edits
        changed = older and not answered
        self._drawn[message.id] = message
        self._edits[message.id] = message.edits
        self._expected.discard(message.id)
        if self._has_shown(message) and changed:
            return
        shown = replace(message, text="") if same_text and message.card is not None else message
        about = [reader.text("terminal.personal")] if message.scope is Scope.PERSONAL is not where else []
        about += [reader.text("terminal.changed")] if changed else []
        self._screen.show(speaker(message, about), [*self._lines(shown), *self._files(shown, reader)])

    def _has_shown(self, message: Seen) -> bool:
        """Whether the same has just been drawn: the first sentence aside, which may answer a click."""
        body = list((message.card or {}).get("body") or ())
        content = json.dumps([body[1:] or body, message.buttons], sort_keys=True)
        known = content in self._contents
        self._contents |= {content} if message.card is not None else set()
        return known

    def open(self, pressable: Pressable) -> None:
        """Draw what an `Action.ShowCard` holds, below everything else."""
        if pressable.button is None or pressable.message.card is None:
            return
        inner = pressable.button.action["card"]
        within = [button.action for button in buttons(inner)]
        carried = [each for each in all_buttons(pressable.message.card) if any(each.action is one for one in within)]
        lines = draw_card(inner, self._first_number(), self._screen.width)
        self._pressable += [Pressable(button.title, pressable.message, button) for button in carried]
        self._screen.show(speaker(pressable.message), lines)

    def _lines(self, message: Seen) -> list[Line]:
        text = reduced(message.text.removeprefix(f"{BOT_NAME}: "))
        lines = [Line(line) for line in text.split("\n") if line]
        if message.card is not None:
            found = buttons(message.card)
            lines += draw_card(message.card, self._first_number() if found else 1, self._screen.width)
            self._pressable += [Pressable(button.title, message, button) for button in found]
        if message.quick:
            lines.append(draw_buttons(message.quick, self._first_number()))
            self._pressable += [Pressable(words, message, None) for words in message.quick]
        return lines

    def _files(self, message: Seen, reader: Reader) -> list[Line]:
        """What Teams draws of a file, in its own words."""
        if message.file is not None:
            return [Line(reader.text("terminal.file", name=message.file.name))]
        if message.offer is None:
            return []
        size = -(-message.offer.size_bytes // 1024)
        told = Line(reader.text("terminal.offer", name=message.offer.name, size=size))
        titles = (reader.text("terminal.accept"), reader.text("terminal.decline"))
        buttons_line = draw_buttons(titles, self._first_number())
        answers = zip(titles, (True, False), strict=True)
        self._pressable += [Pressable(title, message, None, accept) for title, accept in answers]
        return [Line(message.offer.description), told, buttons_line]

    def _first_number(self) -> int:
        if self._stale:
            self._pressable = []
            self._stale = False
        return len(self._pressable) + 1


def _typed(title: str) -> str:
    """As a keyboard writes it: no-break spaces and case aside."""
    return " ".join(title.split()).casefold()


def speaker(message: Seen, about: Sequence[str] = ()) -> str:
    name = message.sender if message.from_bot else message.sender.partition(" ")[0]
    place = [message.place] if message.scope is not Scope.PERSONAL else []
    told = [*place, *about]
    return f"{name} ({', '.join(told)})" if told else name


def said_by(name: str, place: str) -> str:
    """How the person's own lines begin in a transcript."""
    return f"{name} ({place})" if place else name
