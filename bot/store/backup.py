"""A whole copy of the file beside whoever writes into it: SQLite's own backup, as of one moment, and checked."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.store.connection import FILE_NAME
from bot.store.errors import StoreUnavailable


def copy_file(source: Path, folder: Path) -> Path:
    """The copy's path. In WAL mode writers are not kept waiting, and what they commit meanwhile is not in it.

    Raises StoreUnavailable where `folder` holds a store already or cannot be written, and where the copy is damaged.
    """
    target = folder / FILE_NAME
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        raise StoreUnavailable(f"{target} is there already: a backup never takes the place of another") from None
    except OSError as error:
        raise StoreUnavailable(f"{folder} cannot be written: {error.strerror}") from error
    try:
        _copy(source, target)
    except sqlite3.Error as error:
        target.unlink()
        raise StoreUnavailable(f"no backup could be made: {error}") from error
    return target


def _copy(source: Path, target: Path) -> None:
    """In one step, so that commits meanwhile do not make it begin again."""
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
        problem = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if problem != "ok":
            raise sqlite3.DatabaseError(f"the copy is damaged: {problem}")
