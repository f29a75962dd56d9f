"""The two screens of the chat: a terminal with prompt and colors, and a pipe with one plain line after another."""

import asyncio
import re
import sys
import textwrap
import threading
from collections.abc import Sequence
from typing import IO, Protocol

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.patch_stdout import patch_stdout
from rich.console import Console
from rich.text import Text

from bot.sandbox.card_text import WIDTH, Line, Tone

INDENT = "  "
_GLUE = "\0"  # no text holds it once it is cleaned
_WITHIN_BUTTON = re.compile(r" (?!\[\d+ )")
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_STYLES = {
    Tone.TEXT: "",
    Tone.TITLE: "bold",
    Tone.SUBTLE: "dim",
    Tone.GOOD: "green",
    Tone.WARNING: "yellow",
    Tone.ATTENTION: "bold red",
    Tone.INPUT: "cyan",
    Tone.BUTTON: "bold blue",
}


class Screen(Protocol):
    """`live`: messages appear while the person types; otherwise only between two lines."""

    live: bool

    @property
    def width(self) -> int:
        """How many columns there are for what somebody says."""
        ...

    async def ask(self, prompt: str) -> str | None:
        """The next line that the person types; None when there are no more."""
        ...

    def typed(self, line: str) -> None:
        """What was typed, where it does not stand on the screen already."""
        ...

    def show(self, speaker: str, lines: Sequence[Line]) -> None:
        """What somebody says: the speaker before the first line, the others indented."""
        ...

    def note(self, text: str) -> None:
        """The terminal's own words."""
        ...

    def close(self) -> None: ...


class PipeScreen:
    """Reads a script and prints a transcript."""

    live = False
    width = WIDTH

    def __init__(self, lines: IO[str], out: IO[str]) -> None:
        self._out = out
        self._reader = _LineReader(lines)

    async def ask(self, prompt: str) -> str | None:
        return await self._reader.next()

    def typed(self, line: str) -> None:
        self._print(line)

    def show(self, speaker: str, lines: Sequence[Line]) -> None:
        first, *others = [line.text for line in lines] or [""]
        self._print(f"{speaker}: {first}".rstrip())
        for line in others:
            self._print(f"{INDENT}{line}".rstrip())

    def note(self, text: str) -> None:
        self._print(text)

    def close(self) -> None:
        self._out.flush()

    def _print(self, text: str) -> None:
        print(cleaned(text), file=self._out, flush=True)


class PromptScreen:
    """A terminal with a prompt at its foot, above which messages arrive."""

    live = True

    def __init__(self, words: Sequence[str] = (), console: Console | None = None) -> None:
        self._patched = patch_stdout(raw=True)
        self._patched.__enter__()
        completer = WordCompleter(list(words), sentence=True, ignore_case=True)
        self._session: PromptSession[str] = PromptSession(completer=completer, complete_while_typing=False)
        self._console = console or Console(file=sys.stdout, force_terminal=True, highlight=False)

    async def ask(self, prompt: str) -> str | None:
        try:
            return await self._session.prompt_async(prompt)
        except (EOFError, KeyboardInterrupt):
            return None

    def typed(self, line: str) -> None:
        """It stands there already."""

    def show(self, speaker: str, lines: Sequence[Line]) -> None:
        self._console.print(Text(f"{speaker}:", style="bold magenta"))
        for line in lines:
            for part in wrapped(line, self.width):
                self._console.print(Text(INDENT + part, style=_STYLES[line.tone]))

    @property
    def width(self) -> int:
        return self._console.width - len(INDENT)

    def note(self, text: str) -> None:
        self._console.print(Text(cleaned(text), style="dim"))

    def close(self) -> None:
        self._patched.__exit__(None, None, None)


def screen_for(lines: IO[str], out: IO[str], words: Sequence[str] = ()) -> Screen:
    return PromptScreen(words) if lines.isatty() and out.isatty() else PipeScreen(lines, out)


def wrapped(line: Line, width: int) -> list[str]:
    """The line in as many as it takes: buttons stay whole, and what goes on below does so under its own column."""
    text = cleaned(line.text)
    if line.tone is Tone.BUTTON:
        text = _WITHIN_BUTTON.sub(_GLUE, text)
    indent = " " * (line.hang if line.hang <= width // 2 else len(INDENT))
    parts = textwrap.wrap(text, width, subsequent_indent=indent, break_on_hyphens=False) or [""]
    return [part.replace(_GLUE, " ") for part in parts]


def cleaned(text: str) -> str:
    """Nothing that could move the cursor or hide what a text says."""
    return _UNSEEN.sub("", text.replace("\t", " "))


class _LineReader:
    """Lines of a file, read in a thread of its own, which never holds the program up when it ends."""

    def __init__(self, lines: IO[str]) -> None:
        self._lines = lines
        self._read: asyncio.Queue[str | None] = asyncio.Queue()

    async def next(self) -> str | None:
        loop = asyncio.get_running_loop()
        threading.Thread(target=self._read_one, args=(loop,), daemon=True).start()
        return await self._read.get()

    def _read_one(self, loop: asyncio.AbstractEventLoop) -> None:
        line = self._lines.readline()
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._read.put_nowait, line.rstrip("\r\n") if line else None)
