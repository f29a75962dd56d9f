"""However time, money, people and downtime go: nobody is told too often, nor at night of what can wait."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.errors import Refusal
from bot.domain.events import AskMore, Ratify, Remind
from bot.domain.people import Person, Role
from bot.domain.policy import Band
from bot.domain.requests import Recharge, State
from bot.domain.timing import MOST_ROUNDS
from bot.ports.collections import CONTACTS
from bot.usecases.converse import edit_request, say_about
from bot.usecases.decide_request import decide_request
from bot.usecases.propose_recharge import withdraw_request
from bot.usecases.remind_people import quiet_of
from tests.fakes import ANA, CARMEN, GRACE, LUIS, TENANT
from tests.jobs.diary import Diary, days, line, staff
from tests.property.worlds import in_a_new_world
from tests.usecases.test_break_glass import EMERGENCIES, call
from tests.usecases.world import World, by, eur

PATIENT = frozenset(map(line, ("reminder", "nobody_decides", "ratify_again", "unratified")))  # it waits for the day
BY_ITSELF = frozenset(map(line, ("reminder", "reminder_critical")))
ZONES = ("Europe/Madrid", "America/Los_Angeles", "Asia/Tokyo", "Pacific/Auckland")
TWO = replace(EMERGENCIES, scales=(replace(EMERGENCIES.scales[0], bands=(Band(None, 2),)),))

SAID = ("approve", "ask more", "remind", "edit", "withdraw", "call", "ratify")
Deed = tuple[str, int]
DEEDS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["time goes on", "nobody is there"]), st.integers(1, 90)),
        st.tuples(st.sampled_from(["spend", "buy"]), st.integers(1, 300)),
        st.tuples(
            st.sampled_from(["approve", "ask more", "remind", "edit", "withdraw", "call", "ratify"]),
            st.integers(1, 9),
        ),
    ),
    max_size=14,
)


class Story:
    def __init__(self, world: World) -> None:
        self.world = world
        self.by_hand = 0

    async def begin(self, zones: list[str]) -> None:
        world = self.world
        await world.adopt(TWO)
        await staff(world)
        world.directory.roles[GRACE.id] = frozenset({Role.TEAMS_ADMINISTRATOR})
        for person, zone in zip((LUIS, CARMEN, GRACE), zones, strict=True):
            await world.introduce(person, zone=zone)
        await world.buy(400)
        await world.send()
        await world.work()

    async def do(self, deed: str, number: int) -> None:
        world = self.world
        match deed:
            case "time goes on":
                await days(world, number)
            case "nobody is there":
                world.clock.move(hours=number * 5)
                await world.work()
            case "spend":
                await world.spend(number, world.clock.now().date() - timedelta(days=1))
            case "buy":
                await world.buy(number)
            case _:
                await self._say(deed, number)

    async def _say(self, deed: str, number: int) -> None:
        world = self.world
        match deed:
            case "approve":
                await world.decide("r1", LUIS)
            case "ask more" | "remind":
                asks = deed == "ask more"
                who = CARMEN if asks else ANA
                event = AskMore("why?") if asks else Remind()
                await say_about(world.store, world.clock, world.standings, TENANT, "r1", (who.id, who.name), event)
                self.by_hand += not asks
            case "edit":
                to = Recharge(eur(100 + number), "new phones")
                await edit_request(world.store, world.clock, TENANT, "r1", by(ANA), to)
            case "withdraw":
                await withdraw_request(world.store, world.clock, TENANT, "r1", by(ANA))
            case "call":
                await call(world)
            case _:
                carmen = (CARMEN.id, CARMEN.name)
                await decide_request(world.store, world.clock, world.standings, TENANT, "r1", carmen, Ratify())


@settings(max_examples=20)
@given(DEEDS, st.lists(st.sampled_from(ZONES), min_size=3, max_size=3))
def test_nobody_is_told_too_often_nor_at_night_of_what_can_wait(deeds: list[Deed], zones: list[str]) -> None:
    async def story(world: World) -> None:
        told, diary = Story(world), Diary(world)
        await told.begin(zones)
        for deed, number in deeds:
            try:
                await told.do(deed, number)
            except Refusal:
                continue
        for person in (LUIS, CARMEN, GRACE):
            await _left_alone(world, diary, person)
            lines = diary.lines(person)
            assert sum(text in BY_ITSELF for text in lines) <= MOST_ROUNDS + told.by_hand
            assert lines.count(line("nobody_decides")) <= 2
            assert lines.count(line("ratify")) <= 1
            assert lines.count(line("ratify_again")) <= 2  # the third day is the last
            assert lines.count(line("unratified")) <= 1
        assert not [job for job in (await world.jobs()).values() if job.dead]
        if (await world.request()).state is State.WITHDRAWN:
            await _nothing_more_comes(world, diary)

    in_a_new_world(story)


async def _left_alone(world: World, diary: Diary, person: Person) -> None:
    contact = await world.store.get(CONTACTS.key(TENANT, person.id))
    assert contact is not None
    quiet = await quiet_of(world.outside, TENANT, contact.body)
    assert not [(at, text) for at, text in diary.dated(person) if text in PATIENT and quiet.holds_at(at)]


async def _nothing_more_comes(world: World, diary: Diary) -> None:
    before = [diary.lines(person) for person in (LUIS, CARMEN, GRACE)]
    await days(world, 40)
    assert [diary.lines(person) for person in (LUIS, CARMEN, GRACE)] == before
