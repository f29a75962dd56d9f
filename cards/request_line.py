"""The one sentence that says how a request stands, for each of its viewers. Pure."""

from bot.domain.order_terms import DECLINE_REASONS
from bot.domain.people import PersonId
from bot.domain.requests import Clause, Decision, Order, Request, State, Verdict
from bot.domain.voices import amount_of, wants
from bot.ports.reader import Reader
from cards.approvers import Approvers
from cards.page import shortened
from cards.request_values import RequestValues, Viewer

LONGEST_COMMENT = 200  # characters shown of each; the audit has them whole
QUOTES = str.maketrans(dict.fromkeys('“”„«»"', "'"))  # a comment must not end where it likes


def request_line(values: RequestValues, reader: Reader) -> str:
    """How it stands, for its viewer. Anybody hears no sum and no reason."""
    request, viewer = values.request, values.viewer
    own = _own_verdict(request, values.viewer_id)
    if own is Verdict.APPROVED and _on_its_way(request):
        return reader.text("request.your_approval")
    if own is Verdict.REJECTED and request.state is State.REJECTED:
        return reader.text("request.your_rejection")
    if request.state is State.PENDING and viewer is Viewer.REQUESTER:
        return _waiting(request, values.approvers, reader)
    if request.state is State.PENDING and viewer is Viewer.APPROVER:
        return _asks(request, reader)
    if viewer is Viewer.ANYBODY:
        return reader.text(f"request.{stage(request)}_anybody", name=requested_by(request, reader))
    return _told(request, reader)


def stage(request: Request) -> str:
    """The state, and for a recharge how far its order is: the last part of the text's key."""
    order = request.recharge.order if request.recharge else None
    if order is Order.LEAVING or request.state is State.APPROVED:  # leaving, for a moment: it is about to be ordered
        return "broken" if request.clause is Clause.BREAK_GLASS else State.APPROVED.value
    if request.state is State.EXPIRED and request.expires_at is not None:
        return "overdue"  # it was sent, and nobody decided
    return order.value if order else request.state.value


def decided_by(request: Request, reader: Reader) -> str:
    """`Carmen Soler approved: "fine" · Luis Vega rejected`, of the present revision."""
    return " · ".join(
        _said(decision, reader)
        for decision in request.decisions
        if decision.revision == request.revision and not decision.void
    )


def _said(decision: Decision, reader: Reader) -> str:
    name = decision.name
    if decision.behalf is not None:
        name = reader.text("decision.for", name=name, behalf=decision.behalf.name)
    told = reader.text(f"decision.{decision.verdict.value}", name=name)
    if not decision.comment:
        return told
    return reader.text("decision.with_comment", decision=told, comment=quoted(decision.comment, LONGEST_COMMENT))


def quoted(text: str, most: int) -> str:
    """What somebody wrote, on one line, not too long, and without signs that would end the quotation."""
    return shortened(" ".join(text.translate(QUOTES).split()), most)


def _own_verdict(request: Request, viewer_id: PersonId | None) -> Verdict | None:
    for decision in request.decisions:
        if decision.person == viewer_id and decision.revision == request.revision and not decision.void:
            return decision.verdict
    return None


def _on_its_way(request: Request) -> bool:
    return request.state in {State.PENDING, State.APPROVED, State.EXECUTING}


def _waiting(request: Request, approvers: Approvers, reader: Reader) -> str:
    if not approvers.reachable:
        return reader.text("request.pending")
    names, needed = reader.names(approvers.reachable), wants(request).approvals - len(request.approvals)
    if needed > 1:
        return reader.text("request.pending_more", needed=needed, names=names)
    return reader.plural("request.pending_for", len(approvers.reachable), names=names)


def _asks(request: Request, reader: Reader) -> str:
    name = request.requester_name
    if request.edited_by is not None:
        return reader.text("request.asks_rule", name=request.edited_by.name, amount=request.asked.amount)
    if request.recharge is not None:
        return reader.text("request.asks_recharge", name=name, amount=request.recharge.amount)
    if request.correction is not None:
        read_at = request.correction.read_at
        return reader.text("request.asks_adjustment", name=name, amount=request.correction.portal, moment=read_at)
    if request.budget is not None:
        budget = request.budget
        return reader.text("request.asks_budget", name=name, amount=budget.to, before=budget.before)
    if request.policy_change is not None:
        return reader.text("request.asks_policy", name=name)
    return reader.plural("request.asks_licenses", len(request.seats), name=name)


def _told(request: Request, reader: Reader) -> str:
    """For the requester and the approvers: sums and reasons included."""
    at = stage(request)
    recharge = request.recharge
    if request.correction is not None:
        return reader.text(f"request.{at}_adjustment", amount=request.correction.portal)
    if request.budget is not None:
        return reader.text(f"request.{at}_budget", amount=request.budget.to)
    if recharge is None:
        return reader.text(f"request.{at}_{request.kind.value}")
    reason = recharge.declined_reason if recharge.declined_reason in DECLINE_REASONS else "other"
    amount = recharge.credited or recharge.amount
    return reader.text(f"request.{at}_recharge", amount=amount, reason=reader.text(f"declined.{reason}"))


def ratify_line(request: Request, reader: Reader) -> str:
    """What is to be approved afterwards: more than was asked for, or what went ahead in an emergency."""
    if request.recharge is not None and request.recharge.excess is not None:
        return reader.text("request.asks_excess", amount=request.recharge.excess)
    name = request.exemption.by.name if request.exemption else request.requester_name
    return reader.text("request.asks_ratify", name=name, amount=amount_of(request) or "")


def requested_by(request: Request, reader: Reader) -> str:
    """Who asks; of a rule who edited it last, who counts as its requester."""
    if request.edited_by is None:
        return request.requester_name
    return reader.text("request.by_rule", name=request.edited_by.name)


def request_title(request: Request, reader: Reader) -> str:
    """`Recharge of €500.00`, `Licenses for 2 people`, `Monthly budget of €800.00`."""
    if request.recharge is not None:
        return reader.text("request.title_recharge", amount=request.recharge.amount)
    if request.correction is not None:
        return reader.text("request.title_adjustment", amount=request.correction.portal)
    if request.budget is not None:
        return reader.text("request.title_budget", amount=request.budget.to)
    if request.policy_change is not None:
        return reader.text("request.title_policy")
    return reader.plural("request.title_licenses", len(request.seats))
