"""A process that lives through a recharge and is killed at one commit of the file: a real SIGKILL, on real files.

What is outside outlives it: the order desk and the messages are files beside the store, as is what was answered. The
next process is the next start of the bot: whoever got no answer asks again, and then the life goes on.

`python -m tests.attack.mortal` is the mother of these processes: it has imported everything, and forks one a line.
"""

import asyncio
import json
import os
import signal
import sys
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
from bot.ports.order_desk import DeskKind, Funded, Order
from bot.ports.turn import Address, Event, Message, Said
from bot.store.tiny import TinyStore, open_store
from bot.store.writer import Writer
from cards.actions import Verb
from tests.attack.deliveries import pressed, turn
from tests.clock import StillClock
from tests.fakes import ANA, CARMEN, LUIS, TENANT, FakeDesk, FakeMessenger
from tests.usecases.world import SEEN_ON, World, eur

KEY = b"a key for mortals"
TWO = Policy(2, (Scale("EUR", (Band(eur(600), 1), Band(None, 2))),))
FUNDED = Funded(eur(700), SEEN_ON, "E-700")
Deed = tuple[Person, Event] | Funded

DEEDS: tuple[Deed, ...] = (
    (ANA, pressed(Verb.RECHARGE_PROPOSE, "r1", 0, "c1", amount="500")),
    (ANA, pressed(Verb.RECHARGE_PROPOSE, "r1", 1, "c1", amount="700")),
    (ANA, pressed(Verb.RECHARGE_SEND, "r1", 2, "c1")),
    (LUIS, pressed(Verb.REQUEST_APPROVE, "r1", 2, "c2", comment="fine", confirmed="yes")),
    (CARMEN, pressed(Verb.REQUEST_APPROVE, "r1", 2, "c3", confirmed="yes")),
    FUNDED,  # the purchasing system calls back, until it is heard
    (ANA, Said("balance")),
)


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
    await store.close()


async def live(folder: Path, number: int, *, after: bool) -> None:
    """From the first deed that nobody has answered to the end."""
    diary = Diary(folder)
    store = await open_store(folder, chain_key=KEY)
    commits = dies_at(store, number, after=after)
    clock = LastingClock(diary)
    desk = Desks(store, clock, {DeskKind.WEBHOOK: LastingDesk(diary)})
    world = World(store, clock, messenger=LastingMessenger(diary), desk=desk)  # type: ignore[arg-type]  # the real one
    await _work(world)  # what the dead have left
    for place, deed in list(enumerate(DEEDS))[len(diary.lines("answered")) :]:
        await _do(world, place, deed)
        diary.note("answered", str(place))
        await _work(world)
    diary.note("commits", str(commits()))
    await store.close()


async def _work(world: World) -> None:
    for _ in range(2):
        await world.work()
        world.clock.move(minutes=3)


async def _do(world: World, place: int, deed: Deed) -> None:
    if isinstance(deed, Funded):
        await keep_answer(world.store, world.clock, TENANT, "r1", deed)
        return
    who, event = deed
    await dispatch(world.house, turn(place, who, event))


def _in_a_process(work: Coroutine[Any, Any, None]) -> int:
    """How it ended: 0, or minus the signal that killed it."""
    child = os.fork()
    if not child:
        status = 1
        try:
            asyncio.run(work)
            status = 0
        finally:
            os._exit(status)
    work.close()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        folder = Path(order["folder"])
        work = live(folder, order["number"], after=order["after"]) if "number" in order else prepare(folder)
        sys.stdout.write(f"{_in_a_process(work)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
