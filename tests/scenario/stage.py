"""A stage for whole conversations: the sandbox of a running bot, its people, and what is held of all they see."""

import asyncio
import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from bot.app.sandbox import Sandbox
from bot.domain.ledger import Entry, Purchase
from bot.domain.requests import Request
from bot.domain.settings import Settings
from bot.orders.sandbox import SANDBOX_ORDERS, PlacedOrder
from bot.ports.collections import JOBS, LEDGER, REQUESTS, SETTINGS
from bot.ports.store import Collection, Put
from bot.ports.turn import Card
from bot.sandbox.connector_chats import Kind, Post
from bot.sandbox.connector_client import TeamsClient, Turned
from bot.sandbox.connector_wire import Seen, seen
from bot.sandbox.world import TENANT
from bot.usecases.read_balance import read_balance
from bot.usecases.settings import load_settings
from tests.cards.judges import objections_of_the_models, objections_of_the_schema
from tests.shared import SHARED

SOON = timedelta(seconds=5)  # what is due so soon belongs to what was just said
STEP = timedelta(seconds=1)
PATIENCE_SECONDS = 60  # a bound for what hangs, on a machine that is busy
A_SUM = re.compile(r"\d|[€$£]|EUR|USD|MXN")


class Stage:
    """`say` and `press` return what came of it when the bot is quiet again."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.cards: list[Card] = []  # every card that anybody got to see, as it was then
        self.messages: list[Seen] = []  # every message of the bot, as it was when it was posted or changed
        self._teams = sandbox.teams._deliveries
        self._watch()

    def client(self, name: str, *, locale: str = "") -> TeamsClient:
        return self.sandbox.teams.client(name, locale=locale)

    async def say(self, who: TeamsClient, text: str, **more: Any) -> Turned:
        return await self._done(await who.say(text, **more))

    async def press(self, who: TeamsClient, title: str, **more: Any) -> Turned:
        return await self._done(await who.press(plain_title(who, title), **more))

    async def ask(self, who: TeamsClient, text: str) -> str:
        """Say something in the personal chat; the bot's answer as text, and nothing else may have come."""
        turned = await self.say(who, text)
        assert len(turned.messages) == 1, [message.drawn for message in turned.messages]
        return read(turned.messages[0])

    async def click(self, who: TeamsClient, title: str, **more: Any) -> str:
        """Press a button; the pressed card as the answer left it, or what the answer said beside it."""
        turned = await who.press(plain_title(who, title), **more)
        told = [answer.text for answer in turned.answers if answer.text]
        shown = read(turned.messages[-1]) if turned.messages else ""
        await self._done(turned)
        return flat(told[0]) if told else shown

    async def quiet(self) -> None:
        """Returns when all that is due, and what it leads to, is done. Time moves on where only time is missing."""
        runner = self.sandbox.saldo.runner
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                if await runner.run_due() or runner._in_hand:
                    await asyncio.sleep(0.001)
                elif await runner._due(SOON):
                    await self.sandbox.clock.move(STEP)
                else:
                    return

    async def hold_jobs(self) -> None:
        """Nothing happens by itself any more: jobs are done by `quiet` only."""
        self.sandbox.saldo.runner.stop()
        await self.quiet()

    async def later(self, **step: float) -> None:
        await self.sandbox.clock.move(timedelta(**step))
        await self.quiet()

    async def role(self, who: TeamsClient, *, on: bool) -> None:
        """Somebody activates the role that they are eligible for, or ends it."""
        (role,) = who.person.eligible

        def change(state: Any) -> Any:
            return (state.with_role_activated if on else state.with_role_deactivated)(who.person, role)

        await self.sandbox.document.change(change)

    async def put_settings(self, settings: Settings | None) -> None:
        """What the tenant has told Saldo: something else, or (None) nothing yet."""
        key = SETTINGS.key(TENANT, "tenant")
        document = await self.sandbox.saldo.store.get(key)
        version = document.version if document else 0
        await self.sandbox.saldo.store.commit([Put(key, settings or Settings(), version)])
        self.sandbox.saldo.house.standings.forget(TENANT)

    async def settings(self) -> Settings:
        return await load_settings(self.sandbox.saldo.store, TENANT)

    async def requests(self) -> list[Request]:
        return await self._all(REQUESTS)

    async def request(self) -> Request:
        """The newest one."""
        return max(await self.requests(), key=lambda request: request.created_at)

    async def orders(self) -> list[PlacedOrder]:
        return await self._all(SANDBOX_ORDERS)

    async def ledger(self) -> list[Entry]:
        return [record.body for record in await self.sandbox.saldo.store.read(LEDGER.of_tenant(TENANT), limit=5_000)]

    async def bought_here(self) -> list[Purchase]:
        """The purchases that came from requests."""
        return [entry for entry in await self.ledger() if isinstance(entry, Purchase) and entry.request_id]

    async def available(self) -> str:
        """To the cent."""
        balances = await read_balance(self.sandbox.saldo.store, self.sandbox.clock, TENANT)
        return f"{balances.each[0].statement.available.amount:.2f}"

    async def dead_jobs(self) -> list[str]:
        page = await self.sandbox.saldo.store.find(JOBS, TENANT, where={"dead": True})
        return [document.key.id for document in page.documents]

    def objections(self) -> list[str]:
        """What is wrong with anything that was sent, however the scenario went."""
        found = list(self.sandbox.teams.faults)
        for message in self.messages:
            if message.proactive and message.card is not None:
                found += _of_the_lock_screen(message)
        for card in self.cards:
            found += objections_of_the_models(card)
            if (SHARED / "schemas").exists():
                found += objections_of_the_schema(card)
        return found

    async def _done(self, turned: Turned) -> Turned:
        assert all(answer.status == 200 for answer in turned.answers), turned.answers
        await self.quiet()
        return turned

    async def _all(self, collection: Collection[Any]) -> list[Any]:
        page = await self.sandbox.saldo.store.find(collection, TENANT, limit=200)
        return [document.body for document in page.documents]

    def _watch(self) -> None:
        feed = self._teams.chats.feed
        add = feed.add

        async def watched(kind: Kind, post: Post, audience: Iterable[str]) -> None:
            if post.is_from_bot and kind is not Kind.DELETED:
                self._keep(post, next(iter(audience)))
            await add(kind, post, audience)

        feed.add = watched  # type: ignore[method-assign] # cards change in place: seen here, or never

    def _keep(self, post: Post, viewer: str) -> None:
        message = seen(post, viewer, self._teams.world)
        self.messages.append(message)
        if message.card is not None and message.card not in self.cards:
            self.cards.append(message.card)


def flat(text: str) -> str:
    """No-break spaces are ordinary ones."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def read(message: Seen) -> str:
    return flat(message.drawn)


def first_line(message: Seen) -> str:
    """What the message says first: of a card its first sentence, with the buttons left out."""
    return flat(str(message.card["speak"])) if message.card is not None else flat(message.text)


def plain_title(who: TeamsClient, title: str) -> str:
    """The button's own title, where it was written with ordinary spaces."""
    for message in reversed(who.inbox):
        for own in message.buttons:
            if flat(own) == title:
                return own
    return title


def _of_the_lock_screen(message: Seen) -> list[str]:
    line = message.lock_screen
    wrong = []
    if not message.summary or not (message.text or message.edits):
        wrong.append(f"a card without a text and a summary: {line!r}")
    if "\n" in message.text or A_SUM.search(message.text) or A_SUM.search(message.summary):
        wrong.append(f"a sum on a locked phone: {message.text!r}, {message.summary!r}")
    if not line.startswith("Saldo: "):
        wrong.append(f"nobody knows who writes: {line!r}")
    return wrong
