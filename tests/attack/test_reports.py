"""What leaves Saldo as a file names nobody to whom names are not shown, holds no number, and leaves no open door."""

import csv
import io
import zipfile
from dataclasses import replace
from datetime import date

import pytest

from bot.domain.month_end import Month
from bot.domain.people import PersonId
from bot.domain.subscription import FileTransfer, TransferState
from bot.domain.usage_batch import UsageBatch
from bot.jobs.runner import MOST_ATTEMPTS
from bot.ports.collections import USAGE_DAYS, USAGE_DETAIL
from bot.ports.errors import Retry, Unknown
from bot.ports.turn import Upload
from bot.reports.files import Format, report_file
from bot.usecases.find_anomalies import find_anomalies
from bot.usecases.import_usage import import_usage
from bot.usecases.read_month import read_month
from bot.usecases.subscribe import make_month_end, subscribe, unsubscribe
from bot.usecases.transfer_file import accept_transfer, load_transfer
from tests.attack.bot import Bot
from tests.fakes import ANA, GRACE, TENANT
from tests.usecases.world import EN, SEEN_ON, World, call, eur

OPERATOR = PersonId("operator:tests")
NOVEMBER = Month(2026, 11)
SECRET = "https://contoso-my.sharepoint.com/up?tempauth=eyJ0eXAiOiJKV1Qi"


async def test_the_audit_of_a_report_without_names_is_about_nobody(world: World) -> None:
    await world.configure(person_limit=eur("0.01"))
    await world.spend(60, user="grace.kim@contoso.example")
    await find_anomalies(world.outside, TENANT)
    await subscribe(world.store, world.clock, TENANT, GRACE.id)
    await unsubscribe(world.store, world.clock, TENANT, GRACE.id)
    told = await read_month(world.outside, TENANT, NOVEMBER, with_names=False)
    assert "grace" not in str(told).lower()
    assert [deed.subject for deed in told.deeds if deed.verb != "usage.import"] == [f"person:{SEEN_ON}", "", ""]
    named = await read_month(world.outside, TENANT, NOVEMBER, with_names=True)
    assert "grace.kim@contoso.example" in str(named.deeds)


NUMBERS = (
    "Spain +34600123456",
    "Spain (600 123 456)",
    "Mexico 5215512345678",
    "+34 600.12.34.56 Spain",
    "0034–600–123–456",
    "tel 600123456",
)


@pytest.mark.parametrize("column", ["destination", "call_type", "capability"])
async def test_a_number_among_words_is_kept_nowhere_and_in_no_file(world: World, column: str) -> None:
    told = [call(f"n{number}", SEEN_ON, **{column: text}) for number, text in enumerate(NUMBERS)]
    await import_usage(world.store, world.clock, TENANT, UsageBatch.of(told), OPERATOR)
    kept = [await world.store.find(kind, TENANT) for kind in (USAGE_DETAIL, USAGE_DAYS)]
    report = await read_month(world.outside, TENANT, NOVEMBER, with_names=True)
    shown = f"{kept} {report}"
    assert not [text for text in NUMBERS if text in shown]
    assert not any(part in shown for part in ("123456", "123 456", "12.34.56", "600–123"))


@pytest.mark.parametrize("column", ["destination", "call_type"])
async def test_words_with_a_few_figures_are_kept_as_they_are(world: World, column: str) -> None:
    rows = [call("a", SEEN_ON, **{column: "Zone 12  B (2026)"})]
    await import_usage(world.store, world.clock, TENANT, UsageBatch.of(rows), OPERATOR)
    assert "Zone 12  B (2026)" in str(await world.store.find(USAGE_DETAIL, TENANT))


async def test_calls_of_days_to_come_make_no_month_final_and_stop_no_search(world: World) -> None:
    rows = [call("a", date.max), call("b", date(2150, 1, 1)), call("c", date(2026, 10, 3))]
    await import_usage(world.store, world.clock, TENANT, UsageBatch.of(rows), OPERATOR)
    assert not (await read_month(world.outside, TENANT, Month(2026, 10), with_names=False)).is_final
    assert await find_anomalies(world.outside, TENANT) == []
    world.clock.move(days=12)  # the fourth of December
    assert await make_month_end(world.outside, TENANT) is None


async def test_calls_of_days_to_come_break_no_answer(bot: Bot) -> None:
    rows = [call("a", date.max), call("b", date.min), call("c")]
    await bot.world.buy(500)
    await import_usage(bot.world.store, bot.world.clock, TENANT, UsageBatch.of(rows), OPERATOR)
    for line in ("balance", "usage this year", "runway", "advice", "report 2026-11", "history", "explain", "rate"):
        await bot.say(line)
    assert bot.watch.bugs == []


async def accept(world: World) -> None:
    await world.introduce(ANA)
    transfer = FileTransfer(ANA.id, "2026-10", "zip", "october.zip", SECRET, "https://x", "u1", "zip")
    await accept_transfer(world.store, world.clock, TENANT, "g1", transfer)


@pytest.mark.parametrize("error", [Retry("busy"), Unknown("lost")])
async def test_an_upload_that_never_succeeds_is_told_and_its_address_forgotten(
    world: World, error: Exception
) -> None:
    await accept(world)
    world.messenger.refusals = [error] * (MOST_ATTEMPTS + 5)
    for _ in range(MOST_ATTEMPTS + 5):
        await world.work()
        world.clock.move(hours=2)
    transfer = (await load_transfer(world.store, TENANT, "g1")).body
    assert (transfer.state, transfer.url) == (TransferState.FAILED, "")
    assert [message.text[:36] for _, message in world.messenger.sent] == ["Saldo: october.zip could not be put "]
    assert await world.jobs() == {}


async def test_the_address_of_an_upload_is_in_no_repr(world: World) -> None:
    await accept(world)
    assert SECRET not in repr(await load_transfer(world.store, TENANT, "g1"))
    assert SECRET not in repr(Upload(SECRET, "october.zip", "https://x", "u1", "zip"))


@pytest.mark.parametrize("begin", ["=1+1", " =1+1", "\n=1+1", "\u00a0@SUM", "\r-1", "＝1+1", "＋1"])
async def test_no_name_and_no_department_becomes_a_formula(world: World, begin: str) -> None:
    world.directory.people[ANA.id] = replace(ANA, department=begin, name=begin)
    await world.spend(5)
    report = await read_month(world.outside, TENANT, NOVEMBER, with_names=True)
    with zipfile.ZipFile(io.BytesIO(report_file(report, Format.CSV, EN).content)) as tables:
        people = list(csv.reader(io.StringIO(tables.read("people.csv").decode("utf-8-sig"), newline="")))
    assert people[1][:2] == [f"'{begin}"] * 2
    with zipfile.ZipFile(io.BytesIO(report_file(report, Format.EXCEL, EN).content)) as book:
        sheets = [book.read(name) for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
    assert not [sheet for sheet in sheets if b"<f>" in sheet]


async def test_a_subscriber_who_left_gets_nothing_and_stops_nobody(world: World) -> None:
    await world.introduce(ANA, GRACE)
    for person in (GRACE, ANA):
        await subscribe(world.store, world.clock, TENANT, person.id)
    del world.directory.people[GRACE.id]
    await world.spend(5, date(2026, 10, 31))
    world.clock.move(days=180)  # nothing ran for half a year
    await make_month_end(world.outside, TENANT)
    await world.work()
    assert [chat for chat, _ in world.messenger.sent] == [f"chat-{ANA.id}"]
    assert await make_month_end(world.outside, TENANT) is None
