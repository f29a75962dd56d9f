"""The world in which jobs are done."""

from tests.usecases.world import world as world
