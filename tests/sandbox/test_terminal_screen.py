"""The chat at a real prompt: messages appear while somebody types."""

import asyncio
import io
from collections.abc import Iterator
from typing import Any

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.console import Console

from bot.sandbox.card_text import Line, Tone, draw_buttons
from bot.sandbox.connector import SandboxTeams
from bot.sandbox.connector_chats import personal_id
from bot.sandbox.terminal import FINE, chat
from bot.sandbox.terminal_commands import WORDS
from bot.sandbox.terminal_screen import PipeScreen, PromptScreen, screen_for, wrapped
from bot.sandbox.world import World
from tests.sandbox.teams_bot import TeamsBot, button, card, message


@pytest.fixture
def keyboard() -> Iterator[PipeInput]:
    with create_pipe_input() as keyboard, create_app_session(input=keyboard, output=DummyOutput()):
        yield keyboard


class Paper(io.StringIO):
    """What was printed, and a way to wait for it."""

    def __init__(self) -> None:
        super().__init__()
        self._printed = asyncio.Event()

    def write(self, text: str) -> int:
        self._printed.set()
        return super().write(text)

    async def wait_for(self, text: str) -> None:
        async with asyncio.timeout(5):
            while text not in self.getvalue():
                self._printed.clear()
                await self._printed.wait()


async def test_at_the_prompt_messages_arrive_while_nobody_types(
    teams: SandboxTeams, teams_bot: TeamsBot, keyboard: PipeInput
) -> None:
    async def answer(activity: dict[str, Any]) -> None:
        await teams_bot.reply(activity, message(card({"type": "TextBlock", "text": "212,40 €", "color": "Good"})))

    teams_bot.answer = answer
    ana = World().by_name("ana")
    assert ana is not None
    paper = Paper()
    screen = PromptScreen(WORDS, Console(file=paper, width=60))
    chatting = asyncio.ensure_future(chat(teams.url, "ana", screen))
    await paper.wait_for("Eres Ana.")
    notice = message(card(actions=(button("Ver"),)), summary="Saldo bajo", text="Saldo bajo")
    await teams_bot.call("POST", f"{teams.url}v3/conversations/{personal_id(ana)}/activities", notice)
    await paper.wait_for("[1 Ver]")
    keyboard.send_text("saldo\n")
    await paper.wait_for("212,40 €")
    keyboard.send_text("/quit\n")
    assert await chatting == FINE
    screen.close()
    assert "Ana: saldo" not in paper.getvalue()
    assert teams_bot.heard[0]["text"] == "saldo"


@pytest.mark.parametrize("keys", ["\x03", "\x04"])
async def test_ctrl_c_and_the_end_of_input_leave_the_chat(
    teams: SandboxTeams, keyboard: PipeInput, keys: str
) -> None:
    screen = PromptScreen((), Console(file=io.StringIO()))
    keyboard.send_text(keys)
    assert await chat(teams.url, "ana", screen) == FINE
    screen.close()


async def test_the_chat_says_so_when_the_sandbox_stops(teams: SandboxTeams, keyboard: PipeInput) -> None:
    paper = Paper()
    screen = PromptScreen((), Console(file=paper, width=100))
    chatting = asyncio.ensure_future(chat(teams.url, "ana", screen))
    await paper.wait_for("Eres Ana.")
    await teams.stop()
    keyboard.send_text("saldo\n")
    assert await chatting == 1
    screen.close()
    assert "python -m bot run" in paper.getvalue()


def test_a_pipe_gets_plain_text_and_a_terminal_gets_a_prompt(keyboard: PipeInput) -> None:
    class Tty(io.StringIO):
        def isatty(self) -> bool:
            return True

    assert isinstance(screen_for(io.StringIO(), Tty()), PipeScreen)
    assert isinstance(screen_for(Tty(), io.StringIO()), PipeScreen)
    screen = screen_for(Tty(), Tty())
    screen.close()
    assert isinstance(screen, PromptScreen)


def test_in_a_narrow_terminal_buttons_stay_whole() -> None:
    line = draw_buttons(["saldo", "consumo del mes pasado", "1.500,00 €"], 4)
    assert wrapped(line, 34) == ["[4 saldo]", "[5 consumo del mes pasado]", "[6 1.500,00 €]"]
    assert wrapped(line, 80) == [line.text]


def test_what_does_not_fit_goes_on_under_its_own_column() -> None:
    fact = Line("saldo:  Cuánto hay disponible", hang=8)
    assert wrapped(fact, 22) == ["saldo:  Cuánto hay", "        disponible"]
    assert wrapped(fact, 14) == ["saldo:  Cuánto", "  hay", "  disponible"]
    assert wrapped(Line("", Tone.TITLE), 10) == [""]
