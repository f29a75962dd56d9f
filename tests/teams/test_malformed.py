"""Bodies that Teams never sends: each is 400 with one log line, none reaches the handler, none is 5xx."""

import json
import logging
import random
from typing import Any

import pytest

from tests.teams.edge import Edge
from tests.teams.samples import activity, in_channel, pressed, raw

DOWNLOAD = "application/vnd.microsoft.teams.file.download.info"


def _without(field: str, body: dict[str, Any] | None = None) -> bytes:
    return raw({name: value for name, value in (body or activity()).items() if name != field})


def _nested(depth: int) -> bytes:
    return raw(pressed(value="@")).replace(b'"@"', b"[" * depth + b"]" * depth)


def _file(content: Any) -> bytes:
    return raw(activity(attachments=[{"contentType": DOWNLOAD, "content": content}]))


def _mention(mentioned: Any, text: Any = "<at>x</at>") -> bytes:
    return raw(activity(entities=[{"type": "mention", "mentioned": mentioned, "text": text}]))


# A body, and the word that its reason must hold.
SHAPES: list[tuple[bytes, str]] = [
    (b"", "activity"),
    (b" ", "activity"),
    (b"{", "activity"),
    (b"nonsense", "activity"),
    (b"\x00\x01\x02", "activity"),
    (b"\xff\xfe{}", "activity"),
    (b"\xef\xbb\xbf{}", "activity"),
    (b"[]", "object"),
    (b"[{}]", "object"),
    (b"null", "object"),
    (b"3", "object"),
    (b'"text"', "object"),
    (b"true", "object"),
    (b"{}", "type"),
    (b"{} {}", "activity"),
    (b"[" * 100_000, "activity"),
    (b'{"type":' * 5_000, "activity"),
    (raw(activity())[:-1], "activity"),
    (raw(activity()) + b"}", "activity"),
    (raw(activity()).replace(b'"saldo"', b'"\xff\xfe"'), "UTF-8"),
    (raw(activity()).replace(b'"saldo"', b'"\\ud800"'), "activity"),
    (raw(activity()).replace(b'"saldo"', b"NaN"), "activity"),
    (_without("type"), "type"),
    (_without("serviceUrl"), "serviceUrl"),
    (_without("channelId"), "channelId"),
    (_without("id"), "id"),
    (_without("from"), "from"),
    (_without("recipient"), "recipient"),
    (_without("conversation"), "conversation"),
    (_without("channelData", activity(conversation={"id": "c"})), "tenant"),
    (raw(activity(type=3)), "type"),
    (raw(activity(type="")), "type"),
    (raw(activity(type="x" * 1000)), "type"),
    (raw(activity(id="")), "id"),
    (raw(activity(id=7)), "id"),
    (raw(activity(id="x" * 5000)), "id"),
    (raw(activity(text=3)), "text"),
    (raw(activity(text=["saldo"])), "text"),
    (raw(activity(text={"a": 1})), "text"),
    (raw(activity(**{"from": "29:ana"})), "from"),
    (raw(activity(**{"from": []})), "from"),
    (raw(activity(**{"from": {"name": "x"}})), "from"),
    (raw(activity(**{"from": {"id": ""}})), "from"),
    (raw(activity(**{"from": {"id": "29:x", "aadObjectId": 3}})), "aadObjectId"),
    (raw(activity(**{"from": {"id": "29:x", "aadObjectId": "a b/../c"}})), "aadObjectId"),
    (raw(activity(recipient={"id": 3})), "recipient"),
    (raw(activity(conversation="c")), "conversation"),
    (raw(activity(conversation={"id": None})), "conversation"),
    (raw(activity(conversation={"id": "c", "conversationType": 3})), "conversationType"),
    (raw(activity(channelData=3)), "channelData"),
    (raw(activity(channelData={"tenant": "x"})), "tenant"),
    (raw(activity(channelData={"tenant": {"id": 3}})), "tenant"),
    (raw(activity(channelData={"tenant": {"id": "../x"}})), "tenant"),
    (raw(activity(entities={})), "entities"),
    (raw(activity(entities=[3])), "entities"),
    (raw(activity(entities=[None])), "entities"),
    (_mention(None), "mentioned"),
    (_mention("28:x"), "mentioned"),
    (_mention({"name": "x"}), "mentioned"),
    (_mention({"id": "28:x"}, 3), "entities"),
    (raw(activity(attachments={})), "attachments"),
    (raw(activity(attachments=["x"])), "attachments"),
    (_file(None), "attachments"),
    (_file("https://x"), "attachments"),
    (_file({}), "attachments"),
    (_file({"downloadUrl": 3}), "attachments"),
    (raw(activity(locale=3)), "locale"),
    (raw(activity(text=None, value=3)), "value"),
    (raw(activity(text=None, value="x")), "value"),
    (raw(activity(text=None, value=[])), "value"),
    (raw(activity(text=None, value={"verb": 3})), "value"),
    (raw(activity(text=None, value={"verb": ""})), "value"),
    (raw(activity(text=None, value={"action": {"verb": "x", "data": 3}})), "value"),
    (raw(pressed(name=None)), "name"),
    (raw(pressed(name=3)), "name"),
    (raw(pressed(value=None)), "value"),
    (raw(pressed(value=3)), "value"),
    (raw(pressed(value=[])), "value"),
    (raw(pressed(value={})), "value"),
    (raw(pressed(value={"action": 3})), "value"),
    (raw(pressed(value={"action": []})), "value"),
    (raw(pressed(value={"action": {}})), "value"),
    (raw(pressed(value={"action": {"verb": None}})), "value"),
    (raw(pressed(value={"action": {"verb": 3}})), "value"),
    (raw(pressed(value={"action": {"verb": ""}})), "value"),
    (raw(pressed(value={"action": {"verb": "x", "data": "y"}})), "value"),
    (raw(pressed(value={"action": {"verb": "x"}, "trigger": 3})), "value"),
    (raw(pressed(value={"action": {"verb": "x", "data": {"n": "@"}}})).replace(b'"@"', b"1e999"), "value"),
    (_nested(100_000), "activity"),
    (raw(pressed(name="fileConsent/invoke", value=3)), "value"),
    (raw(pressed(name="fileConsent/invoke", value={"action": 3})), "value"),
    (raw(pressed(name="application/search", value=None)), "value"),
    (raw(pressed(name="application/search", value={"queryText": 3})), "value"),
    (raw(activity(type="installationUpdate", action=3)), "action"),
    (raw(activity(type="installationUpdate")), "action"),
    (raw(activity(type="conversationUpdate", membersAdded=3)), "membersAdded"),
    (raw(activity(type="conversationUpdate", membersAdded=[{"name": "x"}])), "membersAdded"),
    (raw(activity(type="conversationUpdate", membersAdded=["29:x"])), "membersAdded"),
]


def _here(teams: Edge, body: bytes) -> bytes:
    return body.replace(b"https://smba.trafficmanager.net/emea/", teams.connector.url.encode())


async def test_a_malformed_body_is_400_and_one_log_line(teams: Edge, caplog: pytest.LogCaptureFixture) -> None:
    for body, word in SHAPES:
        caplog.clear()
        with caplog.at_level(logging.DEBUG, "saldo"):
            status, answer = await teams.post(_here(teams, body))
        assert (status, word in answer["error"]["message"]) == (400, True), (body[:200], answer)
        assert [record.getMessage() for record in caplog.records] == ["rejected"], body[:200]
    assert (teams.speaker.turns, teams.connector.calls) == ([], [])


def _twisted(rng: random.Random, value: Any) -> Any:
    """The same activity with one thing in it put in another's place."""
    if rng.random() < 0.15:
        return rng.choice([None, 3, -1.5, "", "x", [], {}, [[]], True, {"id": 3}, "\u0000", 10**30])
    if isinstance(value, dict):
        return {name: _twisted(rng, inner) for name, inner in value.items() if rng.random() > 0.03}
    return [_twisted(rng, inner) for inner in value] if isinstance(value, list) else value


async def test_no_twisted_activity_is_a_5xx(teams: Edge) -> None:
    rng = random.Random(20261122)
    seen: set[int] = set()
    for _ in range(400):
        changes: dict[str, Any] = {"serviceUrl": teams.connector.url}
        body = rng.choice([activity(**changes), pressed(**changes), in_channel("x", **changes)])
        status, _answer = await teams.post(json.dumps(_twisted(rng, body)).encode())
        assert status in (200, 400, 403, 501)
        seen.add(status)
    assert {200, 400, 403} <= seen
