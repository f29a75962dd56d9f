"""A request that nobody decides for more than a year, through restarts, and all that is sent about it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.people import Person, Role
from bot.domain.requests import State
from bot.store.connection import open_file
from tests.audited import AuditedStore
from tests.clock import StillClock
from tests.fakes import ANA, CARMEN, GRACE, LUIS, FakeDirectory, FakeMessenger
from tests.jobs.diary import MONDAY, Diary, days, line, staff
from tests.usecases.world import World

TEAM = (ANA, LUIS, CARMEN, GRACE)
REMINDED = (2, 6, 14, 30, 60, 90, 120, 150, 181, 210, 240, 270, 300, 330, 360, 391)  # days after it was asked for


@dataclass
class Office:
    """What goes on while Saldo is down: its folder, time, people, and the messages that they have."""

    folder: Path
    clock: StillClock = field(default_factory=lambda: StillClock(MONDAY))
    directory: FakeDirectory = field(default_factory=FakeDirectory)
    messenger: FakeMessenger = field(default_factory=FakeMessenger)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[World]:
        """Saldo, started anew."""
        store = AuditedStore(open_file(self.folder), chain_key=b"a key for tests")
        try:
            yield World(store, self.clock, self.directory, messenger=self.messenger)
        finally:
            await store.close()


async def test_a_request_lives_through_400_days_and_a_restart_every_five_of_them(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.directory.roles[GRACE.id] = frozenset({Role.TEAMS_ADMINISTRATOR})
    async with office.open() as world:
        await world.adopt()
        await staff(world)
        await world.introduce(GRACE)
        await world.send()
        diary = Diary(world)
    for _ in range(80):
        async with office.open() as world:
            await days(world, 5)
    reminders = [(day, line("reminder")) for day in REMINDED]
    assert {who.short_name: by_day(diary, who) for who in TEAM} == {
        "Ana": [],
        "Luis": [(0, line("approval")), *reminders],
        "Carmen": [(0, line("approval")), *reminders],
        "Grace": [(14, line("nobody_decides"))],
    }
    async with office.open() as world:
        assert (await world.request()).state is State.PENDING
        await world.approve()
        await world.work()
        assert (await world.request()).state is State.EXECUTING


def by_day(diary: Diary, who: Person) -> list[tuple[int, str]]:
    return [((at - MONDAY).days, text) for at, text in diary.dated(who)]
