"""What the statement's and the explanation's lines say, where a card alone does not show it."""

from datetime import date

from bot.domain.explain import explain
from bot.domain.ledger import Entry, Purchase
from cards.explain import lot_story
from cards.month_end import month_end_line, purchase_numbers
from tests.cards.report_samples import NOW, books, report, usage
from tests.cards.samples import READERS, eur

EN = READERS["en"]


def test_a_lot_tells_what_it_paid_that_was_overdrawn_before() -> None:
    entries: list[Entry] = [
        usage(date(2026, 9, 1), 5_000_000),
        Purchase("purchase:1", date(2026, 9, 2), eur("20"), NOW),
    ]
    (told,) = explain(enumerate(entries, start=1), date(2026, 9, 3))
    assert lot_story(told.lots[0], EN) == "€5.00 paid what was overdrawn"


def test_a_lot_tells_what_expired_with_it() -> None:
    (told,) = explain(enumerate(books(), start=1), NOW.date())
    assert "€40.90 expired" in lot_story(told.lots[0], EN)


def test_a_month_that_is_not_final_says_so() -> None:
    assert "not final" in month_end_line(report(books(), is_final=False), EN)


def test_a_purchase_is_known_by_its_order_and_its_po_number() -> None:
    assert purchase_numbers("4711", "12", EN) == "Order or invoice 4711 · PO 12"
    assert purchase_numbers(None, None, EN) == "No order number"
