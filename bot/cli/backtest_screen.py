"""How right forecasts were, in a terminal and for machines. No I/O but the console."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table
from rich.text import Text

from bot.cli.operators import Operator
from bot.domain.backtest import Coverage
from bot.ports.reader import Reader

if TYPE_CHECKING:
    from bot.cli.backtest import Tried

KINDS = frozenset({"steady", "growing", "gap"})
SHOWN = ("before_p10", "p10", "p50", "before_p90", "p90")
SHARES = ("p10", "p50", "p90", "before_p10", "before_p50", "before_p90")


def report_json(tried: "list[Tried]") -> dict[str, Any]:
    """`all` and each `series` with its `lasting`: `p10`, `p50` and `p90` are the shares of `cases` in which the money
    had run out by the end of that day, `before_p10` and so on those in which it had before that day began; null
    without cases."""
    return {
        "all": _json(_total([_whole(one) for one in tried])),
        "series": [
            {
                "name": one.name,
                **_json(_whole(one)),
                "lasting": [{"days": days, **_json(coverage)} for days, coverage in one.covered.items()],
            }
            for one in tried
        ],
    }


def show_report(tried: "list[Tried]", who: Operator) -> None:
    reader = who.reader
    whole = _total([_whole(one) for one in tried])
    if not whole.cases:
        who.say("cli.backtest.too_little")
        return
    shares = {name: _percent(getattr(whole, name), whole, reader) for name in SHARES}
    who.out.print(Text(reader.plural("cli.backtest.line", whole.cases, **shares), style="bold"), soft_wrap=True)
    table = Table(box=box.SIMPLE_HEAD)
    for column in ("series", "lasting", "cases", *SHOWN, "width"):
        side = "left" if column == "series" else "right"
        table.add_column(Text(reader.text(f"cli.backtest.{column}")), justify=side, no_wrap=True)  # type: ignore[arg-type]  # one of rich's words
    for one in tried:
        name = reader.text(f"cli.backtest.{one.name}") if one.name in KINDS else one.name
        table.add_row(name, *_row(reader.text("cli.backtest.all"), _whole(one), who), style="bold")
        for days, coverage in one.covered.items():
            table.add_row(name, *_row(reader.number(days), coverage, who))
    who.out.print(table)
    who.say("cli.backtest.reading")


def _row(days: str, coverage: Coverage, who: Operator) -> list[str]:
    shares = [_percent(getattr(coverage, name), coverage, who.reader) for name in SHOWN]
    width = _share(coverage.width, coverage.cases)
    told = "" if width is None else who.reader.number(round(width))
    return [days, who.reader.number(coverage.cases), *shares, told]


def _whole(one: "Tried") -> Coverage:
    return _total(list(one.covered.values()))


def _total(parts: list[Coverage]) -> Coverage:
    return sum(parts, Coverage())


def _json(coverage: Coverage) -> dict[str, Any]:
    return {
        "cases": coverage.cases,
        **{name: _share(getattr(coverage, name), coverage.cases) for name in SHARES},
        "mean_width_days": _share(coverage.width, coverage.cases),
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _percent(part: int, coverage: Coverage, reader: Reader) -> str:
    share = _share(part, coverage.cases)
    return "" if share is None else f"{reader.number(Decimal(f'{100 * share:.1f}'))} %"
