"""How the simulated Teams delivers activities to the bot, and how strictly it reads the bot's answers."""

import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp
from yarl import URL

from bot.ports.turn import Card
from bot.sandbox.card_check import card_faults
from bot.sandbox.connector_activities import Activity, Origin
from bot.sandbox.connector_chats import Chat, Chats
from bot.sandbox.connector_check import CARD_TYPE
from bot.sandbox.world import SandboxPerson, World

TURN_SECONDS = 15  # Teams gives up on a bot after that, and delivers again
_TEXT_TYPE = "application/vnd.microsoft.activity.message"
_ERROR_TYPE = "application/vnd.microsoft.error"


@dataclass(frozen=True, slots=True)
class Answer:
    """How the bot answered a delivery; status 0: not at all. `fault` is what Teams would have shown an error for."""

    status: int
    card: Card | None = None
    text: str = ""
    fault: str = ""


class Deliveries:
    """The chats, the files in them, and the way to the bot. `faults` lists all malformed things that the bot sent;
    `answering` counts the turns under way in each chat."""

    def __init__(self, world: World, now: Callable[[], datetime], token: Callable[[str], str] | None = None) -> None:
        self.world = world
        self.chats = Chats(world)
        self.faults: list[str] = []
        self.answering: Counter[str] = Counter()
        self.files: dict[str, bytes] = {}
        self.uploads: set[str] = set()
        self.url = ""
        self.bot_url = ""
        self._now = now
        self._token = token
        self._session: aiohttp.ClientSession | None = None

    async def open(self, bot_url: str, url: str) -> None:
        """`bot_url` is the bot's address, with or without its path; `url` the service URL that activities carry."""
        self.bot_url = bot_url if "/api/" in bot_url else str(URL(bot_url) / "api" / "messages")
        self.url = url
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TURN_SECONDS))

    async def close(self) -> None:
        await self.chats.feed.close()
        if self._session is not None:
            await self._session.close()

    def origin(self, person: SandboxPerson, locale: str, chat: Chat, thread: str = "") -> Origin:
        return Origin(person, chat, locale, self.url, self._now(), thread)

    def keep_file(self, name: str, content: bytes) -> tuple[str, str]:
        """A pre-authenticated address for a file that somebody attaches, and its id."""
        key = secrets.token_urlsafe(16)
        self.files[key] = content
        return str(URL(self.url) / "files" / key / name), key

    def open_upload(self, name: str) -> dict[str, str]:
        """A pre-authenticated address at which one file may be put, once, as Teams tells it."""
        key = secrets.token_urlsafe(16)
        self.uploads.add(key)
        return {
            "uploadUrl": str(URL(self.url) / "upload" / key),
            "contentUrl": str(URL(self.url) / "files" / key / name),
            "name": name,
            "uniqueId": key,
            "fileType": name.rpartition(".")[2],
        }

    def take_upload(self, key: str, content: bytes) -> bool:
        """False where nothing is expected, or not any more."""
        if key not in self.uploads:
            return False
        self.uploads.remove(key)
        self.files[key] = content
        return True

    async def deliver(self, activity: Activity, chat: Chat) -> Answer:
        """One delivery to the bot, and its answer."""
        self.answering[chat.id] += 1
        try:
            status, body = await self._post(activity)
        except (aiohttp.ClientError, TimeoutError) as broken:
            return Answer(0, fault=f"the bot did not answer: {type(broken).__name__}")
        finally:
            self.answering[chat.id] -= 1
        answer = _read(activity, status, body)
        if answer.fault:
            self.faults.append(f"invoke answer: {answer.fault}")
        return answer

    async def _post(self, activity: Activity) -> tuple[int, Any]:
        if self._session is None:
            raise RuntimeError("the simulated Teams was not started")
        headers = {"Authorization": f"Bearer {self._token(self.url)}"} if self._token else {}
        async with self._session.post(self.bot_url, json=activity, headers=headers) as response:
            raw = await response.read()
            return response.status, await response.json() if raw and "json" in response.content_type else None


def _read(activity: Activity, status: int, body: Any) -> Answer:
    if activity["type"] != "invoke":
        return Answer(status)
    if activity.get("name") == "adaptiveCard/action":
        return read_invoke(status, body)
    return Answer(status, fault="" if status == 200 else f"HTTP {status}")


def read_invoke(status: int, body: Any) -> Answer:
    """An invoke's answer, as Teams reads it: HTTP 200 and `{statusCode, type, value}`."""
    if status != 200:
        return Answer(status, fault=f"HTTP {status}")
    if not isinstance(body, dict) or not isinstance(body.get("statusCode"), int):
        return Answer(status, fault="no statusCode in the body")
    kind, value = body.get("type"), body.get("value")
    if kind == CARD_TYPE:
        fault = "; ".join(card_faults(value))
        return Answer(body["statusCode"], card=None if fault else value, fault=fault)
    if kind == _TEXT_TYPE and isinstance(value, str):
        return Answer(body["statusCode"], text=value)
    if kind == _ERROR_TYPE and isinstance(value, dict):
        return Answer(body["statusCode"], text=str(value.get("message", "")))
    return Answer(body["statusCode"], fault=f"type {kind!r} with a value that does not fit")
