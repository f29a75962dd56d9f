"""TinyDB over rows: its document API for reading, through its own hooks (`table_class`, `document_id_class`).

A TinyDB table is one collection of one tenant, `tenant/collection`; a document's id is the port's. Each document is a
row of the file, read when asked for and never cached, so that a commit of another process is seen. TinyDB's write
verbs all end in `_update_table` or `Storage.write`, which raise: only `Store.commit` writes.
"""

import sqlite3
from collections.abc import Callable, ItemsView, Iterator, Mapping
from typing import Any, NoReturn, cast

import msgspec
from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Table

from bot.store.connection import rows
from bot.store.errors import WriteOutsideCommit

_ROW = "SELECT version, body FROM documents WHERE tenant = ? AND collection = ? AND id = ?"
_ROWS = "SELECT id, body FROM documents WHERE tenant = ? AND collection = ? ORDER BY id"
_COUNT = "SELECT count(*) FROM documents WHERE tenant = ? AND collection = ?"
_PLACES = "SELECT DISTINCT tenant, collection FROM documents"


class RowStorage(Storage):
    """The file as TinyDB's storage. Reading the whole of it is for tools; the store asks tables."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def places(self) -> set[str]:
        return {f"{tenant}/{collection}" for tenant, collection in rows(self.connection, _PLACES)}

    def read(self) -> dict[str, dict[str, Any]]:
        return {place: dict(_Rows(self.connection, *_split(place)).items()) for place in self.places()}

    def write(self, data: dict[str, dict[str, Any]]) -> NoReturn:
        raise WriteOutsideCommit

    def close(self) -> None:
        self.connection.close()


class RowTable(Table):
    """One collection of one tenant."""

    document_id_class = str  # type: ignore[assignment]  # TinyDB's hook for other ids; annotated for its default

    def __init__(self, storage: Storage, name: str, cache_size: int = 0, persist_empty: bool = False) -> None:
        super().__init__(storage, name, cache_size=0)
        self._connection = cast("RowStorage", storage).connection
        self._place = _split(name)

    def row(self, id_: str) -> tuple[int, str] | None:
        """A document's version and JSON: what the port's `get` stands on."""
        found = rows(self._connection, _ROW, (*self._place, id_))
        return found[0] if found else None

    def _read_table(self) -> Any:
        return _Rows(self._connection, *self._place)

    def _get_next_id(self) -> NoReturn:
        raise WriteOutsideCommit

    def _update_table(self, updater: Callable[[dict[int, Mapping[str, Any]]], None]) -> NoReturn:
        raise WriteOutsideCommit


class RowDB(TinyDB):
    """TinyDB whose tables are `RowTable`s."""

    table_class = RowTable

    def tables(self) -> set[str]:
        return cast("RowStorage", self.storage).places()

    def drop_tables(self) -> NoReturn:
        raise WriteOutsideCommit


def _split(place: str) -> tuple[str, str]:
    tenant, _, collection = place.rpartition("/")
    return tenant, collection


class _Rows(Mapping[str, Any]):
    """A table's rows as the mapping that TinyDB reads: one id costs one row, not all."""

    def __init__(self, connection: sqlite3.Connection, tenant: str, collection: str) -> None:
        self._connection = connection
        self._place = (tenant, collection)

    def __getitem__(self, id_: str) -> Any:
        found = rows(self._connection, _ROW, (*self._place, id_))
        if not found:
            raise KeyError(id_)
        return msgspec.json.decode(found[0][1])

    def __iter__(self) -> Iterator[str]:
        return iter([id_ for id_, _ in rows(self._connection, _ROWS, self._place)])

    def __len__(self) -> int:
        found: int = rows(self._connection, _COUNT, self._place)[0][0]
        return found

    def items(self) -> ItemsView[str, Any]:
        found = rows(self._connection, _ROWS, self._place)
        return {id_: msgspec.json.decode(body) for id_, body in found}.items()
