"""The chat prompt of `run` and of `chat --as NAME`: somebody's Teams as text.

It talks to the sandbox over its control surface, in this process or another.
"""

import asyncio
import contextlib

from bot.domain.errors import Refusal
from bot.ports.turn import Scope
from bot.sandbox.terminal_commands import run_command
from bot.sandbox.terminal_conversation import Conversation, Seat, reader_of
from bot.sandbox.terminal_forms import FormLeft
from bot.sandbox.terminal_link import SandboxGoneError, SandboxLink
from bot.sandbox.terminal_screen import Screen

FINE, GONE, NOBODY = 0, 1, 2  # exit statuses


async def chat(url: str, name: str, screen: Screen, *, where: Scope = Scope.PERSONAL, locale: str = "") -> int:
    """Chat as somebody with the sandbox at `url` until the input ends or `/quit`. The exit status: 0; 1 where no
    sandbox answers (any more); 2 where nobody has that name. `locale` is the client's language, '' for the person's
    own. The screen comes from `terminal_screen.screen_for`, and stays the caller's to close."""
    try:
        async with SandboxLink(url) as link:
            conversation = Conversation(link, screen, Seat(await link.who(name), where, locale))
            await _converse(conversation)
    except Refusal as refusal:
        screen.note(reader_of(locale).refusal(refusal))
        return NOBODY
    except SandboxGoneError:
        screen.note(reader_of(locale).text("terminal.gone"))
        return GONE
    return FINE


async def _converse(conversation: Conversation) -> None:
    following = asyncio.create_task(conversation.follow()) if conversation.screen.live else None
    try:
        await conversation.arrive()
        await _loop(conversation)
    finally:
        if following is not None:
            following.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await following


async def _loop(conversation: Conversation) -> None:
    while (line := await conversation.screen.ask(conversation.prompt)) is not None:
        if line.strip() and not await _take(conversation, line.strip()):
            return
    await conversation.catch_up()


async def _take(conversation: Conversation, line: str) -> bool:
    """One line that the person typed; False when it was the last."""
    conversation.view.turn()
    try:
        if line.startswith("/"):
            return await run_command(conversation, line)
        pressable = conversation.view.find(line)
        if pressable is None:
            await conversation.say(line)
        elif (command := await conversation.press(pressable)) is not None:
            return await _take(conversation, command)
    except FormLeft as left:
        conversation.note("terminal.form_left")
        return left.line is not None and await _take(conversation, left.line)
    except Refusal as refusal:
        conversation.refuse(refusal)
    return True
