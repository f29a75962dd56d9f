"""An address that cannot be listened on, told with what to do about it. Looks whether a port is free, no more."""

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from bot.cli.troubles import CannotListen

_LOOPBACK = "127.0.0.1"
_KEYS = {
    errno.EADDRINUSE: "cli.port_taken",
    errno.EACCES: "cli.port_forbidden",
    errno.EADDRNOTAVAIL: "cli.host_not_here",
}


@contextmanager
def listening(port: int) -> Iterator[None]:
    """What goes wrong with the address inside is raised as CannotListen; other errors as they are."""
    try:
        yield
    except socket.gaierror:
        raise CannotListen("cli.host_not_here", port=str(port)) from None
    except OSError as error:
        if error.errno not in _KEYS:
            raise
        raise CannotListen(_KEYS[error.errno], port=str(port)) from None


def require_free(port: int) -> None:
    """Raises CannotListen for a loopback port that is taken, before anything is opened."""
    with listening(port), socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as a server does: a port in TIME_WAIT is free
        probe.bind((_LOOPBACK, port))


def free_or_any(port: int) -> int:
    """The port, or 0 (any) where it is taken."""
    try:
        require_free(port)
    except CannotListen:
        return 0
    return port
