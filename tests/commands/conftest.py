"""The world in which commands are said."""

from tests.usecases.world import world as world
