"""The chat's screens as the command line chooses them: a prompt, a pipe, or JSON for machines."""

import json
from collections.abc import Sequence
from typing import IO

from bot.sandbox.card_text import Line
from bot.sandbox.terminal_commands import WORDS
from bot.sandbox.terminal_screen import PipeScreen, Screen, screen_for


class JsonScreen(PipeScreen):
    """Reads a script and prints one JSON object a line."""

    def typed(self, line: str) -> None:
        self._tell({"typed": line})

    def show(self, speaker: str, lines: Sequence[Line]) -> None:
        self._tell({"speaker": speaker, "lines": [line.text for line in lines]})

    def note(self, text: str) -> None:
        self._tell({"note": text})

    def _tell(self, told: dict[str, object]) -> None:
        self._print(json.dumps(told, ensure_ascii=False))


def screen(lines: IO[str], out: IO[str], *, as_json: bool) -> Screen:
    return JsonScreen(lines, out) if as_json else screen_for(lines, out, WORDS)


class ScriptScreen(PipeScreen):
    """A pipe that may turn out to be empty."""

    def __init__(self, lines: IO[str], out: IO[str]) -> None:
        super().__init__(lines, out)
        self._first: str | None = None

    async def begins(self) -> bool:
        """Whether there is a line at all; returns when one comes, or the end."""
        self._first = await super().ask("")
        return self._first is not None

    async def ask(self, prompt: str) -> str | None:
        first, self._first = self._first, None
        return await super().ask(prompt) if first is None else first
