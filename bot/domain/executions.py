"""How what was approved is carried out: orders, licences, readings, budgets and policies. Pure."""

from dataclasses import replace
from datetime import datetime

from bot.domain.errors import Refusal
from bot.domain.events import Begin, Buy, By, Decline, Event, Fund, Lapse, Place, Report, SettleSeat
from bot.domain.requests import Assignment, Kind, Order, Ratification, Request, Seat, State, Verdict
from bot.domain.settings import NamedPerson
from bot.domain.voices import settled


def begin(request: Request, event: Event, by: By, now: datetime) -> Request:
    assert isinstance(event, Begin)
    _require_settled(request)
    if request.kind is Kind.RECHARGE:
        return replace(request, state=State.EXECUTING, recharge=replace(request.asked, order=Order.LEAVING))
    return replace(request, state=State.EXECUTING)


def _require_settled(request: Request) -> None:
    """The last look: whatever led here, nothing is carried out without the voices or the clause."""
    if not settled(request):
        raise Refusal("not_approved")


def place(request: Request, event: Event, by: By, now: datetime) -> Request:
    """The same order handed over twice is one order."""
    assert isinstance(event, Place)
    if request.asked.order is not Order.LEAVING:
        raise Refusal(f"state_{request.state.value}")
    return replace(request, recharge=replace(request.asked, order=Order.ORDERED, ordered_at=now))


def buy(request: Request, event: Event, by: By, now: datetime) -> Request:
    """Told again with another number, the later one counts: it is read off the invoice."""
    assert isinstance(event, Buy)
    asked = request.asked
    if asked.order is not Order.ORDERED:
        raise Refusal(f"state_{request.state.value}")
    bought = replace(asked, bought_by=NamedPerson(by.id, by.name), reference=event.order_number or asked.reference)
    return replace(request, recharge=bought)


def fund(request: Request, event: Event, by: By, now: datetime) -> Request:
    """What was credited is booked, however much it is. More than was approved is approved afterwards."""
    assert isinstance(event, Fund)
    asked = request.asked
    if event.credited.currency != asked.amount.currency:
        raise Refusal("currency_other", currency=event.credited.currency, wallet=asked.amount.currency)
    funded = replace(
        asked,
        order=Order.FUNDED,
        credited=event.credited,
        funded_on=event.on,
        reference=event.reference,
        invoiced=event.invoiced,
        tax=event.tax,
    )
    after = replace(request, state=State.DONE, recharge=funded)
    return _to_ratify(after) if event.credited > asked.amount else after


def _to_ratify(request: Request) -> Request:
    """Whoever ratified less has not said yes to this, and has as long for it as it takes."""
    until = None if request.ratification is Ratification.RATIFIED else request.ratify_by
    decisions = tuple(
        replace(one, void=True) if one.verdict is Verdict.RATIFIED else one for one in request.decisions
    )
    return replace(request, decisions=decisions, ratification=Ratification.UNRATIFIED, ratify_by=until)


def decline(request: Request, event: Event, by: By, now: datetime) -> Request:
    assert isinstance(event, Decline)
    declined = replace(request.asked, order=Order.DECLINED, declined_reason=event.reason)
    return replace(request, state=State.FAILED, recharge=declined)


def report(request: Request, event: Event, by: By, now: datetime) -> Request:
    assert isinstance(event, Report)
    told = replace(
        request.asked,
        order=Order.DECLINED,
        declined_reason=event.reason,
        reported_by=NamedPerson(by.id, by.name),
    )
    return replace(request, state=State.FAILED, recharge=told)


def lapse(request: Request, event: Event, by: By, now: datetime) -> Request:
    assert isinstance(event, Lapse)
    return replace(request, state=State.LAPSED, recharge=replace(request.asked, order=Order.LAPSED))


def settle_seat(request: Request, event: Event, by: By, now: datetime) -> Request:
    assert isinstance(event, SettleSeat)
    seats = tuple(
        replace(seat, result=event.result, reason=event.reason, detail=event.detail)
        if seat.person == event.person and seat.result is Assignment.WAITING
        else seat
        for seat in request.seats
    )
    return replace(request, seats=seats, state=_after_seats(seats))


def _after_seats(seats: tuple[Seat, ...]) -> State:
    results = {seat.result for seat in seats}
    if Assignment.WAITING in results:
        return State.EXECUTING
    if Assignment.REFUSED not in results:
        return State.DONE
    return State.FAILED if results == {Assignment.REFUSED} else State.PARTLY_DONE


def book(request: Request, event: Event, by: By, now: datetime) -> Request:
    _require_settled(request)
    return replace(request, state=State.DONE)


def outdate(request: Request, event: Event, by: By, now: datetime) -> Request:
    return replace(request, state=State.FAILED)
