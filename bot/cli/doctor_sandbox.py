"""The doctor's look at a sandbox: whether one runs here, and what its simulated organisation granted."""

from bot.cli.books import opened
from bot.cli.checks import Check, note, ok, problem
from bot.cli.doctor_azure import bot_answers
from bot.cli.doctor_permissions import examine_permissions, graph_of
from bot.cli.running import Running, find_running
from bot.config import Settings, SettingsError
from bot.ports.reader import Reader
from bot.sandbox.clock import SandboxClock
from bot.sandbox.graph_server import start_graph
from bot.sandbox.state import StateDocument
from bot.sandbox.terminal_link import SandboxGoneError, SandboxLink
from bot.sandbox.world import TENANT, World
from bot.store.errors import StoreError
from bot.teams.connector import make_session

AREA = "services"


async def examine_sandbox(settings: Settings, reader: Reader) -> list[Check]:
    running = find_running(settings.data)
    if running is None or not running.teams:
        return [note(AREA, reader.text("cli.doctor.no_sandbox"), reader.text("cli.doctor.no_sandbox_remedy"))]
    async with make_session() as session:
        checks = [await bot_answers(session, settings, reader), await _terminals(running, reader)]
    return checks + await _permissions(settings, reader)


async def _terminals(running: Running, reader: Reader) -> Check:
    try:
        async with SandboxLink(running.teams) as link:
            people = len(await link.people())
    except SandboxGoneError:
        return problem(AREA, reader.text("cli.doctor.terminals_gone", url=running.teams))
    return ok(AREA, reader.plural("cli.doctor.terminals", people, url=running.teams))


async def _permissions(settings: Settings, reader: Reader) -> list[Check]:
    """Asked of a Graph server of our own that tells what the running one does: both read one document."""
    try:
        store = await opened(settings)
    except (StoreError, SettingsError):
        return []  # the store's own check has told why
    try:
        document = StateDocument(store)
        graph = await start_graph(World(), document, SandboxClock(document))
        try:
            async with make_session() as session:
                return await examine_permissions(graph_of(session, graph.url, None), TENANT, "", reader)
        finally:
            await graph.close()
    finally:
        await store.close()
