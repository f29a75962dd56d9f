"""The teams room: fetches a file that somebody attached. Allow-listed hosts, a size limit and a time limit."""

import aiohttp
from yarl import URL

from bot.domain.errors import Refusal
from bot.ports.errors import Final, NotFound, Retry
from bot.teams.bodies import read_bounded
from bot.teams.hosts import AllowedHosts, HostNotAllowed

TIMEOUT = aiohttp.ClientTimeout(total=60, sock_connect=5, sock_read=20)
MOST_REDIRECTS = 3
_REDIRECTS = (301, 302, 303, 307, 308)


async def download(session: aiohttp.ClientSession, hosts: AllowedHosts, address: str, *, limit_bytes: int) -> bytes:
    """The address is pre-authenticated: no token goes along. Redirects are followed on the list only.

    Raises Refusal("file_host"), Refusal("file_too_large", limit=bytes), NotFound, Final or Retry.
    """
    url = _checked(hosts, address)
    try:
        for _ in range(MOST_REDIRECTS + 1):
            async with session.get(url, timeout=TIMEOUT, allow_redirects=False) as response:
                if response.status not in _REDIRECTS:
                    return await _content(response, limit_bytes)
                url = _next(hosts, url, response.headers.get("Location", ""))
    except (aiohttp.ClientError, TimeoutError) as error:
        raise Retry(type(error).__name__) from None
    raise Final("redirected too often", code="redirects")


def _checked(hosts: AllowedHosts, address: str) -> URL:
    try:
        return hosts.check(address)
    except HostNotAllowed:
        raise Refusal("file_host") from None


def _next(hosts: AllowedHosts, url: URL, location: str) -> URL:
    try:
        return _checked(hosts, str(url.join(URL(location, encoded=True))))
    except ValueError:
        raise Refusal("file_host") from None


async def _content(response: aiohttp.ClientResponse, limit_bytes: int) -> bytes:
    if response.status != 200:
        raise _failure(response.status)
    content = await read_bounded(response, limit_bytes)
    if content is None:
        raise Refusal("file_too_large", limit=limit_bytes)
    return content


def _failure(status: int) -> Exception:
    if status in (404, 410):
        return NotFound("the file is gone", code="not_found")
    if status == 429 or status >= 500:
        return Retry(f"status {status}")
    return Final(f"status {status}", code=f"status_{status}")
