"""The teams room: how fast one conversation may be written to. Pure: it says how long to wait, and waits for nobody.

Source: Microsoft Teams, "Optimize your bot: rate limiting",
https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit
"""

from collections import OrderedDict, deque

WINDOWS = ((7, 1.0), (8, 2.0), (60, 30.0), (1_800, 3_600.0))  # sends, seconds
LONGEST_SECONDS = max(seconds for _, seconds in WINDOWS)
MOST_SENDS = max(sends for sends, _ in WINDOWS)
MOST_CONVERSATIONS = 10_000


class Pacer:
    """Remembers when each conversation was (or will be) written to."""

    def __init__(self) -> None:
        self._sends: OrderedDict[str, deque[float]] = OrderedDict()

    def reserve(self, conversation: str, now: float, *, patience_seconds: float) -> float:
        """Seconds to wait before the next send. Nothing is reserved where that exceeds `patience_seconds`."""
        sends = self._of(conversation)
        wait = max(0.0, _earliest(sends, now) - now)
        if wait <= patience_seconds:
            sends.append(now + wait)
        return wait

    def _of(self, conversation: str) -> deque[float]:
        sends = self._sends.get(conversation)
        if sends is None:
            sends = self._sends[conversation] = deque(maxlen=MOST_SENDS)
            if len(self._sends) > MOST_CONVERSATIONS:
                self._sends.popitem(last=False)
        else:
            self._sends.move_to_end(conversation)
        return sends


def _earliest(sends: deque[float], now: float) -> float:
    """A window is free again when its n-th last send has left it."""
    at = sends[-1] if sends else now
    for most, seconds in WINDOWS:
        if len(sends) >= most:
            at = max(at, sends[-most] + seconds)
    return at
