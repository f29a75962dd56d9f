"""Reading and answering Graph's `$batch` in the sandbox. No I/O here.

Source: https://learn.microsoft.com/graph/json-batching
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from bot.sandbox.graph_protocol import Answer, Asked, GraphRefusal
from bot.sandbox.odata import Row

LIMIT = 20


@dataclass(frozen=True, slots=True)
class Item:
    id: str
    asked: Asked
    depends_on: tuple[str, ...]


def batch_items(body: Any) -> list[Item]:
    """The items in the order in which they came, each with its own headers only.

    Raises GraphRefusal 400 for an envelope that Graph would not take.
    """
    requests = body.get("requests") if isinstance(body, dict) else None
    if not isinstance(requests, list) or not requests:
        raise GraphRefusal(400, "BadRequest", "Invalid batch payload format.")
    if len(requests) > LIMIT:
        raise GraphRefusal(400, "BadRequest", f"Number of batch request steps exceeds the maximum value of {LIMIT}.")
    items = [_item(each) for each in requests]
    if len({item.id for item in items}) < len(items):
        raise GraphRefusal(400, "BadRequest", "Request Ids must be unique in a batch.")
    _require_earlier(items)
    return items


def in_any_order(answers: Mapping[str, Answer]) -> Iterator[tuple[str, Answer]]:
    """Graph promises no order, so the last comes first."""
    yield from reversed(list(answers.items()))


def item_answer(id_: str, answer: Answer) -> Row:
    row: Row = {"id": id_, "status": answer.status, "headers": dict(answer.headers)}
    if answer.body is not None:
        row["headers"]["Content-Type"] = "application/json"
        row["body"] = answer.body
    return row


def skipped() -> Answer:
    message = "Request failed because a request that it depends on failed."
    return Answer(424, {"error": {"code": "FailedDependency", "message": message}})


def _item(each: Any) -> Item:
    match each:
        case {"id": str(id_), "method": str(method), "url": str(url)}:
            path, _, query = url.partition("?")
            asked = Asked(method, unquote(path), dict(parse_qsl(query)), _headers(each), each.get("body"), url)
            return Item(id_, asked, tuple(each.get("dependsOn", ())))
    raise GraphRefusal(400, "BadRequest", "Invalid batch payload format.")


def _headers(each: dict[str, Any]) -> dict[str, str]:
    headers = {str(name).lower(): str(value) for name, value in each.get("headers", {}).items()}
    if "body" in each and "content-type" not in headers:
        raise GraphRefusal(400, "BadRequest", "The content-type header of a request with a body is missing.")
    return headers


def _require_earlier(items: list[Item]) -> None:
    earlier: set[str] = set()
    for item in items:
        if not earlier.issuperset(item.depends_on):
            raise GraphRefusal(400, "BadRequest", "A request depends on one that does not come before it.")
        earlier.add(item.id)
