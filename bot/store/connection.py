"""The one place that opens the file: its settings on every connection, its tables, its schema number."""

import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.store.errors import NewerFile, StoreUnavailable

FILE_NAME = "saldo.sqlite"
FILE_SCHEMA = 1
BUSY_SECONDS = 10.0

# `jobs_due` crosses tenants, for the lease; `collections` says up to which schema all documents were lifted. The
# triggers keep a stream append-only against slips of our own.
_TABLES = (
    """CREATE TABLE documents (
  tenant TEXT NOT NULL, collection TEXT NOT NULL, id TEXT NOT NULL,
  version INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (tenant, collection, id))""",
    """CREATE INDEX jobs_due ON documents (rtrim(json_extract(body, '$.due_at'), 'Z'), id)
  WHERE collection = 'jobs' AND json_extract(body, '$.dead') = 0""",
    """CREATE TABLE records (
  tenant TEXT NOT NULL, stream TEXT NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL,
  body TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (tenant, stream, seq)) WITHOUT ROWID""",
    "CREATE TABLE collections (name TEXT PRIMARY KEY, schema INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE UNIQUE INDEX records_id ON records (tenant, stream, id)",
    "CREATE TRIGGER records_stay BEFORE UPDATE ON records BEGIN SELECT RAISE(ABORT, 'records never change'); END",
    "CREATE TRIGGER records_last BEFORE DELETE ON records BEGIN SELECT RAISE(ABORT, 'records never go'); END",
)


def open_file(folder: Path) -> Path:
    """Creates the folder and the file with its tables where they are missing; returns the file's path.

    Raises StoreUnavailable where the folder cannot be written or the file is no database, NewerFile where it was
    written by a later version.
    """
    path = folder / FILE_NAME
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        raise StoreUnavailable(f"{folder} cannot be written: {error.strerror}") from error
    connection = connect(path)
    try:
        _prepare(connection, path)
    except sqlite3.Error as error:
        raise StoreUnavailable(f"{path} cannot be opened: {error}") from error
    finally:
        connection.close()
    return path


def connect(path: Path) -> sqlite3.Connection:
    """A connection in autocommit mode, durable on each commit, for one thread at a time."""
    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect(
            path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=512
        )
        _switch_to_wal(connection)
        connection.execute("PRAGMA synchronous = FULL")
    except sqlite3.Error as error:
        if connection is not None:
            connection.close()
        raise StoreUnavailable(f"{path} cannot be opened: {error}") from error
    return connection


def rows(connection: sqlite3.Connection, sql: str, parameters: Sequence[str | int | None] = ()) -> list[Any]:
    """What a SELECT finds. Raises StoreUnavailable where the file cannot be read."""
    try:
        return connection.execute(sql, parameters).fetchall()
    except sqlite3.Error as error:
        raise StoreUnavailable(f"the file cannot be read: {error}") from error


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """SQLite does not wait its busy timeout out here when two processes open a new file at once, so we do."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("BEGIN IMMEDIATE")
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if found > FILE_SCHEMA:
        raise NewerFile(path, found=found, known=FILE_SCHEMA)
    if found == 0:
        for statement in _TABLES:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {FILE_SCHEMA}")
    connection.execute("COMMIT")
