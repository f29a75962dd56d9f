"""The world in which use-cases are tried."""

from tests.usecases.world import world as world
