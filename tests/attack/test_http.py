"""Bytes that no client would send, at the port of the whole bot: an answer below 500, no bug, nothing changed."""

import asyncio
import json
import random
from typing import Any

import pytest

from bot.ports.collections import CONTACTS, REQUESTS
from cards.actions import Verb
from tests.attack.bot import Bot, signed
from tests.fakes import ANA, LUIS, TENANT

pytestmark = pytest.mark.no_cover  # long, and no rule is stated here alone

OK = b"POST /api/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"


async def raw(bot: Bot, *sent: bytes, seconds: float = 3) -> int | None:
    """The status that such bytes get; None where the connection is closed without one."""
    host, port = bot.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        for part in sent:
            writer.write(part)
            await writer.drain()
        async with asyncio.timeout(seconds):
            line = await reader.readline()
        return int(line.split()[1]) if line else None
    except ConnectionError:
        return None
    finally:
        writer.close()


REQUESTS_OF_NO_CLIENT: list[bytes] = [
    b"\x00\x01\x02\x03\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    b"POST /api/messages HTTP/1.1\r\nHost: [::1\r\nContent-Length: 2\r\n\r\n{}",
    b"POST /api/messages HTTP/1.1\r\nHost: \xff\xfe\r\nContent-Length: 2\r\n\r\n{}",
    b"POST /api/messages HTTP/1.1\r\nHost: 127.0.0.1:99999999\r\nContent-Length: 2\r\n\r\n{}",
    b"POST /api/messages HTTP/1.1\r\nHost: a b\r\nContent-Length: 2\r\n\r\n{}",
    OK.replace(b"127.0.0.1", b"evil.example") + b"Content-Length: 2\r\n\r\n{}",
    b"POST /api/messages HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
    b"POST http://evil.example/api/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n{}",
    b"POST //evil.example/api/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n{}",
    b"POST /api/messages%00 HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n{}",
    b"POST /api/%2e%2e/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n{}",
    OK + b"Content-Length: -1\r\n\r\n{}",
    OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    OK + b"Content-Length: 99999999999999999999\r\n\r\n{}",
    OK + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n",
    OK + b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    OK + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
    OK + b"Content-Encoding: br, gzip\r\nContent-Length: 2\r\n\r\n{}",
    OK + b"Expect: 200-maybe\r\nContent-Length: 2\r\n\r\n{}",
    OK + b"Authorization: Bearer \xff\xfe\x00\r\nContent-Length: 2\r\n\r\n{}",
    OK + b"X: " + b"y" * 20_000 + b"\r\nContent-Length: 2\r\n\r\n{}",
    OK + b"A: b\r\n C: folded\r\nContent-Length: 2\r\n\r\n{}",
    OK + b"Upgrade: websocket\r\nConnection: upgrade\r\nContent-Length: 2\r\n\r\n{}",
]


@pytest.mark.parametrize("request_", REQUESTS_OF_NO_CLIENT, ids=range(len(REQUESTS_OF_NO_CLIENT)))
async def test_bytes_that_are_no_request_of_a_client_are_turned_away(bot: Bot, request_: bytes) -> None:
    status = await raw(bot, request_)
    assert status is None or 400 <= status < 500
    assert bot.watch.bugs == []
    assert (await bot.post(bot.activity(text="help")))[0] == 200


async def test_a_body_in_endless_chunks_is_cut_off(bot: Bot) -> None:
    chunk = b"4000\r\n" + b" " * 0x4000 + b"\r\n"
    assert await raw(bot, OK + b"Transfer-Encoding: chunked\r\n\r\n", *[chunk] * 40) in {413, None}


async def test_many_that_never_finish_keep_nobody_from_an_answer(bot: Bot) -> None:
    host, port = bot.url.removeprefix("http://").split(":")
    slow = [await asyncio.open_connection(host, int(port)) for _ in range(60)]
    for number, (_, writer) in enumerate(slow):
        writer.write((OK + b"Content-Length: 1000\r\n\r\n{")[: 20 + number * 2])
    async with asyncio.timeout(3):
        assert (await bot.post(bot.activity(text="help")))[0] == 200
    for _, writer in slow:
        writer.close()


TEXTS = (
    '"\\ud800"', '"\\udc00\\ud800"', '"\\u0000"', '"\\ud83d"', "1e999", "-0", "NaN", "Infinity", "1" * 5_000, "null",
    "true", "[]", "{}", '"' + "\\u202e" * 100 + '"', "[" * 3_000 + "]" * 3_000, '{"a":' * 3_000 + "1" + "}" * 3_000,
    '{"id":"x","id":"y"}', '"29:x"', '"' + "x" * 600 + '"', '"..\\/..\\/x"', '"a\\r\\nX-Injected: 1"', '"%0d%0a"',
)  # fmt: skip
FIELDS = (
    "type", "id", "serviceUrl", "channelId", "from", "from.id", "from.name", "from.aadObjectId", "recipient.id",
    "conversation.id", "conversation.conversationType", "conversation.isGroup", "text", "value", "value.action",
    "value.action.verb", "value.action.data", "value.action.data.comment", "value.action.data.r", "value.trigger",
    "replyToId", "locale", "localTimezone", "entities", "attachments", "channelData", "channelData.tenant", "name",
    "action", "membersAdded",
)  # fmt: skip


def bodies(bot: Bot) -> dict[str, dict[str, Any]]:
    data = signed(Verb.REQUEST_SHOW, "r1", 1)
    value = {"action": {"type": "Action.Execute", "verb": data["verb"], "data": data}, "trigger": "manual"}
    return {
        "said": bot.activity(text="balance"),
        "pressed": bot.activity(type="invoke", name="adaptiveCard/action", value=value, replyToId="c1"),
        "installed": bot.activity(type="installationUpdate", action="add"),
        "moved": bot.activity(type="conversationUpdate", membersAdded=[{"id": "28:saldo"}]),
    }


def with_field(body: dict[str, Any], field: str, text: str) -> bytes:
    """The body as JSON, with raw JSON text at a place that dots lead to."""
    changed: dict[str, Any] = json.loads(json.dumps(body))
    node: Any = changed
    *way, last = field.split(".")
    for step in way:
        if not isinstance(node.get(step), dict):
            node[step] = {}
        node = node[step]
    node[last] = "@@"
    return json.dumps(changed).replace('"@@"', text).encode()


@pytest.mark.parametrize("kind", ["said", "pressed", "installed", "moved"])
async def test_no_field_of_an_activity_breaks_the_bot_whatever_it_holds(bot: Bot, kind: str) -> None:
    await bot.world.send("r1")
    for field in FIELDS:
        for number, text in enumerate(TEXTS if kind == "said" else TEXTS[::3]):
            body = {**bodies(bot)[kind], "conversation": {"id": f"c{number}{field}", "conversationType": "personal"}}
            status, _ = await bot.post(with_field(body, field, text))
            assert status < 500 or (status, field) == (501, "name"), (field, text[:40])
    assert bot.watch.bugs == []
    assert (await bot.world.request("r1")).state.value == "pending"


async def test_bytes_that_were_flipped_on_the_way_break_nothing_and_approve_nothing(bot: Bot) -> None:
    await bot.world.send("r1")
    chance = random.Random(20261122)
    whole = json.dumps(bodies(bot)["pressed"]).replace(Verb.REQUEST_SHOW.value, Verb.REQUEST_APPROVE.value).encode()
    for _ in range(300):
        body = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            body[chance.randrange(len(body))] = chance.randrange(256)
        status, _ = await bot.post(bytes(body))
        assert status < 500 or status == 501  # an invoke of a name that nobody knows
    assert bot.watch.bugs == []
    assert [one.body.state.value for one in (await bot.world.store.find(REQUESTS, TENANT)).documents] == ["pending"]


async def test_a_name_with_line_breaks_forges_no_log_line_and_no_header(bot: Bot) -> None:
    forged = 'x\r\n{"level":"info","event":"turn","forged":1}\r\nSet-Cookie: a=b'
    await bot.post(bot.activity(text=forged, **{"from": {"id": "29:x", "name": forged, "aadObjectId": ANA.id}}))
    await bot.post(bot.activity(type=forged[:100], text="x"))
    await bot.post({"type": forged})
    lines = [f"{record.getMessage()} {vars(record).get('reason')}" for record in bot.watch.records]
    assert not [line for line in lines if "\n" in line or "\r" in line]
    contact = await bot.world.store.get(CONTACTS.key(TENANT, ANA.id))
    assert contact is not None
    assert "\r" not in contact.body.name


async def test_conversations_with_ids_of_any_kind_are_written_to_under_that_id_and_no_other(bot: Bot) -> None:
    for id_ in ("../../v3/attachments", "a/b", "a?b=c", "a#b", "%2e%2e%2f", "..", ".", " ", "\t", "é\u202e"):
        place = {"id": id_, "conversationType": "personal", "tenantId": TENANT}
        assert (await bot.post(bot.activity(LUIS, text="help", conversation=place)))[0] == 200
    paths = {call.path.split("?")[0] for call in bot.connector.calls}
    assert all(path.startswith("/v3/conversations/") and path.endswith("/activities") for path in paths), paths
    assert all(path.count("/") == 4 for path in paths), paths
    assert bot.watch.bugs == []
