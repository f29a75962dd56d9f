"""All measures, one after another: `python -m benchmarks`. Ratios only; these say what holds on any machine."""

import sys

from benchmarks import audit_export, group_commit, history, import_csv, import_graph, turn_cost

MEASURES = {
    "group commit": group_commit.main,
    "a turn's cost": turn_cost.main,
    "a turn after five years": history.main,
    "usage from Graph": import_graph.main,
    "usage from a file": import_csv.main,
    "an export of the audit": audit_export.main,
}


if __name__ == "__main__":
    failed = [name for name, measure in MEASURES.items() if measure()]
    sys.exit(f"below the aim: {', '.join(failed)}" if failed else 0)
