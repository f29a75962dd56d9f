"""A process that lives through a recharge and is killed at one commit of the file: a real SIGKILL, on real files.

What is outside outlives it: the order desk and the messages are files beside the store, as is what was answered. The
next process is the next start of the bot: whoever got no answer asks again, and then the life goes on.

`python -m tests.attack.mortal` is the mother of these processes: it has imported everything, and forks them as each
line of its input says: one that prepares, one that lives, or a crowd that clicks at the same instant.
"""

import asyncio
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.commands.dispatch import dispatch
from bot.domain.people import Person
from bot.domain.policy import Band, Policy, Scale
from bot.domain.settings import NamedPerson
from bot.orders.desks import Desks, keep_answer
from bot.ports.messenger import MessageRef
from bot.ports.order_desk import Declined, DeskKind, Funded, Order
from bot.ports.turn import Address, Event, Message, Said
from bot.store.tiny import TinyStore, open_store
from bot.store.writer import Writer
from bot.usecases.reconcile_opening import Reading, reconcile
from cards.actions import Verb
from tests.attack.deliveries import pressed, turn
from tests.clock import StillClock
from tests.fakes import ANA, CARMEN, LUIS, TENANT, FakeDesk, FakeMessenger, person
from tests.usecases.world import SEEN_ON, World, eur

KEY = b"a key for mortals"
TWO = Policy(2, (Scale("EUR", (Band(eur(600), 1), Band(None, 2)), break_glass=eur(1_000)),))
Deed = tuple[Person, Event] | Funded | Declined | timedelta  # the purchasing system calls back; time passes


def asked(amount: int) -> tuple[Deed, ...]:
    """Ana asks for 500 first, and thinks better of it before she sends it."""
    return (
        (ANA, pressed(Verb.RECHARGE_PROPOSE, "r1", 0, "c1", amount="500")),
        (ANA, pressed(Verb.RECHARGE_PROPOSE, "r1", 1, "c1", amount=str(amount))),
        (ANA, pressed(Verb.RECHARGE_SEND, "r1", 2, "c1")),
    )


def approves(who: Person, revision: int = 2, **args: str) -> Deed:
    return (who, pressed(Verb.REQUEST_APPROVE, "r1", revision, f"c-{who.id}", confirmed="yes", **args))


CAME = Funded(eur(700), SEEN_ON, "E-700")
LIVES: dict[str, tuple[Deed, ...]] = {
    "booked": (*asked(700), approves(LUIS, comment="fine"), approves(CARMEN), CAME, (ANA, Said("balance"))),
    "talked about": (
        *asked(900),
        approves(LUIS),
        (LUIS, pressed(Verb.REQUEST_RETRACT, "r1", 2, "c-id-luis")),
        (LUIS, pressed(Verb.REQUEST_ASK, "r1", 2, "c-id-luis", comment="Why so much?")),
        (ANA, pressed(Verb.REQUEST_ANSWER, "r1", 2, "c1", comment="A campaign")),
        (ANA, pressed(Verb.RECHARGE_CHANGE, "r1", 2, "c1", amount="700")),
        approves(LUIS, 3),
        approves(CARMEN, 3),
        CAME,
    ),
    "declined": (*asked(400), approves(LUIS), Declined("card_expired")),
    "lapsed": (*asked(700), approves(LUIS), approves(CARMEN), timedelta(days=5), CAME),
    "in an emergency": (
        *asked(600),
        (ANA, pressed(Verb.BREAK_GLASS, "r1", 2, "c1", reason="the trade fair opens tomorrow")),
        CAME,
        (LUIS, pressed(Verb.REQUEST_RATIFY, "r1", 2, "c-id-luis", amount="700000000")),
        (CARMEN, pressed(Verb.REQUEST_RATIFY, "r1", 2, "c-id-carmen", amount="700000000")),
    ),
}


@dataclass(frozen=True)
class Diary:
    """What the world outside knows, whoever is alive."""

    folder: Path

    def note(self, name: str, line: str) -> None:
        with (self.folder / name).open("a") as file:
            file.write(f"{line}\n")

    def lines(self, name: str) -> list[str]:
        path = self.folder / name
        return path.read_text().splitlines() if path.exists() else []


class LastingClock(StillClock):
    """Whoever starts next starts when the leases of the dead have ended."""

    def __init__(self, diary: Diary) -> None:
        self._diary = diary
        told = diary.lines("clock")
        super().__init__(*([datetime.fromisoformat(told[-1]) + timedelta(minutes=3)] if told else []))

    def move(self, **step: float) -> None:
        super().move(**step)
        self._diary.note("clock", self.now().isoformat())


class LastingDesk(FakeDesk):
    def __init__(self, diary: Diary) -> None:
        super().__init__()
        self._diary = diary

    async def place(self, order: Order) -> None:
        self._diary.note("orders", f"{order.id} {order.amount} {order.po_number}")


class LastingMessenger(FakeMessenger):
    def __init__(self, diary: Diary) -> None:
        super().__init__()
        self._diary = diary

    async def send(self, address: Address, message: Message) -> MessageRef:
        self._diary.note("sent", f"{address.conversation_id} {message.summary or message.text}")
        return await super().send(address, message)


def dies_at(store: TinyStore, number: int, *, after: bool) -> Callable[[], int]:
    """The process kills itself at the commit with this number, leases and all: where all is written and COMMIT is
    about to run, or where that is durable and nobody has heard of it. Returns what counts."""
    writer: Writer = store._writer
    commits = 0

    def watch(sql: str) -> None:
        nonlocal commits
        commits += sql == "COMMIT"
        if sql == "COMMIT" and commits == number and not after:
            os.kill(os.getpid(), signal.SIGKILL)

    write = writer._commit

    def write_and_die(batch: list[Any]) -> None:
        write(batch)
        if after and commits == number:
            os.kill(os.getpid(), signal.SIGKILL)

    writer._connection.set_trace_callback(watch)
    setattr(writer, "_commit", write_and_die)  # noqa: B010 -- a method of this one writer
    return lambda: commits


async def prepare(folder: Path) -> None:
    """An organisation with an opening balance, two approvers, and nothing asked for."""
    store = await open_store(folder, chain_key=KEY)
    world = World(store)
    await world.adopt(TWO)
    await world.introduce(ANA, LUIS, CARMEN)
    await world.configure(approvers=(NamedPerson(CARMEN.id, CARMEN.name),))
    await world.buy(100)
    await reconcile(store, world.clock, TENANT, Reading(eur(0), world.clock.now()), ANA.id)
    await store.close()


async def live(folder: Path, name: str, number: int, *, after: bool) -> None:
    """A life from its first deed that nobody has answered to its end; `number` 0: nothing kills it."""
    diary = Diary(folder)
    store = await open_store(folder, chain_key=KEY)
    commits = dies_at(store, number, after=after)
    world = world_of(store, diary)
    await _work(world)  # what the dead have left
    for place, deed in list(enumerate(LIVES[name]))[len(diary.lines("answered")) :]:
        await _do(world, place, deed)
        diary.note("answered", str(place))
        await _work(world)
    world.clock.move(hours=2)  # whoever still looks after it sees that it has ended
    await _work(world)
    diary.note("commits", str(commits()))
    await store.close()


def world_of(store: TinyStore, diary: Diary) -> World:
    clock = LastingClock(diary)
    desk = Desks(store, clock, {DeskKind.WEBHOOK: LastingDesk(diary)})
    return World(store, clock, messenger=LastingMessenger(diary), desk=desk)  # type: ignore[arg-type]  # the real one


async def _work(world: World) -> None:
    for _ in range(2):
        await world.work()
        world.clock.move(minutes=3)


async def _do(world: World, place: int, deed: Deed) -> None:
    match deed:
        case timedelta():
            world.clock.move(seconds=deed.total_seconds())
        case Funded() | Declined():
            await keep_answer(world.store, world.clock, TENANT, "r1", deed)
        case who, event:
            await dispatch(world.house, turn(place, who, event))


CROWD = 10
TEN = tuple(person(f"P{number} Approver") for number in range(CROWD))
CLICKS = 10  # of each of them


async def prepare_crowd(folder: Path) -> None:
    """Any two of ten people may approve, and Ana's request waits for them."""
    store = await open_store(folder, chain_key=KEY)
    world = World(store)
    await world.adopt(TWO)
    await world.introduce(ANA, *TEN)
    await world.configure(approvers=tuple(NamedPerson(one.id, one.name) for one in TEN))
    await world.send(amount=700)
    await store.close()


async def click(folder: Path, which: int, start: int) -> None:
    """One person's clicks, all at once, as soon as the others are ready too; then whatever work there is."""
    who = TEN[which]
    store = await open_store(folder, chain_key=KEY)
    world = world_of(store, Diary(folder))
    world.directory.people |= {one.id: one for one in TEN}
    event = pressed(Verb.REQUEST_APPROVE, "r1", 1, f"c-{who.id}", confirmed="yes")
    await asyncio.to_thread(os.read, start, 1)
    clicks = (dispatch(world.house, turn(f"{which}-{number}", who, event)) for number in range(CLICKS))
    replies = await asyncio.gather(*clicks)
    await world.work()
    Diary(folder).note("answers", " ".join(str(bool(reply.here[0].card)) for reply in replies))
    await store.close()


def crowd(folder: Path) -> int:
    """How many of the ten processes ended well."""
    start, go = os.pipe()
    children = [_process(click(folder, which, start)) for which in range(CROWD)]
    time.sleep(0.3)  # they open the store, and wait
    os.write(go, b"!" * CROWD)
    ended = [_ending(child) for child in children]
    os.close(start)
    os.close(go)
    return ended.count(0)


def _process(work: Coroutine[Any, Any, None]) -> int:
    """Its id."""
    child = os.fork()
    if not child:
        status = 1
        try:
            asyncio.run(work)
            status = 0
        finally:
            if status:
                traceback.print_exc()
            os._exit(status)
    work.close()
    return child


def _ending(child: int) -> int:
    """How it ended: 0, or minus the signal that killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _done(order: dict[str, Any]) -> int:
    folder = Path(order["folder"])
    match order["what"]:
        case "prepare":
            return _ending(_process(prepare(folder)))
        case "live":
            return _ending(_process(live(folder, order["name"], order["number"], after=order["after"])))
        case "prepare_crowd":
            return _ending(_process(prepare_crowd(folder)))
        case _:
            return crowd(folder)


def main() -> None:
    for line in sys.stdin:
        sys.stdout.write(f"{_done(json.loads(line))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
