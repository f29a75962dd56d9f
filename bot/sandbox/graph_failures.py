"""Ways in which the sandbox's Graph fails on demand. The counters count down with each request; no I/O here.

What shall survive a restart (`throttle`, `missing_permissions`) is in `SandboxState`; the rest is for tests.
"""

from dataclasses import dataclass, field

from bot.sandbox.graph_protocol import GraphRefusal, denied, throttled
from bot.sandbox.state import SandboxState

_THIRD = 3


@dataclass(slots=True)
class Failures:
    """How many of the coming requests fail, and how. `missing_permissions` are Graph's names of them."""

    throttled: int = 0  # 429 with Retry-After
    throttled_items: int = 0  # items of a $batch, one by one
    unavailable: int = 0  # 503 with Retry-After
    broken: int = 0  # 500
    lost_answers: int = 0  # changes are made, and the connection ends before the answer
    slow_seconds: float = 0  # every answer waits so long
    retry_after_seconds: int = 1
    missing_permissions: set[str] = field(default_factory=set)
    seen: int = 0

    def strike(self, state: SandboxState) -> None:
        """Raises the failure that is due for a request, if any."""
        self.seen += 1
        if state.throttle == "all" or (state.throttle == "some" and self.seen % _THIRD == 0):
            raise throttled(self.retry_after_seconds)
        if self._take("throttled"):
            raise throttled(self.retry_after_seconds)
        if self._take("unavailable"):
            wait = {"Retry-After": str(self.retry_after_seconds)}
            raise GraphRefusal(503, "ServiceUnavailable", "The service is temporarily unavailable.", wait)
        if self._take("broken"):
            raise GraphRefusal(500, "InternalServerError", "An internal error occurred.")

    def strike_item(self) -> None:
        if self._take("throttled_items"):
            raise throttled(self.retry_after_seconds)

    def loses_answer(self) -> bool:
        return self._take("lost_answers")

    def require(self, permission: str, state: SandboxState) -> None:
        """Raises GraphRefusal 403 where the organisation has not granted the permission."""
        if permission in self.missing_permissions or permission in state.missing_permissions:
            raise denied()

    def _take(self, name: str) -> bool:
        left: int = getattr(self, name)
        if left > 0:
            setattr(self, name, left - 1)
        return left > 0
