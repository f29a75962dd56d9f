"""Holds requests and answers against the Graph contract (`shared/contracts/graph.openapi.yaml`), strictly.

Validators are compiled once an operation, and the contract is read once a process. A test beside no such file is
skipped. `ContractBreach` says which rule was broken, with the method and the path.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.shared import shared

_ROOT = "urn:graph"
_CONTINUES = frozenset({"$skiptoken", "$skip"})  # what Graph adds to a nextLink, followed as it is


class ContractBreach(AssertionError):
    """A request or an answer that the contract does not allow."""


@dataclass(frozen=True, slots=True)
class _Operation:
    method: str
    pattern: re.Pattern[str]
    literal: int  # how many characters of the template are fixed: the most specific template wins
    path: Mapping[str, Draft202012Validator]
    query: Mapping[str, tuple[Mapping[str, Any], Draft202012Validator]]
    body: Draft202012Validator | None
    answers: Mapping[str, Draft202012Validator | None]

    def answer(self, status: int) -> Draft202012Validator | None:
        for key in (str(status), f"{status // 100}XX"):
            if key in self.answers:
                return self.answers[key]
        raise ContractBreach(f"status {status} is not in the contract")


class Contract:
    """The Graph calls that Saldo may make, and what Graph may answer."""

    def __init__(self, document: dict[str, Any]) -> None:
        registry: Registry[Any] = Registry().with_resource(_ROOT, DRAFT202012.create_resource(document))
        self._document = document
        self._registry = registry
        self._operations = [
            self._operation(path, method, spec)
            for path, methods in document["paths"].items()
            for method, spec in methods.items()
        ]
        self._operations.sort(key=lambda operation: -operation.literal)

    @classmethod
    def load(cls) -> "Contract":
        """The contract beside the checkout; skips the test where there is none."""
        return _load(shared("contracts/graph.openapi.yaml"))

    def check_request(
        self, method: str, path_with_query: str, headers: Mapping[str, str] | None = None, body: Any = None
    ) -> None:
        """Raises ContractBreach. `path_with_query` is below `/v1.0`, percent-encoded; `body` is decoded JSON."""
        path, _, query = path_with_query.partition("?")
        try:
            self._request(method, path, query, headers or {}, body)
        except ContractBreach as breach:
            raise ContractBreach(f"{method} {path_with_query}: {breach}") from None

    def check_response(self, method: str, path: str, status: int, body: Any, request: Any = None) -> None:
        """Raises ContractBreach. With the `request` body of a `$batch` its items are checked one by one too."""
        operation, _ = self._find(method, path.partition("?")[0])
        try:
            _check(operation.answer(status), body)
        except ContractBreach as breach:
            raise ContractBreach(f"{method} {path} -> {status}: {breach}") from None
        if request is not None and path == "/$batch" and status == 200:
            self._batch_answer(request, body)

    def _request(self, method: str, path: str, query: str, headers: Mapping[str, str], body: Any) -> None:
        operation, values = self._find(method, path)
        for name, value in values.items():
            if name in operation.path:
                _check(operation.path[name], unquote(value))
        parameters = _parsed(query)
        for name, value in parameters.items():
            self._parameter(operation, name, value)
        _advanced(parameters, headers)
        if operation.body is None and body is not None:
            raise ContractBreach("a body is not in the contract")
        _check(operation.body, body)
        if path == "/$batch":
            self._batch(body)

    def _parameter(self, operation: _Operation, name: str, value: str) -> None:
        if name in _CONTINUES and name not in operation.query:
            return
        if name not in operation.query:
            raise ContractBreach(f"parameter {name} is not in the contract")
        schema, validator = operation.query[name]
        _check(validator, _typed(schema, value))

    def _batch(self, body: Any) -> None:
        ids = [item["id"] for item in body["requests"]]
        if len(set(ids)) != len(ids):
            raise ContractBreach("two items of a batch share an id")
        for item in body["requests"]:
            self.check_request(item["method"], item["url"], item.get("headers"), item.get("body"))

    def _batch_answer(self, request: Any, body: Any) -> None:
        asked = {item["id"]: item for item in request["requests"]}
        told = [item["id"] for item in body["responses"]]
        if sorted(told) != sorted(asked):
            raise ContractBreach(f"asked {sorted(asked)}, answered {sorted(told)}")
        for item in body["responses"]:
            item_asked = asked[item["id"]]
            self.check_response(item_asked["method"], item_asked["url"], item["status"], item.get("body"))

    def _find(self, method: str, path: str) -> tuple[_Operation, dict[str, str]]:
        for operation in self._operations:
            match = operation.pattern.fullmatch(path)
            if match and operation.method == method.lower():
                return operation, match.groupdict()
        raise ContractBreach(f"{method} {path} is not in the contract")

    def _operation(self, path: str, method: str, spec: dict[str, Any]) -> _Operation:
        parameters = spec.get("parameters", [])
        return _Operation(
            method=method,
            pattern=_pattern(path),
            literal=len(re.sub(r"\{\w+\}", "", path)),
            path={p["name"]: self._validator(p["schema"]) for p in parameters if p["in"] == "path"},
            query={p["name"]: (p["schema"], self._validator(p["schema"])) for p in parameters if p["in"] == "query"},
            body=self._content(spec.get("requestBody", {})),
            answers={status: self._content(answer) for status, answer in spec["responses"].items()},
        )

    def _content(self, holder: dict[str, Any]) -> Draft202012Validator | None:
        if "$ref" in holder:
            holder = self._document["components"]["responses"][holder["$ref"].rsplit("/", 1)[1]]
        schema = holder.get("content", {}).get("application/json", {}).get("schema")
        return None if schema is None else self._validator(schema)

    def _validator(self, schema: dict[str, Any]) -> Draft202012Validator:
        rooted = {"$id": _ROOT + ":inline", **_absolute(schema)}
        return Draft202012Validator(rooted, registry=self._registry, format_checker=FormatChecker())


@cache
def _load(path: Path) -> Contract:
    return Contract(yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))


def _absolute(node: Any) -> Any:
    """The schema with references into the contract's document."""
    match node:
        case dict():
            return {
                key: _ROOT + value if key == "$ref" and value.startswith("#") else _absolute(value)
                for key, value in node.items()
            }
        case list():
            return [_absolute(value) for value in node]
    return node


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", path)
    return re.compile("".join(f"(?P<{p}>[^/?,()]+)" if i % 2 else re.escape(p) for i, p in enumerate(parts)))


def _parsed(query: str) -> dict[str, str]:
    parameters: dict[str, str] = {}
    for pair in filter(None, query.split("&")):
        name, _, value = pair.partition("=")
        if unquote(name) in parameters:
            raise ContractBreach(f"parameter {unquote(name)} comes twice")
        if "+" in value or " " in value or '"' in value:
            raise ContractBreach(f"parameter {unquote(name)} is not percent-encoded")
        parameters[unquote(name)] = unquote(value)
    return parameters


def _typed(schema: Mapping[str, Any], value: str) -> Any:
    match schema.get("type"):
        case "integer" if re.fullmatch(r"-?\d+", value):
            return int(value)
        case "boolean" if value in ("true", "false"):
            return value == "true"
        case "array":
            return value.split(",")
    return value


def _advanced(parameters: Mapping[str, str], headers: Mapping[str, str]) -> None:
    """`$search` on the directory is an advanced query: https://learn.microsoft.com/graph/aad-advanced-queries."""
    levels = {name.lower(): value for name, value in headers.items()}
    level = levels.get("consistencylevel")
    if level not in (None, "eventual"):
        raise ContractBreach(f"ConsistencyLevel {level} is not in the contract")
    if "$search" in parameters and level is None:
        raise ContractBreach("$search needs ConsistencyLevel: eventual")
    if "$search" in parameters and not _SEARCH.fullmatch(parameters["$search"]):
        raise ContractBreach("$search is not made of quoted clauses")
    if not _QUOTED.fullmatch(parameters.get("$filter", "")):
        raise ContractBreach("$filter has an open quote")


_CLAUSE = r'\(*"\w+:(?:[^"\\]|\\["\\])+"\)*'
_SEARCH = re.compile(rf"{_CLAUSE}(?: (?:AND|OR) {_CLAUSE})*")
_QUOTED = re.compile(r"(?:[^']|'(?:[^']|'')*')*")


def _check(validator: Draft202012Validator | None, value: Any) -> None:
    if validator is None:
        if value not in (None, ""):
            raise ContractBreach("a body is not in the contract")
        return
    error = next(validator.iter_errors(value), None)
    if error is not None:
        raise ContractBreach(f"{error.json_path}: {error.message[:300]}")
