"""Records of the audit as rows of a table and as lines of JSON. Pure: no file is opened here."""

from datetime import UTC

import msgspec

from bot.domain.audit import AuditRecord
from bot.ports.store import Record
from bot.reports.sheets import harmless

COLUMNS = ("seq", "at", "actor", "verb", "subject", "why", "before", "after", "details", "id", "hash")


def row_of(record: Record[AuditRecord]) -> tuple[str, ...]:
    """One cell a column. What was replaced and the details are JSON objects, '' where there is nothing; no cell is
    taken for a formula (see `harmless`)."""
    body = record.body
    cells = (
        str(record.seq),
        body.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        body.actor,
        body.verb,
        body.subject,
        body.why,
        *(_json(told) for told in (body.before, body.after, body.details)),
        record.id,
        record.hash,
    )
    return tuple(harmless(cell) for cell in cells)


def line_of(record: Record[AuditRecord]) -> bytes:
    """The record as it is kept, with its place and its hash: enough to follow the chain again with its key."""
    told = {"seq": record.seq, "id": record.id, "hash": record.hash, "body": msgspec.Raw(record.text.encode())}
    return msgspec.json.encode(told) + b"\n"


def _json(told: dict[str, str]) -> str:
    return msgspec.json.encode(told, order="sorted").decode() if told else ""
