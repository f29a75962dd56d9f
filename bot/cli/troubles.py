"""What went wrong, in the operator's words: every error that can be foreseen becomes a text and an exit status."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import typer
from typer.core import TyperGroup

from bot.config import Problem, SettingsError
from bot.domain.errors import Refusal
from bot.ports.errors import Final, MissingPermission, PortError
from bot.ports.reader import Reader
from bot.ports.store import Conflict, IdReused
from bot.store.errors import StoreError

REFUSED, MISUSED = 1, 2


class Misuse(Refusal):
    """A value was typed wrongly on the command line. The text is `refusal.<code>`, the status 2."""


class CannotListen(Exception):
    """The address of `run` is not to be had. `key` names the text, `values` fill it."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


FORESEEN = (Refusal, SettingsError, StoreError, PortError, Conflict, IdReused, CannotListen, typer.TyperException)


@dataclass(frozen=True, slots=True)
class Trouble:
    """`lines` are for people, the first says what is wrong; `more` goes beside it into the JSON."""

    code: str
    lines: tuple[str, ...]
    status: int = REFUSED
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def json(self) -> dict[str, Any]:
        return {"error": {"code": self.code, "message": "\n".join(self.lines), **self.more}}


def trouble_of(error: Exception, reader: Reader) -> Trouble:
    """The trouble behind one of the FORESEEN errors; any other is a bug and raises TypeError."""
    match error:
        case Refusal():
            return refusal_trouble(error, reader)
        case SettingsError(problems=problems):
            return _settings_trouble(problems, reader)
        case StoreError():
            return Trouble("store", (reader.text("cli.store"), str(error)))
        case MissingPermission(permission=permission):
            return Trouble("missing_permission", (reader.text("refusal.missing_permission", permission=permission),))
        case Final(code=code, message=message):
            return Trouble(code or "service", (reader.text("cli.service_refused", detail=message or code),))
        case PortError(message=message):
            return Trouble("service", (reader.text("cli.service_busy", detail=message),))
        case Conflict() | IdReused():
            return Trouble("try_again", (reader.text("refusal.try_again"),))
        case CannotListen(key=key, values=values):
            return Trouble("cannot_listen", (reader.text(key, **values),))
        case typer.TyperException():
            return _usage_trouble(error, reader)
    raise TypeError(f"{type(error).__name__} is not foreseen")


def refusal_trouble(refusal: Refusal, reader: Reader) -> Trouble:
    """A rule says no; broken rows are told one by one."""
    from bot.usecases.usage_file import BrokenUsageFile

    status = MISUSED if isinstance(refusal, Misuse) else REFUSED
    first = reader.refusal(refusal)
    if not isinstance(refusal, BrokenUsageFile):
        return Trouble(refusal.code, (first,), status)
    rows = [
        {"line": row.line, "column": row.column, "reason": row.reason, "value": row.value, "message": text}
        for row in refusal.rows
        for text in [reader.text(f"row.{row.reason}", column=row.column, value=row.value)]
    ]
    lines = [reader.text("row.at_line", line=str(row["line"]), reason=str(row["message"])) for row in rows]
    left_out = refusal.count - len(rows)
    lines += [reader.plural("import.left_out", left_out)] if left_out else []
    return Trouble(refusal.code, (first, *lines), status, {"count": refusal.count, "rows": rows})


def problem_text(problem: Problem, reader: Reader) -> str:
    """`SALDO_PORT: is not a port …`: the setting, what is wrong with it and what to do."""
    code = "missing_either" if problem.code == "missing" and problem.detail else problem.code
    return f"{problem.setting}: {reader.text(f'setting.{code}', detail=problem.detail)}"


def _settings_trouble(problems: Sequence[Problem], reader: Reader) -> Trouble:
    lines = [problem_text(problem, reader) for problem in problems]
    told = [
        {"setting": problem.setting, "code": problem.code, "message": line}
        for problem, line in zip(problems, lines, strict=True)
    ]
    head = reader.plural("cli.settings", len(lines))
    return Trouble("settings", (head, *(f"  {line}" for line in lines)), more={"problems": told})


def _usage_trouble(error: typer.TyperException, reader: Reader) -> Trouble:
    """The parser's own complaints; what it says in English only is shown as it is."""
    where: Any = getattr(error, "ctx", None)
    path = where.command_path if where is not None else "python -m bot"
    param = getattr(error, "param", None)
    match type(error).__name__:
        case "MissingParameter" if param is not None:
            text = reader.text("cli.usage_missing", name=param.get_error_hint().strip("'"))
        case "UsageError" if where is not None and isinstance(where.command, TyperGroup):
            text = reader.text("cli.usage_commands", commands=", ".join(where.command.commands))
        case "BadOptionUsage":
            text = reader.text("cli.usage_no_value", name=str(getattr(error, "option_name", "")))
        case "NoSuchOption":
            text = reader.text("cli.usage_no_option", name=str(getattr(error, "option_name", "")))
        case _:
            text = error.format_message()
    return Trouble("usage", (text, reader.text("cli.usage_help", command=path)), error.exit_code)
