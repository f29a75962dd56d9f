"""The SQL of `find`, `count` and the declared indexes. Builds text and parameters; runs nothing.

Collection and field names are constants of the code, checked here, and stand in the SQL as literals, because SQLite
uses a partial or expression index only where the query says literally what the index says.
"""

import base64
import re
from dataclasses import dataclass
from typing import Any

import msgspec

from bot.domain.people import TenantId
from bot.ports.store import Collection, IndexValue
from bot.store.documents import has_field, holds_time, index_value, may_be_null

_NAME = re.compile(r"[a-z][a-z0-9_]*")

Parameters = list[str | int | None]


@dataclass(frozen=True, slots=True)
class Query:
    """What `find` was asked for, already checked. `field` None: ordered by id."""

    collection: Collection[Any]
    tenant: TenantId
    where: dict[str, IndexValue]
    field: str | None
    start: IndexValue
    end: IndexValue
    after: str | None
    newest_first: bool
    limit: int


def find_sql(query: Query) -> tuple[str, Parameters]:
    """Columns: id, version, body, order value. One row more than `limit`, which tells that there is more."""
    conditions, parameters = _matching(query.collection, query.tenant, query.where)
    order = _expression(query.collection, query.field)
    for bound, sign in ((query.start, ">="), (query.end, "<")):
        if bound is not None:
            conditions.append(f"{order} {sign} ?")
            parameters.append(index_value(query.collection.of, query.field, bound))
    if query.after is not None:
        _continue(query, order, conditions, parameters)
    way = "DESC" if query.newest_first else "ASC"
    by = f"id {way}" if query.field is None else f"{order} {way}, id {way}"
    where = " AND ".join(conditions)
    parameters.append(query.limit + 1)
    return f"SELECT id, version, body, {order} FROM documents WHERE {where} ORDER BY {by} LIMIT ?", parameters  # noqa: S608 -- names are checked


def count_sql(collection: Collection[Any], tenant: TenantId, where: dict[str, IndexValue]) -> tuple[str, Parameters]:
    conditions, parameters = _matching(collection, tenant, where)
    return f"SELECT count(*) FROM documents WHERE {' AND '.join(conditions)}", parameters  # noqa: S608 -- names are checked


def index_sql(collection: Collection[Any], field: str) -> str:
    """The statement that makes a declared field's index."""
    columns = f"tenant, {_expression(collection, field)}, id"
    where = f"collection = '{_checked(collection.name)}'"
    return f"CREATE INDEX IF NOT EXISTS by_{collection.name}_{field} ON documents ({columns}) WHERE {where}"


def cursor_of(id_: str, order_value: str | int | None) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode((id_, order_value))).decode()


def _continue(query: Query, order: str, conditions: list[str], parameters: Parameters) -> None:
    """What comes after the cursor. NULL sorts first, and a comparison with it holds for nothing."""
    id_, value = _cursor(query.after or "")
    sign = "<" if query.newest_first else ">"
    if query.field is None:
        conditions.append(f"id {sign} ?")
        parameters.append(id_)
    elif value is None:
        others = "" if query.newest_first else f" OR {order} IS NOT NULL"
        conditions.append(f"(({order} IS NULL AND id {sign} ?){others})")
        parameters.append(id_)
    elif query.newest_first and may_be_null(query.collection.of, query.field):
        conditions.append(f"(({order}, id) < (?, ?) OR {order} IS NULL)")
        parameters += [value, id_]
    else:  # the first condition says the same again, in the form that an index understands
        conditions.append(f"{order} {sign}= ? AND ({order}, id) {sign} (?, ?)")
        parameters += [value, value, id_]


def _cursor(after: str) -> tuple[str, str | int | None]:
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(after), type=tuple[str, str | int | None])
    except (ValueError, msgspec.DecodeError) as error:
        raise ValueError("this cursor was not handed out by find") from error


def _matching(
    collection: Collection[Any], tenant: TenantId, where: dict[str, IndexValue]
) -> tuple[list[str], Parameters]:
    conditions = ["tenant = ?", f"collection = '{_checked(collection.name)}'"]
    parameters: Parameters = [tenant]
    for field, value in where.items():
        expression = _expression(collection, field)
        conditions.append(f"{expression} IS NULL" if value is None else f"{expression} = ?")
        if value is not None:
            parameters.append(index_value(collection.of, field, value))
    return conditions, parameters


def _expression(collection: Collection[Any], field: str | None) -> str:
    """A field as its index holds it. Without the final Z, text of times sorts as the times do."""
    if field is None:
        return "id"
    if field not in collection.indexes:
        raise ValueError(f"{collection.name} declares no index on {field!r}")
    if not has_field(collection.of, field):
        raise ValueError(f"{collection.name} has no field {field!r}")
    path = f"json_extract(body, '$.{_checked(field)}')"
    return f"rtrim({path}, 'Z')" if holds_time(collection.of, field) else path


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not a name of small letters, digits and underscores")
    return name
