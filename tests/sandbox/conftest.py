"""The simulated Teams with a tiny bot beside it."""

from collections.abc import AsyncIterator

import pytest

from bot.sandbox.connector import SandboxTeams
from bot.sandbox.levers import Levers
from bot.sandbox.world import World
from tests.clock import StillClock
from tests.sandbox.teams_bot import TeamsBot


@pytest.fixture
async def teams_bot() -> AsyncIterator[TeamsBot]:
    bot = TeamsBot()
    await bot.start()
    yield bot
    await bot.stop()


@pytest.fixture
def teams_levers() -> Levers:
    """What can be moved in this sandbox: nothing, unless a test module says otherwise."""
    return Levers()


@pytest.fixture
async def teams(teams_bot: TeamsBot, teams_levers: Levers) -> AsyncIterator[SandboxTeams]:
    async with SandboxTeams(World(), now=StillClock().now, levers=teams_levers) as teams:
        await teams.start(teams_bot.url)
        yield teams
