"""The audit written into files as it is read: a table, lines of JSON, and at the end the manifest. File I/O only."""

import csv
import hashlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from bot.domain.audit import AuditRecord
from bot.domain.errors import Refusal
from bot.ports.store import Record
from bot.reports.audit_rows import COLUMNS, line_of, row_of

TABLE, LINES, MANIFEST = "audit.csv", "audit.jsonl", "manifest.json"
_MARK = "\ufeff"  # so that Excel reads accents


class Hashed:
    """A new file for its owner alone, and the digest of what was written into it. A table's writer takes it for an
    open text file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._digest = hashlib.sha256()
        self._bytes = 0
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")

    def write(self, text: str) -> int:
        return self.add(text.encode())

    def add(self, raw: bytes) -> int:
        self._digest.update(raw)
        self._bytes += len(raw)
        return self._file.write(raw)

    def __enter__(self) -> "Hashed":
        return self

    def __exit__(self, *problem: object) -> None:
        with self._file:
            self._file.flush()
            os.fsync(self._file.fileno())

    @property
    def told(self) -> dict[str, Any]:
        return {"sha256": self._digest.hexdigest(), "bytes": self._bytes}


@dataclass(slots=True)
class Written:
    """`files` by their names, each with its digest and size."""

    records: int = 0
    first_seq: int | None = None
    last_seq: int | None = None
    files: dict[str, dict[str, Any]] = field(default_factory=dict)


async def write_audit(folder: Path, records: AsyncIterator[Record[AuditRecord]]) -> Written:
    """Both files, into a folder that holds no export yet.

    Raises Refusal("cli_file_exists"|"cli_file_unwritable").
    """
    try:
        _check_folder(folder)
        with Hashed(folder / TABLE) as table, Hashed(folder / LINES) as lines:
            written = await _write(table, lines, records)
    except OSError as error:
        raise Refusal("cli_file_unwritable", file=str(folder), reason=error.strerror or "") from None
    written.files = {file.path.name: file.told for file in (table, lines)}
    return written


def _check_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in (TABLE, LINES, MANIFEST):
        if (folder / name).exists():
            raise Refusal("cli_file_exists", file=str(folder / name))


async def _write(table: Hashed, lines: Hashed, records: AsyncIterator[Record[AuditRecord]]) -> Written:
    written = Written()
    table.write(_MARK)
    writer = csv.writer(table)
    writer.writerow(COLUMNS)
    async for record in records:
        writer.writerow(row_of(record))
        lines.add(line_of(record))
        written.records += 1
        written.first_seq = written.first_seq or record.seq
        written.last_seq = record.seq
    return written


def write_manifest(path: Path, told: dict[str, Any]) -> None:
    """The last file of all: where it is, the others are whole. Raises Refusal("cli_file_unwritable")."""
    try:
        with Hashed(path) as file:
            file.add(msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n")
    except OSError as error:
        raise Refusal("cli_file_unwritable", file=str(path), reason=error.strerror or "") from None
