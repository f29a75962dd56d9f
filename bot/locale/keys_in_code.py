"""Which keys the code asks of the catalogues, found in its syntax trees. Reads source files, runs nothing."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ASKING = ("text", "plural")  # methods of a reader; their first argument is the key
_KEY = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+")


@dataclass(frozen=True, slots=True)
class KeysInCode:
    """`asked`: key -> one place that asks for it by name. `prefixes`: of keys that are put together (`f"state.{x}"`),
    likewise. `strings`: every literal, for a key may be kept in a variable before it is asked for."""

    asked: dict[str, str]
    prefixes: dict[str, str]
    strings: frozenset[str]


def keys_in(folders: list[Path]) -> KeysInCode:
    """The keys in every Python file under `folders`. A file that does not parse raises SyntaxError."""
    asked: dict[str, str] = {}
    prefixes: dict[str, str] = {}
    strings: set[str] = set()
    for path in (path for folder in folders for path in sorted(folder.rglob("*.py"))):
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        strings.update(_literals(tree))
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            for key, whole in _keys_of(call):
                (asked if whole else prefixes).setdefault(key, f"{path.name}:{call.lineno}")
    return KeysInCode(asked, prefixes, frozenset(strings))


def _keys_of(node: ast.Call) -> Iterator[tuple[str, bool]]:
    """Keys that a call asks for, and whether whole or only their beginning."""
    match node:
        case ast.Call(func=ast.Attribute(attr=method), args=[key, *_]) if method in ASKING:
            yield from ((text, whole) for text, whole in _texts(key) if not whole or _KEY.fullmatch(text))
        case ast.Call(func=ast.Name(id="Refusal"), args=[code, *_]):
            yield from ((f"refusal.{text}", whole) for text, whole in _texts(code))


def _texts(node: ast.expr) -> Iterator[tuple[str, bool]]:
    match node:
        case ast.Constant(value=str(text)):
            yield text, True
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            yield text, False
        case ast.IfExp(body=body, orelse=orelse):
            yield from _texts(body)
            yield from _texts(orelse)


def _literals(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
