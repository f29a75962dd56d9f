"""A month's report as sheets of cells, the same for Excel and for CSV. Pure: no file format here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.money import Money
from bot.domain.month_end import WalletMonth
from bot.domain.month_report import MonthReport, Spending
from bot.locale.places import told_name
from bot.ports.reader import Reader

Cell = str | int | Money | date | datetime | None
DANGEROUS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
BREAKS = ("\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class Chart:
    """Columns over the rows of a sheet: one series for each currency, whose rows follow each other."""

    title: str
    labels: int  # column numbers
    values: int
    group: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """`code` names the CSV (`statement.csv`), `title` the sheet. Amounts are cells of their own beside a column that
    says their currency."""

    code: str
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    chart: Chart | None = None


def harmless(text: str) -> str:
    """A text that no program takes for a formula: Excel and others run cells that begin with one of `DANGEROUS`, some
    after they have dropped the spaces before it.

    Source: OWASP, "CSV Injection".
    """
    return f"'{text}" if text.startswith(BREAKS) or text.lstrip().startswith(DANGEROUS) else text


def sheets_of(report: MonthReport, reader: Reader) -> tuple[Sheet, ...]:
    """Statement, purchases, lots, usage by department, country and day, audit; by person where names are allowed."""
    shown = _Shown(report, reader)
    people = (shown.people(),) if report.has_names else ()
    return (
        shown.statement(),
        shown.purchases(),
        shown.lots(),
        shown.departments(),
        *people,
        shown.places(),
        shown.days(),
        shown.audit(),
    )


@dataclass(frozen=True, slots=True)
class _Shown:
    report: MonthReport
    reader: Reader

    def statement(self) -> Sheet:
        month = self.reader.text("report.month_utc", month=self.reader.month(self.report.month.first))
        made = (self.reader.text("report.made"), self.report.made_at, None)
        rows: list[tuple[Cell, ...]] = [(self.reader.text("report.month"), month, None), made]
        if not self.report.is_final:
            through = self.report.usage_through
            rows.append((self.reader.text("report.not_final"), through, None))
        if self.report.audit_head:
            rows.append((self.reader.text("report.audit_head"), self.report.audit_head, None))
        for wallet in self.report.wallets:
            rows += [(None, None, None), *self._parts(wallet)]
        return self._sheet("statement", ("part", "amount", "currency"), rows)

    def _parts(self, wallet: WalletMonth) -> Iterable[tuple[Cell, ...]]:
        """In the order in which they add up; what is subtracted says so and is positive, too."""
        parts = (
            ("opening", wallet.opening),
            ("purchased", wallet.purchased),
            ("adjusted", wallet.adjusted),
            ("used", wallet.used),
            ("forfeited", wallet.forfeited),
            ("closing", wallet.closing),
        )
        return ((self.reader.text(f"report.{name}"), amount, wallet.currency) for name, amount in parts)

    def purchases(self) -> Sheet:
        """Purchases and readings: everything that came without being used. `amount` is what was credited; the invoice
        and the tax in it are beside it, in the same currency, where somebody told."""
        rows: list[tuple[Cell, ...]] = []
        for wallet in self.report.wallets:
            for bought in wallet.purchases:
                po_number = self.report.po_numbers.get(bought.id, "")
                told = (self.reader.text("report.purchase"), bought.amount, wallet.currency)
                numbers = (po_number, bought.order_number or "", bought.recorded_at)
                rows.append((bought.on, *told, *numbers, bought.invoiced, bought.tax))
            for reading in wallet.readings:
                on, recorded = reading.adjustment.on, reading.adjustment.recorded_at
                told = (self.reader.text("report.reading"), reading.changed, wallet.currency)
                rows.append((on, *told, "", "", recorded, None, None))
        head = ("day", "kind", "amount", "currency", "po_number", "order_number", "recorded", "invoiced", "tax")
        return self._sheet("purchases", head, rows)

    def lots(self) -> Sheet:
        rows = [
            (
                lot.purchased_on,
                lot.amount,
                lot.remaining,
                lot.forfeited,
                wallet.currency,
                lot.expires_on,
                self.reader.text("report.assumed") if lot.assumed else "",
            )
            for wallet in self.report.wallets
            for lot in wallet.lots
        ]
        return self._sheet("lots", ("day", "amount", "left", "forfeited", "currency", "expires", "remark"), rows)

    def departments(self) -> Sheet:
        rows = [self._spent(self._known(one.name), one) for one in self.report.departments]
        return self._sheet("departments", ("department", *_SPENT), rows)

    def people(self) -> Sheet:
        rows = [(self._known(one.name), *self._spent(self._known(one.detail), one)) for one in self.report.people]
        return self._sheet("people", ("person", "department", *_SPENT), rows)

    def places(self) -> Sheet:
        locale = self.reader.locale
        rows = [self._spent(self._known(told_name(one.name, locale)), one) for one in self.report.places]
        return self._sheet("countries", ("country", *_SPENT), rows)

    def days(self) -> Sheet:
        rows = [(one.day, one.spent, one.balance, one.spent.currency) for one in self.report.days]
        sheet = self._sheet("days", ("day", "spent", "balance", "currency"), rows)
        chart = Chart(self.reader.text("report.chart"), labels=0, values=1, group=3)
        return Sheet(sheet.code, sheet.title, sheet.head, sheet.rows, chart)

    def audit(self) -> Sheet:
        rows = [(one.at, self._known(one.actor), one.verb, one.subject, one.details) for one in self.report.deeds]
        return self._sheet("audit", ("moment", "actor", "verb", "subject", "details"), rows)

    def _spent(self, name: str, one: Spending) -> tuple[Cell, ...]:
        return (name, one.spent, one.spent.currency, one.calls, -(-one.seconds // 60))

    def _known(self, name: str) -> str:
        return name or self.reader.text("usage.unknown")

    def _sheet(self, code: str, head: tuple[str, ...], rows: Iterable[tuple[Cell, ...]]) -> Sheet:
        titles = tuple(self.reader.text(f"report.column_{name}") for name in head)
        return Sheet(code, self.reader.text(f"report.sheet_{code}"), titles, tuple(rows))


_SPENT = ("spent", "currency", "calls", "minutes")
