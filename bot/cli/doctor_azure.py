"""The doctor's look at Microsoft's services: what can be reached, who lets us in, what the organisation granted."""

from urllib.parse import urlsplit

import aiohttp
import msgspec

from bot.app.saldo import consent_url
from bot.cli.books import tenant_of
from bot.cli.checks import Check, State, note, ok, problem
from bot.cli.doctor_permissions import examine_permissions, graph_of
from bot.cli.running import find_running
from bot.config import Settings
from bot.domain.people import TenantId
from bot.graph.client import TokenSource
from bot.graph.tokens import azure_tokens
from bot.ports.errors import Final, PortError
from bot.ports.reader import Reader
from bot.teams.connector import make_session

AREA = "services"
TIMEOUT = aiohttp.ClientTimeout(total=10)
_SIGN_IN_REMEDIES = {
    "AADSTS7000215": "secret",  # the secret is wrong
    "AADSTS7000222": "secret",  # the secret has expired
    "AADSTS700016": "app",  # no such application in this tenant
    "AADSTS90002": "tenant",  # no such tenant
    "AADSTS700027": "certificate",  # the certificate is not registered, or has expired
}


async def examine_azure(settings: Settings, asked: str, reader: Reader) -> list[Check]:
    """Permissions in the tenant that was asked for, else in all that are allowed."""
    tenants = (tenant_of(settings, asked),) if asked else settings.allowed_tenants
    async with make_session() as session:
        checks = [await metadata(session, settings.openid_metadata_url, reader)]
        checks.append(await bot_answers(session, settings, reader))
        try:
            tokens = azure_tokens(settings, session)
        except (OSError, ValueError):
            return [*checks, problem(AREA, reader.text("setting.not_a_certificate"))]
        try:
            signed_in = [await sign_in(settings, tokens, (settings.bot_scope, ""), reader)]
            for tenant in tenants:
                signed_in += await _organization(settings, session, tokens, tenant, reader)
            return checks + signed_in
        finally:
            await tokens.close()


async def _organization(
    settings: Settings, session: aiohttp.ClientSession, tokens: TokenSource, tenant: TenantId, reader: Reader
) -> list[Check]:
    """Without a token Graph tells nothing; over plain http (loopback) none is sent."""
    checks: list[Check] = []
    if settings.graph_url.startswith("https"):
        checks = [await sign_in(settings, tokens, (settings.graph_scope, tenant), reader)]
    if any(check.state is State.PROBLEM for check in checks):
        return checks
    graph = graph_of(session, settings.graph_url, tokens)
    return checks + await examine_permissions(graph, tenant, consent_url(settings), reader)


async def metadata(session: aiohttp.ClientSession, url: str, reader: Reader) -> Check:
    """Whether the keys of inbound tokens can be fetched."""
    host = urlsplit(url).hostname or url
    try:
        document = await _json(session, url)
        keys = (await _json(session, str(document.get("jwks_uri")))).get("keys")
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        text = reader.text("cli.doctor.metadata_unreachable", host=host, error=type(error).__name__)
        return problem(AREA, text, reader.text("cli.doctor.network_remedy", host=host))
    if not keys:
        return problem(AREA, reader.text("cli.doctor.metadata_empty", host=host))
    return ok(AREA, reader.text("cli.doctor.metadata", host=host))


async def _json(session: aiohttp.ClientSession, url: str) -> dict[str, object]:
    """Raises ValueError for what is no JSON object, and aiohttp's errors."""
    async with session.get(url, timeout=TIMEOUT) as response:
        response.raise_for_status()
        try:
            return msgspec.json.decode(await response.read(), type=dict[str, object])
        except msgspec.DecodeError:
            raise ValueError("not a JSON object") from None


async def bot_answers(session: aiohttp.ClientSession, settings: Settings, reader: Reader) -> Check:
    """Whether the bot of this data folder is ready; that none runs is worth a note."""
    running = find_running(settings.data)
    if running is None:
        return note(AREA, reader.text("cli.doctor.no_bot"), reader.text("cli.doctor.no_bot_remedy"))
    try:
        async with session.get(f"{running.bot}/readyz", timeout=TIMEOUT) as response:
            is_ready = response.status == 200
    except (aiohttp.ClientError, TimeoutError):
        is_ready = False
    if is_ready:
        return ok(AREA, reader.text("cli.doctor.bot_ready", url=running.bot))
    return problem(AREA, reader.text("cli.doctor.bot_not_ready", url=running.bot))


async def sign_in(settings: Settings, tokens: TokenSource, asked: tuple[str, str], reader: Reader) -> Check:
    """Whether there is a token for (scope, tenant)."""
    what = urlsplit(asked[0]).hostname or asked[0]
    try:
        await tokens.token(*asked)
    except Final as refused:
        remedy = reader.text(f"cli.doctor.sign_in_{_SIGN_IN_REMEDIES.get(refused.message, 'other')}")
        text = reader.text("cli.doctor.sign_in_refused", what=what, code=refused.message)
        return problem(AREA, text, remedy)
    except PortError as error:
        text = reader.text("cli.doctor.sign_in_unreachable", what=what, error=error.message)
        return problem(
            AREA, text, reader.text("cli.doctor.network_remedy", host=urlsplit(settings.authority_url).hostname or "")
        )
    return ok(AREA, reader.text("cli.doctor.sign_in", what=what))
