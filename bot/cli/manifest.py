"""`manifest`: the app package that an administrator uploads to Teams."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.operators import operator
from bot.cli.values import Json
from bot.domain.errors import Refusal


def manifest(
    app_id: Annotated[str, typer.Option("--app-id", metavar="ID", help="cli.help.app_id")],
    domain: Annotated[str, typer.Option("--domain", metavar="HOST", help="cli.help.domain")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="cli.help.output")] = Path("app.zip"),
    as_json: Json = False,
) -> int:
    from app_manifest.build import build_package

    who = operator()
    package = build_package(app_id, domain)
    try:
        output.write_bytes(package)
    except OSError as error:
        raise Refusal("cli_file_unwritable", file=str(output), reason=error.strerror or "") from None
    if as_json:
        who.print_json({"file": str(output), "bytes": len(package)})
    else:
        who.say("cli.manifest", file=str(output))
    return 0
