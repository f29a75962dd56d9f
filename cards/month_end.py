"""A month's statement: opening, what came and went, closing; purchases with their numbers; departments. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.ledger import Purchase
from bot.domain.money import Money
from bot.domain.month_end import Month, WalletMonth
from bot.domain.month_report import MonthReport, Spending
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.elements import Element, Execute
from cards.invoice import invoice_words
from cards.page import Cell, facts, line, page, remark, shortened, table, title

WALLETS = 4
PURCHASES = 8  # in one card, shared by its wallets
DEPARTMENTS = 8
LONGEST_NAME = 60  # characters


@dataclass(frozen=True, slots=True)
class MonthEndValues:
    """`subscribed`: the reader gets every month's statement on its own."""

    report: MonthReport
    subscribed: bool


def month_end_card(values: MonthEndValues, reader: Reader, buttons: Buttons) -> Card:
    parts: list[Element | None] = []
    wallets = values.report.wallets[:WALLETS]
    for wallet in wallets:
        parts += _section(wallet, values.report, len(wallets), reader)
    return page(
        reader,
        month_end_line(values.report, reader),
        *parts,
        *_remarks(values, reader),
        actions=_actions(values, reader, buttons),
    )


def month_end_line(report: MonthReport, reader: Reader) -> str:
    """`October 2026 (UTC): €803.89 at its beginning, €212.40 at its end.`"""
    month = reader.text("report.month_utc", month=_capitalized(reader.month(report.month.first)))
    if not report.wallets:
        return reader.text("report.nothing", month=month)
    opening = [wallet.opening for wallet in report.wallets]
    closing = [wallet.closing for wallet in report.wallets]
    key = "report.line" if report.is_final else "report.line_so_far"
    return reader.text(key, month=month, opening=opening, closing=closing)


def _capitalized(month: str) -> str:
    """It begins a sentence, and Spanish months are small."""
    return month[:1].upper() + month[1:]


def _section(wallet: WalletMonth, report: MonthReport, wallets: int, reader: Reader) -> list[Element | None]:
    departments = [one for one in report.departments if one.spent.currency == wallet.currency]
    return [
        title(wallet.currency) if wallets > 1 else None,
        facts(statement_lines(wallet, reader)),
        *_purchases(wallet, report, max(2, PURCHASES // wallets), reader),
        *_departments(departments, max(3, DEPARTMENTS // wallets), reader),
    ]


def statement_lines(wallet: WalletMonth, reader: Reader) -> list[tuple[str, str]]:
    """The parts in the order in which they add up; of those that are nothing, both ends and usage are told."""
    parts: list[tuple[str, Money]] = [
        ("opening", wallet.opening),
        ("purchased", wallet.purchased),
        ("adjusted", wallet.adjusted),
        ("used", wallet.used),
        ("forfeited", wallet.forfeited),
        ("closing", wallet.closing),
    ]
    always = {"opening", "used", "closing"}
    return [(reader.text(f"report.{name}"), reader.money(money)) for name, money in parts if money or name in always]


def _purchases(wallet: WalletMonth, report: MonthReport, most: int, reader: Reader) -> list[Element | None]:
    if not wallet.purchases:
        return []
    head = [reader.text(f"report.column_{column}") for column in ("purchase", "amount")]
    rows: list[list[Cell]] = [
        [
            (
                reader.full_day(bought.on),
                _purchase_words(bought, report.po_numbers.get(bought.id), reader),
            ),
            reader.money(bought.amount),
        ]
        for bought in wallet.purchases[:most]
    ]
    left_out = len(wallet.purchases) - len(rows)
    return [
        table(head, rows, amounts=(1,), widths=(5, 3)),
        remark(reader.plural("report.more_purchases", left_out)) if left_out else None,
    ]


def _purchase_words(bought: Purchase, po_number: str | None, reader: Reader) -> str:
    """Its numbers, and what its invoice came to."""
    numbers = purchase_numbers(bought.order_number, po_number, reader)
    invoice = invoice_words(bought.invoiced, bought.tax, reader)
    return f"{numbers} · {invoice}" if invoice else numbers


def purchase_numbers(order: str | None, po_number: str | None, reader: Reader) -> str:
    """`Order or invoice 4711 · PO 12`."""
    told = [("report.with_order", order), ("report.with_po", po_number)]
    return " · ".join(
        reader.text(key, number=shortened(number, LONGEST_NAME)) for key, number in told if number
    ) or reader.text("report.without_numbers")


def _departments(departments: Sequence[Spending], most: int, reader: Reader) -> list[Element | None]:
    if not departments:
        return []
    head = [reader.text(f"report.column_{column}") for column in ("department", "spent")]
    rows: list[list[Cell]] = [
        [shortened(one.name, LONGEST_NAME) or reader.text("usage.unknown"), reader.money(one.spent)]
        for one in departments[:most]
    ]
    left_out = len(departments) - len(rows)
    return [
        table(head, rows, amounts=(1,), widths=(5, 3)),
        remark(reader.plural("report.more_departments", left_out)) if left_out else None,
    ]


def _remarks(values: MonthEndValues, reader: Reader) -> list[Element | None]:
    report = values.report
    through = report.usage_through
    unsettled = not report.is_final and bool(report.wallets)
    settled_on = reader.full_day(report.month.settled_on)
    return [
        _unratified(report.unratified, reader),
        remark(reader.text("report.no_directory")) if not report.directory_answered else None,
        remark(reader.text("report.settled_on", day=settled_on)) if unsettled else None,
        remark(reader.text("report.known_through", day=reader.full_day(through))) if unsettled and through else None,
        remark(reader.text("report.subscribed" if values.subscribed else "report.not_subscribed")),
        remark(reader.text("report.audit_head_line", head=report.audit_head)) if report.audit_head else None,
    ]


def _unratified(requests: int, reader: Reader) -> Element | None:
    return line(reader.plural("report.unratified", requests), color="Warning") if requests else None


def _actions(values: MonthEndValues, reader: Reader, buttons: Buttons) -> list[Execute]:
    month = values.report.month
    change = Verb.REPORT_UNSUBSCRIBE if values.subscribed else Verb.REPORT_SUBSCRIBE
    label = "button.unsubscribe" if values.subscribed else "button.subscribe"
    files = [
        buttons.press(
            reader.text(f"button.report_{format_}"),
            Verb.REPORT_FILE,
            args={"month": str(month), "format": format_},
            style="positive" if format_ == "xlsx" else None,
        )
        for format_ in ("xlsx", "zip")
    ]
    before = reader.text("button.month_before", month=reader.month(month.before.first))
    return [
        *(files if values.report.wallets else []),
        buttons.press(before, Verb.REPORT_SHOW, args=_about(month.before)),
        buttons.press(reader.text(label), change, args=_about(month)),
    ]


def _about(month: Month) -> dict[str, str]:
    return {"month": str(month)}
