from dataclasses import replace

from bot.domain.settings import Settings
from bot.ports.errors import Retry
from bot.views.house import SUMMARY_LIMIT, card_message, reader_of_contact, reader_of_person
from tests.fakes import ANA, TENANT
from tests.usecases.world import World


async def language(world: World) -> str:
    return (await reader_of_person(world.house, TENANT, ANA.id)).language


async def test_a_message_that_nobody_asked_for_is_in_the_language_last_used(world: World) -> None:
    world.directory.people[ANA.id] = replace(ANA, preferred_language="en-US")
    await world.introduce(ANA, language="es")
    reads = world.directory.reads
    assert await language(world) == "es"
    assert world.directory.reads == reads  # and nobody else is asked


async def test_who_never_wrote_gets_the_directorys_language_then_the_clients_then_the_tenants(world: World) -> None:
    await world.configure(locale="es-ES")
    assert await language(world) == "es"
    await world.introduce(ANA, language="", client_locale="en-GB")
    assert await language(world) == "en"
    world.directory.people[ANA.id] = replace(ANA, preferred_language="es-MX")
    assert await language(world) == "es"


async def test_a_directory_that_does_not_answer_keeps_no_message_back(world: World) -> None:
    await world.configure(locale="es-ES")
    world.directory.broken["person"] = Retry("busy")
    assert await language(world) == "es"
    world.directory.broken.clear()
    del world.directory.people[ANA.id]
    assert await language(world) == "es"


async def test_times_are_in_the_persons_zone_else_in_the_tenants(world: World) -> None:
    await world.configure(zone="Europe/Madrid")
    assert (await reader_of_person(world.house, TENANT, ANA.id)).zone.key == "Europe/Madrid"
    await world.introduce(ANA, zone="America/Lima")
    assert (await reader_of_person(world.house, TENANT, ANA.id)).zone.key == "America/Lima"
    await world.introduce(ANA, zone="Nowhere/Else")
    assert (await reader_of_person(world.house, TENANT, ANA.id)).zone.key == "Europe/Madrid"
    assert reader_of_contact(None, Settings()).zone.key == "UTC"
    assert reader_of_contact(None, Settings(zone="Nowhere/Else")).zone.key == "UTC"


def test_a_card_that_was_asked_for_sums_itself_up_and_one_that_was_not_shows_its_lock_line() -> None:
    asked = card_message({"speak": "x" * 500})
    assert (asked.text, asked.summary) == ("", "x" * SUMMARY_LIMIT)
    unasked = card_message({"speak": "€500.00"}, lock="Saldo: something")
    assert unasked.text == unasked.summary == "Saldo: something"
    assert card_message({}).summary == ""
