import hashlib
from typing import Any

from bot.domain.dropped_file import FileState
from bot.domain.jobs import Job
from bot.ports.collections import JOBS, SENT_CARDS, USAGE_DAYS
from bot.ports.errors import Final, Retry
from bot.ports.store import Put
from bot.ports.turn import File, Message
from bot.usecases.keep_file import confirm_file, drop_file, load_file
from bot.usecases.read_balance import read_balance
from cards.actions import Verb
from tests.fakes import ANA, TENANT
from tests.usecases.export_files import table
from tests.usecases.world import EN, World, eur

URL = "https://files.example/1"
CHAT = f"chat-{ANA.id}"
TWO_CALLS = table({}, {"id": "u2", "charge": "0.055"})


async def drop(world: World, content: bytes | None = TWO_CALLS) -> None:
    """A file is dropped and read."""
    await world.introduce(ANA)
    if content is not None:
        world.messenger.files[URL] = content
    await drop_file(world.store, world.clock, TENANT, "f1", ANA.id, File("calls.csv", URL))
    await world.work()


async def confirm(world: World) -> None:
    await confirm_file(world.store, world.clock, TENANT, "f1", ANA.id)
    await world.work()


async def state(world: World) -> FileState:
    return (await load_file(world.store, TENANT, "f1")).body.state


async def booked(world: World) -> int:
    """How many days of usage are booked."""
    return await world.store.count(USAGE_DAYS, TENANT)


def said(world: World) -> list[Message]:
    return [message for conversation, message in world.messenger.sent if conversation == CHAT]


def card(message: Message) -> str:
    content: Any = message.card
    assert content
    return str(content)


async def test_a_dropped_file_is_previewed_and_nothing_is_booked(world: World) -> None:
    await drop(world)
    (message,) = said(world)
    assert message.text == EN.text("lock.file_read")
    assert Verb.IMPORT_CONFIRM.value in card(message)
    assert (await state(world), await booked(world)) == (FileState.PREVIEWED, 0)
    digest = (await load_file(world.store, TENANT, "f1")).body.digest
    assert digest == hashlib.sha256(TWO_CALLS).hexdigest()


async def test_a_confirmed_file_is_booked_once_and_the_balance_is_looked_at(world: World) -> None:
    await world.buy("0.11")
    await drop(world)
    await confirm(world)
    assert (await state(world), await booked(world)) == (FileState.BOOKED, 1)
    (balance,) = (await read_balance(world.store, world.clock, TENANT)).each
    assert balance.statement.balance == eur("0.01")
    assert len(said(world)) == 3  # the preview, what was booked, and that the balance is low
    await confirm(world)
    assert len(said(world)) == 3
    assert await world.jobs() == {}


async def test_a_file_that_changed_behind_its_link_is_refused(world: World) -> None:
    await drop(world)
    world.messenger.files[URL] = table({"charge": "9000"})
    await confirm(world)
    assert (await state(world), await booked(world)) == (FileState.BROKEN, 0)
    assert said(world)[-1].text == EN.text("refusal.file_changed")


async def test_a_link_that_expired_is_told(world: World) -> None:
    await drop(world, None)
    assert await state(world) is FileState.BROKEN
    assert [message.text for message in said(world)] == [EN.text("import.gone", file="calls.csv")]


async def test_a_link_that_expired_between_preview_and_booking_books_nothing(world: World) -> None:
    await drop(world)
    world.messenger.files.clear()
    await confirm(world)
    assert (await state(world), await booked(world)) == (FileState.BROKEN, 0)
    assert said(world)[-1].text == EN.text("import.gone", file="calls.csv")


async def test_broken_rows_are_named_with_their_lines_and_nothing_of_the_file_is_booked(world: World) -> None:
    await drop(world, table({}, {"id": "u2", "charge": "many"}, {"id": "u3", "started_at": "yesterday"}))
    (message,) = said(world)
    assert "'3'" in card(message)
    assert "'4'" in card(message)
    assert Verb.IMPORT_CONFIRM.value not in card(message)
    assert (await state(world), await booked(world)) == (FileState.BROKEN, 0)


async def test_what_is_no_usage_export_is_refused_with_its_reason(world: World) -> None:
    await drop(world, b"%PDF-1.7 not a table")
    (message,) = said(world)
    assert message.text or message.card
    assert (await state(world), await booked(world)) == (FileState.BROKEN, 0)


async def test_a_file_of_which_all_is_known_has_nothing_to_confirm(world: World) -> None:
    await drop(world)
    await confirm(world)
    await drop_file(world.store, world.clock, TENANT, "f2", ANA.id, File("again.csv", URL))
    await world.work()
    assert EN.text("import.nothing_new", file="again.csv") in card(said(world)[-1])


async def test_what_other_licences_cover_and_what_differs_is_told_before_anything_is_booked(world: World) -> None:
    await drop(world)
    await confirm(world)
    world.messenger.files[URL] = table(
        {"charge": "5"}, {"id": "u3", "capability": "MCOPSTN1", "charge": "7"}, {"id": "u4"}
    )
    await drop_file(world.store, world.clock, TENANT, "f2", ANA.id, File("more.csv", URL))
    await world.work()
    preview = card(said(world)[-1])
    assert EN.text("import.differing_why") in preview
    assert EN.money(eur(7)) in preview


async def test_a_busy_link_is_followed_again(world: World) -> None:
    await world.introduce(ANA)
    world.messenger.slow[URL] = Retry("busy", after_seconds=4)
    await drop(world)
    assert await state(world) is FileState.READING
    world.messenger.slow.clear()
    world.clock.move(seconds=4)
    await world.work()
    assert await state(world) is FileState.PREVIEWED


async def test_a_preview_whose_answer_was_lost_is_shown_again_as_such(world: World) -> None:
    await world.introduce(ANA)
    world.messenger.lost[CHAT] = 1
    await drop(world)
    first, second = said(world)
    assert second.text == EN.text("lock.repeated", text=first.text)
    assert await state(world) is FileState.PREVIEWED


async def test_a_job_that_comes_again_tells_nothing_twice(world: World) -> None:
    await world.buy(1000)
    await drop(world)
    kept = await world.store.find(SENT_CARDS, TENANT)
    assert [document.key.id for document in kept.documents] == ["file:f1:preview"]
    world.messenger.broken[CHAT] = Retry("busy", after_seconds=2)
    await confirm(world)
    assert (await state(world), await booked(world)) == (FileState.BOOKING, 1)
    world.messenger.broken.clear()
    world.clock.move(seconds=2)
    await world.work()
    assert (await state(world), len(said(world))) == (FileState.BOOKED, 2)


async def test_who_blocked_saldo_meanwhile_keeps_no_file_from_being_booked(world: World) -> None:
    await drop(world)
    world.messenger.broken[CHAT] = Final("no", code="blocked")
    await confirm(world)
    assert (await state(world), await booked(world)) == (FileState.BOOKED, 1)
    assert await world.jobs() == {}


async def test_who_took_saldo_out_meanwhile_is_not_told_and_the_file_is_read_all_the_same(world: World) -> None:
    await drop(world)
    await world.introduce(ANA, installed=False)
    await confirm(world)
    assert await state(world) is FileState.BOOKED
    assert len(said(world)) == 1


async def test_jobs_of_a_file_that_is_done_with_end_and_do_nothing(world: World) -> None:
    await drop(world)
    await confirm(world)
    told = len(said(world))
    for kind in ("preview_file", "book_file"):
        job = Job(kind, world.clock.now(), {"file": "f1"})
        await world.store.commit([Put(JOBS.key(TENANT, f"{kind}:again"), job, 0)])
    await world.work()
    assert (await state(world), len(said(world)), await world.jobs()) == (FileState.BOOKED, told, {})
