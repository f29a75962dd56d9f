"""Who has spoken on a request, whose voices count, and when they are enough. The rules of deciding. Pure.

Never alone: neither the requester nor a rule's last editor decides, not even through somebody else. One person counts
once: whoever clicks for another has used both voices.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.errors import Refusal
from bot.domain.events import Approve, Break, By, Event, Ratify, Reject, Retract, StandingApproval, VoidApproval
from bot.domain.money import Money
from bot.domain.people import PersonId, Right
from bot.domain.policy import Band, Policy, band_for
from bot.domain.requests import (
    COMMENT_LIMIT,
    Clause,
    Decision,
    Exemption,
    Kind,
    Ratification,
    Request,
    State,
    Verdict,
)
from bot.domain.settings import NamedPerson

DECIDING_RIGHT = {
    Kind.RECHARGE: Right.APPROVE_RECHARGE,
    Kind.LICENSES: Right.APPROVE_LICENSES,
    Kind.ADJUSTMENT: Right.APPROVE_RECHARGE,  # whoever answers for money coming in answers for what the books say
    Kind.BUDGET: Right.APPROVE_RECHARGE,
    Kind.POLICY: Right.APPROVE_RECHARGE,
}
BREAK_GLASS_HOURS = 96
SHORTEST_REASON = 20  # characters
LEAST_SIGNS = 5  # different letters and figures among them
RATIFY_WITHIN = timedelta(hours=72)
ONE_MORE_DAY = timedelta(days=1)


def amount_of(request: Request) -> Money | None:
    """What the bands measure, before tax: what is asked for, or what came of it where that is more."""
    if request.recharge is not None:
        return _larger(request.recharge.amount, request.recharge.credited)
    if request.budget is not None:
        return request.budget.to
    if request.correction is not None:
        drift = request.correction.split.drift
        return Money(abs(drift.micros), drift.currency)
    return None


def _larger(asked: Money, credited: Money | None) -> Money:
    return credited if credited is not None and credited > asked else asked


def bands_of(policy: Policy, request: Request) -> tuple[Band, ...]:
    """What a policy says about requests like this one."""
    amount = amount_of(request)
    if amount is not None:
        return policy.scale(amount.currency).bands
    if request.kind is Kind.POLICY:
        return (policy.strictest,)
    return (Band(None, policy.license_approvals),)


def wants(request: Request) -> Band:
    """What the request takes, under the policy that it is stamped with."""
    amount = amount_of(request)
    return request.bands[-1] if amount is None else band_for(request.bands, amount)


def asks_twice(request: Request) -> bool:
    """Above the first band an approval is asked for once more."""
    return wants(request) != request.bands[0]


def enough(voices: tuple[Decision, ...], band: Band) -> bool:
    if band.needs_finance and not any(voice.finance for voice in voices):
        return False
    return len(voices) >= band.approvals


def settled(request: Request) -> bool:
    """Whether it may be carried out: the voices are enough, or a clause of the policy stands for them."""
    return request.exemption is not None or enough(request.approvals, wants(request))


def taken_back(request: Request, person: PersonId) -> int:
    """How many voices of theirs on the present revision do not count any more."""
    return sum(d.person == person and d.void and d.revision == request.revision for d in request.decisions)


def has_spoken(request: Request, person: PersonId) -> bool:
    """Whether an approval (or ratification) that counts is theirs, or was given for them."""
    return any(person in voice.whose for voice in _voices(request))


def _voices(request: Request) -> tuple[Decision, ...]:
    return request.ratifications if request.ratification is not None else request.approvals


def may_decide(request: Request, by: By) -> None:
    """Raises Refusal: own_request, not_an_approver."""
    behalf = by.behalf.id if by.behalf else by.id
    if request.askers & {by.id, behalf}:
        raise Refusal("own_request")
    if not by.may_decide:
        raise Refusal("not_an_approver")


def _speak(request: Request, by: By, verdict: Verdict, comment: str, now: datetime) -> Request:
    decision = Decision(
        person=by.id,
        name=by.name,
        verdict=verdict,
        revision=request.revision,
        at=now,
        comment=comment.strip()[:COMMENT_LIMIT],
        behalf=by.behalf,
        finance=by.finance,
    )
    return replace(request, decisions=(*request.decisions, decision))


def _once(request: Request, by: By) -> None:
    for person in (by.id, by.behalf.id if by.behalf else by.id):
        if has_spoken(request, person):
            raise Refusal("already_approved")


def approve(request: Request, event: Event, by: By, now: datetime) -> Request:
    assert isinstance(event, Approve)
    may_decide(request, by)
    _once(request, by)
    if event.taken_back != taken_back(request, by.id):
        raise Refusal(f"state_{request.state.value}")  # the click of a button that was taken back since
    spoken = _speak(request, by, Verdict.APPROVED, event.comment, now)
    return replace(spoken, state=State.APPROVED) if settled(spoken) else spoken


def reject(request: Request, event: Event, by: By, now: datetime) -> Request:
    assert isinstance(event, Reject)
    may_decide(request, by)
    return replace(_speak(request, by, Verdict.REJECTED, event.comment, now), state=State.REJECTED)


def retract(request: Request, event: Event, by: By, now: datetime) -> Request:
    """Whoever gave it, or in whose name it was given. What a clause carries on is not theirs to stop."""
    assert isinstance(event, Retract)
    if request.exemption is not None or not any(by.id in voice.whose for voice in request.approvals):
        raise Refusal("nothing_to_retract")
    return _waiting_again(_silenced(request, by.id), now)


def void(request: Request, event: Event, by: By, now: datetime) -> Request:
    """What a clause carries on hangs on nobody's right: it never waits again, where it could be asked for anew."""
    assert isinstance(event, VoidApproval)
    if request.exemption is not None:
        raise Refusal("nothing_to_retract")
    return _waiting_again(_silenced(request, event.person), now)


def _waiting_again(request: Request, now: datetime) -> Request:
    """What was approved until the day on which it would have expired, or after it, has one more day to be decided."""
    expires_at = request.expires_at
    if expires_at is not None and request.state is State.APPROVED:
        expires_at = max(expires_at, now + ONE_MORE_DAY)
    return replace(request, state=State.PENDING, expires_at=expires_at)


def _silenced(request: Request, person: PersonId) -> Request:
    """The approvals that were given by the person, or in their name, no longer count."""
    gone = {id(voice) for voice in request.approvals if person in voice.whose}
    decisions = tuple(replace(one, void=True) if id(one) in gone else one for one in request.decisions)
    return replace(request, decisions=decisions)


def break_glass(request: Request, event: Event, by: By, now: datetime) -> Request:
    assert isinstance(event, Break)
    if not (by.id in request.askers or by.may_decide):
        raise Refusal("not_an_approver")
    reason = event.reason.strip()
    if not _says_something(reason):
        raise Refusal("break_reason_short", least=SHORTEST_REASON)
    if event.hours_left >= BREAK_GLASS_HOURS:
        raise Refusal("break_not_urgent", hours=BREAK_GLASS_HOURS)
    cap = event.policy.scale(request.asked.amount.currency).emergency
    if request.asked.amount > cap:
        raise Refusal("break_above_cap", cap=cap)
    exemption = Exemption(Clause.BREAK_GLASS, NamedPerson(by.id, by.name), reason[:COMMENT_LIMIT], now)
    return replace(
        request,
        state=State.APPROVED,
        exemption=exemption,
        ratification=Ratification.UNRATIFIED,
        ratify_by=now + RATIFY_WITHIN,
    )


def _says_something(reason: str) -> bool:
    """Blanks count once and what cannot be seen not at all; a few signs over and over say nothing."""
    seen = "".join(c for c in " ".join(reason.split()) if c.isprintable())
    return len(seen) >= SHORTEST_REASON and len({c for c in seen.casefold() if c.isalnum()}) >= LEAST_SIGNS


def stand(request: Request, event: Event, by: By, now: datetime) -> Request:
    """For what a rule proposes: what people ask for, people approve."""
    assert isinstance(event, StandingApproval)
    amount = request.asked.amount
    most = event.policy.scale(amount.currency).standing
    if request.edited_by is None or most is None or amount + (event.used or Money.zero(amount.currency)) > most:
        raise Refusal("no_standing_approval")
    reason = f"policy {event.policy.version}"
    exemption = Exemption(Clause.STANDING, NamedPerson(by.id, by.name), reason, now)
    return replace(request, state=State.APPROVED, exemption=exemption)


def ratify(request: Request, event: Event, by: By, now: datetime) -> Request:
    assert isinstance(event, Ratify)
    if request.ratification is None:
        raise Refusal(f"state_{request.state.value}")
    if request.ratification is Ratification.RATIFIED:
        raise Refusal("already_ratified")
    may_decide(request, by)
    if request.exemption is not None and request.exemption.by.id in {by.id, by.behalf.id if by.behalf else by.id}:
        raise Refusal("own_request")
    if event.amount not in {None, ratifiable(request)}:
        raise Refusal(f"state_{request.state.value}")
    if request.ratify_by is not None and now > request.ratify_by:
        raise Refusal("too_late_to_ratify")
    _once(request, by)
    spoken = _speak(request, by, Verdict.RATIFIED, event.comment, now)
    return replace(spoken, ratification=Ratification.RATIFIED) if ratified(spoken) else spoken


def ratifiable(request: Request) -> int:
    """The sum that is approved afterwards, in micros: what was asked for, or what came of it where that is more."""
    amount = amount_of(request)
    return amount.micros if amount else 0


def ratified(request: Request) -> bool:
    return enough(request.ratifications, wants(request))
