"""Handing due jobs out, each to one runner: one look without a lock, then a step of the writer."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.store.changes import Transaction
from bot.store.connection import rows
from bot.store.documents import moment_text

Row = tuple[str, str, int, str]  # tenant, id, version, body

_DUE = """
SELECT rowid FROM documents WHERE collection = 'jobs' AND json_extract(body, '$.dead') = 0
  AND rtrim(json_extract(body, '$.due_at'), 'Z') <= ? ORDER BY rtrim(json_extract(body, '$.due_at'), 'Z'), id LIMIT ?
"""
# json_set keeps the order of the keys: the body stays canonical.
_TAKE = """
UPDATE documents SET version = version + 1, body = json_set(body, '$.due_at', ?, '$.attempts',
  json_extract(body, '$.attempts') + 1) WHERE rowid = ? RETURNING tenant, id, version, body
"""


@dataclass(frozen=True, slots=True)
class Lease:
    """Called by the writer: the rows of the jobs that are now this runner's until `now + seconds`, oldest first."""

    now: datetime
    limit: int
    seconds: int

    def __call__(self, transaction: Transaction) -> list[Row]:
        until = moment_text(self.now + timedelta(seconds=self.seconds))
        take = transaction.connection.execute
        return [take(_TAKE, (until, rowid)).fetchall()[0] for (rowid,) in self._due(transaction.connection)]

    def is_idle(self, connection: sqlite3.Connection) -> bool:
        """Whether nothing is due, as far as a reader sees."""
        return not self._due(connection)

    def _due(self, connection: sqlite3.Connection) -> list[tuple[int]]:
        now = moment_text(self.now).removesuffix("Z")
        return rows(connection, _DUE, (now, self.limit))
