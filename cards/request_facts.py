"""The facts of a request, in the order in which a phone shows them. Pure."""

from collections.abc import Iterator

from bot.domain.money import Money
from bot.domain.requests import Clause, Ratification, Request, State
from bot.ports.reader import Reader
from cards.drift import drift_parts, drift_words
from cards.elements import Element
from cards.licenses_table import results_table
from cards.page import facts, shortened
from cards.policy import change_facts
from cards.request_line import decided_by, quoted, requested_by
from cards.request_values import Change, RequestValues

LONGEST_REASON = 500  # characters
LONGEST_CHANGE = 100
Facts = list[tuple[str, str]]


def request_facts(values: RequestValues, reader: Reader) -> list[Element | None]:
    """What is asked for stands first; what belongs to it as a table stands between it and the rest."""
    asked, rest = _asked(values, reader), _rest(values, reader)
    seats, correction = values.request.seats, values.request.correction
    if correction is not None:
        return [facts(asked), *drift_parts(correction.split, reader), facts(rest)]
    return [facts(asked), results_table(seats, reader), facts(rest)] if seats else [facts([*asked, *rest])]


def _asked(values: RequestValues, reader: Reader) -> Facts:
    request = values.request
    recharge = request.recharge
    after, until = values.balance_after, values.runs_out_on
    return [
        *_correction(request, reader),
        *_budget(request, reader),
        *(change_facts(request.policy_change, reader) if request.policy_change else []),
        (reader.text("request.amount"), reader.money(recharge.amount) if recharge else ""),
        (reader.text("request.balance_after"), reader.money(after) if after else ""),
        (reader.text("request.runs_out_on"), reader.full_day(until) if until else ""),
        (reader.text("request.requester"), requested_by(request, reader)),
        (reader.text("request.reason"), shortened(recharge.reason, LONGEST_REASON) if recharge else ""),
    ]


def _correction(request: Request, reader: Reader) -> Facts:
    if request.correction is None:
        return []
    asked, split = request.correction, request.correction.split
    return [
        (reader.text("reconcile.read"), f"{reader.money(asked.portal)} ({drift_words(split.drift, reader)})"),
        (reader.text("reconcile.read_at"), reader.moment(asked.read_at)),
        (reader.text("reconcile.expected"), reader.money(split.estimate)),
    ]


def _budget(request: Request, reader: Reader) -> Facts:
    if request.budget is None:
        return []
    return [
        (reader.text("budget.new"), reader.money(request.budget.to)),
        (reader.text("budget.before"), reader.money(request.budget.before)),
    ]


def _rest(values: RequestValues, reader: Reader) -> Facts:
    request = values.request
    recharge = request.recharge
    return [
        (reader.text("request.po_number"), recharge.po_number if recharge else ""),
        (reader.text("request.edited"), "" if values.changes else change_words(values.edited, reader)),
        *_outcome(request, reader),
        *_exemption(values, reader),
        (reader.text("request.approvals"), _progress(values, reader)),
        (reader.text("request.decisions"), decided_by(request, reader)),
        *(_waiting(values, reader) if request.state is State.PENDING else ()),
        (reader.text("request.created_at"), reader.moment(request.created_at)),
    ]


def _outcome(request: Request, reader: Reader) -> Facts:
    recharge = request.recharge
    if recharge is None:
        return []
    return [
        (reader.text("request.credited"), reader.money(recharge.credited) if recharge.credited else ""),
        (reader.text("request.invoiced"), reader.money(recharge.invoiced) if recharge.invoiced else ""),
        (reader.text("request.tax"), reader.money(recharge.tax) if recharge.tax is not None else ""),
        (reader.text("request.reference"), recharge.reference),
    ]


def _exemption(values: RequestValues, reader: Reader) -> Facts:
    """What went ahead without the approvals that it takes: by which clause and why, and how that stands."""
    request = values.request
    told: Facts = []
    if request.exemption is not None:
        clause, by = request.exemption.clause, request.exemption.by.name
        why = quoted(request.exemption.reason, LONGEST_REASON) if clause is Clause.BREAK_GLASS else ""
        told.append((reader.text("request.exemption"), reader.text(f"exemption.{clause.value}", name=by, reason=why)))
    if request.recharge is not None and request.recharge.excess is not None:
        told.append((reader.text("request.excess"), reader.money(request.recharge.excess)))
    if request.ratification is not None:
        told.append((reader.text("request.ratification"), _ratification(values, reader)))
    return told


def _ratification(values: RequestValues, reader: Reader) -> str:
    request = values.request
    if values.overdue:
        return reader.text("ratification.overdue")
    if request.ratification is Ratification.UNRATIFIED and request.ratify_by is not None:
        return reader.text("ratification.until", moment=request.ratify_by)
    return reader.text(f"ratification.{request.ratification.value}") if request.ratification else ""


def _progress(values: RequestValues, reader: Reader) -> str:
    """Of what takes more than anybody's one voice: `1 of 2, one of them of finance`."""
    wants, request = values.wants, values.request
    pending, to_ratify = request.state is State.PENDING, request.ratification is Ratification.UNRATIFIED
    if not (pending or to_ratify) or (wants.approvals < 2 and not wants.needs_finance):
        return ""
    given = len(request.ratifications if to_ratify else request.approvals)
    key = "request.progress_finance" if wants.needs_finance else "request.progress"
    return reader.text(key, given=given, needed=wants.approvals)


def _waiting(values: RequestValues, reader: Reader) -> Iterator[tuple[str, str]]:
    request = values.request
    yield reader.text("request.asked"), reader.names(values.asked) if values.asked else ""
    yield reader.text("request.behalf"), values.behalf
    yield reader.text("request.reassigned"), _passed_on(values)
    yield reader.text("request.reminded"), reader.moment(request.reminded_at) if request.reminded_at else ""
    yield reader.text("request.expires"), reader.moment(request.expires_at) if request.expires_at else ""


def _passed_on(values: RequestValues) -> str:
    """Named once."""
    to = values.request.reassigned_to
    return to.name if to is not None and to.name not in values.asked else ""


def change_words(changes: tuple[Change, ...], reader: Reader) -> str:
    """`Amount: €500.00 → €700.00; Reason: “new phones” → “fewer phones”`."""
    return "; ".join(_change(one, reader) for one in changes)


def _change(one: Change, reader: Reader) -> str:
    name = reader.text(f"trail.{one.field}")
    before, after = (_side(one.field, side, reader) for side in (one.before, one.after))
    return reader.text("trail.named", name=name, value=reader.text("trail.change", before=before, after=after))


def _side(field: str, told: str, reader: Reader) -> str:
    if not told:
        return reader.text("request.nothing")
    if field == "amount":
        amount, _, currency = told.partition(" ")
        return reader.money(Money.of(amount, currency))
    if field == "people":
        return reader.plural("request.people", len(told.split(",")))
    return reader.text("trail.quote", text=quoted(told, LONGEST_CHANGE))
