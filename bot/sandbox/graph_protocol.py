"""What a Graph request and its answer are inside the sandbox, apart from any web server. No I/O here.

Handlers are plain functions of a `Call`: those that change something return a `Write`, whose change is pure too.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.domain.people import PersonId
from bot.sandbox.state import SandboxState
from bot.sandbox.world import SandboxGroup, SandboxPerson, World


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: `path` below `/v1.0`, decoded; `query` decoded; header names in lower case; `body` parsed.

    `raw` is the path with its query as it was sent, percent-encoded.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any = None
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Write:
    """A change and the answer once it is made. `change` may raise GraphRefusal; then nothing changed."""

    change: Callable[[SandboxState], SandboxState]
    answer: Callable[[SandboxState], Answer]
    installed_for: PersonId | None = None  # who just got the bot


class GraphRefusal(Exception):
    """An error as Graph words it (`code` and `message`)."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})


@dataclass(frozen=True, slots=True)
class Call:
    """A request that found its handler. `ids` are the values in the path; `base` is the address below which
    nextLinks point; the tenant is as it was when the request came."""

    asked: Asked
    ids: Mapping[str, str]
    base: str
    world: World
    state: SandboxState
    now: datetime

    def person(self) -> SandboxPerson:
        """Raises GraphRefusal 404 for somebody whom the directory does not know."""
        found = self.world.by_id(self.ids["id"])
        if found is None:
            raise not_found(self.ids["id"])
        return found

    def group(self) -> SandboxGroup:
        found = self.world.group(self.ids["id"])
        if found is None:
            raise not_found(self.ids["id"])
        return found


Handler = Callable[[Call], Answer | Write]


def not_found(id_: str) -> GraphRefusal:
    message = f"Resource '{id_}' does not exist or one of its queried reference-property objects are not present."
    return GraphRefusal(404, "Request_ResourceNotFound", message)


def bad_request(message: str) -> GraphRefusal:
    return GraphRefusal(400, "Request_BadRequest", message)


def denied() -> GraphRefusal:
    return GraphRefusal(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")


def throttled(retry_after_seconds: int) -> GraphRefusal:
    headers = {
        "Retry-After": str(retry_after_seconds),
        "x-ms-throttle-scope": "Tenant_Application/Read/saldo/sandbox",
        "x-ms-throttle-information": "ResourceUnitLimitExceeded",
    }
    return GraphRefusal(429, "TooManyRequests", "Too many requests", headers)


def error_body(refusal: GraphRefusal, now: datetime, request_id: str, client_request_id: str) -> dict[str, Any]:
    inner = {"date": f"{now:%Y-%m-%dT%H:%M:%S}", "request-id": request_id, "client-request-id": client_request_id}
    return {"error": {"code": refusal.code, "message": refusal.message, "innerError": inner}}
