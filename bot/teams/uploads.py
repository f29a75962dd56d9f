"""The teams room: puts an accepted file into somebody's own storage. Allow-listed hosts and a time limit.

Source: Microsoft, "Send and receive files through a bot"; the address is that of a OneDrive upload session.
"""

import aiohttp

from bot.domain.errors import Refusal
from bot.ports.errors import Final, NotFound, PortError, Retry, Unknown
from bot.teams.hosts import AllowedHosts, HostNotAllowed

TIMEOUT = aiohttp.ClientTimeout(total=60, sock_connect=5)
LARGEST_BYTES = 60 * 1024 * 1024  # what an upload session takes in one piece


async def upload(session: aiohttp.ClientSession, hosts: AllowedHosts, address: str, content: bytes) -> None:
    """The address is pre-authenticated: no token goes along. Redirects are not followed.

    Raises Refusal("file_host"), Refusal("file_too_large", limit=bytes), NotFound, Final, Retry or Unknown.
    """
    if len(content) > LARGEST_BYTES:
        raise Refusal("file_too_large", limit=LARGEST_BYTES)
    try:
        url = hosts.check(address)
    except HostNotAllowed:
        raise Refusal("file_host") from None
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Range": f"bytes 0-{len(content) - 1}/{len(content)}",
    }
    try:
        async with session.put(
            url, data=content, headers=headers, timeout=TIMEOUT, allow_redirects=False
        ) as response:
            if not 200 <= response.status < 300:
                raise _failure(response.status)
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        raise Retry(f"no connection: {type(error).__name__}") from None
    except (aiohttp.ClientError, TimeoutError) as error:
        raise Unknown(type(error).__name__) from None


def _failure(status: int) -> PortError:
    if status in (404, 410):
        return NotFound("the place for the file is gone", code="not_found")
    if status == 429:
        return Retry(f"status {status}")
    if status >= 500:
        return Unknown(f"status {status}")
    return Final(f"status {status}", code=f"status_{status}")
