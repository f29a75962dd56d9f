from dataclasses import replace

import pytest

from bot.domain.settings import Account, Settings
from bot.ports.collections import SETTINGS
from bot.ports.store import Conflict
from bot.usecases.settings import ATTEMPTS, change_settings, load_settings
from tests.fakes import ANA, TENANT
from tests.usecases.world import OTHER_TENANT, World, touch

KEY = SETTINGS.key(TENANT, "tenant")


async def rename(world: World, zone: str) -> Settings:
    return await change_settings(
        world.store, world.clock, TENANT, ANA.id, "zone", lambda settings: replace(settings, zone=zone)
    )


async def test_a_tenant_that_has_told_nothing_has_the_defaults(world: World) -> None:
    assert await load_settings(world.store, TENANT) == Settings()


async def test_a_change_is_kept_with_who_changed_what_from_what_to_what(world: World) -> None:
    assert (await rename(world, "Europe/Madrid")).zone == "Europe/Madrid"
    assert (await load_settings(world.store, TENANT)).zone == "Europe/Madrid"
    (record,) = await world.audit()
    assert (record.actor, record.verb) == (ANA.id, "settings.zone")
    assert (record.before, record.after) == ({"zone": ""}, {"zone": "Europe/Madrid"})


async def test_the_same_change_again_writes_nothing(world: World) -> None:
    await rename(world, "Europe/Madrid")
    await rename(world, "Europe/Madrid")
    assert await world.verbs() == ["settings.zone"]
    assert (await world.store.get(KEY)).version == 1  # type: ignore[union-attr]  # written above


async def test_a_first_word_is_kept_even_where_it_says_the_default(world: World) -> None:
    await rename(world, "UTC")
    assert await world.store.get(KEY) is not None


async def test_a_change_is_made_on_what_somebody_else_has_just_changed(world: World) -> None:
    async def rival() -> None:
        await world.configure(account=Account.MOSA)

    settings = await rename(world.beside(rival), "Europe/Madrid")
    assert (settings.account, settings.zone) == (Account.MOSA, "Europe/Madrid")
    assert await load_settings(world.store, TENANT) == settings


async def test_a_change_gives_up_when_others_are_always_faster(world: World) -> None:
    await world.configure(zone="UTC")
    with pytest.raises(Conflict):
        await rename(world.beside(*[touch(world, KEY)] * ATTEMPTS), "Europe/Madrid")
    assert (await load_settings(world.store, TENANT)).zone == "UTC"


async def test_tenants_have_settings_of_their_own(world: World) -> None:
    await rename(world, "Europe/Madrid")
    assert await load_settings(world.store, OTHER_TENANT) == Settings()
