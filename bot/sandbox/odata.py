"""The part of OData that Graph offers and Saldo uses: `$select`, `$filter`, `$search`, `$orderby`, `$top`, paging.

No I/O here. Source: https://learn.microsoft.com/graph/query-parameters
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from bot.sandbox.graph_protocol import Answer, Call, GraphRefusal
from bot.sandbox.world import folded

Row = dict[str, Any]
Test = Callable[[Mapping[str, Any]], bool]

_METADATA = "https://graph.microsoft.com/v1.0/$metadata#"
_TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|([A-Za-z_][\w/]*|[\w-]+)|([(),]))")


def listing(
    call: Call, rows: Sequence[Row], of: str, *, size: int = 100, empty_middle: bool = False, default: str = ""
) -> Answer:
    """The rows that the query asks for, a page of them. With `empty_middle` the second of several pages is empty
    although more come, as Graph does now and then. `default` names what comes where nothing is selected."""
    query = call.asked.query
    wanted = ordered(searched(filtered(rows, query, call.asked.headers), query, call.asked.headers), query)
    pages = _pages(wanted, min(int(query.get("$top", size)) or size, 999), empty_middle=empty_middle)
    number = _page_number(query, len(pages))
    body: Row = {"@odata.context": f"{_METADATA}{of}"}
    if query.get("$count") == "true" and number == 0:
        body["@odata.count"] = len(wanted)
    if number + 1 < len(pages):
        body["@odata.nextLink"] = _next_link(call, number + 1)
    body["value"] = [selected(row, query, default) for row in pages[number]]
    return Answer(200, body)


def single(call: Call, row: Row, of: str, *, default: str = "") -> Answer:
    return Answer(200, {"@odata.context": f"{_METADATA}{of}/$entity", **selected(row, call.asked.query, default)})


def selected(row: Row, query: Mapping[str, str], default: str = "") -> Row:
    """Raises GraphRefusal 400 for a property that the row does not have."""
    names = (query.get("$select") or default).split(",")
    if names == [""]:
        return {name: value for name, value in row.items() if "/" not in name}
    for name in names:
        if name not in row:
            message = f"Parsing OData Select and Expand failed: Could not find a property named '{name}'."
            raise GraphRefusal(400, "BadRequest", message)
    return {name: row[name] for name in row if name in names or name.startswith("@odata.")}


def filtered(rows: Sequence[Row], query: Mapping[str, str], headers: Mapping[str, str]) -> Sequence[Row]:
    """Raises GraphRefusal 400 for a filter that cannot be read, or one that wants ConsistencyLevel and has none."""
    text = query.get("$filter")
    if not text:
        return rows
    if re.search(r"\b(ne|not|endsWith)\b", re.sub(r"'[^']*'", "", text), re.IGNORECASE):
        _require_eventual(headers, "Unsupported Query.")
    test = _Filter(text).test()
    return [row for row in rows if test(row)]


def searched(rows: Sequence[Row], query: Mapping[str, str], headers: Mapping[str, str]) -> Sequence[Row]:
    text = query.get("$search")
    if not text:
        return rows
    _require_eventual(
        headers,
        "Request with $search query parameter only works through MSGraph with a special request header: "
        "'ConsistencyLevel: eventual'",
    )
    either = [[_clause(part) for part in one.split(" AND ")] for one in text.split(" OR ")]
    return [row for row in rows if any(all(test(row) for test in every) for every in either)]


def ordered(rows: Sequence[Row], query: Mapping[str, str]) -> Sequence[Row]:
    if "$orderby" not in query:
        return rows
    name, _, direction = query["$orderby"].partition(" ")
    return sorted(rows, key=lambda row: folded(str(row.get(name) or "")), reverse=direction == "desc")


def _require_eventual(headers: Mapping[str, str], message: str) -> None:
    if headers.get("consistencylevel") != "eventual":
        raise GraphRefusal(400, "Request_UnsupportedQuery", message)


def _clause(text: str) -> Test:
    """`"displayName:ana"`: names by the beginnings of their words, everything else by its own beginning."""
    match = re.fullmatch(r'\(*"(\w+):((?:[^"\\]|\\.)*)"\)*', text.strip())
    if match is None:
        raise GraphRefusal(400, "Request_BadRequest", f"Syntax error: '{text}' is not a property and its value.")
    name, value = match[1], folded(re.sub(r"\\(.)", r"\1", match[2]))
    if name in ("displayName", "description"):
        words = re.findall(r"\w+", value)
        return lambda row: all(_has_word(folded(str(row.get(name) or "")), word) for word in words)
    return lambda row: folded(str(row.get(name) or "")).startswith(value)


def _has_word(text: str, beginning: str) -> bool:
    return any(word.startswith(beginning) for word in re.findall(r"\w+", text))


class _Filter:
    """Recursive descent over the filter's tokens: or, and, not, comparisons, `in`, startsWith and its kin."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = ["".join(groups) for groups in _TOKEN.findall(text)]
        if "".join(self._tokens) != "".join(re.split(r"\s+(?=(?:[^']*'[^']*')*[^']*$)", text.strip())):
            raise self._invalid()

    def test(self) -> Test:
        test = self._either()
        if self._tokens:
            raise self._invalid()
        return test

    def _either(self) -> Test:
        tests = [self._every()]
        while self._took("or"):
            tests.append(self._every())
        return lambda row: any(test(row) for test in tests)

    def _every(self) -> Test:
        tests = [self._one()]
        while self._took("and"):
            tests.append(self._one())
        return lambda row: all(test(row) for test in tests)

    def _one(self) -> Test:
        if self._took("not"):
            test = self._one()
            return lambda row: not test(row)
        if self._took("("):
            test = self._either()
            self._need(")")
            return test
        name = self._next()
        return self._function(name) if self._took("(") else self._comparison(name)

    def _function(self, function: str) -> Test:
        name = self._next()
        self._need(",")
        value = str(self._value())
        self._need(")")
        match function.lower():
            case "startswith":
                return lambda row: _text(row, name).startswith(value.casefold())
            case "endswith":
                return lambda row: _text(row, name).endswith(value.casefold())
        raise self._invalid()

    def _comparison(self, name: str) -> Test:
        match self._next():
            case "eq":
                value = self._value()
                return lambda row: _same(row.get(name), value)
            case "ne":
                value = self._value()
                return lambda row: not _same(row.get(name), value)
            case "in":
                values = self._values()
                return lambda row: any(_same(row.get(name), value) for value in values)
        raise self._invalid()

    def _values(self) -> list[str | bool | None]:
        self._need("(")
        values = [self._value()]
        while self._took(","):
            values.append(self._value())
        self._need(")")
        return values

    def _value(self) -> str | bool | None:
        token = self._next()
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        constants: dict[str, str | bool | None] = {"true": True, "false": False, "null": None}
        return constants.get(token, token)

    def _next(self) -> str:
        if not self._tokens:
            raise self._invalid()
        return self._tokens.pop(0)

    def _took(self, token: str) -> bool:
        if self._tokens and self._tokens[0] == token:
            self._tokens.pop(0)
            return True
        return False

    def _need(self, token: str) -> None:
        if not self._took(token):
            raise self._invalid()

    def _invalid(self) -> GraphRefusal:
        return GraphRefusal(400, "BadRequest", f"Invalid filter clause: {self._text}")


def _text(row: Mapping[str, Any], name: str) -> str:
    return str(row.get(name) or "").casefold()


def _same(value: Any, wanted: str | bool | None) -> bool:
    if isinstance(value, str) and isinstance(wanted, str):
        return value.casefold() == wanted.casefold()
    return bool(value == wanted)


def _pages(rows: Sequence[Row], size: int, *, empty_middle: bool) -> list[Sequence[Row]]:
    pages = [rows[start : start + size] for start in range(0, len(rows), size)] or [[]]
    if empty_middle and len(pages) > 1:
        pages.insert(1, [])
    return pages


def _page_number(query: Mapping[str, str], count: int) -> int:
    token = query.get("$skiptoken", "p0")
    if not re.fullmatch(r"p\d{1,6}", token) or int(token[1:]) >= count:
        raise GraphRefusal(400, "Directory_ExpiredPageToken", "The specified page token value has expired.")
    return int(token[1:])


def _next_link(call: Call, number: int) -> str:
    query = {**call.asked.query, "$skiptoken": f"p{number}"}
    encoded = "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())
    return f"{call.base}{quote(call.asked.path, safe='/(),=')}?{encoded}"
