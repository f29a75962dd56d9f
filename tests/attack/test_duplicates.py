"""A thousand deliveries, duplicated and out of order: the same end and the same answers as once each.

Each deed has its place in the life of one request, and the lives go on beside each other. The first of a deed comes
in its place. The same click comes again at any time after that, also after the end of all, with the activity id that
it had and with others; and at any time before it, while it is too early to mean anything. A line that was typed comes
again with its own activity id: with another it would be another line.
"""

import json
import random
import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.commands.dispatch import dispatch
from bot.domain.audit import AuditRecord
from bot.domain.policy import Band, Policy, Scale
from bot.domain.requests import State
from bot.domain.settings import NamedPerson
from bot.ports.collections import DELEGATIONS, LEDGER, REQUESTS
from bot.ports.order_desk import Order
from bot.ports.turn import Pressed, Reply
from bot.store.tiny import open_store
from cards.actions import Verb
from tests.attack.bot import texts_of
from tests.attack.deeds import LIVES, NOTHING_YET, REQUESTS_OF_THEM, Where, deed_at
from tests.attack.deliveries import PromptDesk, pressed, turn
from tests.fakes import ANA, CARMEN, EVA, LUIS, OMAR, TENANT
from tests.usecases.world import World, eur

pytestmark = pytest.mark.no_cover  # long, and no rule is stated here alone

TWO = Policy(2, (Scale("EUR", (Band(eur(1_000), 1), Band(None, 2))),))


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

    async def deliver(self, where: Where, *, anew: bool = False) -> Reply:
        """`anew`: with another activity id than it had."""
        told = deed_at(where)
        self.delivered += 1
        activity: object = (where, self.delivered) if anew and isinstance(told.event, Pressed) else where
        return await dispatch(self.world.house, turn(activity, told.who, told.event))

    async def first(self, where: Where) -> None:
        self.answers[where] = await self.deliver(where)
        for _ in range(2):
            await self.world.work()
            self.world.clock.move(seconds=3)

    async def now(self, where: Where) -> list[Reply]:
        """What the request of the deed shows now to whoever did it, read only; of what is no request, or was not sent
        yet, the last answer too."""
        told, last = deed_at(where), (where[0], self.last_of(where[0]))
        look = replace(pressed(Verb.REQUEST_SHOW, told.about, 1, "card"), automatic=True)
        found = [await dispatch(self.world.house, turn("a look", told.who, look))]
        known = await self.world.store.get(REQUESTS.key(TENANT, told.about))
        is_sent = known is not None and known.body.state is not State.DRAFT
        return found if is_sent or last not in self.answers else [*found, self.answers[last]]

    def last_of(self, life: int) -> int:
        return max((number for one, number in self.answers if one == life), default=NOTHING_YET)


def beside_each_other(chance: random.Random) -> list[Where]:
    """All deeds, each life in its order."""
    left = [[(life, number) for number in range(len(LIVES[life]))] for life in range(len(LIVES))]
    found: list[Where] = []
    while any(left):
        life = chance.choices(left, weights=[len(deeds) for deeds in left])[0]
        found.append(life.pop(0))
    return found


def again(post: Post, chance: random.Random, times: int) -> list[Where]:
    """Deliveries that come now: of what was done just now, or however long ago, and of what is too early."""
    last = [(life, post.last_of(life)) for life in range(len(LIVES))]
    early = [
        (life, number)
        for life, reached in last
        for number in range(reached + 1, len(LIVES[life]))
        if reached in deed_at((life, number)).early
    ]
    just_now = [where for where in last if where in post.answers]
    kinds = [kind for kind in (early, just_now, list(post.answers)) if kind]
    return [chance.choice(chance.choice(kinds)) for _ in range(times)]


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
            await bring_again(once, often, chance, (deliveries - often.delivered) // (len(order) - at + 2))
            await once.first(where)
            await often.first(where)
            assert shown(often.answers[where]) == shown(once.answers[where]), deed_at(where)
        await bring_again(once, often, chance, deliveries - often.delivered)
        often_end, once_end = await end_of(often.world), await end_of(once.world)
        for name, what in once_end.items():
            assert often_end[name] == what, name
        assert len(await once.world.requests()) == REQUESTS_OF_THEM
    finally:
        await once.world.store.close()
        await often.world.store.close()
    return often.delivered


async def bring_again(once: Post, often: Post, chance: random.Random, times: int) -> None:
    """Every one of them is answered as the world in which nothing came twice answers it."""
    answers: dict[Where, Reply] = {}
    for where in again(often, chance, times):
        reply = await often.deliver(where, anew=chance.random() < 0.5)
        assert shown(answers.setdefault(where, reply)) == shown(reply), deed_at(where)  # under whichever activity id
    for where, answer in answers.items():
        await check_answer(once, where, answer)
    for post in (once, often):
        await post.world.work()


CHANGED = "It was changed since you saw it."
NOTHING_TO_DO = (
    "That request does not exist any more.",
    "Nobody has asked anything.",
    "There is no approval of yours to take back.",
    "Nobody decides in your place.",
    "None of these people can get the licence now.",
    "No order of this request is under way, so there is nothing to confirm.",
)


async def check_answer(once: Post, where: Where, answer: Reply) -> None:
    """It is the first answer, or what the request shows now, headed by what was told first or by what has changed."""
    told, first = deed_at(where), once.answers.get(where)
    if first is not None and shown(answer) == shown(first):
        return
    if told.reads:
        assert shown(answer) == shown(await once.deliver(where)), told
        return
    if heading(answer).startswith(NOTHING_TO_DO):
        return
    said = said_of(first, answer) if first else set()
    new = [
        {line for line in lines(answer) - lines(now) - said if not line.startswith(CHANGED)}
        for now in await once.now(where)
    ]
    assert set() in new, (told, new)


def said_of(first: Reply, answer: Reply) -> set[str]:
    """What an answer may say of the first one: its head, and where it says the same, the buttons that go with it."""
    buttons = {text for one in first.here if one.card for text in texts_of(one.card.get("actions"))}
    return {heading(first)} | (buttons if heading(first) == heading(answer) else set())


def heading(reply: Reply) -> str:
    return next((one.card["fallbackText"] if one.card else one.text for one in reply.here), "")


def lines(reply: Reply) -> set[str]:
    return {text for one in reply.here for text in (*texts_of(one.card), one.text)}


def shown(reply: Reply) -> list[str]:
    """A form is told from the next by an id of its own."""
    return [re.sub(r'"form": "[0-9a-f]+"', "", json.dumps(one.card) + one.text) for one in reply.here]


@pytest.mark.parametrize("seed", [4, 9])
async def test_a_thousand_deliveries_in_any_order_end_as_each_of_them_once(tmp_path: Path, seed: int) -> None:
    assert await compare(tmp_path, seed, deliveries=500) >= 500


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20))
async def test_twenty_times_a_thousand_deliveries_end_as_each_of_them_once(tmp_path: Path, seed: int) -> None:
    assert await compare(tmp_path, seed, deliveries=1_000) >= 1_000
