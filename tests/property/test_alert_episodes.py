"""However a balance goes up and down, nobody hears of one low balance twice.

The oracle: an episode begins when a balance that was not low (or was seen for the first time) is low; it ends when
the balance is well again. Each begins with one message to each person in charge.
"""

import asyncio
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.alerts import Episode, follow, level
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
        expected = episodes(balances)
        for person in (ANA, LUIS):
            assert [to for to, _ in world.messenger.sent].count(f"chat-{person.id}") == expected
        document = await world.store.get(EPISODES.key(TENANT, "EUR"))
        assert (document.body.number if document else 0) == expected

    in_a_new_world(story)
