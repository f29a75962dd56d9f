"""A thousand deliveries, duplicated and out of order: the same end and the same answers as once each.

Each deed has its place in the life of one request, and the lives go on beside each other. The first of a deed comes
in its place; the same click comes again at any time after that, and, where it is too early to mean anything, before
it: always with another activity id. A line that was typed comes again with the same.
"""

import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.commands.dispatch import dispatch
from bot.domain.audit import AuditRecord
from bot.domain.people import Person
from bot.domain.policy import Band, Policy, Scale
from bot.domain.settings import NamedPerson
from bot.ports.collections import DELEGATIONS, LEDGER
from bot.ports.order_desk import Order
from bot.ports.turn import Event, Reply, Said
from bot.store.tiny import open_store
from cards.actions import Verb
from tests.attack.deliveries import PromptDesk, pressed, turn
from tests.fakes import ANA, CARMEN, EVA, LUIS, OMAR, TENANT
from tests.usecases.world import World, eur

TWO = Policy(2, (Scale("EUR", (Band(eur(1_000), 1), Band(None, 2))),))


@dataclass(frozen=True)
class Deed:
    """`early`: it means nothing before the deed that comes before it."""

    who: Person
    event: Event
    early: bool = False


def deed(who: Person, verb: Verb, id_: str, revision: int, /, *, early: bool = False, **args: str) -> Deed:
    return Deed(who, pressed(verb, id_, revision, f"card-{who.id}-{id_}", **args), early)


def sent(id_: str, amount: str) -> list[Deed]:
    return [
        deed(ANA, Verb.RECHARGE_PROPOSE, id_, 0, amount=amount),
        deed(ANA, Verb.RECHARGE_SEND, id_, 1, early=True),
    ]


ONE_APPROVER = [
    deed(ANA, Verb.RECHARGE_PROPOSE, "one", 0, amount="500"),
    deed(ANA, Verb.RECHARGE_PROPOSE, "one", 1, amount="700"),
    deed(ANA, Verb.RECHARGE_SEND, "one", 2, early=True),
    deed(LUIS, Verb.REQUEST_COMMENT, "one", 2, comment="Looks right"),
    deed(LUIS, Verb.REQUEST_APPROVE, "one", 2, comment="fine"),
    deed(ANA, Verb.REQUEST_HISTORY, "one", 2),
]
TALKED_ABOUT = [
    *sent("talk", "3000"),
    deed(LUIS, Verb.REQUEST_ASK, "talk", 1, comment="Why so much?", early=True),
    deed(ANA, Verb.REQUEST_ANSWER, "talk", 1, comment="A campaign", early=True),
    deed(CARMEN, Verb.REQUEST_COMMENT, "talk", 1, comment="Hm"),
    deed(LUIS, Verb.REQUEST_ASK, "talk", 1, comment="Which one?", said="1"),
    deed(ANA, Verb.REQUEST_ANSWER, "talk", 1, comment="The spring one", said="1", early=True),
    deed(ANA, Verb.REQUEST_REMIND, "talk", 1),
    deed(LUIS, Verb.REQUEST_REASSIGN, "talk", 1, people=CARMEN.id),
    deed(ANA, Verb.REQUEST_REASSIGN, "talk", 1, people=EVA.id, asked=CARMEN.id),
    deed(LUIS, Verb.REQUEST_APPROVE, "talk", 1),  # asks whether they are sure
    deed(LUIS, Verb.REQUEST_APPROVE, "talk", 1, confirmed="yes"),
    deed(LUIS, Verb.REQUEST_RETRACT, "talk", 1, early=True),
    deed(LUIS, Verb.REQUEST_APPROVE, "talk", 1, confirmed="yes", taken_back="1", early=True),
    deed(ANA, Verb.RECHARGE_CHANGE, "talk", 1, amount="2500"),
    deed(LUIS, Verb.REQUEST_APPROVE, "talk", 2, confirmed="yes", early=True),
    deed(CARMEN, Verb.REQUEST_APPROVE, "talk", 2, confirmed="yes"),
]
REJECTED = [*sent("no", "800"), deed(CARMEN, Verb.REQUEST_REJECT, "no", 1, comment="Not now")]
WITHDRAWN = [*sent("back", "900"), deed(ANA, Verb.REQUEST_WITHDRAW, "back", 1)]
BY_HAND = [
    *sent("hand", "400"),
    deed(LUIS, Verb.REQUEST_APPROVE, "hand", 1, early=True),
    deed(LUIS, Verb.ORDER_BOUGHT, "hand", 1, order_number="E-77", early=True),
    deed(LUIS, Verb.ORDER_CONFIRM, "hand", 1, amount="400", on="2026-11-20", order_number="E-77"),
]
DECLINED = [
    *sent("fail", "300"),
    deed(LUIS, Verb.REQUEST_APPROVE, "fail", 1, early=True),
    deed(LUIS, Verb.ORDER_DECLINED, "fail", 1, reason="limit", early=True),
]
LICENSES = [
    deed(ANA, Verb.LICENSES_CHOOSE, "seats", 0, typed="Eva Ruiz, Tom Baker"),
    deed(ANA, Verb.LICENSES_SEND, "seats", 1, early=True),
    deed(OMAR, Verb.REQUEST_APPROVE, "seats", 1, early=True),
]
DELEGATED = [
    deed(LUIS, Verb.DELEGATE_START, "", 0, people=EVA.id, until="2026-11-25", form="f1"),
    deed(LUIS, Verb.DELEGATE_END, "", 0),
]
TYPED = [
    Deed(ANA, Said("recharge 250")),
    Deed(ANA, Said("balance")),
    Deed(LUIS, Said("requests")),
    deed(LUIS, Verb.ORDER_CONFIRM, "outside", 0, amount="120", on="2026-11-19", order_number="E-78"),
]
LIVES = (ONE_APPROVER, TALKED_ABOUT, REJECTED, WITHDRAWN, BY_HAND, DECLINED, LICENSES, DELEGATED, TYPED)
Where = tuple[int, int]  # which life, which deed of it


class SomeByHand(PromptDesk):
    """Hears nothing of what somebody buys by hand."""

    async def place(self, order: Order) -> None:
        await super().place(order)
        if order.id in {"hand", "fail"}:
            del self.answers[order.id]


@dataclass
class Post:
    """What delivers, and remembers the first answer to each deed."""

    world: World
    delivered: int = 0
    answers: dict[Where, Reply] = field(default_factory=dict)

    async def deliver(self, where: Where) -> Reply:
        told = deed_at(where)
        self.delivered += 1
        activity: object = where if isinstance(told.event, Said) else (where, self.delivered)
        return await dispatch(self.world.house, turn(activity, told.who, told.event))

    async def first(self, where: Where) -> None:
        self.answers[where] = await self.deliver(where)
        for _ in range(2):
            await self.world.work()
            self.world.clock.move(seconds=3)


def beside_each_other(chance: random.Random) -> list[Where]:
    """All deeds, each life in its order."""
    left = [[(life, number) for number in range(len(LIVES[life]))] for life in range(len(LIVES))]
    found: list[Where] = []
    while any(left):
        life = chance.choices(left, weights=[len(deeds) for deeds in left])[0]
        found.append(life.pop(0))
    return found


def again(order: Sequence[Where], at: int, chance: random.Random, times: int) -> list[Where]:
    """Deliveries that come around the deed `at`: of what was done, and of what is too early."""
    done = list(order[: at + 1])
    reached = {life: max((number for one, number in done if one == life), default=-1) for life in range(len(LIVES))}
    after_next = [(life, number + 2) for life, number in reached.items() if number + 2 < len(LIVES[life])]
    early = [where for where in after_next if deed_at(where).early]
    return [chance.choice(early) if early and chance.random() < 0.1 else chance.choice(done) for _ in range(times)]


async def ready(folder: Path) -> World:
    store = await open_store(folder, chain_key=b"a key for tests")
    world = World(store, desk=SomeByHand())
    await world.adopt(TWO)
    await world.introduce(ANA, LUIS, CARMEN, OMAR, EVA)
    await world.configure(approvers=tuple(NamedPerson(one.id, one.name) for one in (CARMEN, EVA)))
    await world.buy(100)
    return world


async def end_of(world: World) -> dict[str, object]:
    """All that was made of it. Denied attempts are counted, and of those there are more."""
    store = world.store
    audit: list[AuditRecord] = [record for record in await world.audit() if not record.verb.startswith("denied")]
    return {
        "requests": await world.requests(),
        "delegations": (await store.find(DELEGATIONS, TENANT)).documents,
        "ledger": [record.body for record in await store.read(LEDGER.of_tenant(TENANT))],
        "audit": audit,
        "orders": world.desk.orders,
        "placed": world.desk.placed if isinstance(world.desk, PromptDesk) else None,
        "assigned": world.licenses.assigned,
        "sent": world.messenger.sent,
        "jobs": await world.jobs(),
    }


async def compare(folder: Path, seed: int, deliveries: int) -> int:
    """How many deliveries there were."""
    chance = random.Random(seed)
    order = beside_each_other(chance)
    once, often = Post(await ready(folder / "once")), Post(await ready(folder / "often"))
    try:
        for at, where in enumerate(order):
            await once.first(where)
            await often.first(where)
            assert shown(often.answers[where]) == shown(once.answers[where]), deed_at(where)
            times = (deliveries - often.delivered) // (len(order) - at)
            for extra in again(order, at, chance, max(0, times)):
                await often.deliver(extra)
            await often.world.work()
        often_end, once_end = await end_of(often.world), await end_of(once.world)
        for name, what in once_end.items():
            assert often_end[name] == what, name
        for where in order:
            assert shown(await often.deliver(where)) == shown(await once.deliver(where)), deed_at(where)
    finally:
        await once.world.store.close()
        await often.world.store.close()
    return often.delivered


def shown(reply: Reply) -> list[str]:
    """A form is told from the next by an id of its own."""
    return [re.sub(r'"form": "[0-9a-f]+"', "", json.dumps(one.card) + one.text) for one in reply.here]


def deed_at(where: Where) -> Deed:
    return LIVES[where[0]][where[1]]


async def test_a_thousand_deliveries_in_any_order_end_as_each_of_them_once(tmp_path: Path) -> None:
    assert await compare(tmp_path, seed=4, deliveries=1_000) >= 1_000


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20))
async def test_twenty_times_a_thousand_deliveries_end_as_each_of_them_once(tmp_path: Path, seed: int) -> None:
    assert await compare(tmp_path, seed, deliveries=1_000) >= 1_000
