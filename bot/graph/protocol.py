"""What is said to Microsoft Graph and what its answers mean. Pure functions and values: no I/O here.

Source of the rules: https://learn.microsoft.com/graph/throttling, /graph/paging and /graph/json-batching.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from typing import Any, cast
from urllib.parse import quote

import msgspec

from bot.graph.shapes import BatchAnswers, ErrorBody, PageOf, Row
from bot.ports.errors import Final, MissingPermission, NotFound, PortError, Retry, Unknown

BATCH_ITEMS = 20  # Graph refuses a batch of more
LONGEST_PAUSE_SECONDS = 3_600.0  # nobody is told to come back later than in an hour
EVENTUAL = {"ConsistencyLevel": "eventual"}  # what Graph demands of $search and of casts to a type
URGENT = {"x-ms-throttle-priority": "high"}  # throttled last: somebody is waiting for the answer

_BUSY = frozenset({429, 503, 504})
_VISIBLE = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `path` is below the base URL and percent-encoded, or a nextLink as Graph gave it.

    `name` is the contract's operationId: logs show it and never the path, which may hold names. `permission` is what
    a 403 means. A `repeatable` call may be sent again when its answer was lost.
    """

    name: str
    path: str
    permission: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    repeatable: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """A status with its headers (names in lower case) and body."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def good(self) -> bool:
        return 200 <= self.status < 300

    @property
    def request_id(self) -> str:
        """Graph's own id of the call, for its support."""
        inner = error_of(self).error.inner
        return self.headers.get("request-id", "") or (inner and inner.request_id) or ""


def segment(text: str) -> str:
    """One path segment. Raises NotFound for what no id can be: nothing at all, or dots that would climb the path."""
    if not text.strip("."):
        raise NotFound(code="malformed_id")
    return quote(text, safe="")


def query(**options: str | int) -> str:
    """OData options, encoded: `query(select="id", top=5)` is `?$select=id&$top=5`."""
    return "?" + "&".join(f"${name}={quote(str(value), safe=',')}" for name, value in options.items())


def literal(text: str) -> str:
    """A string in an OData filter. A quote is doubled, so that text stays text."""
    return "'" + text.replace("'", "''") + "'"


def clause(property_: str, text: str) -> str:
    """One quoted clause of a `$search`; quotes and backslashes are escaped, so that text stays text."""
    return '"' + property_ + ":" + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def words(text: str) -> list[str]:
    """The searchable words of what somebody typed: at most six, and none made of signs alone. An ampersand parts
    words, since Graph fails on it (https://developer.microsoft.com/graph/known-issues/?search=18185)."""
    parts = (part[:_LONGEST_WORD] for part in text.replace("&", " ").split())
    return [part for part in parts if any(c.isalnum() for c in part) and part.isprintable()][:_MOST_WORDS]


_LONGEST_WORD = 100
_MOST_WORDS = 6


def failure(call: Call, answer: Answer) -> PortError:
    """The port's error for an answer that is not good."""
    told = error_of(answer).error
    code, message, request_id = told.code or str(answer.status), told.message or "", answer.request_id
    if answer.status == 403:
        return MissingPermission(call.permission, message=message, request_id=request_id)
    if answer.status == 404:
        return NotFound(message, code=code, request_id=request_id)
    if answer.status in (429, 503) or (call.repeatable and answer.status >= 500):
        return Retry(message, after_seconds=pause_of(answer), request_id=request_id)
    if answer.status >= 500:
        return Unknown(message, request_id=request_id)
    return Final(message, code=code, request_id=request_id)


def is_passing(call: Call, answer: Answer) -> bool:
    """Whether the same call may be sent again: after a busy answer always, after a broken one if it only reads."""
    return answer.status in _BUSY or (call.repeatable and answer.status >= 500)


def pause_of(answer: Answer) -> float | None:
    """Seconds that Graph asks to wait for, at most an hour; None where it does not say."""
    told = answer.headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", told):
        return min(float(told), LONGEST_PAUSE_SECONDS)
    try:
        moment, sent = parsedate_to_datetime(told), parsedate_to_datetime(answer.headers.get("date", ""))
        return min(max((moment - sent).total_seconds(), 0.0), LONGEST_PAUSE_SECONDS)
    except (ValueError, TypeError):
        return None


def error_of(answer: Answer) -> ErrorBody:
    """What the body says went wrong; empty texts where it holds no error of Graph's form."""
    try:
        return msgspec.json.decode(answer.body, type=ErrorBody)
    except msgspec.DecodeError:
        return ErrorBody()


def decoded(answer: Answer, shape: type[Row]) -> Row:
    """The body as a typed value. Raises Final("unreadable") for anything else."""
    try:
        return msgspec.json.decode(answer.body, type=shape)
    except msgspec.DecodeError as error:
        raise Final(str(error), code="unreadable", request_id=answer.headers.get("request-id", "")) from None


def page(answer: Answer, row: type[Row]) -> PageOf[Row]:
    return cast("PageOf[Row]", decoded(answer, cast("type[Any]", PageOf[row])))  # type: ignore[valid-type]  # at run time


def next_call(call: Call, base_url: str, link: str | None) -> Call | None:
    """The call of the next page: the link as it is. Raises Final("foreign_link") where it leads elsewhere, since the
    token would travel with it."""
    if link is None:
        return None
    if not link.startswith(base_url + "/") or not _VISIBLE.fullmatch(link):
        raise Final("a nextLink leads elsewhere", code="foreign_link")
    return replace(call, path=link)


def url_of(base_url: str, call: Call) -> str:
    return base_url + call.path if call.path.startswith("/") else call.path


def batch_call(calls: Mapping[str, Call]) -> Call:
    """At most 20 reading calls as one, each under its id."""
    items = [_item(id_, call) for id_, call in calls.items()]
    body = msgspec.json.encode({"requests": items})
    headers = {"Content-Type": "application/json"}
    return Call("batch", "/$batch", "", method="POST", headers=headers, body=body)


def _item(id_: str, call: Call) -> dict[str, object]:
    item: dict[str, object] = {"id": id_, "method": call.method, "url": call.path}
    return {**item, "headers": dict(call.headers)} if call.headers else item


def batch_answers(answer: Answer) -> dict[str, Answer]:
    """The answers of a batch by id, whatever their order."""
    return {
        item.id: Answer(
            item.status, {name.lower(): str(value) for name, value in item.headers.items()}, bytes(item.body)
        )
        for item in decoded(answer, BatchAnswers).responses
    }


def chunks(calls: Sequence[Call]) -> list[Sequence[Call]]:
    return [calls[start : start + BATCH_ITEMS] for start in range(0, len(calls), BATCH_ITEMS)]
