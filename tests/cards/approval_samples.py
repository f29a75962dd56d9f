"""The cards of the policy, its form and delegation in each of their states."""

from dataclasses import replace
from datetime import date, timedelta

from bot.domain.delegation import Delegation
from bot.domain.people import GroupId, PersonId
from bot.domain.policy import FALLBACK, Band, Caps, Policy, PolicyChange, Scale, Who
from bot.domain.requests import Request, State, draft_policy
from bot.domain.settings import NamedGroup, NamedPerson
from cards.approvers import Approvers
from cards.delegate import DelegateValues, delegate_card, handed_on_card
from cards.policy import PolicyValues, policy_card
from cards.policy_form import PolicyFormValues, policy_form_card
from cards.proposal import ProposalValues, proposal_card
from cards.request import request_card
from cards.request_values import RequestValues, Viewer
from tests.cards.samples import NOW, Draw, eur

ANA, CARMEN = PersonId("ana"), PersonId("carmen")
CHOSEN = Policy(
    version=3,
    scales=(
        Scale(
            "EUR",
            (Band(eur("2000"), 1), Band(eur("10000"), 2), Band(None, 2, needs_finance=True)),
            Caps(eur("5000"), eur("5000"), eur("20000"), eur("90000"), eur("8000")),
            standing=eur("500"),
            break_glass=eur("1000"),
        ),
        Scale("USD", (Band(None, 2),)),
    ),
    license_approvals=2,
    finance_group=NamedGroup(GroupId("g1"), "Finance"),
    finance=(NamedPerson(PersonId("eva"), "Eva Ruiz"),),
    fiscal_year_month=7,
    expires_after_days=30,
    made_at=NOW,
)
CHANGE = PolicyChange(
    replace(FALLBACK, version=0, expires_after_days=30), CHOSEN, Who(None, (NamedPerson(CARMEN, "Carmen Soler"),))
)
FIELDS = {"limit_1": "200", "approvals_1": "1", "approvals_2": "2", "approvals_3": "2", "finance_from": "3"}


def policies() -> dict[str, Draw]:
    named = Who(NamedGroup(GroupId("g"), "Saldo approvers"), (NamedPerson(CARMEN, "Carmen Soler"),))
    shown = PolicyValues(CHOSEN, ("EUR", "USD"), named, may_change=True, own_purchases=True)
    fallback = PolicyValues(FALLBACK, ("EUR",))
    one_band = Policy(1, (Scale("EUR", (Band(None, 1),)),))
    return {
        "chosen": lambda reader, buttons: policy_card(shown, reader, buttons),
        "fallback": lambda reader, buttons: policy_card(fallback, reader, buttons),
        "one band": lambda reader, buttons: policy_card(
            PolicyValues(one_band, ("EUR",), may_change=True), reader, buttons
        ),
        "form": lambda reader, buttons: policy_form_card(PolicyFormValues("p1", 3, "EUR", FIELDS), reader, buttons),
        "form with an error": lambda reader, buttons: policy_form_card(
            PolicyFormValues("p1", 3, "EUR", error="No."), reader, buttons
        ),
    }


def delegations() -> dict[str, Draw]:
    own = Delegation(CARMEN, "Carmen Soler", PersonId("tom"), "Tom Baker", NOW, NOW + timedelta(days=7))
    other = replace(own, delegator=ANA, delegator_name="Luis Vega")
    today = date(2026, 11, 20)
    values = {
        "nobody": DelegateValues(today),
        "somebody": DelegateValues(today, own=own, to_them=(other,)),
        "nothing to hand on": DelegateValues(today, to_them=(other,), may=False),
        "no right any more": DelegateValues(today, own=own, may=False),
        "an error": DelegateValues(today, error="No."),
    }
    drawn = {name: _delegation(one) for name, one in values.items()}
    return drawn | {"told": lambda reader, buttons: handed_on_card(other, reader, buttons)}


def _delegation(values: DelegateValues) -> Draw:
    return lambda reader, buttons: delegate_card(values, reader, buttons)


def policy_requests() -> dict[str, Draw]:
    """A change of the policy as its approver sees it, and what its end says."""
    draft = draft_policy("p1", ANA, "Ana Torres", CHANGE, NOW)
    ends = (State.APPROVED, State.DONE, State.FAILED, State.REJECTED, State.WITHDRAWN)
    drawn = {state.value: _request(replace(draft, state=state)) for state in ends}
    overdue = replace(draft, state=State.EXPIRED, expires_at=NOW)
    small = replace(CHANGE, to=replace(CHOSEN, quiet_from=22), who=None)
    return drawn | {
        "pending": _request(replace(draft, state=State.PENDING, open=True)),
        "expired": _request(overdue),
        "one word of it": _request(
            replace(draft, state=State.PENDING, policy_change=small, policy=3, bands=(Band(None, 2),))
        ),
        "named by nobody": _request(replace(draft, state=State.PENDING, policy_change=replace(small, who=Who()))),
    }


def _request(request: Request) -> Draw:
    values = RequestValues(request, Viewer.APPROVER, CARMEN)
    return lambda reader, buttons: request_card(values, reader, buttons)


def too_few() -> dict[str, Draw]:
    """What a proposal lacks is said at once."""
    proposal = ProposalValues("r1", 1, eur("5000"), Approvers(("Luis",), needed=2, addable=("Ana Torres",)))
    luis = Approvers(("Carmen",), finance_missing=True)
    return {
        "too few": lambda reader, buttons: proposal_card(proposal, reader, buttons),
        "no finance": lambda reader, buttons: proposal_card(replace(proposal, approvers=luis), reader, buttons),
        "nobody": lambda reader, buttons: proposal_card(
            replace(proposal, approvers=Approvers(addable=("Ana Torres", "Tom Baker"))), reader, buttons
        ),
    }
