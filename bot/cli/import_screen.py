"""What an import did, in a terminal: the card's own words. No I/O but the console."""

from collections import Counter

from rich.table import Table
from rich.text import Text

from bot.cli.operators import Operator
from bot.domain.money import Money
from bot.ports.reader import Reader
from bot.usecases.import_usage import ImportReport


def show_report(file: str, report: ImportReport, who: Operator) -> None:
    reader = who.reader
    first = reader.plural("import.booked", report.rows_new, file=file)
    who.out.print(Text(first if report.rows_new else reader.text("import.nothing_new", file=file), style="bold"))
    show_facts(report, who)


def show_facts(report: ImportReport, who: Operator) -> None:
    """What was booked, and what is odd about it."""
    reader = who.reader
    facts = Table.grid(padding=(0, 2))
    for title, value in _facts(report, reader):
        facts.add_row(Text(title, style="dim"), Text(value))
    who.out.print(facts)
    if report.rows_differing:
        days = ", ".join(day.isoformat() for day in report.differing_days)
        who.out.print(Text(f"{reader.text('import.differing_why')} ({days})", style="yellow"), soft_wrap=True)
    for key, unknown in (("type", report.unknown_types), ("capability", report.unknown_capabilities)):
        if unknown:
            who.out.print(Text(reader.text(f"cli.import.unknown_{key}", names=_named(unknown)), style="yellow"))


def _facts(report: ImportReport, reader: Reader) -> list[tuple[str, str]]:
    counts = (
        ("import.new", report.rows_new),
        ("import.known", report.rows_known),
        ("import.differing", report.rows_differing),
        ("import.skipped", report.rows_skipped),
        ("cli.import.days_new", report.days_new),
        ("cli.import.days_changed", report.days_changed),
        ("cli.import.days_unchanged", report.days_unchanged),
    )
    facts = [(reader.text(key), reader.number(count)) for key, count in counts if count]
    if report.first_day and report.last_day:
        first, last = reader.full_day(report.first_day), reader.full_day(report.last_day)
        facts.insert(0, (reader.text("import.days"), reader.text("import.span", first=first, last=last)))
    facts += [
        (reader.text(key), reader.money(Money(getattr(one, field), one.currency)))
        for key, field in (("import.spent", "charge_micros"), ("usage.outside", "other_micros"))
        for one in report.sums
        if getattr(one, field)
    ]
    return facts


def _named(unknown: Counter[str]) -> str:
    return ", ".join(f"{name or '–'} ({count})" for name, count in unknown.most_common(5))
