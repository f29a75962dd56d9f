"""The world in which orders are placed."""

from tests.usecases.world import world as world
