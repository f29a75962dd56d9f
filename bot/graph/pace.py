"""How fast one tenant's Graph is called: so many at once, and not before Graph said so. No requests here.

Calls that somebody waits for have a lane of their own: a long usage sync neither fills it nor silences it, since
Graph throttles high-priority calls last. An answer "too busy" to such a call silences both lanes.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """A pause longer than the lane's longest wait is not slept through but handed to the caller as a Retry: a job
    comes back later, and whoever is at the screen is told at once."""

    attempts: int = 5
    first_backoff_seconds: float = 0.5
    longest_wait_seconds: float = 60.0
    longest_urgent_wait_seconds: float = 2.0
    timeout_seconds: float = 30.0
    at_once: int = 4
    urgent_at_once: int = 16

    def longest_wait(self, *, urgent: bool) -> float:
        return self.longest_urgent_wait_seconds if urgent else self.longest_wait_seconds


class Gate:
    """The lanes of one tenant."""

    def __init__(self, pace: Pace) -> None:
        self._slots = {False: asyncio.Semaphore(pace.at_once), True: asyncio.Semaphore(pace.urgent_at_once)}
        self._silent_until = {False: 0.0, True: 0.0}

    @asynccontextmanager
    async def slot(self, *, urgent: bool) -> AsyncIterator[None]:
        async with self._slots[urgent]:
            yield

    def silence(self, seconds: float, *, urgent: bool) -> None:
        """Graph asked for a pause."""
        until = asyncio.get_running_loop().time() + seconds
        for lane in (False, True) if urgent else (False,):
            self._silent_until[lane] = max(self._silent_until[lane], until)

    def silent_seconds(self, *, urgent: bool) -> float:
        """How long the lane is still asked to be silent."""
        return max(0.0, self._silent_until[urgent] - asyncio.get_running_loop().time())
