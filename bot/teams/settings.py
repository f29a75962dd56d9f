"""The teams room: what the edge has to be told. The composition root fills it from the configuration."""

from dataclasses import dataclass
from ipaddress import ip_address

PUBLIC_METADATA_URL = "https://login.botframework.com/v1/.well-known/openidconfiguration"
PUBLIC_ISSUER = "https://api.botframework.com"
PUBLIC_SCOPE = "https://api.botframework.com/.default"
PUBLIC_SERVICE_HOSTS = ("smba.trafficmanager.net", "*.botframework.com")
PUBLIC_FILE_HOSTS = ("*.sharepoint.com", "*.1drv.com")


@dataclass(frozen=True, slots=True)
class TeamsSettings:
    """Public-cloud defaults; US Gov and tests differ.

    Without `app_id` nothing is authenticated: such an edge listens on loopback and talks to loopback only.
    Hosts are exact names or `*.suffix`. `allowed_tenants` are tenant ids; nobody else reaches anything.
    """

    app_id: str = ""
    allowed_tenants: frozenset[str] = frozenset()
    openid_metadata_url: str = PUBLIC_METADATA_URL
    token_issuer: str = PUBLIC_ISSUER
    connector_scope: str = PUBLIC_SCOPE
    service_hosts: tuple[str, ...] = PUBLIC_SERVICE_HOSTS
    file_hosts: tuple[str, ...] = PUBLIC_FILE_HOSTS

    @property
    def authenticated(self) -> bool:
        return bool(self.app_id)

    @property
    def bot_id(self) -> str:
        """The bot's own `28:…` id, as Teams writes it."""
        return f"28:{self.app_id or 'saldo'}"


class UnsafeBinding(Exception):
    """Without an app id anybody who reaches the port could speak as anybody: loopback only."""


def check_binding(settings: TeamsSettings, host: str) -> None:
    """Raises UnsafeBinding for a host that is not loopback where no app id is set."""
    if not settings.authenticated and not is_loopback(host):
        raise UnsafeBinding(f"Without MicrosoftAppId the bot listens on loopback only, not on {host!r}")


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
