"""One terminal's conversation: what the person does goes to the sandbox, what arrives is drawn.

Its own words come from `terminal.po`, in the language of the person's client.
"""

import asyncio
import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path, PurePath

from bot.domain.errors import Refusal
from bot.locale.language import choose_language
from bot.locale.reader import reader_for
from bot.ports.reader import Reader
from bot.ports.turn import Scope
from bot.sandbox import connector_wire as wire
from bot.sandbox.connector_chats import CHANNEL_NAME, GROUP_NAME, GivenFile, Kind
from bot.sandbox.terminal_forms import Form
from bot.sandbox.terminal_link import SandboxGoneError, SandboxLink
from bot.sandbox.terminal_screen import Screen
from bot.sandbox.terminal_view import Pressable, View, said_by

PLACES = {Scope.PERSONAL: "", Scope.GROUP: GROUP_NAME, Scope.CHANNEL: CHANNEL_NAME}
POLL_SECONDS = 25.0


@dataclass(frozen=True, slots=True)
class Seat:
    """Who types, where, and in which language their client is."""

    who: wire.Who
    where: Scope = Scope.PERSONAL
    locale: str = ""

    @property
    def reader(self) -> Reader:
        return reader_of(self.locale or self.who.locale, self.who.zone)


def reader_of(locale: str, zone: str = "") -> Reader:
    """Who reads the terminal's own words: by the language of their client alone."""
    language = choose_language("", None, None, locale, "")
    return reader_for(language, tenant_locale="", client_locale=locale, zone=zone)


def save_file(folder: Path, name: str, content: bytes) -> Path:
    """`name`, or `name (1)` and so on where that is taken."""
    stem, suffix = Path(name).stem, Path(name).suffix
    for number in count():
        path = folder / (f"{stem} ({number}){suffix}" if number else name)
        try:
            with path.open("xb") as file:
                file.write(content)
        except FileExistsError:
            continue
        return path
    raise AssertionError("unreachable")  # pragma: no cover -- counting never ends


class Conversation:
    """One terminal. What arrives is drawn by `catch_up`, one at a time."""

    def __init__(self, link: SandboxLink, screen: Screen, seat: Seat) -> None:
        self.link = link
        self.screen = screen
        self.seat = seat
        self.view = View(screen)
        self._cursor = 0
        self._drawing = asyncio.Lock()

    async def say(self, text: str) -> None:
        self._said(text)
        done = await self.link.do("say", wire.Speech(self.seat.who.id, text, self.seat.where, self.seat.locale))
        if not done.heard:
            self.note("terminal.not_mentioned")
        await self.finish(done)

    async def press(self, pressable: Pressable) -> str | None:
        """Press a button, its form filled in first. A command that cut the form short is returned, to be obeyed."""
        self._said(f"({pressable.title})")
        button = pressable.button
        if pressable.accept is not None:
            consent = wire.Consent(self.seat.who.id, pressable.message.id, pressable.accept, self.seat.locale)
            await self.finish(await self.link.do("consent", consent))
        elif button is None:
            done = await self.link.do(
                "say", wire.Speech(self.seat.who.id, pressable.title, pressable.message.scope, self.seat.locale)
            )
            await self.finish(done)
        elif button.kind == "Action.OpenUrl":
            self.screen.note(str(button.action["url"]))
        elif button.kind == "Action.ShowCard":
            self.view.open(pressable)
        else:
            form = Form(self.screen, self.seat.reader, self._find_person)
            filled = await form.fill(button)
            self.view.expect(pressable.message.id)
            press = wire.Press(self.seat.who.id, pressable.message.id, dict(button.action), filled, self.seat.locale)
            await self.finish(await self.link.do("press", press))
            return form.cut_short_by
        return None

    async def finish(self, done: wire.Done) -> None:
        """Draw what came of a deed."""
        if done.answer is not None:
            async with self._drawing:
                self.view.draw(done.answer, self.seat.reader, self.seat.where)
        if done.text:
            self.screen.note(done.text)
        if done.fault:
            self.note("terminal.fault", fault=done.fault)
        if not done.quiet:
            self.note("terminal.busy")
        await self.catch_up()

    async def sit(self, seat: Seat) -> None:
        """Somebody else takes the keyboard, or the same person somewhere else."""
        other = seat.who.id != self.seat.who.id
        self.seat = seat
        if other:
            async with self._drawing:
                self.view.clear()
                await self._draw_all((await self.link.unread(self._viewing())).fresh)
                await self._mark_read()

    async def catch_up(self) -> None:
        """Draw everything that happened since it was last looked at."""
        async with self._drawing:
            await self._draw(await self.link.news(self._cursor))

    async def arrive(self) -> None:
        """What the person has not seen yet, or else their last message, so that its buttons are at hand."""
        unread = await self.link.unread(self._viewing())
        self._cursor = (await self.link.news(0)).seq
        await self._draw_all(unread.fresh or ([unread.last] if unread.last else []))
        await self._mark_read()
        if self.screen.live:
            self.note("terminal.hello", name=self.seat.who.short_name)

    async def follow(self) -> None:
        """Draws what happens while the person types."""
        with contextlib.suppress(SandboxGoneError):
            while True:
                if (await self.link.news(self._cursor, wait_seconds=POLL_SECONDS)).notices:
                    await self.catch_up()

    async def _draw(self, news: wire.News) -> None:
        newest = {notice.post: notice for notice in news.notices}
        posted = {notice.post: notice for notice in news.notices if notice.kind is Kind.POSTED}
        for notice in sorted(newest.values(), key=self._is_elsewhere):
            if notice.kind is Kind.DELETED:
                continue
            if self.seat.who.id in notice.audience:
                await self._draw_one(notice.post, save=notice.post in posted)
            elif notice.rings and notice.owner and notice.post in posted:
                self._ring(notice)
        self._cursor = news.seq
        if newest:
            await self._mark_read()

    def _is_elsewhere(self, notice: wire.Notice) -> bool:
        """What is said in the place where the person types comes first."""
        return self.seat.where is not Scope.PERSONAL and bool(notice.owner)

    async def _draw_all(self, ids: Iterable[str]) -> None:
        for id_ in ids:
            await self._draw_one(id_)

    async def _draw_one(self, id_: str, *, save: bool = False) -> None:
        """`save`: a file that has just come is kept."""
        try:
            message = await self.link.see(replace(self._viewing(), post=id_))
        except Refusal:  # gone meanwhile
            return
        if message.sender != self.seat.who.name:
            self.view.draw(message, self.seat.reader, self.seat.where)
        if message.file is not None and save:
            await self._save(message.file)

    async def _save(self, file: GivenFile) -> None:
        """Into the folder in which the terminal was started; where that cannot be, it is told where the file is."""
        try:
            content = await self.link.fetch(file.url)
            path = await asyncio.to_thread(save_file, Path.cwd(), PurePath(file.name).name, content)
        except (OSError, Refusal):
            self.note("terminal.not_saved", url=file.url)
        else:
            self.note("terminal.saved", path=str(path))

    def _ring(self, notice: wire.Notice) -> None:
        self.note("terminal.phone", name=notice.owner, line=notice.lock_screen)

    async def _mark_read(self) -> None:
        await self.link.do("read", replace(self._viewing(), seq=self._cursor))

    async def _find_person(self, name: str) -> str:
        return (await self.link.who(name)).id

    def _viewing(self) -> wire.Viewing:
        return wire.Viewing(self.seat.who.id, locale=self.seat.locale)

    @property
    def prompt(self) -> str:
        return f"{self._name()}> "

    def note(self, key: str, **values: object) -> None:
        """The terminal's own words."""
        self.screen.note(self.seat.reader.text(key, **values))

    def refuse(self, refusal: Refusal) -> None:
        self.screen.note(self.seat.reader.refusal(refusal))

    def _name(self) -> str:
        return said_by(self.seat.who.short_name, PLACES[self.seat.where])

    def _said(self, text: str) -> None:
        self.screen.typed(f"{self._name()}: {text}")
