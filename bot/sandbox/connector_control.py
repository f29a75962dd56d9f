"""The sandbox's control surface: how a terminal, in this process or another, acts as one of its people.

JSON over HTTP on the same loopback server. Each deed answers when the bot is quiet again: its turn answered, and the
jobs that are due now ended. A refusal is a 409 with its code, which the terminal says in its own words.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from datetime import timedelta
from typing import TypeVar

import msgspec
from aiohttp import web
from rapidfuzz import process, utils

from bot.domain.errors import Refusal
from bot.ports.turn import Scope
from bot.sandbox import connector_wire as wire
from bot.sandbox.connector_chats import Happened, Kind
from bot.sandbox.connector_client import TeamsClient, Turned
from bot.sandbox.connector_delivery import Answer, Deliveries
from bot.sandbox.levers import Levers
from bot.sandbox.world import SandboxPerson, folded

T = TypeVar("T")
Deed = Callable[[web.Request], Awaitable[object]]
QUIET_SECONDS = 20.0
LONGEST_POLL_SECONDS = 30.0
MOST_SUGGESTIONS = 3


class ControlRoutes:
    def __init__(self, deliveries: Deliveries, levers: Levers) -> None:
        self._deliveries = deliveries
        self._chats = deliveries.chats
        self._levers = levers

    def add_to(self, app: web.Application) -> None:
        for name, read in (("people", self._people), ("events", self._events)):
            app.router.add_get(f"/sandbox/{name}", _told(read))
        deeds: dict[str, Deed] = {
            "say": self._say,
            "press": self._press,
            "attach": self._attach,
            "consent": self._consent,
            "open": self._open,
            "who": self._whoever,
            "unread": self._unread,
            "read": self._read,
            "install": self._install,
            "clock": self._clock,
            "card": self._card,
            "role": self._role,
        }
        for name, deed in deeds.items():
            app.router.add_post(f"/sandbox/{name}", _told(deed))

    async def _people(self, request: web.Request) -> list[wire.Who]:
        return [self._who(each) for each in self._deliveries.world.people if not each.resource_account]

    async def _events(self, request: web.Request) -> wire.News:
        """What happened after `after`, at the latest in `wait` seconds."""
        after = int(request.query.get("after", "0"))
        wait = min(float(request.query.get("wait", "0")), LONGEST_POLL_SECONDS)
        happened = await self._chats.feed.wait_after(after, wait) if wait else self._chats.feed.after(after)
        return wire.News(self._chats.feed.seq, tuple(self._notice(each) for each in happened))

    async def _say(self, request: web.Request) -> wire.Done:
        speech = await _body(request, wire.Speech)
        client = self._client(speech.person, speech.locale)
        return await self._done(await client.say(speech.text, where=speech.where))

    async def _press(self, request: web.Request) -> wire.Done:
        press = await _body(request, wire.Press)
        client = self._client(press.person, press.locale)
        turned = await client.press_action(press.post, press.action, press.inputs)
        answer = next((message for message in turned.messages if message.id == press.post), None)
        return replace(await self._done(turned), answer=answer)

    async def _attach(self, request: web.Request) -> wire.Done:
        file = await _body(request, wire.Attachment)
        client = self._client(file.person, file.locale)
        return await self._done(await client.attach(file.name, file.content, file.text))

    async def _consent(self, request: web.Request) -> wire.Done:
        consent = await _body(request, wire.Consent)
        client = self._client(consent.person, consent.locale)
        message = await client.refresh(consent.post)
        return await self._done(await client.answer_offer(accept=consent.accept, message=message))

    async def _open(self, request: web.Request) -> wire.Seen:
        """A message as the person sees it; their client asks for their own card, where it has to."""
        viewing = await _body(request, wire.Viewing)
        return await self._client(viewing.person, viewing.locale).refresh(viewing.post)

    async def _whoever(self, request: web.Request) -> wire.Who:
        """Who is meant by a name that somebody typed."""
        return self._who(self._person((await _body(request, wire.Viewing)).person))

    async def _unread(self, request: web.Request) -> wire.Unread:
        viewing = await _body(request, wire.Viewing)
        client = self._client(viewing.person, viewing.locale)
        news = self._chats.feed.after(self._chats.read.get(client.person.teams_id, 0))
        # An update in place notifies nobody.
        fresh = {
            each.post.id for each in news if each.kind is Kind.POSTED and client.person.teams_id in each.audience
        }
        personal = [message.id for message in client.inbox if message.scope is Scope.PERSONAL]
        return wire.Unread(
            tuple(each.id for each in client.inbox if each.id in fresh), personal[-1] if personal else ""
        )

    async def _read(self, request: web.Request) -> wire.Done:
        viewing = await _body(request, wire.Viewing)
        person = self._person(viewing.person)
        self._chats.read[person.teams_id] = max(viewing.seq, self._chats.read.get(person.teams_id, 0))
        return wire.Done(self._chats.feed.seq)

    async def _install(self, request: web.Request) -> wire.Done:
        switch = await _body(request, wire.Switch)
        client = self._client(switch.person, switch.locale)
        if self._levers.set_installed is not None:
            await self._levers.set_installed(client.person, switch.on)
        return await self._done(await (client.install() if switch.on else client.uninstall()))

    async def _clock(self, request: web.Request) -> wire.Done:
        step = await _body(request, wire.ClockStep)
        if step.seconds < 0:
            raise Refusal("sandbox_clock_back")
        moved = await _lever(self._levers.move_clock)(timedelta(seconds=step.seconds))
        return await self._done(Turned(), told=moved.isoformat())

    async def _card(self, request: web.Request) -> wire.Done:
        """`on`: the order desk's card is good."""
        switch = await _body(request, wire.Switch)
        await _lever(self._levers.set_card_expired)(not switch.on)
        return await self._done(Turned())

    async def _role(self, request: web.Request) -> wire.Done:
        switch = await _body(request, wire.Switch)
        person = self._person(switch.person)
        if not person.eligible:
            raise Refusal("sandbox_not_eligible", name=person.person.short_name)
        roles = await _lever(self._levers.set_roles)(person, switch.on)
        return await self._done(Turned(), told=", ".join(roles))

    async def _done(self, turned: Turned, told: str = "") -> wire.Done:
        quiet = await self._settled()
        faults = [each.fault or f"HTTP {each.status}" for each in turned.answers if _failed(each)]
        texts = [each.text for each in turned.answers if each.text]
        return wire.Done(
            seq=self._chats.feed.seq,
            heard=turned.heard,
            fault=faults[0] if faults else "",
            told=told,
            text=texts[0] if texts else "",
            quiet=quiet,
        )

    async def _settled(self) -> bool:
        """Waits for the jobs that are due; False when they take too long."""
        if self._levers.settled is None:
            return True
        try:
            async with asyncio.timeout(QUIET_SECONDS):
                await self._levers.settled()
        except TimeoutError:
            return False
        return True

    def _client(self, name: str, locale: str) -> TeamsClient:
        person = self._person(name)
        return TeamsClient(self._deliveries, person, locale or person.client_locale)

    def _person(self, name: str) -> SandboxPerson:
        """By name, address or object id. Raises Refusal("sandbox_unknown_person") with the nearest names."""
        world = self._deliveries.world
        person = world.by_name(name) or world.by_id(name)
        if person is None or person.resource_account:
            suggestions = _nearest(name, [each.name for each in world.people])
            if suggestions:
                raise Refusal("sandbox_unknown_person_near", name=name, suggestions=suggestions)
            raise Refusal("sandbox_unknown_person", name=name)
        return person

    def _who(self, person: SandboxPerson) -> wire.Who:
        return wire.Who(
            id=person.id,
            name=person.name,
            short_name=person.person.short_name,
            locale=person.client_locale,
            zone=person.zone,
            department=person.person.department or "",
            has_saldo=self._chats.personal(person).has_bot,
            listed=bool(person.has_saldo or person.roles or person.eligible),
        )

    def _notice(self, happened: Happened) -> wire.Notice:
        world, post = self._deliveries.world, happened.post
        people = [person for person in map(world.by_teams_id, happened.audience) if person is not None]
        owner = people[0].person.short_name if post.chat.scope is Scope.PERSONAL and people else ""
        return wire.Notice(
            seq=happened.seq,
            kind=happened.kind,
            post=post.id,
            audience=tuple(person.id for person in people),
            from_bot=post.is_from_bot,
            owner=owner,
            rings=post.proactive,
            lock_screen=wire.rung(post),
        )


def _told(deed: Deed) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        try:
            answer, status = await deed(request), 200
        except Refusal as refusal:
            values = {key: value if isinstance(value, list) else str(value) for key, value in refusal.values.items()}
            answer, status = asdict(wire.Problem(refusal.code, values)), 409
        except ValueError as fault:  # msgspec.ValidationError among them
            answer, status = {"code": "sandbox_malformed", "values": {"what": str(fault)}}, 400
        return web.Response(body=msgspec.json.encode(answer), status=status, content_type="application/json")

    return handle


async def _body(request: web.Request, shape: type[T]) -> T:
    if request.content_type != "application/json":
        raise ValueError("Content-Type must be application/json")
    return msgspec.json.decode(await request.read(), type=shape)


def _lever(lever: T | None) -> T:
    if lever is None:
        raise Refusal("sandbox_no_lever")
    return lever


def _failed(answer: Answer) -> bool:
    return bool(answer.fault) or not 200 <= answer.status < 300


def _nearest(name: str, names: list[str]) -> list[str]:
    given = {folded(each.partition(" ")[0]): each for each in reversed(names)}
    full = {folded(each): each for each in names}
    found = process.extract(
        folded(name), [*given, *full], processor=utils.default_process, limit=2 * MOST_SUGGESTIONS, score_cutoff=60
    )
    near = [(given.get(match) or full[match]) for match, _, _ in found]
    return list(dict.fromkeys(near))[:MOST_SUGGESTIONS]
