"""The command line, one file a command. People read texts of the catalogues, machines read `--json`."""

import sys


def main() -> None:
    """Do what the command line says, and end the process with its status: 0 fine, 1 refused or a problem found,
    2 misused, 130 interrupted."""
    from bot.cli.app import run_line

    sys.exit(run_line(sys.argv[1:]))
