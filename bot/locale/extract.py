"""`make catalogues`: compares the texts that the code asks for with those that the catalogues have.

It reports and writes nothing: both languages are written by hand.
"""

import sys
from pathlib import Path

from bot.locale.catalogue import FOLDER
from bot.locale.catalogue_check import problems_in_catalogues, problems_with_code
from bot.locale.keys_in_code import keys_in

ROOT = Path(__file__).parents[2]
CODE = [ROOT / name for name in ("bot", "cards", "app_manifest")]


def report(code: list[Path], catalogues: Path) -> list[str]:
    """One sentence a problem; empty when code and catalogues agree."""
    return problems_in_catalogues(catalogues) + problems_with_code(keys_in(code), catalogues)


def main(code: list[Path], catalogues: Path) -> int:
    problems = report(code, catalogues)
    lines = problems or ["The catalogues have every text that the code asks for, in both languages."]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(CODE, FOLDER))
