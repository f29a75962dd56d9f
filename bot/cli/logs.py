"""Logs as JSON, one line an event: its fields, never a token, a name, a number or what an exception said.

A bug's line holds the kind of exception and the places that it passed, not its message, which may quote somebody.
"""

import json
import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

OURS = ("saldo", "bot")  # what these log at the chosen level; others only when they warn
FILE_NAME = "saldo.log"
LARGEST_BYTES = 5_000_000

_KNOWN = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        told |= {_renamed(name): value for name, value in vars(record).items() if name not in _KNOWN}
        if record.exc_info and record.exc_info[1] is not None:
            told["error"] = type(record.exc_info[1]).__name__
            told["where"] = places(record.exc_info[1])
        return json.dumps(told, ensure_ascii=False, default=str)


def _renamed(name: str) -> str:
    """A turn tells of its event, too: what kind of one it was."""
    return "kind" if name == "event" else name


def places(error: BaseException) -> list[str]:
    """`file:line function` of every frame, the innermost first; causes and members of a group after their own."""
    frames = traceback.extract_tb(error.__traceback__)
    told = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames)]
    inner = list(error.exceptions) if isinstance(error, BaseExceptionGroup) else []
    inner += [cause] if (cause := error.__cause__ or error.__context__) is not None else []
    for each in inner:
        told += [type(each).__name__, *places(each)]
    return told


@contextmanager
def logged(target: IO[str] | Path, level: str) -> Iterator[None]:
    """Log to a stream or into a folder while the block runs; as it was before afterwards."""
    handler = _handler(target)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    before = {name: logging.getLogger(name).level for name in OURS}
    root.addHandler(handler)
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    try:
        yield
    finally:
        root.removeHandler(handler)
        for name, was in before.items():
            logging.getLogger(name).setLevel(was)
        handler.close()


def _handler(target: IO[str] | Path) -> logging.Handler:
    if not isinstance(target, Path):
        return logging.StreamHandler(target)
    from logging.handlers import RotatingFileHandler

    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    (target / FILE_NAME).touch(mode=0o600)
    return RotatingFileHandler(target / FILE_NAME, maxBytes=LARGEST_BYTES, backupCount=1, encoding="utf-8")
