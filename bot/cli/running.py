"""Where a running bot of this data folder listens: a small file, there as long as the bot runs. File I/O only.

It is how `chat` and `doctor` find a sandbox on other ports than the usual ones; nothing else relies on it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

FILE_NAME = "running.json"


@dataclass(frozen=True, slots=True)
class Running:
    """`bot` is where activities go, `teams` where terminals attach ('' outside the sandbox)."""

    pid: int
    bot: str
    teams: str = ""


@contextmanager
def announced(folder: Path, running: Running) -> Iterator[None]:
    path = folder / FILE_NAME
    draft = path.with_name(f"{FILE_NAME}.{running.pid}")
    draft.write_bytes(msgspec.json.encode(running))
    draft.replace(path)
    try:
        yield
    finally:
        if find_running(folder) == running:  # and not that of another, which started meanwhile
            path.unlink(missing_ok=True)


def find_running(folder: Path) -> Running | None:
    """None where nothing runs; what a process that died left behind counts as nothing."""
    with suppress(OSError, msgspec.DecodeError, OverflowError):
        running = msgspec.json.decode((folder / FILE_NAME).read_bytes(), type=Running)
        if _is_alive(running.pid):
            return running
    return None


def _is_alive(pid: int) -> bool:
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True  # somebody else's process: in a container, the same folder seen from outside
    except OSError:
        return False
    return True
