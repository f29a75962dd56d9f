"""The teams room: which hosts may be spoken to. Pure: no name is looked up here."""

import re
from functools import lru_cache

from yarl import URL

from bot.teams.settings import TeamsSettings, is_loopback

# What two parsers of addresses may read differently: spaces, controls, backslashes, anything beyond ASCII.
_UNSAFE = re.compile(r"[^!-\[\]-~]")


class HostNotAllowed(Exception):
    """An address that is not on the list, not https, or no plain address at all."""


class AllowedHosts:
    """Exact names and `*.suffix` patterns, over https. Plain http is for loopback only, and loopback itself must be
    on the list unless `loopback` opens it (an edge without authentication reaches nothing else)."""

    def __init__(self, patterns: tuple[str, ...], *, loopback: bool) -> None:
        self._exact = frozenset(pattern.lower() for pattern in patterns if not pattern.startswith("*."))
        self._suffixes = tuple(pattern[1:].lower() for pattern in patterns if pattern.startswith("*."))
        self._loopback = loopback
        self.check = lru_cache(maxsize=1024)(self._check)

    def _check(self, address: str) -> URL:
        """The address parsed once, so that what was checked is what is called. Raises HostNotAllowed."""
        if _UNSAFE.search(address):
            raise HostNotAllowed("not an address")
        try:
            url = URL(address, encoded=True)
            host = (url.host or "").lower()
            port = url.port
        except ValueError:
            raise HostNotAllowed("not an address") from None
        if url.scheme not in ("https", "http") or url.user is not None or not host or not port:
            raise HostNotAllowed("not an address")
        if url.scheme == "http" and not is_loopback(host):
            raise HostNotAllowed("plain http beyond loopback")
        if not self._lists(host):
            raise HostNotAllowed("host not on the list")
        return url

    def _lists(self, host: str) -> bool:
        if is_loopback(host):
            return self._loopback or host in self._exact
        return not self._loopback and (host in self._exact or host.endswith(self._suffixes))


def service_hosts(settings: TeamsSettings) -> AllowedHosts:
    """Where replies may go."""
    return AllowedHosts(settings.service_hosts, loopback=not settings.authenticated)


def file_hosts(settings: TeamsSettings) -> AllowedHosts:
    """Where an attached file may be fetched from."""
    return AllowedHosts(settings.file_hosts, loopback=not settings.authenticated)
