"""The sandbox's clock: real time, moved by an offset that is kept in the sandbox's document.

`now()` never waits: the offset is loaded by `start` and taken over again by `refresh` or `follow`.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.sandbox.state import SandboxState, StateDocument

BEGINNING = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)  # the first run of a sandbox starts at this moment


def _real_time() -> datetime:
    return datetime.now(UTC)


class SandboxClock:
    """A `bot.ports.clock.Clock`. Two processes agree through the document."""

    def __init__(self, document: StateDocument, real_time: Callable[[], datetime] = _real_time) -> None:
        self._document = document
        self._real_time = real_time
        self._offset = timedelta()

    def now(self) -> datetime:
        return self._real_time() + self._offset

    async def start(self) -> None:
        """Load the offset; the very first start of a sandbox sets it so that its time begins at BEGINNING."""
        first = int((BEGINNING - self._real_time()) / timedelta(seconds=1))
        self.follow(await self._document.change(lambda state: _begun(state, first)))

    async def refresh(self) -> None:
        self.follow(await self._document.read())

    def follow(self, state: SandboxState) -> None:
        """Take over the offset of a state that was just read."""
        if state.clock_offset_seconds is not None:
            self._offset = timedelta(seconds=state.clock_offset_seconds)

    async def move(self, step: timedelta) -> None:
        """Move on by whole seconds. Raises ValueError for a step back: jobs and ledgers rely on time that passes."""
        if step < timedelta():
            raise ValueError("the sandbox's time moves forward only")
        self.follow(await self._document.change(lambda state: _moved(state, step)))


def _begun(state: SandboxState, offset_seconds: int) -> SandboxState:
    return state if state.clock_offset_seconds is not None else replace(state, clock_offset_seconds=offset_seconds)


def _moved(state: SandboxState, step: timedelta) -> SandboxState:
    seconds = (state.clock_offset_seconds or 0) + int(step.total_seconds())
    return replace(state, clock_offset_seconds=seconds)
