"""Draws docs/states.md: what `decide` does is found out by asking it, so that the page cannot tell another story.

`python -m tests.docs.states` writes the page.
"""

from pathlib import Path

from bot.domain.events import (
    Answer,
    Approve,
    AskMore,
    Begin,
    Book,
    Break,
    Buy,
    Comment,
    Decline,
    Edit,
    Event,
    Expire,
    Fund,
    Lapse,
    Outdate,
    Place,
    Ratify,
    Reassign,
    Reject,
    Remind,
    Report,
    Retract,
    Revise,
    SettleSeat,
    StandingApproval,
    Submit,
    VoidApproval,
    Withdraw,
)
from bot.domain.requests import (
    OPEN,
    Kind,
    Order,
    Request,
    State,
)
from tests.docs.walked import Step, steps

PAGE = Path(__file__).resolve().parents[2] / "docs" / "states.md"

STATES = {
    State.DRAFT: "The requester sees what it would lead to; nobody else was told.",
    State.PENDING: "The approvers were asked.",
    State.APPROVED: "As many others as the policy asks for said yes, or a clause of it stands for them.",
    State.EXECUTING: "The order is at the order desk, or licences are being assigned.",
    State.DONE: "The money or the reading was booked, the budget or the policy is set, or every licence is settled.",
    State.PARTLY_DONE: "Some licences were refused, others not.",
    State.FAILED: "The order was declined, every licence was refused, or it was outdated before it was carried out.",
    State.REJECTED: "An approver said no.",
    State.WITHDRAWN: "The requester took it back.",
    State.EXPIRED: "A draft that nobody sent within a day, or what nobody decided while the policy lets it wait.",
    State.LAPSED: "Nobody confirmed the order in time. The way is free for the next; a late confirmation is booked.",
}

EVENTS: dict[type[Event], tuple[str, str]] = {
    Revise: ("the requester", "changes what is asked for; buttons of the older revision no longer decide anything"),
    Submit: ("the requester", "sends it to the approvers; it is stamped with the policy in force"),
    Edit: ("the requester", "changes what waits for approval: a new revision, and earlier approvals no longer count"),
    Withdraw: ("the requester", "takes it back, while it is not decided"),
    Comment: ("the requester or an approver", "says something; nothing else changes"),
    AskMore: ("an approver", "wants to know more; the requester is told once"),
    Answer: ("the requester", "answers; whoever asked is told once"),
    Reassign: ("the requester or an approver", "has somebody else asked who may approve it"),
    Remind: ("the requester", "has those reminded who have not decided, at most once in four hours"),
    Expire: ("Saldo", "closes a draft that nobody sent, or what waited as long as the policy lets it"),
    Approve: ("an approver, never the requester", "says yes; it is approved when all are there whom it takes"),
    Reject: ("an approver, never the requester", "says no, with a comment if they like"),
    Retract: ("whoever approved, or in whose name", "takes the approval back, until the order leaves"),
    Break: (
        "the requester or an approver",
        "break-glass: it goes on before anybody approved, where the money is about to run out; capped, with a reason",
    ),
    StandingApproval: ("Saldo", "carries out what a rule proposed, up to a sum a month that the policy has approved"),
    Ratify: (
        "an approver, never the requester",
        "approves afterwards what break-glass ordered, or what was credited beyond what was approved",
    ),
    VoidApproval: (
        "Saldo",
        "finds, when it is about to carry the request out, that the approver lost the right: others are asked again",
    ),
    Begin: ("Saldo", "is about to hand the order over, or starts to assign licences"),
    Place: ("Saldo", "has handed the order over; the same order again is the same order"),
    Buy: ("a buyer", "says that they have placed it, with its number"),
    Fund: ("the order desk, or a buyer", "confirms the money, which is booked in the same commit, once"),
    Decline: ("the order desk", "says no, with its reason: `card_expired`, `limit` or `other`"),
    Report: ("a buyer", "says that the order was declined, and why"),
    Lapse: ("Saldo", "finds that nobody confirmed the order in time"),
    SettleSeat: ("Saldo", "has the result of one person's licence: `assigned`, `already` or `refused`"),
    Book: ("Saldo", "books the reading, sets the budget, or puts the policy in force, in the same commit, once"),
    Outdate: ("Saldo", "finds that a later reading was booked, or the policy was changed, which this one would undo"),
}

ORDERS = {
    Order.LEAVING: "The order is about to be handed over; no approval can be taken back any more.",
    Order.ORDERED: "The order was handed to the order desk.",
    Order.FUNDED: "The desk confirmed what was credited and when; that is one purchase in the ledger.",
    Order.DECLINED: "The desk said no, or somebody reported it; nothing was booked.",
    Order.LAPSED: "Nobody confirmed it in time; nothing was booked so far.",
}


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
    left = {step.before.state for step in done if step.before.state is not step.after.state}
    ends = [state.value for state in State if state not in left]
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
    """By the state that is entered, else by the event; all that may follow."""
    wanted: dict[tuple[int, str, Kind], dict[str, None]] = {}
    for step in done:
        moved = step.before.state is not step.after.state
        name = f"`{step.after.state}`" if moved else _name(step.event)
        place = list(State).index(step.after.state) if moved else len(State)
        wanted.setdefault((place, name, step.kind), {}).update(dict.fromkeys(step.jobs))
    rows: dict[tuple[int, str, str], list[str]] = {}
    for (place, name, kind), jobs in sorted(wanted.items(), key=lambda each: each[0]):
        told = ", ".join(f"`{job}`" for job in jobs) or "none"
        rows.setdefault((place, name, told), []).append(kind.value)
    return [
        f"| {name} | {'all' if len(kinds) == len(Kind) else ', '.join(kinds)} | {told} |"
        for (_, name, told), kinds in rows.items()
    ]


def _name(event: type[Event]) -> str:
    """`SettleSeat` is "settle seat"."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in event.__name__).strip()


_HEAD = """# Requests: their states and what moves them

This page is drawn from the transition table in `bot/domain/decisions.py` by `python -m tests.docs.states`; a test
fails when it is stale. What is not in the diagram is refused as `state_<state>`, changes nothing, and shows the
present card.

Recharges, licences, adjustments of the books to a reading, budgets and the policy of approvals share one machine.
Each transition is one commit: the request, what it enters into the books, the jobs that follow and the audit record,
together or not at all.
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
Jobs that are written in the same commit as the transition into a state, or as the event that leaves it where it is.
Their ids are derived from the request and its step, so that each follows once.

| state or event | kind | jobs |
| --- | --- | --- |"""


if __name__ == "__main__":
    PAGE.write_text(states_page(), encoding="utf-8")
