"""Microsoft Teams, played for the bot on loopback.

One server holds the Bot Connector's calls (`connector_routes.py`), the files that people attach, and the control
surface for terminals (`connector_control.py`). It knows the bot by its address only.
"""

import ipaddress
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from types import TracebackType

from aiohttp import web

from bot.sandbox.connector_client import TeamsClient
from bot.sandbox.connector_control import ControlRoutes
from bot.sandbox.connector_delivery import Deliveries
from bot.sandbox.connector_failures import Failures, Verb
from bot.sandbox.connector_routes import ConnectorRoutes, error
from bot.sandbox.levers import Levers
from bot.sandbox.world import SandboxPerson, World

LARGEST_FILE_BYTES = 64 * 1024 * 1024


class SandboxTeams:
    """`teams = SandboxTeams(World()); await teams.start("http://127.0.0.1:3978"); ana = teams.client("ana")`

    `now` is the sandbox's time; `token` makes the bearer token of a delivery from the service URL, where the bot
    wants one. `faults` lists everything malformed that the bot sent or answered: good scenarios leave it empty.
    """

    def __init__(
        self,
        world: World,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        levers: Levers | None = None,
        token: Callable[[str], str] | None = None,
    ) -> None:
        self.failures = Failures()
        self._levers = levers or Levers()
        self._deliveries = Deliveries(world, now, token)
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """The service URL that activities carry, and where terminals attach; '' before the start."""
        return self._deliveries.url

    @property
    def faults(self) -> list[str]:
        return self._deliveries.faults

    async def start(self, bot_url: str, *, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen, on loopback only, and return the service URL. Raises ValueError for any other host, and OSError
        for a port that is taken. `bot_url` is the bot's address, with or without `/api/messages`."""
        if not _is_loopback(host):
            raise ValueError(f"the sandbox listens on loopback only, not on {host}")
        self._runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        bound, at = self._runner.addresses[0][:2]
        await self._deliveries.open(bot_url, f"http://{f'[{bound}]' if ':' in bound else bound}:{at}/")
        return self.url

    async def stop(self) -> None:
        await self._deliveries.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> "SandboxTeams":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def client(self, name: str, *, locale: str = "") -> TeamsClient:
        """Somebody's Teams, in their own client language or another. Raises LookupError for an unknown name."""
        person = self._deliveries.world.by_name(name)
        if person is None:
            raise LookupError(f"nobody in the sandbox is called {name!r}")
        return TeamsClient(self._deliveries, person, locale or person.client_locale)

    def set_installed(self, person: SandboxPerson, *, installed: bool) -> None:
        """Whether Saldo is in somebody's personal chat, without telling the bot: how the sandbox was left."""
        self._deliveries.chats.personal(person).has_bot = installed

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=LARGEST_FILE_BYTES, middlewares=[_this_machine_only])
        ConnectorRoutes(self._deliveries, self.failures).add_to(app)
        ControlRoutes(self._deliveries, self._levers).add_to(app)
        app.router.add_get("/files/{key}/{name}", self._file)
        app.router.add_put("/upload/{key}", self._upload)
        return app

    async def _file(self, request: web.Request) -> web.Response:
        failure = self.failures.take(Verb.DOWNLOAD)
        if failure is not None:
            return error(failure.status, failure.code, "The simulated Teams was told to fail here.")
        content = self._deliveries.files.get(request.match_info["key"])
        return error(404, "itemNotFound", "no such file") if content is None else web.Response(body=content)

    async def _upload(self, request: web.Request) -> web.Response:
        failure = self.failures.take(Verb.UPLOAD)
        if failure is not None and not failure.arrived:
            return error(failure.status, failure.code, "The simulated Teams was told to fail here.")
        content = await request.read()
        if request.headers.get("Content-Range") != f"bytes 0-{len(content) - 1}/{len(content)}":
            return error(416, "invalidRange", "Content-Range does not fit the body")
        if not self._deliveries.take_upload(request.match_info["key"], content):
            return error(404, "itemNotFound", "The upload session was not found")
        if failure is not None:
            return error(failure.status, failure.code, "The simulated Teams was told to fail here.")
        return web.json_response({"name": request.match_info["key"], "size": len(content)}, status=201)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@web.middleware
async def _this_machine_only(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """A web page must not reach the sandbox, neither through a name that points here nor by a request of its own."""
    if not _is_loopback(request.url.host or "") or "Origin" in request.headers:
        return error(403, "Forbidden", "the sandbox talks to programs on this machine only")
    return await handler(request)
