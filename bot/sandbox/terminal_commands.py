"""What begins with a slash in the chat: it moves the sandbox or the terminal, and says nothing to the bot."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path, PurePath

from rapidfuzz import process

from bot.domain.errors import Refusal
from bot.ports.turn import Scope
from bot.sandbox import connector_wire as wire
from bot.sandbox.terminal_conversation import PLACES, Conversation

Command = Callable[[Conversation, str], Awaitable[None]]

PLACE_WORDS = {
    "personal": Scope.PERSONAL,
    "private": Scope.PERSONAL,
    "privado": Scope.PERSONAL,
    "group": Scope.GROUP,
    "grupo": Scope.GROUP,
    "channel": Scope.CHANNEL,
    "canal": Scope.CHANNEL,
}
_SECONDS = {"m": 60, "h": 3_600, "d": 86_400, "w": 7 * 86_400}
_STEP = re.compile(r"\+?(\d{1,5}) ?([mhdw])")
_LOCALE = re.compile(r"[a-z]{2}([-_][A-Z]{2})?")
_SWITCH = {"on": True, "off": False}
_CARD = {"ok": True, "expired": False}


async def run_command(conversation: Conversation, line: str) -> bool:
    """Do what a line such as `/as Carmen` says; False for the one that ends the chat. Raises Refusal."""
    conversation.screen.typed(f"> {line}")
    name, _, rest = line.removeprefix("/").partition(" ")
    if name.casefold() in ("quit", "exit"):
        return False
    command = COMMANDS.get(name.casefold())
    if command is None:
        near = process.extractOne(name.casefold(), list(COMMANDS), score_cutoff=50)
        raise Refusal("sandbox_unknown_command", command=f"/{near[0] if near else 'help'}")
    await command(conversation, rest.strip())
    return True


async def _as(conversation: Conversation, name: str) -> None:
    """A client locale that was set for somebody else does not go along."""
    who = await conversation.link.who(name)
    other = who.id != conversation.seat.who.id
    locale = "" if other else conversation.seat.locale
    await conversation.sit(replace(conversation.seat, who=who, locale=locale))


async def _in(conversation: Conversation, word: str) -> None:
    where = PLACE_WORDS.get(word.casefold())
    if where is None:
        raise Refusal("sandbox_unknown_place")
    await conversation.sit(replace(conversation.seat, where=where))
    conversation.note("terminal.place_personal" if not PLACES[where] else "terminal.place", place=PLACES[where])


async def _locale(conversation: Conversation, locale: str) -> None:
    if not _LOCALE.fullmatch(locale):
        raise Refusal("sandbox_unknown_locale")
    await conversation.sit(replace(conversation.seat, locale=locale))
    conversation.note("terminal.locale", locale=locale)


async def _attach(conversation: Conversation, name: str) -> None:
    if conversation.seat.where is not Scope.PERSONAL:
        raise Refusal("sandbox_file_only_personal")
    try:
        content = await asyncio.to_thread(lambda: Path(name).expanduser().read_bytes())
    except OSError:
        raise Refusal("sandbox_no_file", file=name) from None
    seat, own_name = conversation.seat, PurePath(name).name
    done = await conversation.link.do("attach", wire.Attachment(seat.who.id, own_name, content, locale=seat.locale))
    await conversation.finish(done)


async def _clock(conversation: Conversation, step: str) -> None:
    found = _STEP.fullmatch(step)
    if found is None:
        raise Refusal("sandbox_unknown_step")
    done = await conversation.link.do("clock", wire.ClockStep(int(found[1]) * _SECONDS[found[2]]))
    conversation.note("terminal.clock", moment=datetime.fromisoformat(done.told))
    await conversation.finish(done)


async def _card(conversation: Conversation, state: str) -> None:
    good = _CARD.get(state.casefold())
    if good is None:
        raise Refusal("sandbox_unknown_card")
    done = await conversation.link.do("card", wire.Switch(good))
    conversation.note("terminal.card_ok" if good else "terminal.card_expired")
    await conversation.finish(done)


async def _role(conversation: Conversation, state: str) -> None:
    on = _SWITCH.get(state.casefold())
    if on is None:
        raise Refusal("sandbox_unknown_switch")
    who = conversation.seat.who
    done = await conversation.link.do("role", wire.Switch(on, who.id))
    conversation.note("terminal.role_on" if on else "terminal.role_off", name=who.short_name, roles=done.told)
    await conversation.finish(done)


async def _who(conversation: Conversation, _: str) -> None:
    people = await conversation.link.people()
    listed = [each for each in people if each.listed or each.has_saldo]
    for each in listed:
        key = "terminal.who_with" if each.has_saldo else "terminal.who_without"
        conversation.note(key, name=each.name, department=each.department, locale=each.locale)
    others = len(people) - len(listed)
    conversation.screen.note(conversation.seat.reader.plural("terminal.who_others", others))


async def _install(conversation: Conversation, _: str) -> None:
    await _installed(conversation, on=True)


async def _uninstall(conversation: Conversation, _: str) -> None:
    await _installed(conversation, on=False)


async def _installed(conversation: Conversation, *, on: bool) -> None:
    seat = conversation.seat
    done = await conversation.link.do("install", wire.Switch(on, seat.who.id, seat.locale))
    conversation.note("terminal.installed" if on else "terminal.uninstalled", name=seat.who.short_name)
    await conversation.finish(done)


async def _help(conversation: Conversation, _: str) -> None:
    conversation.note("terminal.help")


COMMANDS: dict[str, Command] = {
    "as": _as,
    "in": _in,
    "locale": _locale,
    "attach": _attach,
    "clock": _clock,
    "card": _card,
    "role": _role,
    "who": _who,
    "install": _install,
    "uninstall": _uninstall,
    "help": _help,
}
WORDS = ("/quit", *(f"/{name}" for name in COMMANDS))  # for completion at the prompt
