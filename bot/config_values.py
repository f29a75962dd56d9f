"""How one setting's text is read: text in, value out, or `Wrong` with a code. Pure; the table is `bot/config.py`."""

import re
from base64 import urlsafe_b64decode
from binascii import Error as NotBase64
from collections.abc import Callable
from enum import StrEnum
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.people import TenantId

KEY_BYTES = 32
LANGUAGES = ("en", "es")

_HEX = re.compile(r"[0-9a-fA-F]+")
_BASE64 = re.compile(r"[A-Za-z0-9_-]+")
_HOST = re.compile(r"(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_LOCALE = re.compile(r"[a-z]{2}(-[A-Z]{2}|-[0-9]{3})?")


class AppType(StrEnum):
    SINGLE_TENANT = "SingleTenant"
    MANAGED_IDENTITY = "UserAssignedMSI"


class Wrong(Exception):
    """A setting cannot be read. `detail` never holds its value."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


def is_loopback(host: str) -> bool:
    """Whether a host name or address never leaves this machine."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def text(told: str) -> str:
    return told


def guid(told: str) -> str:
    try:
        return str(UUID(told)) if told else ""
    except ValueError:
        raise Wrong("not_a_guid") from None


def tenants(told: str) -> tuple[TenantId, ...]:
    return tuple(TenantId(guid(part)) for part in _parts(told))


def _parts(told: str) -> list[str]:
    return [part.strip() for part in told.split(",") if part.strip()]


def app_type(told: str) -> AppType:
    if told == "MultiTenant":
        raise Wrong("multi_tenant_ended", ", ".join(AppType))
    return AppType(one_of(*AppType)(told))


def one_of(*choices: str) -> Callable[[str], str]:
    def read(told: str) -> str:
        for choice in choices:
            if told.lower() == choice.lower():
                return choice
        raise Wrong("not_a_choice", ", ".join(choices))

    return read


def is_public(address: str) -> bool:
    """Whether it is an IP address of the internet, also where IPv6 wraps one of IPv4."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


def host_of(address: str) -> str:
    """'' where it has none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def is_name(host: str) -> bool:
    """Whether a host has to be looked up; a name of this machine does not."""
    try:
        ip_address(host)
    except ValueError:
        return bool(host) and host != "localhost" and not host.endswith(".localhost")
    return False


def https(told: str) -> str:
    """An address that tokens or keys come from: never in the clear, whoever asks."""
    return _address(told, loopback_in_clear=False)


def https_or_loopback(told: str) -> str:
    return _address(told, loopback_in_clear=True)


def _address(told: str, *, loopback_in_clear: bool) -> str:
    try:
        address = urlsplit(told)
        host, _ = address.hostname or "", address.port
    except ValueError:
        raise Wrong("not_an_address") from None
    if not host or address.scheme not in ("http", "https") or address.username or address.query or address.fragment:
        raise Wrong("not_an_address")
    if address.scheme == "http" and not (loopback_in_clear and is_loopback(host)):
        raise Wrong("not_https")
    return told.rstrip("/")


def webhook(told: str) -> str:
    """Where orders go: https at a host of the internet, or this machine. A query is a part of it, and may be secret.
    '' stays '': there is none."""
    if not told:
        return ""
    host = host_of(_address(told.partition("?")[0], loopback_in_clear=True))
    if not (is_loopback(host) or is_name(host) or is_public(host)):
        raise Wrong("not_public")
    return told


def hosts(told: str) -> tuple[str, ...]:
    names = tuple(part.lower() for part in _parts(told))
    if not all(_HOST.fullmatch(name) for name in names):
        raise Wrong("not_a_host")
    return names


def path(told: str) -> Path | None:
    return Path(told) if told else None


def keys(told: str) -> tuple[bytes, ...]:
    return tuple(button_key(part) for part in _parts(told))


def button_key(told: str) -> bytes:
    """A key from hex or base64 text (either alphabet). At least 32 bytes, and not a pattern."""
    try:
        key = bytes.fromhex(told) if _HEX.fullmatch(told) else _base64(told)
    except (ValueError, NotBase64):
        raise Wrong("not_a_key") from None
    if len(key) < KEY_BYTES or len(set(key)) < KEY_BYTES // 2:  # 32 random bytes hold about 30 different ones
        raise Wrong("weak_key", str(KEY_BYTES))
    return key


def _base64(told: str) -> bytes:
    safe = told.replace("+", "-").replace("/", "_").rstrip("=")
    if not _BASE64.fullmatch(safe):
        raise ValueError("not base64")
    return urlsafe_b64decode(safe + "=" * (-len(safe) % 4))


def port(told: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", told) or int(told) > 65_535:
        raise Wrong("not_a_port")
    return int(told)


def locale(told: str) -> str:
    """'' stays '': then the first installer's client tells."""
    if not told:
        return ""
    name = told.replace("_", "-")
    if not _LOCALE.fullmatch(name) or name[:2] not in LANGUAGES:
        raise Wrong("not_a_locale", ", ".join(LANGUAGES))
    return name


def zone(told: str) -> str:
    """'' stays '': then the first installer's client tells."""
    if not told:
        return ""
    try:
        return ZoneInfo(told).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Wrong("not_a_zone") from None
