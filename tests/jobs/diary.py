"""What was sent about a request, to whom and when; and time that goes on by itself."""

from datetime import UTC, datetime, timedelta

from bot.domain.people import Person
from bot.domain.settings import NamedPerson
from bot.ports.messenger import MessageRef
from bot.ports.turn import Address, Message
from bot.usecases.forecast_balance import forecast_balances
from tests.fakes import ANA, CARMEN, LUIS, TENANT
from tests.usecases.world import EN, World

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # no holiday in Spain for two weeks


def line(name: str) -> str:
    return EN.text(f"lock.{name}", name="Ana")


LINES = ("approval", "reminder", "reminder_critical", "nobody_decides", "asked_more", "ratify", "ratify_again")
WATCHED = frozenset(map(line, (*LINES, "unratified")))  # alerts about the balance are another matter


class Diary:
    """Looks on while a world's messenger sends, and goes by its clock."""

    def __init__(self, world: World) -> None:
        self._sent: list[tuple[datetime, str, str]] = []
        send = world.messenger.send

        async def noted(address: Address, message: Message) -> MessageRef:
            ref = await send(address, message)
            if message.text in WATCHED:
                self._sent.append((world.clock.now(), address.conversation_id, message.text))
            return ref

        world.messenger.send = noted  # type: ignore[method-assign]  # only looks on

    def dated(self, who: Person) -> list[tuple[datetime, str]]:
        return [(at, text) for at, chat, text in self._sent if chat == f"chat-{who.id}"]

    def of(self, who: Person) -> list[tuple[str, str]]:
        """`("Wed 09:00", the line on the lock screen)`."""
        return [(f"{at:%a %H:%M}", text) for at, text in self.dated(who)]

    def lines(self, who: Person) -> list[str]:
        return [text for _, text in self.dated(who)]

    def times(self, who: Person) -> list[str]:
        return [when for when, _ in self.of(who)]


async def until(world: World, end: datetime) -> None:
    """Time goes on from job to job, as it does where somebody looks all the time."""
    while True:
        await world.work()
        due = min((job.due_at for job in (await world.jobs()).values() if not job.dead), default=None)
        if due is None or due > end:
            break
        world.clock.move(seconds=max(0.0, (due - world.clock.now()).total_seconds()))
    world.clock.move(seconds=(end - world.clock.now()).total_seconds())


async def days(world: World, count: float) -> None:
    await until(world, world.clock.now() + timedelta(days=count))


async def staff(world: World) -> None:
    """Luis and Carmen may approve; both have Saldo, and so has Ana."""
    await world.configure(approvers=(NamedPerson(CARMEN.id, CARMEN.name),))
    await world.introduce(ANA, LUIS, CARMEN)


async def short_of_money(world: World, lasts_days: int) -> None:
    """Ten a day are spent, and there is so much left."""
    today = world.clock.now().date()
    for number in range(30, 1, -1):
        await world.spend(10, today - timedelta(days=number))
    await world.buy(290 + lasts_days * 10, today - timedelta(days=30))
    await forecast_balances(world.store, world.clock, TENANT)
