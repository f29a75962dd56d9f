"""The one state machine of requests: a transition table and `decide`, which is pure.

The rules stand beside it: `asking.py` before a request is decided, `voices.py` how it is, `executions.py` what comes
of it. `docs/states.md` is drawn from `TABLE`; a test fails when it is stale.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from bot.domain import asking, executions, voices
from bot.domain.consequences import Outcome, outcome_of
from bot.domain.errors import Refusal
from bot.domain.events import (
    Answer,
    Approve,
    AskMore,
    Begin,
    Book,
    Break,
    Buy,
    By,
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
from bot.domain.requests import OPEN, Kind, Request, State

Rule = Callable[[Request, Event, By, datetime], Request]


def decide(request: Request, event: Event, by: By, now: datetime) -> Outcome:
    """What `event` leads to. Raises Refusal where the table or a rule says no; then nothing changes.

    What is not in the table is refused as `state_<state>`, which the reader gets with the present card.
    """
    rule = TABLE.get((request.state, type(event)))
    if rule is None or request.kind not in KINDS.get(type(event), Kind):
        raise Refusal(f"state_{request.state.value}")
    after = rule(request, event, by, now)
    after = replace(after, step=request.step + 1, changed_at=now, open=after.state in OPEN)
    return outcome_of(request, after, event, by, now)


TABLE: MappingProxyType[tuple[State, type[Event]], Rule] = MappingProxyType(
    {
        (State.DRAFT, Revise): asking.revise,
        (State.DRAFT, Submit): asking.submit,
        (State.DRAFT, Withdraw): asking.withdraw,
        (State.DRAFT, Expire): asking.expire_draft,
        (State.PENDING, Approve): voices.approve,
        (State.PENDING, Reject): voices.reject,
        (State.PENDING, Retract): voices.retract,
        (State.PENDING, Edit): asking.edit,
        (State.PENDING, Comment): asking.comment,
        (State.PENDING, AskMore): asking.ask_more,
        (State.PENDING, Answer): asking.answer,
        (State.PENDING, Reassign): asking.reassign,
        (State.PENDING, Remind): asking.remind,
        (State.PENDING, Withdraw): asking.withdraw,
        (State.PENDING, Expire): asking.expire,
        (State.PENDING, Break): voices.break_glass,
        (State.PENDING, StandingApproval): voices.stand,
        (State.APPROVED, Retract): voices.retract,
        (State.APPROVED, VoidApproval): voices.void,
        (State.APPROVED, Comment): asking.comment,
        (State.APPROVED, Ratify): voices.ratify,
        (State.APPROVED, Begin): executions.begin,
        (State.APPROVED, Lapse): executions.lapse,
        (State.APPROVED, Book): executions.book,
        (State.APPROVED, Outdate): executions.outdate,
        (State.EXECUTING, Comment): asking.comment,
        (State.EXECUTING, Ratify): voices.ratify,
        (State.EXECUTING, Place): executions.place,
        (State.EXECUTING, Buy): executions.buy,
        (State.EXECUTING, Fund): executions.fund,
        (State.EXECUTING, Decline): executions.decline,
        (State.EXECUTING, Report): executions.report,
        (State.EXECUTING, Lapse): executions.lapse,
        (State.EXECUTING, SettleSeat): executions.settle_seat,
        (State.LAPSED, Fund): executions.fund,
        (State.LAPSED, Ratify): voices.ratify,
        (State.DONE, Ratify): voices.ratify,
        (State.FAILED, Ratify): voices.ratify,
    }
)

_MONEY = frozenset({Kind.RECHARGE})
_CARRIED_OUT = frozenset({Kind.RECHARGE, Kind.LICENSES})

# Events that belong to some kinds of request; the others belong to all.
KINDS: MappingProxyType[type[Event], frozenset[Kind]] = MappingProxyType(
    {
        Revise: _CARRIED_OUT,
        Edit: _CARRIED_OUT,
        Begin: _CARRIED_OUT,
        Place: _MONEY,
        Buy: _MONEY,
        Fund: _MONEY,
        Decline: _MONEY,
        Report: _MONEY,
        Lapse: _MONEY,
        Break: _MONEY,
        StandingApproval: _MONEY,
        Ratify: _MONEY,
        SettleSeat: frozenset({Kind.LICENSES}),
        Book: frozenset({Kind.ADJUSTMENT, Kind.BUDGET, Kind.POLICY}),
        Outdate: frozenset({Kind.ADJUSTMENT, Kind.POLICY}),
    }
)
