"""Help, the balance, the welcome and dropped files."""

from dataclasses import replace

from bot.domain.dropped_file import FileState
from bot.domain.people import PersonId, Role
from bot.domain.settings import Account, NamedPerson, SetupStep
from bot.ports.collections import CONTACTS
from bot.ports.errors import Retry
from bot.ports.turn import Scope
from bot.usecases.keep_file import load_file, move_file
from bot.usecases.settings import load_settings
from cards.actions import Verb
from tests.commands.talk import Talk, signed
from tests.fakes import ANA, EVA, LUIS, TENANT
from tests.usecases.world import EN, World


async def test_help_tells_everybody_what_they_may_say_and_nothing_else(world: World) -> None:
    ana, eva = await Talk(world, ANA).say("help"), await Talk(world, EVA).press(signed(Verb.HELP_SHOW))
    for name in ("balance", "recharge", "setup", "assign", "requests"):
        assert EN.text(f"command.{name}.description") in ana.shown
    for key in ("command.assign.own_description", "command.requests.description"):
        assert EN.text(key) in eva.shown
    for name in ("balance", "recharge", "setup", "assign"):
        assert EN.text(f"command.{name}.description") not in eva.shown


async def test_the_balance_offers_a_recharge_to_those_who_may_and_can_buy(world: World) -> None:
    await world.buy(1000)
    world.directory.roles[EVA.id] = frozenset({Role.GLOBAL_READER})
    assert Verb.RECHARGE_OPEN in (await Talk(world, ANA).say("balance")).verbs
    assert Verb.RECHARGE_OPEN not in (await Talk(world, EVA).press(signed(Verb.BALANCE_SHOW))).verbs
    await world.configure(account=Account.MCA)
    assert Verb.RECHARGE_OPEN not in (await Talk(world, ANA).say("balance")).verbs


async def test_in_a_channel_the_worst_of_several_wallets_is_the_state_word(world: World) -> None:
    await world.introduce(ANA)
    channel = Talk(world, ANA, Scope.CHANNEL)
    unknown = (await channel.say("balance")).text
    await world.buy(1000)
    well = (await channel.say("balance")).text
    await world.spend(900)
    low = (await channel.say("balance")).text
    await world.spend(5, currency="USD")
    await world.spend(900)
    assert len({unknown, well, low}) == 3
    assert not any(figure in text for text in (unknown, well, low) for figure in "0123456789")


async def test_an_installation_is_welcomed_once_and_its_installer_set_up(world: World) -> None:
    ana = Talk(world, ANA, locale="es-ES", zone="Europe/Madrid")
    assert (await ana.install()).verbs == [Verb.SETUP_OPEN, Verb.HELP_SHOW]
    assert (await ana.install()).messages == ()
    settings = await load_settings(world.store, TENANT)
    assert (settings.installer, settings.zone) == (NamedPerson(ANA.id, ANA.name), "Europe/Madrid")
    await ana.remove()
    assert (await ana.install()).messages != ()


async def test_the_set_up_is_offered_to_its_keepers_while_it_is_not_finished(world: World) -> None:
    await Talk(world, EVA).install()  # the first one to install it, whoever it is
    assert Verb.SETUP_OPEN in (await Talk(world, LUIS).install()).verbs
    await Talk(world, LUIS).remove()
    await world.configure(steps={step.value: "skipped" for step in SetupStep})
    assert (await Talk(world, LUIS).install()).verbs == [Verb.HELP_SHOW]


async def test_an_installation_of_which_teams_does_not_say_whose_it_is_installs_nobody(world: World) -> None:
    assert (await Talk(world, replace(EVA, id=PersonId(""))).install()).messages == ()
    assert (await load_settings(world.store, TENANT)).installer is None


async def test_an_installer_whose_name_changed_is_still_the_installer(world: World) -> None:
    await world.configure(installer=NamedPerson(EVA.id, "Eva R."))
    assert Verb.SETUP_OPEN in (await Talk(world, EVA).install()).verbs


async def test_rights_that_cannot_be_read_keep_nobody_from_being_welcomed(world: World) -> None:
    await world.configure(installer=NamedPerson(EVA.id, EVA.name))
    world.directory.broken["active_roles"] = Retry("busy")
    assert (await Talk(world, ANA).install()).verbs == [Verb.HELP_SHOW]


async def test_a_channel_hears_once_who_added_saldo(world: World) -> None:
    channel = Talk(world, ANA, Scope.CHANNEL)
    answer = await channel.install()
    assert ANA.name in answer.shown
    assert (await channel.install()).messages == ()
    assert await world.store.get(CONTACTS.key(TENANT, ANA.id)) is None
    await channel.remove()
    assert (await channel.install()).messages != ()


async def dropped(world: World) -> str:
    """The id of a file that Ana dropped and that was previewed."""
    await Talk(world, ANA).drop("calls.csv")
    (job,) = (await world.jobs()).values()
    file_id = job.payload["file"]
    await move_file(world.store, await load_file(world.store, TENANT, file_id), FileState.PREVIEWED)
    return file_id


async def test_each_dropped_file_is_read_by_a_job_of_its_own(world: World) -> None:
    answer = await Talk(world, ANA).drop("one.csv", "two.zip", text="here you are")
    assert answer.text == EN.text("import.reading", names=["one.csv", "two.zip"])
    assert await world.job_kinds() == ["preview_file", "preview_file"]


async def test_who_may_not_change_what_is_booked_drops_files_for_nothing(world: World) -> None:
    answer = await Talk(world, EVA).drop("calls.csv")
    assert EN.text("refusal.not_allowed_change_settings") in answer.shown
    assert await world.job_kinds() == ["record_denial"]


async def test_a_previewed_file_is_booked_by_one_job_however_often_it_is_confirmed(world: World) -> None:
    button = signed(Verb.IMPORT_CONFIRM, await dropped(world))
    for _ in range(2):
        assert (await Talk(world, ANA).press(button)).text == EN.text("import.booking_line", file="calls.csv")
    assert await world.job_kinds() == ["book_file", "preview_file"]


async def test_a_file_that_was_canceled_is_not_booked_by_an_old_button(world: World) -> None:
    file_id = await dropped(world)
    for verb in (Verb.IMPORT_CANCEL, Verb.IMPORT_CONFIRM):
        answer = await Talk(world, ANA).press(signed(verb, file_id))
        assert answer.first_line == EN.text("import.canceled", file="calls.csv")
    assert await world.job_kinds() == ["preview_file"]


async def test_a_file_is_neither_booked_nor_canceled_by_anybody_else(world: World) -> None:
    file_id = await dropped(world)
    for verb in (Verb.IMPORT_CANCEL, Verb.IMPORT_CONFIRM):
        assert (await Talk(world, LUIS).press(signed(verb, file_id))).text == EN.text("refusal.file_not_yours")
        assert (await Talk(world, ANA).press(signed(verb, "gone"))).text == EN.text("refusal.file_unknown")
        assert (await Talk(world, ANA).press(signed(verb))).text == EN.text("refusal.request_unknown")


async def test_who_lost_the_right_meanwhile_books_nothing(world: World) -> None:
    file_id = await dropped(world)
    world.directory.roles[ANA.id] = frozenset()
    world.clock.move(minutes=5)
    answer = await Talk(world, ANA).press(signed(Verb.IMPORT_CONFIRM, file_id))
    assert answer.text == EN.text("refusal.not_allowed_change_settings")
    assert await world.job_kinds() == ["preview_file", "record_denial"]


async def test_every_state_of_a_file_is_told_in_words(world: World) -> None:
    file_id = await dropped(world)
    for state in (FileState.READING, FileState.BOOKED, FileState.BROKEN):
        await move_file(world.store, await load_file(world.store, TENANT, file_id), state)
        answer = await Talk(world, ANA).press(signed(Verb.IMPORT_CONFIRM, file_id))
        assert answer.text == EN.text(f"import.{state}_line", file="calls.csv")
