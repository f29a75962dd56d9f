"""How a request is made, changed, talked about and dropped, before it is decided. Pure."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.errors import Refusal
from bot.domain.events import Answer, AskMore, By, Comment, Edit, Event, Reassign, Remind, Revise, Submit
from bot.domain.people import PersonId
from bot.domain.policy import Policy
from bot.domain.requests import COMMENT_LIMIT, Recharge, Remark, Request, Saying, Seat, State
from bot.domain.voices import bands_of, has_spoken, may_decide

REMIND_EVERY = timedelta(hours=4)  # by hand
MOST_REMARKS = 50


def _only_requester(request: Request, by: By) -> None:
    if by.id not in request.askers:
        raise Refusal("not_the_requester", requester=request.asker_name)


def revise(request: Request, event: Event, by: By, now: datetime) -> Request:
    assert isinstance(event, Revise)
    _only_requester(request, by)
    return _with(request, event.recharge, event.seats)


def _with(request: Request, recharge: Recharge | None, seats: tuple[Seat, ...]) -> Request:
    """Something else is asked for: what was approved before no longer counts, and stays on record."""
    if (recharge is None) is not (request.recharge is None):
        raise Refusal(f"state_{request.state.value}")  # a recharge never turns into licences, nor they into money
    return replace(request, recharge=recharge, seats=seats, revision=request.revision + 1)


def submit(request: Request, event: Event, by: By, now: datetime) -> Request:
    assert isinstance(event, Submit)
    _only_requester(request, by)
    days = event.policy.expires_after_days
    expires_at = None if days is None else now + timedelta(days=days)
    return replace(_stamped(request, event.policy), state=State.PENDING, expires_at=expires_at)


def edit(request: Request, event: Event, by: By, now: datetime) -> Request:
    assert isinstance(event, Edit)
    _only_requester(request, by)
    return _stamped(_with(request, event.recharge, event.seats), event.policy)


def _stamped(request: Request, policy: Policy) -> Request:
    return replace(request, policy=policy.version, bands=bands_of(policy, request))


def withdraw(request: Request, event: Event, by: By, now: datetime) -> Request:
    _only_requester(request, by)
    return replace(request, state=State.WITHDRAWN)


def expire_draft(request: Request, event: Event, by: By, now: datetime) -> Request:
    return replace(request, state=State.EXPIRED)


def expire(request: Request, event: Event, by: By, now: datetime) -> Request:
    """Only where the policy, when it was sent, let it wait no longer."""
    if request.expires_at is None or now < request.expires_at:
        raise Refusal(f"state_{request.state.value}")
    return replace(request, state=State.EXPIRED)


def comment(request: Request, event: Event, by: By, now: datetime) -> Request:
    assert isinstance(event, Comment)
    if by.id not in request.askers:
        may_decide(request, by)
    return _said(request, Saying.COMMENT, event, by, now)


def ask_more(request: Request, event: Event, by: By, now: datetime) -> Request:
    assert isinstance(event, AskMore)
    may_decide(request, by)
    return _said(request, Saying.QUESTION, event, by, now)


def answer(request: Request, event: Event, by: By, now: datetime) -> Request:
    assert isinstance(event, Answer)
    _only_requester(request, by)
    after = _said(request, Saying.ANSWER, event, by, now)
    if request.question is None:
        raise Refusal("nothing_to_answer")
    return after


def remarks_of(request: Request, person: PersonId) -> tuple[Remark, ...]:
    return tuple(remark for remark in request.remarks if remark.person == person)


def _said(request: Request, saying: Saying, event: Comment | AskMore | Answer, by: By, now: datetime) -> Request:
    """Raises Refusal("said_already") for the same click, delivered or pressed again, whatever came in between."""
    text = event.text.strip()[:COMMENT_LIMIT]
    if not text:
        raise Refusal("text_missing")
    if any((one.saying, one.text) == (saying, text) for one in remarks_of(request, by.id)[event.said :]):
        raise Refusal("said_already")
    if len(request.remarks) >= MOST_REMARKS:
        raise Refusal("too_many_remarks", limit=MOST_REMARKS)
    remark = Remark(by.id, by.name, saying, text, now)
    return replace(request, remarks=(*request.remarks, remark))


def reassign(request: Request, event: Event, by: By, now: datetime) -> Request:
    """By its requester, or by an approver who would rather have somebody else decide."""
    assert isinstance(event, Reassign)
    if by.id not in request.askers:
        may_decide(request, by)
    if event.to.id in request.askers:
        raise Refusal("own_request")
    if has_spoken(request, event.to.id):
        raise Refusal("already_approved")
    return replace(request, reassigned_to=event.to)


def remind(request: Request, event: Event, by: By, now: datetime) -> Request:
    assert isinstance(event, Remind)
    _only_requester(request, by)
    if request.reminded_at is not None and now < request.reminded_at + REMIND_EVERY:
        raise Refusal("reminded_already", at=request.reminded_at)
    return replace(request, reminded_at=now)
