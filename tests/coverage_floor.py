"""Fails where tests reach too little: `python -m tests.coverage_floor` after `pytest --cov`.

Lines and branches count together. The rules, use-cases and cards are covered completely; the house to its floor.
"""

import json
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coverage import Coverage

COMPLETE = ("bot/domain", "bot/usecases", "cards")
FLOOR_PERCENT = 90


@dataclass(frozen=True)
class Figure:
    """`covered` of `total` lines and branches under `place`, and how many percent of them must be."""

    place: str
    covered: int
    total: int
    floor: int

    @property
    def holds(self) -> bool:
        """Exact: 99.99 % of what must be complete is not complete, and a place without code was not measured."""
        return self.total > 0 and self.covered * 100 >= self.total * self.floor

    def __str__(self) -> str:
        percent = self.covered * 100 / self.total if self.total else 0
        missing = f"   {self.total - self.covered} missing" if not self.holds else ""
        return f"{self.place:<14}{percent:7.2f} %   of {self.total:>6}   needs {self.floor:>3} %{missing}"


def figures(files: Mapping[str, Mapping[str, Any]]) -> list[Figure]:
    """`files` as in the `files` of coverage's JSON report: path -> {"summary": {...}}."""
    complete = [_figure(place, files, f"{place}/", 100) for place in COMPLETE]
    return [*complete, _figure("everything", files, "", FLOOR_PERCENT)]


def _figure(place: str, files: Mapping[str, Mapping[str, Any]], prefix: str, floor: int) -> Figure:
    summaries = [file["summary"] for path, file in files.items() if Path(path).as_posix().startswith(prefix)]
    covered = sum(one["covered_lines"] + one["covered_branches"] for one in summaries)
    total = sum(one["num_statements"] + one["num_branches"] for one in summaries)
    return Figure(place, covered, total, floor)


def measured() -> dict[str, Any]:
    """The report on `.coverage` and on what processes that tests started left beside it."""
    coverage = Coverage()
    coverage.load()
    if any(Path.cwd().glob(".coverage.*")):
        coverage.combine()
        coverage.save()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        coverage.json_report(outfile=str(report))
        files: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))["files"]
    return files


def unreached(files: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The lines and branches that are missing where none may be."""
    places = tuple(f"{place}/" for place in COMPLETE)
    return [
        f"{path}: lines {file['missing_lines']}, branches {file['missing_branches']}"
        for path, file in sorted(files.items())
        if Path(path).as_posix().startswith(places) and (file["missing_lines"] or file["missing_branches"])
    ]


def main() -> int:
    files = measured()
    table = figures(files)
    holds = all(figure.holds for figure in table)
    sys.stdout.write("\n".join(["Coverage of lines and branches", *map(str, table), *unreached(files), ""]))
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
