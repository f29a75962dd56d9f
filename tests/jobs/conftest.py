"""The world in which jobs are done."""

import pytest

from tests.jobs.diary import Diary
from tests.usecases.world import World
from tests.usecases.world import world as world


@pytest.fixture
def office(world: World) -> World:
    """The world on a Monday morning."""
    world.clock.move(days=1)
    return world


@pytest.fixture
def diary(office: World) -> Diary:
    return Diary(office)
