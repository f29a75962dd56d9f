"""The list of commands, the parser, and the one place where a foreseen error becomes a message and a status."""

import logging
import os
import sys
from collections.abc import Iterator, Sequence

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from bot.cli import audit
from bot.cli.backtest import backtest
from bot.cli.backup import backup
from bot.cli.balance import balance
from bot.cli.chat import chat
from bot.cli.doctor import doctor
from bot.cli.import_usage import import_usage
from bot.cli.manifest import manifest
from bot.cli.operators import Operator, operator
from bot.cli.purchase import add
from bot.cli.reconcile import reconcile
from bot.cli.report import report
from bot.cli.requests import requests
from bot.cli.rules import rules
from bot.cli.run import run
from bot.cli.setup_code import setup_code
from bot.cli.sync import sync
from bot.cli.troubles import FORESEEN, trouble_of
from bot.locale.catalogue import CataloguesNotCompiledError
from bot.ports.reader import Reader

PROGRAM = "python -m bot"
FAILED = 1
ORDER = (
    "run",
    "chat",
    "balance",
    "requests",
    "rules",
    "purchase",
    "reconcile",
    "import",
    "sync",
    "report",
    "backtest",
    "audit",
    "backup",
    "setup-code",
    "doctor",
    "manifest",
)


def run_line(arguments: Sequence[str]) -> int:
    """The exit status of one command line, told without the program's name."""
    _keep_logs_quiet()
    try:
        who = operator()
    except CataloguesNotCompiledError as error:
        sys.stderr.write(f"{error}\n")
        return FAILED
    try:
        return _run(list(arguments) or ["--help"], who)
    except FORESEEN as error:
        return _tell(error, who, as_json="--json" in arguments)
    except BrokenPipeError:  # whoever read our output has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED


def _keep_logs_quiet() -> None:
    """What a library logs is not for whoever types a command; `run` sends it where it belongs."""
    if not logging.getLogger().handlers:
        logging.getLogger().addHandler(logging.NullHandler())


def _run(arguments: list[str], who: Operator) -> int:
    root = parser(who.reader)
    status = root(args=arguments, prog_name=PROGRAM, standalone_mode=False)
    return status if isinstance(status, int) else 0


def _tell(error: Exception, who: Operator, *, as_json: bool) -> int:
    trouble = trouble_of(error, who.reader)
    if as_json:
        who.print_json(trouble.json)
    for line in trouble.lines:
        who.err.print(line, markup=False, soft_wrap=True)
    return trouble.status


def parser(reader: Reader) -> TyperGroup:
    """All commands, their help in the reader's language."""
    root = get_command(_app())
    if not isinstance(root, TyperGroup):
        raise TypeError("several commands make a group")
    root.commands = {name: root.commands[name] for name in ORDER}
    for command in _all(root):
        _translate(command, reader)
    return root


def _app() -> typer.Typer:
    """A help text here, and in the commands' options, is the key of a text."""
    app = typer.Typer(help="cli.help", add_completion=False)
    app.command("run", help="cli.help.run")(run)
    app.command("chat", help="cli.help.chat")(chat)
    app.command("balance", help="cli.help.balance")(balance)
    app.command("requests", help="cli.help.requests")(requests)
    app.command("rules", help="cli.help.rules")(rules)
    app.add_typer(_group("cli.help.purchase"), name="purchase")
    app.command("reconcile", help="cli.help.reconcile")(reconcile)
    app.add_typer(_group("cli.help.import"), name="import")
    app.command("backtest", help="cli.help.backtest")(backtest)
    app.command("sync", help="cli.help.sync")(sync)
    app.command("report", help="cli.help.report")(report)
    app.add_typer(_group("cli.help.audit"), name="audit")
    app.command("backup", help="cli.help.backup")(backup)
    app.command("setup-code", help="cli.help.setup_code")(setup_code)
    app.command("doctor", help="cli.help.doctor")(doctor)
    app.command("manifest", help="cli.help.manifest")(manifest)
    return app


def _group(help_key: str) -> typer.Typer:
    group = typer.Typer(help=help_key)
    match help_key:
        case "cli.help.purchase":
            group.command("add", help="cli.help.purchase_add")(add)
        case "cli.help.import":
            group.command("usage", help="cli.help.import_usage")(import_usage)
        case _:
            group.command("verify", help="cli.help.audit_verify")(audit.verify)
            group.command("head", help="cli.help.audit_head")(audit.head)
            group.command("export", help="cli.help.audit_export")(audit.export)
    return group


def _all(command: TyperGroup | TyperCommand) -> Iterator[TyperGroup | TyperCommand]:
    yield command
    if isinstance(command, TyperGroup):
        for inner in command.commands.values():
            if isinstance(inner, (TyperGroup, TyperCommand)):
                yield from _all(inner)


def _translate(command: TyperGroup | TyperCommand, reader: Reader) -> None:
    if command.help:
        command.help = reader.text(command.help)
    command.rich_help_panel = reader.text("cli.help.panel_commands")
    helped = command.get_help_option(typer.Context(command))
    for param in command.params:
        if isinstance(param, (TyperOption, TyperArgument)) and param.help:
            param.help = reader.text(param.help)
            panel = "options" if isinstance(param, TyperOption) else "arguments"
            param.rich_help_panel = reader.text(f"cli.help.panel_{panel}")
    if helped is not None:
        helped.help, helped.metavar = reader.text("cli.help.help"), ""
        helped.rich_help_panel = reader.text("cli.help.panel_options")
