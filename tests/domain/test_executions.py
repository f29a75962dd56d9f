"""The life of an order: it leaves, is placed, and is confirmed, declined, reported or lapses."""

from datetime import UTC, date, datetime

import pytest

from bot.domain.consequences import Outcome
from bot.domain.decisions import decide
from bot.domain.errors import Refusal
from bot.domain.events import SALDO, Approve, Begin, Buy, By, Event, Fund, Lapse, Place, Report, Submit
from bot.domain.ledger import Purchase
from bot.domain.money import Money
from bot.domain.people import PersonId
from bot.domain.policy import FALLBACK
from bot.domain.requests import OPEN, Order, Recharge, Request, State, draft_recharge
from bot.domain.settings import NamedPerson

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
ANA = By(PersonId("ana"), "Ana")
CARMEN = By(PersonId("carmen"), "Carmen", may_decide=True)
AMOUNT = Money.of(200, "EUR")
FUND = Fund(AMOUNT, date(2026, 11, 22), "PO-1", invoiced=Money.of(242, "EUR"), tax=Money.of(42, "EUR"))


def last(request: Request, *steps: tuple[Event, By]) -> Outcome:
    outcome: Outcome | None = None
    for event, by in steps:
        outcome = decide(outcome.request if outcome else request, event, by, NOW)
    assert outcome
    return outcome


def run(request: Request, *steps: tuple[Event, By]) -> Request:
    return last(request, *steps).request


DRAFT = draft_recharge("r1", ANA.id, ANA.name, Recharge(AMOUNT), NOW)
APPROVED = run(DRAFT, (Submit(FALLBACK), ANA), (Approve(), CARMEN))
LEAVING = run(APPROVED, (Begin(), SALDO))
ORDERED = run(LEAVING, (Place(), SALDO))


def kinds(outcome: Outcome) -> set[str]:
    return {job.kind for _, job in outcome.jobs}


def test_an_order_leaves_before_it_is_placed_and_is_placed_once() -> None:
    assert (LEAVING.state, LEAVING.asked.order) == (State.EXECUTING, Order.LEAVING)
    assert last(APPROVED, (Begin(), SALDO)).jobs == ()  # the job that began it goes on
    assert (ORDERED.asked.order, ORDERED.asked.ordered_at) == (Order.ORDERED, NOW)
    assert "follow_order" in kinds(last(LEAVING, (Place(), SALDO)))
    with pytest.raises(Refusal, match="state_executing"):
        decide(ORDERED, Place(), SALDO, NOW)


def test_a_buyer_says_that_they_have_placed_it_and_the_later_number_counts() -> None:
    first = last(ORDERED, (Buy("G-1"), CARMEN))
    assert (first.request.asked.reference, first.audit.details["order_number"]) == ("G-1", "G-1")
    assert first.request.asked.bought_by == NamedPerson(CARMEN.id, "Carmen")
    assert run(first.request, (Buy("G-2"), CARMEN), (Buy(""), CARMEN)).asked.reference == "G-2"
    with pytest.raises(Refusal, match="state_executing"):
        decide(LEAVING, Buy("G-1"), CARMEN, NOW)


def test_what_was_credited_invoiced_and_the_tax_are_kept_apart_and_only_the_credit_is_booked() -> None:
    outcome = last(ORDERED, (FUND, SALDO))
    asked = outcome.request.asked
    assert (asked.credited, asked.invoiced, asked.tax) == (AMOUNT, Money.of(242, "EUR"), Money.of(42, "EUR"))
    (purchase,) = outcome.entries
    assert isinstance(purchase, Purchase)
    assert purchase.amount == AMOUNT
    assert (outcome.audit.details["invoiced"], outcome.audit.details["tax"]) == ("242.00", "42.00")


def test_money_of_another_currency_is_not_what_was_asked_for() -> None:
    with pytest.raises(Refusal, match="currency_other"):
        decide(ORDERED, Fund(Money.of(200, "USD"), date(2026, 11, 22), "PO-1"), SALDO, NOW)


def test_somebody_reports_that_it_was_declined() -> None:
    outcome = last(ORDERED, (Report("card_expired"), CARMEN))
    asked = outcome.request.asked
    assert (outcome.request.state, asked.order, asked.declined_reason) == (
        State.FAILED,
        Order.DECLINED,
        "card_expired",
    )
    assert asked.reported_by == NamedPerson(CARMEN.id, "Carmen")
    assert outcome.audit.details["reason"] == "card_expired"


@pytest.mark.parametrize("before", [APPROVED, LEAVING, ORDERED])
def test_an_order_that_nobody_confirms_lapses_and_frees_the_way(before: Request) -> None:
    outcome = last(before, (Lapse(), SALDO))
    assert (outcome.request.state, outcome.request.asked.order) == (State.LAPSED, Order.LAPSED)
    assert not outcome.request.open
    assert State.LAPSED not in OPEN
    assert "tell_requester" in kinds(outcome)


def test_a_late_confirmation_is_still_booked_once() -> None:
    outcome = last(ORDERED, (Lapse(), SALDO), (FUND, SALDO))
    assert (outcome.request.state, len(outcome.entries)) == (State.DONE, 1)
    with pytest.raises(Refusal, match="state_done"):
        decide(outcome.request, FUND, SALDO, NOW)
