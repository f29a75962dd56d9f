"""Makes the README's transcript: `python -m tests.scenario.transcript` writes it, a test compares it."""

import asyncio
import io
import re
import tempfile
from pathlib import Path

from bot.app.sandbox import open_sandbox
from bot.config import read_settings
from bot.sandbox.terminal import chat
from bot.sandbox.terminal_commands import WORDS
from bot.sandbox.terminal_screen import screen_for

README = Path(__file__).parents[2] / "README.md"
LINES = "saldo\nrecargar 500\n(Enviar)\n/as Carmen\n(Aprobar)\n\n/as Ana\nsaldo\n"
_BLOCK = re.compile(r"(<!-- transcript:.*?-->\n```text\n)(.*?)(```\n<!-- end of transcript -->)", re.DOTALL)
_ORDER_NUMBER = re.compile(r"SBX-[0-9A-F]{10}")
_MINUTE = re.compile(r"(?<=, 10:0)\d")


async def transcript() -> str:
    """The conversation as a pipe shows it. What differs from run to run is masked: order numbers, and the minute."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_sandbox(read_settings({"SALDO_DATA": folder}), port=0, teams_port=0) as sandbox:
            said = io.StringIO()
            screen = screen_for(io.StringIO(LINES), said, WORDS)
            await chat(sandbox.teams.url, "ana", screen)
            screen.close()
    return _MINUTE.sub("0", _ORDER_NUMBER.sub("SBX-0000000000", said.getvalue())).strip() + "\n"


def shown() -> str:
    """The transcript as the README holds it."""
    found = _BLOCK.search(README.read_text("utf-8"))
    if found is None:
        raise LookupError("the README has no place for the transcript")
    return found[2]


def write(text: str) -> None:
    README.write_text(_BLOCK.sub(lambda found: found[1] + text + found[3], README.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    write(asyncio.run(transcript()))
