"""A progress bar that appears only where something takes over a second, and only in front of somebody."""

import time
from collections.abc import Callable
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

AFTER_SECONDS = 1.0


class LateBar:
    """`with LateBar(console, "Reading") as bar:`, then `bar.count(n)`, or `bar.of(n, all)` where the end is known."""

    def __init__(self, console: Console, title: str, *, now: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._title = title
        self._now = now
        self._bar: Progress | None = None
        self._task = TaskID(0)
        self._began = now()

    def __enter__(self) -> "LateBar":
        self._began = self._now()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def count(self, done: int) -> None:
        self._show(done, None)

    def of(self, done: int, total: int) -> None:
        self._show(done, total)

    def _show(self, done: int, total: int | None) -> None:
        if self._bar is None:
            if not self._console.is_terminal or self._now() - self._began < AFTER_SECONDS:
                return
            self._bar = self._started()
        self._bar.update(self._task, completed=done, total=total)

    def _started(self) -> Progress:
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:,}"))
        bar = Progress(*columns, TimeElapsedColumn(), console=self._console, transient=True)
        self._task = bar.add_task(self._title, total=None)
        bar.start()
        return bar
