"""What people do in the lives of ten requests and sums, in its order; and when a click of it is too early."""

from collections.abc import Container
from dataclasses import dataclass, replace

from bot.domain.people import Person
from bot.ports.turn import Event, Said
from cards.actions import Verb
from cards.order_forms import OUTSIDE
from tests.attack.deliveries import pressed
from tests.fakes import ANA, CARMEN, EVA, LUIS, OMAR

NOTHING_YET = -1  # of a life of which nothing was done


@dataclass(frozen=True)
class Deed:
    """`early`: the deeds of its life after which, as the last one done, it means nothing yet. `about`: which request.
    `reads`: it changes nothing."""

    who: Person
    event: Event
    early: Container[int] = ()
    about: str = ""
    reads: bool = False


def deed(who: Person, verb: Verb, id_: str, revision: int, /, *, early: Container[int] = (), **args: str) -> Deed:
    return Deed(who, pressed(verb, id_, revision, f"card-{who.id}-{id_}", **args), early, id_)


def before(number: int) -> range:
    """Too early until the deed of that number is done."""
    return range(NOTHING_YET, number)


def sent(id_: str, amount: str) -> list[Deed]:
    return [
        deed(ANA, Verb.RECHARGE_PROPOSE, id_, 0, amount=amount),
        deed(ANA, Verb.RECHARGE_SEND, id_, 1, early=before(0)),
    ]


ONE_APPROVER = [
    deed(ANA, Verb.RECHARGE_PROPOSE, "one", 0, amount="500"),
    deed(ANA, Verb.RECHARGE_PROPOSE, "one", 1, amount="700"),
    deed(ANA, Verb.RECHARGE_SEND, "one", 2, early=before(1)),
    deed(LUIS, Verb.REQUEST_COMMENT, "one", 2, comment="Looks right", early=before(2)),
    deed(LUIS, Verb.REQUEST_APPROVE, "one", 2, comment="fine", early=before(2)),
    replace(deed(ANA, Verb.REQUEST_HISTORY, "one", 2, early=before(4)), reads=True),
]
TALKED_ABOUT = [
    *sent("talk", "3000"),
    deed(LUIS, Verb.REQUEST_ASK, "talk", 1, comment="Why so much?", early=before(1)),
    deed(ANA, Verb.REQUEST_ANSWER, "talk", 1, comment="A campaign", early=before(2)),
    deed(CARMEN, Verb.REQUEST_COMMENT, "talk", 1, comment="Hm", early=before(1)),
    deed(LUIS, Verb.REQUEST_ASK, "talk", 1, comment="Which one?", said="1", early=before(1)),
    deed(ANA, Verb.REQUEST_ANSWER, "talk", 1, comment="The spring one", said="1", early=(NOTHING_YET, 0, 1, 3, 4)),
    deed(ANA, Verb.REQUEST_REMIND, "talk", 1, early=before(1)),
    deed(LUIS, Verb.REQUEST_REASSIGN, "talk", 1, people=CARMEN.id, early=before(1)),
    deed(ANA, Verb.REQUEST_REASSIGN, "talk", 1, people=EVA.id, asked=CARMEN.id, early=before(8)),
    deed(LUIS, Verb.REQUEST_APPROVE, "talk", 1, early=before(1)),  # asks whether they are sure
    deed(LUIS, Verb.REQUEST_APPROVE, "talk", 1, confirmed="yes", early=before(1)),
    deed(LUIS, Verb.REQUEST_RETRACT, "talk", 1, early=before(11)),
    deed(LUIS, Verb.REQUEST_APPROVE, "talk", 1, confirmed="yes", taken_back="1", early=before(12)),
    deed(ANA, Verb.RECHARGE_CHANGE, "talk", 1, amount="2500", early=before(1)),
    deed(LUIS, Verb.REQUEST_APPROVE, "talk", 2, confirmed="yes", early=before(14)),
    deed(CARMEN, Verb.REQUEST_APPROVE, "talk", 2, confirmed="yes", early=before(14)),
]
REJECTED = [*sent("no", "800"), deed(CARMEN, Verb.REQUEST_REJECT, "no", 1, comment="Not now", early=before(1))]
WITHDRAWN = [*sent("back", "900"), deed(ANA, Verb.REQUEST_WITHDRAW, "back", 1, early=before(0))]
BY_HAND = [
    *sent("hand", "400"),
    deed(LUIS, Verb.REQUEST_APPROVE, "hand", 1, early=before(1)),
    deed(LUIS, Verb.ORDER_BOUGHT, "hand", 1, order_number="E-77", early=before(2)),
    deed(LUIS, Verb.ORDER_CONFIRM, "hand", 1, amount="400", on="2026-11-20", order_number="E-77", early=(0, 1)),
]
DECLINED = [
    *sent("fail", "300"),
    deed(LUIS, Verb.REQUEST_APPROVE, "fail", 1, early=before(1)),
    deed(LUIS, Verb.ORDER_DECLINED, "fail", 1, reason="limit", early=before(2)),
]
LICENSES = [
    deed(ANA, Verb.LICENSES_CHOOSE, "seats", 0, typed="Eva Ruiz, Tom Baker"),
    deed(ANA, Verb.LICENSES_SEND, "seats", 1, early=before(0)),
    deed(OMAR, Verb.REQUEST_APPROVE, "seats", 1, early=before(1)),
]
DELEGATED = [
    deed(LUIS, Verb.DELEGATE_START, "", 0, people=EVA.id, until="2026-11-25", form="f1"),
    deed(LUIS, Verb.DELEGATE_END, "", 0, early=before(0)),
]
TYPED = [
    Deed(ANA, Said("recharge 250")),
    Deed(ANA, Said("balance"), early=before(1), reads=True),
    Deed(LUIS, Said("requests"), early=before(2), reads=True),
]
TOLD = [  # bought without an order
    deed(LUIS, Verb.ORDER_CONFIRM, "outside", 0, amount="120", on="2026-11-19", order_number="E-78", belongs=OUTSIDE)
]
LIVES = (ONE_APPROVER, TALKED_ABOUT, REJECTED, WITHDRAWN, BY_HAND, DECLINED, LICENSES, DELEGATED, TYPED, TOLD)
REQUESTS_OF_THEM = 8  # of seven lives, and the line that was typed
Where = tuple[int, int]  # which life, which deed of it


def deed_at(where: Where) -> Deed:
    return LIVES[where[0]][where[1]]
