"""Whether the organisation granted what Saldo asks of Graph: each call is tried, none changes anything.

The one that writes is tried on a person who does not exist.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import aiohttp

from bot.cli.checks import Check, ok, problem
from bot.domain.licenses import CREDITS_SKU
from bot.domain.people import PersonId, Role, TenantId
from bot.graph.call_log import READ_CALLS, GraphCallLog
from bot.graph.client import GraphClient, TokenSource
from bot.graph.directory import READ_GROUPS, READ_ROLES, READ_USERS, GraphDirectory
from bot.graph.licenses import ASSIGN_LICENSES, READ_LICENSES, GraphLicenses
from bot.graph.pace import Pace
from bot.ports.errors import Final, MissingPermission, PortError
from bot.ports.licenses import AssignmentRefused
from bot.ports.reader import Reader

AREA = "permissions"
PACE = Pace(attempts=2, longest_wait_seconds=2.0, timeout_seconds=10.0)  # somebody waits


@dataclass(frozen=True, slots=True)
class Graph:
    directory: GraphDirectory
    licenses: GraphLicenses
    call_log: GraphCallLog


Probe = Callable[[Graph, TenantId], Awaitable[object]]


def graph_of(session: aiohttp.ClientSession, url: str, tokens: TokenSource | None) -> Graph:
    client = GraphClient(session, url, tokens, pace=PACE)
    return Graph(GraphDirectory(client), GraphLicenses(client), GraphCallLog(client))


async def examine_permissions(graph: Graph, tenant: TenantId, consent_url: str, reader: Reader) -> list[Check]:
    tried = (_try(permission, probe(graph, tenant), consent_url, reader) for permission, probe in PROBES.items())
    return list(await asyncio.gather(*tried))


async def _try(permission: str, call: Awaitable[object], consent_url: str, reader: Reader) -> Check:
    use = reader.text(f"cli.doctor.use_{permission.replace('.', '_').replace('-', '_').lower()}")
    try:
        await call
    except MissingPermission:
        remedy = reader.text("cli.doctor.grant", permission=permission)
        return problem(
            AREA,
            reader.text("cli.doctor.permission_missing", permission=permission, use=use),
            f"{remedy} {consent_url}".strip(),
        )
    except PortError as error:
        detail = error.message or (error.code if isinstance(error, Final) else type(error).__name__)
        text = reader.text("cli.doctor.permission_unknown", permission=permission, detail=detail)
        return problem(AREA, text, reader.text("cli.doctor.try_later"))
    return ok(AREA, reader.text("cli.doctor.permission", permission=permission, use=use))


async def _calls(graph: Graph, tenant: TenantId) -> None:
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    async for _ in graph.call_log.pstn_calls(tenant, yesterday, yesterday):
        return  # the first page tells


async def _seats(graph: Graph, tenant: TenantId) -> None:
    await graph.licenses.seats(tenant)


async def _nobody(graph: Graph, tenant: TenantId) -> None:
    await graph.directory.person(tenant, PersonId(str(uuid4())))


async def _roles(graph: Graph, tenant: TenantId) -> None:
    await graph.directory.holders(tenant, Role.BILLING_ADMINISTRATOR)


async def _groups(graph: Graph, tenant: TenantId) -> None:
    await graph.directory.groups(tenant, "saldo", limit=1)


async def _assignment(graph: Graph, tenant: TenantId) -> None:
    try:
        await graph.licenses.assign(tenant, PersonId(str(uuid4())), CREDITS_SKU)
    except MissingPermission:
        raise
    except AssignmentRefused:
        return  # nobody has this id: that is how far a granted call gets


PROBES: dict[str, Probe] = {
    READ_CALLS: _calls,
    READ_USERS: _nobody,
    READ_GROUPS: _groups,
    READ_ROLES: _roles,
    READ_LICENSES: _seats,
    ASSIGN_LICENSES: _assignment,
}
