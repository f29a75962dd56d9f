"""A request in the course of its conversation, as its viewers see it; who else is asked; and whom a voice goes to."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from bot.domain.delegation import Delegation
from bot.domain.events import SALDO
from bot.domain.policy import FALLBACK, Band, PolicyChange
from bot.domain.requests import (
    Clause,
    Decision,
    Exemption,
    Order,
    Ratification,
    Remark,
    Request,
    Saying,
    State,
    Verdict,
    draft_policy,
)
from bot.domain.settings import NamedPerson
from cards.delegate import DelegateValues, delegate_card
from cards.licenses_form import LicensesFormValues, licenses_form_card
from cards.reassign_form import ReassignValues, reassign_form_card
from cards.recharge_form import RechargeFormValues, recharge_form_card
from cards.request import request_card
from cards.request_values import Change, RequestValues, Told, Viewer
from cards.requests_list import RequestLine, RequestsValues, requests_list_card
from tests.cards.money_samples import budgets
from tests.cards.request_samples import ANA, APPROVED, CARMEN, LICENSES, LUIS, recharge, seen
from tests.cards.samples import CARMEN_AND_LUIS, DAY, NOW, Draw, eur, person

PENDING = recharge(State.PENDING)
TWO = Band(None, 2, needs_finance=True)
QUESTION = Remark(CARMEN, "Carmen Soler", Saying.QUESTION, "Why “so” much?\nReally?", NOW)
ANSWER = Remark(ANA, "Ana Torres", Saying.ANSWER, "For the campaign.", NOW)
COMMENT = Remark(LUIS, "Luis Vega", Saying.COMMENT, "Fine with me.", NOW)
LUIS_FOR_CARMEN = Delegation(CARMEN, "Carmen Soler", LUIS, "Luis Vega", NOW, NOW + timedelta(5))
TWO_CALLED_LUIS = (
    person("Luis Vega", "luis@contoso.example", "Finance"),
    person("Luis Mora", "mora@contoso.example"),
)


def another_policy() -> Request:
    return replace(
        draft_policy("p1", ANA, "Ana Torres", PolicyChange(replace(FALLBACK, version=1), FALLBACK), NOW),
        state=State.PENDING,
    )


def approver(request: Request = PENDING) -> RequestValues:
    return replace(seen(request, Viewer.APPROVER), wants=TWO, asked=("Carmen Soler",))


def requester(request: Request = PENDING) -> RequestValues:
    return replace(seen(request, Viewer.REQUESTER), wants=TWO)


def emergency(state: Ratification, **facts: object) -> Request:
    exemption = Exemption(Clause.BREAK_GLASS, NamedPerson(ANA, "Ana Torres"), "No calls go out any more.", NOW)
    base = recharge(State.EXECUTING, Order.ORDERED)
    told = replace(base, decisions=(), exemption=exemption, ratification=state)
    return replace(told, **facts)  # type: ignore[arg-type] # names what differs


def conversation() -> dict[str, Draw]:
    talked = replace(PENDING, remarks=(COMMENT, QUESTION, ANSWER))
    asked = replace(PENDING, remarks=(QUESTION,))
    changes = (
        Change("amount", "500.00 EUR", "1500.00 EUR"),
        Change("reason", "", "Q1 campaign"),
        Change("po_number", "PO-1", ""),
        Change("people", "a,b", "a"),
    )
    waiting = replace(
        PENDING, reassigned_to=NamedPerson(LUIS, "Luis Vega"), reminded_at=NOW, expires_at=NOW + timedelta(30)
    )
    own = replace(PENDING, decisions=(APPROVED,))
    gone = replace(PENDING, decisions=(replace(APPROVED, person=LUIS, void=True),))
    values = {
        "an approver, asked with others": approver(),
        "an approver for somebody": replace(approver(), behalf="Carmen Soler"),
        "an approver after a conversation": approver(talked),
        "an approver of what was changed": replace(approver(), changes=changes),
        "an approver of what was changed before": replace(approver(), edited=changes),
        "an approver, asked once more": replace(approver(), confirm=True, typed="fine"),
        "an approver, asked once more about a budget": RequestValues(
            budgets()["pending"], Viewer.APPROVER, LUIS, wants=TWO, confirm=True
        ),
        "an approver, with something typed": replace(approver(), typed="Why?"),
        "an approver who took it back": approver(gone),
        "an approver who has approved": replace(approver(own), viewer_id=CARMEN),
        "an approver who has approved what is about to leave": replace(
            approver(replace(recharge(State.APPROVED), decisions=(APPROVED,))), viewer_id=CARMEN
        ),
        "a requester whose request takes two": requester(replace(PENDING, bands=(TWO,))),
        "a requester who is asked": requester(asked),
        "a requester after a conversation": requester(talked),
        "a requester who reminded": requester(waiting),
        "a requester of a budget": RequestValues(budgets()["pending"], Viewer.REQUESTER, ANA, CARMEN_AND_LUIS),
        **{f"after: {told.value}": replace(requester(), told=told) for told in Told},
        **{f"asked by a rule: {viewer.value}": seen(_by_a_rule(), viewer) for viewer in Viewer},
        "decided for somebody": approver(
            replace(PENDING, decisions=(replace(APPROVED, behalf=NamedPerson(LUIS, "Luis Vega")),))
        ),
    }
    return {name: partial(request_card, one) for name, one in (values | ratifications()).items()}


def _by_a_rule() -> Request:
    reason = "Rule: below €300.00, up to €800.00"
    asked = replace(PENDING.asked, reason=reason)
    editor = NamedPerson(ANA, "Ana Torres")
    return replace(PENDING, requester=SALDO.id, requester_name=SALDO.name, edited_by=editor, recharge=asked)


def _longest() -> RequestValues:
    """All that people may write, in letters of two bytes, and everybody whose name is told."""
    said = tuple(replace(APPROVED, comment="ñ" * 1_000) for _ in range(10))
    remarks = tuple(replace(one, text="é" * 1_000) for one in (COMMENT, QUESTION, ANSWER) * 4)
    name = "Núñez " * 16
    changes = tuple(Change(field, "é" * 1_000, "ñ" * 1_000) for field in ("reason", "po_number"))
    request = emergency(Ratification.UNRATIFIED, decisions=said, remarks=remarks)
    reason = replace(request.asked, reason="é" * 2_000)
    return replace(
        approver(replace(request, recharge=reason)), may_ratify=True, asked=(name,) * 8, edited=changes, behalf=name
    )


def ratifications() -> dict[str, RequestValues]:
    by_luis = Decision(LUIS, "Luis Vega", Verdict.RATIFIED, 1, NOW)
    late = emergency(Ratification.UNRATIFIED, ratify_by=NOW + timedelta(3))
    over = recharge(State.DONE, Order.FUNDED, credited=eur("1600"), reference="X-1")
    standing = Exemption(Clause.STANDING, NamedPerson(CARMEN, "Carmen Soler"), "policy 3", NOW)
    return {
        "as much as anybody may write": _longest(),
        "an emergency, to ratify": replace(approver(late), may_ratify=True),
        "an emergency, for its requester": requester(late),
        "an emergency, ratified by one": replace(approver(replace(late, decisions=(by_luis,))), viewer_id=LUIS),
        "an emergency, ratified": approver(emergency(Ratification.RATIFIED, decisions=(by_luis,))),
        "more than was approved": replace(
            approver(replace(over, ratification=Ratification.UNRATIFIED)), may_ratify=True, wants=Band(None, 2)
        ),
        "approved in advance": requester(replace(late, exemption=standing, ratification=None)),
    }


def people_asked() -> dict[str, Draw]:
    delegate = DelegateValues(DAY)
    chosen = TWO_CALLED_LUIS[0]
    cards: dict[str, Draw] = {
        "somebody else": partial(reassign_form_card, ReassignValues(PENDING)),
        "somebody else, one of several": partial(reassign_form_card, ReassignValues(PENDING, TWO_CALLED_LUIS)),
        "somebody else, not found": partial(reassign_form_card, ReassignValues(LICENSES, error="Nobody found.")),
        "change a recharge": partial(
            recharge_form_card,
            RechargeFormValues("r1", "EUR", CARMEN_AND_LUIS, 1, "€500.00", "phones", "PO-1", waits=True),
        ),
        "change licenses": partial(
            licenses_form_card, LicensesFormValues("r2", revision=1, waits=True, typed="eva@contoso.example")
        ),
        "requests of another policy": partial(
            requests_list_card, RequestsValues((RequestLine(another_policy(), Viewer.REQUESTER),))
        ),
        "requests and delegations": partial(
            requests_list_card,
            RequestsValues(
                (RequestLine(PENDING, Viewer.APPROVER),),
                handed_on=LUIS_FOR_CARMEN,
                decides_for=(LUIS_FOR_CARMEN,),
            ),
        ),
    }
    delegations = {
        "whoever was named, until when": replace(delegate, chosen=chosen, until=date(2026, 11, 27)),
        "whoever was named": replace(delegate, chosen=chosen, own=LUIS_FOR_CARMEN),
        "one of several": replace(delegate, candidates=TWO_CALLED_LUIS, typed="Luis", until=date(2026, 11, 27)),
        "nobody was found": replace(delegate, typed="Lus", error="Nobody found."),
        "to be ended": replace(delegate, own=LUIS_FOR_CARMEN, asks=False),
    }
    return cards | {f"delegate: {name}": partial(delegate_card, one) for name, one in delegations.items()}
