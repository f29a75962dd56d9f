"""The world that is looked at."""

from tests.usecases.world import world as world
