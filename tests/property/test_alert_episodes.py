"""However a balance goes up and down, nobody hears of one low balance twice, but for once when it becomes critical.

The oracle: an episode begins when a balance that was not low (or was seen for the first time) is low; it ends when
the balance is well again, and not just about so. Each begins with one message to each person in charge; where it
began low, there is one more at the first time that it is critical or worse.
"""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.alerts import Episode, Level, Nearness, follow, level
from bot.ports.collections import EPISODES
from bot.usecases.reconcile_opening import Reading, reconcile
from bot.usecases.watch_balance import watch_balance
from tests.clock import StillClock
from tests.fakes import ANA, LUIS, TENANT
from tests.property.worlds import in_a_new_world
from tests.usecases.world import World, eur

THRESHOLD = eur(200)
BALANCES = st.lists(st.sampled_from([0, 1, 199, 200, 201, 5_000]), max_size=12)


def episodes(balances: Sequence[int]) -> int:
    """How many times a balance became low."""
    low = [balance < 200 for balance in balances]
    return sum(now and not before for before, now in zip([False, *low], low, strict=False))


@given(st.lists(st.one_of(st.none(), st.integers(-5, 400)), max_size=40), st.integers(1, 3))
def test_an_episode_is_counted_when_a_balance_becomes_low_and_at_no_other_look(
    balances: list[int | None], looks: int
) -> None:
    episode, clock, messages = Episode(), StillClock(), 0
    for balance in balances:
        for _ in range(looks):
            clock.move(minutes=15)
            after = follow(episode, level(None if balance is None else eur(balance), THRESHOLD), clock.now())
            messages += after.number != episode.number
            assert after.number in {episode.number, episode.number + 1}
            episode = after
    assert messages == episode.number == episodes([balance for balance in balances if balance is not None])


def worded(balance: int) -> Level:
    return Level.EMPTY if balance == 0 else Level.LOW if balance < 200 else Level.OK


LOOKS = st.lists(st.tuples(st.sampled_from(Level), st.booleans()), max_size=40)
LOW_OR_WORSE = frozenset({Level.LOW, Level.CRITICAL, Level.EMPTY})


def messages_of(looks: Sequence[tuple[Level, bool]]) -> list[int]:
    """For each episode how many messages there are, by going through the looks as the rule is written."""
    found: list[int] = []
    began: Level | None = None
    for now, recovered in looks:
        if began is None and now in LOW_OR_WORSE:
            began = now
            found.append(1)
        elif began is Level.LOW and now in LOW_OR_WORSE - {Level.LOW}:
            began = now
            found[-1] += 1
        elif now is Level.OK and recovered:
            began = None
    return found


@given(LOOKS)
def test_an_episode_has_one_message_and_one_more_when_it_becomes_critical(looks: list[tuple[Level, bool]]) -> None:
    episode, clock, found = Episode(), StillClock(), list[int]()
    for now, recovered in looks:
        clock.move(minutes=15)
        after = follow(episode, now, clock.now(), recovered=recovered)
        if after.number != episode.number:
            found.append(1)
        elif after.critical and not episode.critical:
            found[-1] += 1
        episode = after
    assert found == messages_of(looks)
    assert all(count <= 2 for count in found)


@given(st.integers(0, 40), st.integers(0, 10), st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_what_runs_out_earlier_is_never_less_alarming(days: int, approval_days: int, today: date) -> None:
    levels = [
        Nearness(today + timedelta(days=until), today, approval_days, "ES").level for until in range(days, -1, -1)
    ]
    order = [Level.OK, Level.LOW, Level.CRITICAL]
    assert levels == sorted(levels, key=order.index)
    assert levels[-1] is Level.CRITICAL


@settings(max_examples=25, deadline=None)
@given(BALANCES, st.integers(1, 3))
def test_everybody_in_charge_gets_one_message_an_episode(balances: list[int], looks: int) -> None:
    async def story(world: World) -> None:
        await world.introduce(ANA, LUIS)
        await world.configure(threshold=THRESHOLD)
        for balance in balances:
            world.clock.move(hours=1)
            await reconcile(world.store, world.clock, TENANT, Reading(eur(balance), world.clock.now()), ANA.id)
            await asyncio.gather(*(watch_balance(world.outside, TENANT) for _ in range(looks)))
            await world.work()
        expected = sum(messages_of([(worded(balance), True) for balance in balances]))
        for person in (ANA, LUIS):
            assert [to for to, _ in world.messenger.sent].count(f"chat-{person.id}") == expected
        document = await world.store.get(EPISODES.key(TENANT, "EUR"))
        assert (document.body.number if document else 0) == episodes(balances)

    in_a_new_world(story)
