"""Draws docs/states.md: what `decide` does is found out by asking it, so that the page cannot tell another story.

`python -m tests.docs.states` writes the page.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from bot.domain.decisions import KINDS, TABLE, decide
from bot.domain.events import (
    Approve,
    Begin,
    Book,
    By,
    Decline,
    Event,
    Expire,
    Fund,
    Outdate,
    Reject,
    Revise,
    SettleSeat,
    Submit,
    VoidApproval,
    Withdraw,
)
from bot.domain.money import Money
from bot.domain.policy import FALLBACK
from bot.domain.people import PersonId
from bot.domain.reconciliation import split_of
from bot.domain.requests import (
    OPEN,
    Assignment,
    Correction,
    Kind,
    Order,
    Raise,
    Recharge,
    Request,
    Seat,
    State,
    draft_adjustment,
    draft_budget,
    draft_licenses,
    draft_recharge,
)

PAGE = Path(__file__).resolve().parents[2] / "docs" / "states.md"

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
REQUESTER = By(PersonId("requester"), "Requester")
APPROVER = By(PersonId("approver"), "Approver", may_decide=True)
AMOUNT = Money.of("500", "EUR")
SEATS = (Seat(PersonId("first"), "First"), Seat(PersonId("second"), "Second"))

STATES = {
    State.DRAFT: "The requester sees what it would lead to; nobody else was told.",
    State.PENDING: "The approvers were asked.",
    State.APPROVED: "Somebody else than the requester said yes; it is about to be carried out.",
    State.EXECUTING: "The order is at the order desk, or licences are being assigned.",
    State.DONE: "The money or the reading was booked, the budget is set, or every licence is settled, none refused.",
    State.PARTLY_DONE: "Some licences were refused, others not.",
    State.FAILED: "The order desk declined, every licence was refused, or a later reading was booked meanwhile.",
    State.REJECTED: "An approver said no.",
    State.WITHDRAWN: "The requester took it back.",
    State.EXPIRED: "A draft that nobody sent within a day. Adjustments and budgets are sent as they are made.",
}

EVENTS: dict[type[Event], tuple[str, str]] = {
    Revise: ("the requester", "changes what is asked for; buttons of the older revision no longer decide anything"),
    Submit: ("the requester", "sends it to the approvers"),
    Withdraw: ("the requester", "takes it back, while nobody has decided"),
    Expire: ("Saldo", "closes a draft that nobody sent"),
    Approve: ("an approver, never the requester", "says yes, with a comment if they like"),
    Reject: ("an approver, never the requester", "says no, with a comment if they like"),
    VoidApproval: (
        "Saldo",
        "finds, when it is about to carry the request out, that the approver lost the right: others are asked again",
    ),
    Begin: ("Saldo", "hands the order to the order desk, or starts to assign licences"),
    Fund: ("the order desk", "confirms the money, which is booked in the same commit, once"),
    Decline: ("the order desk", "says no, with its reason: `card_expired`, `limit` or `other`"),
    SettleSeat: ("Saldo", "has the result of one person's licence: `assigned`, `already` or `refused`"),
    Book: ("Saldo", "books the reading that was approved, or sets the budget, in the same commit, once"),
    Outdate: ("Saldo", "finds that a later reading of the same day was booked meanwhile, which this one would undo"),
}

ORDERS = {
    Order.ORDERED: "The order was handed to the order desk.",
    Order.FUNDED: "The desk confirmed what was credited and when; that is one purchase in the ledger.",
    Order.DECLINED: "The desk said no; nothing was booked.",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that `decide` did: from where, by what, to where, and which jobs it wants."""

    kind: Kind
    event: type[Event]
    before: Request
    after: Request
    jobs: tuple[str, ...]


def steps() -> list[Step]:
    """Every entry of the table, carried out on requests of each kind; an entry may lead to several states."""
    return [
        Step(before.kind, type(event), before, outcome.request, tuple(job.kind for _, job in outcome.jobs))
        for state, kind_of_event in TABLE
        for before, event, by in _samples(state, kind_of_event)
        for outcome in [decide(before, event, by, NOW)]
    ]


def _samples(state: State, event: type[Event]) -> Iterator[tuple[Request, Event, By]]:
    for draft in (_RECHARGE, _LICENSES, _ADJUSTMENT, _BUDGET):
        if draft.kind not in KINDS.get(event, Kind) or (state is State.EXECUTING and draft.kind not in KINDS[Begin]):
            continue
        before = _moved(draft, state)
        for sample in _events(event, before):
            yield _settled_before(before, sample), sample, APPROVER if event in (Approve, Reject) else REQUESTER


def _events(event: type[Event], before: Request) -> list[Event]:
    last = SEATS[1].person
    samples: dict[type[Event], list[Event]] = {
        Revise: [Revise(recharge=before.recharge, seats=before.seats)],
        VoidApproval: [VoidApproval(APPROVER.id)],
        Fund: [Fund(AMOUNT, date(2026, 11, 20), "order")],
        Decline: [Decline("card_expired")],
        SettleSeat: [
            SettleSeat(SEATS[0].person, Assignment.ASSIGNED),
            *(SettleSeat(last, result) for result in (Assignment.ASSIGNED, Assignment.REFUSED)),
            SettleSeat(last, Assignment.REFUSED, "no_seats"),
        ],
    }
    return samples.get(event) or [event()]  # type: ignore[call-arg]  # the others have no field without a default


def _settled_before(before: Request, event: Event) -> Request:
    """For the last seat, the first is settled already: assigned, or refused where the event gives a reason."""
    if not isinstance(event, SettleSeat) or event.person == SEATS[0].person:
        return before
    first = SettleSeat(SEATS[0].person, Assignment.REFUSED if event.reason else Assignment.ASSIGNED)
    return decide(before, first, REQUESTER, NOW).request


_RECHARGE = draft_recharge("recharge", REQUESTER.id, "Requester", Recharge(AMOUNT), NOW)
_LICENSES = draft_licenses("licenses", REQUESTER.id, "Requester", SEATS, NOW)
_READING = Correction(AMOUNT, NOW, split_of([], AMOUNT, NOW, Money.zero("EUR")))
_ADJUSTMENT = draft_adjustment("adjustment", REQUESTER.id, "Requester", _READING, NOW)
_BUDGET = draft_budget("budget", REQUESTER.id, "Requester", Raise(AMOUNT, AMOUNT), NOW)


def _moved(request: Request, state: State) -> Request:
    """The straight way to a state in which events happen."""
    way: list[tuple[Event, By]] = [(Submit(FALLBACK), REQUESTER), (Approve(), APPROVER), (Begin(), APPROVER)]
    for event, by in way:
        if request.state is not state:
            request = decide(request, event, by, NOW).request
    return request


def states_page() -> str:
    """The page as Markdown with two Mermaid diagrams."""
    done = steps()
    return "\n".join(
        [
            _HEAD,
            *_diagram(_arrows(done)),
            _STATES_HEAD,
            *(f"| `{state}` | {'yes' if state in OPEN else ''} | {STATES[state]} |" for state in State),
            _EVENTS_HEAD,
            *(f"| {_name(event)} | {who} | {what} |" for event, (who, what) in EVENTS.items()),
            _ORDERS_HEAD,
            *_diagram(_order_arrows(done)),
            "",
            *(f"- `{order}`: {ORDERS[order]}" for order in Order),
            _JOBS_HEAD,
            *_jobs(done),
            "",
        ]
    )


def _arrows(done: list[Step]) -> list[str]:
    kinds: dict[tuple[str, str, str], set[Kind]] = {}
    for step in done:
        arrow = (step.before.state.value, step.after.state.value, _name(step.event))
        kinds.setdefault(arrow, set()).add(step.kind)
    ends = [state.value for state in State if not any(before is state for before, _ in TABLE)]
    return [
        "[*] --> draft",
        *(f"{before} --> {after}: {name}{_of(kinds[before, after, name])}" for before, after, name in kinds),
        *(f"{state} --> [*]" for state in ends),
    ]


def _of(kinds: set[Kind]) -> str:
    """Said only where it is not all."""
    return f" ({', '.join(sorted(kinds))})" if len(kinds) < len(Kind) else ""


def _order_arrows(done: list[Step]) -> list[str]:
    moves = {
        (_order(step.before), _order(step.after), _name(step.event)): None
        for step in done
        if step.kind is Kind.RECHARGE and _order(step.before) != _order(step.after)
    }
    ends = [order.value for order in Order if not any(before == order for before, _, _ in moves)]
    return [
        *(f"{before or '[*]'} --> {after}: {name}" for before, after, name in moves),
        *(f"{order} --> [*]" for order in ends),
    ]


def _order(request: Request) -> str:
    return request.recharge.order.value if request.recharge and request.recharge.order else ""


def _diagram(arrows: list[str]) -> list[str]:
    return ["```mermaid", "stateDiagram-v2", *(f"    {arrow}" for arrow in arrows), "```"]


def _jobs(done: list[Step]) -> list[str]:
    wanted = {(step.after.state, step.kind): step.jobs for step in done}
    order = {state: number for number, state in enumerate(State)}
    return [
        f"| `{state}` | {kind} | {', '.join(f'`{job}`' for job in jobs) or 'none'} |"
        for (state, kind), jobs in sorted(wanted.items(), key=lambda each: (order[each[0][0]], each[0][1]))
    ]


def _name(event: type[Event]) -> str:
    """`SettleSeat` is "settle seat"."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in event.__name__).strip()


_HEAD = """# Requests: their states and what moves them

This page is drawn from the transition table in `bot/domain/decisions.py` by `python -m tests.docs.states`; a test
fails when it is stale. What is not in the diagram is refused as `state_<state>`, changes nothing, and shows the
present card.

Recharges, licences, adjustments of the books to a reading, and budgets share one machine. Each transition is one
commit: the request, what it enters into the books, the jobs that follow and the audit record, together or not at all.
"""

_STATES_HEAD = """
| state | open | what it means |
| --- | --- | --- |"""

_EVENTS_HEAD = """
*Open* requests wait for somebody and are listed by `requests`.

| event | by whom | what it means |
| --- | --- | --- |"""

_ORDERS_HEAD = """
## The order of a recharge
While a recharge is `executing`, its order is at the order desk.
"""

_JOBS_HEAD = """
## What follows
Jobs that are written in the same commit as the transition into a state. Their ids are derived from the request and
its step, so that each follows once.

| state | kind | jobs |
| --- | --- | --- |"""


if __name__ == "__main__":
    PAGE.write_text(states_page(), encoding="utf-8")
