"""A request of each kind in every state, as each of its viewers sees it."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from bot.domain.admin_center import Page, path_to
from bot.domain.people import PersonId, Role
from bot.domain.policy import Band
from bot.domain.requests import (
    OPEN,
    Assignment,
    Decision,
    Order,
    Recharge,
    Request,
    Seat,
    State,
    Verdict,
    draft_licenses,
    draft_recharge,
)
from cards.licenses_table import REASONS
from cards.request import request_card
from cards.request_values import RequestValues, Viewer
from cards.requests_list import RequestLine, RequestsValues, requests_list_card
from tests.cards import money_samples
from tests.cards.samples import CARMEN_AND_LUIS, DAY, NOW, Draw, eur

ANA, CARMEN, LUIS = PersonId("ana"), PersonId("carmen"), PersonId("luis")
COURSE = tuple((DAY - timedelta(29 - day), eur(str(900 - 20 * day))) for day in range(30))
ASKED = Recharge(eur("1500"), "Q1 campaign", "PO-4500")
RECHARGE = replace(draft_recharge("r1", ANA, "Ana Torres", ASKED, NOW), revision=1)
SEATS = (
    Seat(PersonId("eva"), "Eva Ruiz", Assignment.ASSIGNED),
    Seat(PersonId("tom"), "Tom Baker", Assignment.REFUSED, "usage_location"),
    Seat(PersonId("max"), "Max Gil", Assignment.REFUSED, "unknown", "Try again *later*."),
    Seat(PersonId("zoe"), "Zoe Paz", Assignment.ALREADY),
    Seat(PersonId("kim"), "Kim Lee"),
)
LICENSES = draft_licenses("r2", ANA, "Ana Torres", SEATS, NOW)
APPROVED = Decision(CARMEN, "Carmen Soler", Verdict.APPROVED, 1, NOW, "fine")
REJECTED = Decision(CARMEN, "Carmen Soler", Verdict.REJECTED, 1, NOW)
WHO = {Viewer.REQUESTER: ANA, Viewer.APPROVER: LUIS, Viewer.ANYBODY: None}


def recharge(state: State, order: Order | None = None, **outcome: object) -> Request:
    decided = (REJECTED,) if state is State.REJECTED else () if state in {State.DRAFT, State.PENDING} else (APPROVED,)
    told = Recharge(**{**_fields(ASKED), "order": order, **outcome})  # type: ignore[arg-type] # names what differs
    return replace(RECHARGE, state=state, recharge=told, decisions=decided, open=state in OPEN)


def _fields(recharge: Recharge) -> dict[str, object]:
    return {name: getattr(recharge, name) for name in Recharge.__dataclass_fields__}


def recharges_in_every_state() -> dict[str, Request]:
    return {
        **{state.value: recharge(state) for state in State},
        "overdue": replace(recharge(State.EXPIRED), expires_at=NOW),
        "leaving": recharge(State.EXECUTING, Order.LEAVING),
        "ordered": recharge(State.EXECUTING, Order.ORDERED),
        "funded": recharge(State.DONE, Order.FUNDED, credited=eur("1490"), reference="X-1"),
        "funded, with its invoice": recharge(
            State.DONE, Order.FUNDED, credited=eur("1490"), reference="X-1", invoiced=eur("1790"), tax=eur("0")
        ),
        "declined": recharge(State.FAILED, Order.DECLINED, declined_reason="card_expired"),
        "declined for the limit": recharge(State.FAILED, Order.DECLINED, declined_reason="limit"),
        "declined for another reason": recharge(State.FAILED, Order.DECLINED, declined_reason="other"),
    }


def licenses_in_every_state() -> dict[str, Request]:
    states = [state for state in State if state is not State.LAPSED]  # only an order is confirmed
    return {state.value: replace(LICENSES, state=state, open=state in OPEN) for state in states}


def seen(request: Request, viewer: Viewer) -> RequestValues:
    pending = request.state is State.PENDING and request.recharge is not None
    return RequestValues(
        request,
        viewer,
        WHO[viewer],
        CARMEN_AND_LUIS,
        balance_after=eur("1712.40") if pending else None,
        runs_out_on=DAY.replace(year=2027) if pending else None,
        course=COURSE if pending else (),
        teams_ids=("29:carmen", "29:luis") if viewer is Viewer.ANYBODY else ("29:own",),
        payment=path_to(Page.PAYMENT, DAY) if request.recharge and request.state is State.FAILED else None,
    )


def requests() -> dict[str, Draw]:
    cards: dict[str, Draw] = {}
    for kind, states in (
        ("recharge", recharges_in_every_state()),
        ("licenses", licenses_in_every_state()),
        ("adjustment", money_samples.adjustments()),
        ("budget", money_samples.budgets()),
    ):
        for state, request in states.items():
            for viewer in Viewer:
                cards[f"{kind}, {state}, {viewer.value}"] = partial(request_card, seen(request, viewer))
    return cards


def own_decisions() -> dict[str, Draw]:
    """The card of somebody who has decided, and of somebody who has to activate a role first."""
    pending = replace(recharge(State.PENDING), decisions=(APPROVED,))
    one = replace(LICENSES, state=State.PENDING, seats=SEATS[:1])
    refused = tuple(replace(SEATS[1], reason=reason) for reason in sorted(REASONS))
    void = replace(APPROVED, void=True)
    first = RequestValues(pending, Viewer.APPROVER, CARMEN, wants=Band(None, 2))
    values = {
        "approved by the reader": first,
        "approved by the reader, under way": replace(first, request=recharge(State.EXECUTING)),
        "approved by the reader, funded": replace(first, request=recharge(State.DONE, Order.FUNDED)),
        "rejected by the reader": replace(first, request=recharge(State.REJECTED)),
        "approved by another": replace(first, viewer_id=LUIS),
        "approval of an older revision": replace(first, request=replace(pending, revision=2)),
        "approval that is void": replace(first, request=replace(pending, decisions=(void,))),
        "licenses refused": RequestValues(
            replace(LICENSES, state=State.FAILED, seats=refused), Viewer.REQUESTER, ANA
        ),
        "as much as anybody may write": _longest(),
        "license for one": RequestValues(one, Viewer.APPROVER, LUIS),
        "waiting for one": RequestValues(
            pending, Viewer.REQUESTER, ANA, replace(CARMEN_AND_LUIS, reachable=("Luis",))
        ),
        "waiting for nobody": RequestValues(pending, Viewer.REQUESTER, ANA),
        **{
            f"dormant {role.name.lower()}": replace(
                seen(recharge(State.PENDING), Viewer.APPROVER), inactive_role=role
            )
            for role in Role
        },
    }
    return {name: partial(request_card, one) for name, one in values.items()}


def _longest() -> RequestValues:
    """The longest reason, and ten approvers with the longest comments, in letters of two bytes."""
    asked = replace(ASKED, reason="é" * 2_000)
    said = tuple(replace(APPROVED, person=PersonId(f"p{n}"), comment="ñ" * 1_000) for n in range(10))
    request = replace(recharge(State.PENDING), recharge=asked, decisions=said)
    return RequestValues(request, Viewer.APPROVER, LUIS, wants=Band(None, 11))


def lists() -> dict[str, Draw]:
    own = [RequestLine(request, Viewer.REQUESTER) for request in recharges_in_every_state().values()]
    asked = RequestLine(replace(LICENSES, state=State.PENDING), Viewer.APPROVER)
    single = RequestLine(replace(LICENSES, seats=SEATS[:1], state=State.PENDING), Viewer.APPROVER)
    others = [
        RequestLine(request, Viewer.APPROVER)
        for request in (*money_samples.adjustments().values(), *money_samples.budgets().values())
    ]
    values = {
        "none": RequestsValues((), may_recharge=True),
        "none for whoever may not recharge": RequestsValues(()),
        "own": RequestsValues(tuple(own[:10])),
        "one of mine": RequestsValues(tuple(own[:1])),
        "more than fit": RequestsValues(tuple(own)),
        "one more than fits": RequestsValues(tuple(own[:11])),
        "waiting for the reader": RequestsValues((asked, single, *own[10:])),
        "one waiting for the reader": RequestsValues((asked, *own[:3])),
        "readings and budgets": RequestsValues(tuple(others)),
    }
    return {name: partial(requests_list_card, one) for name, one in values.items()}
