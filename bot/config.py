"""Every setting of Saldo, in one table. Pure: it is handed the environment, and reads no file.

`read_settings` names all settings that are missing or wrong at once, as problems with a code, the setting's name and
a detail that never holds the value. Without Azure settings Saldo runs in its sandbox.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot import config_values as read
from bot.config_values import AppType as AppType
from bot.domain.people import TenantId

_REGISTRATION = ("MicrosoftAppId", "MicrosoftAppPassword", "MicrosoftAppTenantId", "SALDO_CERTIFICATE")


@dataclass(frozen=True, slots=True)
class Settings:
    """What Saldo was told. Secrets do not show in the repr; `button_keys` is empty where none were given."""

    app_id: str
    app_password: str = field(repr=False)
    app_type: AppType
    tenant_id: str
    certificate: Path | None
    allowed_tenants: tuple[TenantId, ...]
    openid_metadata_url: str
    token_issuer: str
    authority_url: str
    graph_url: str
    service_hosts: tuple[str, ...]
    file_hosts: tuple[str, ...]
    data: Path
    store: str
    order_desk: str
    order_webhook: str = field(repr=False)
    order_keys: tuple[bytes, ...] = field(repr=False)
    button_keys: tuple[bytes, ...] = field(repr=False)
    host: str
    port: int
    locale: str
    zone: str
    log_level: str

    @property
    def azure(self) -> bool:
        """Whether there is a bot registration; if not, everything happens in the sandbox."""
        return bool(self.app_id)

    @property
    def bot_scope(self) -> str:
        """What a token for the Bot Framework connector is asked for."""
        return f"{self.token_issuer}/.default"

    @property
    def graph_scope(self) -> str:
        address = urlsplit(self.graph_url)
        return f"{address.scheme}://{address.netloc}/.default"


@dataclass(frozen=True, slots=True)
class Problem:
    """`code` names the text that says what to do (`setting.<code>`); `detail` fills it and never holds the value."""

    code: str
    setting: str
    detail: str = ""


class SettingsError(Exception):
    """Settings are missing or wrong: all of them, in the table's order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{p.setting}: {p.code} {p.detail}".strip() for p in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table: the variable, the field of `Settings` that it fills, how it is read, what it is for."""

    name: str
    field: str
    read: Callable[[str], Any]
    purpose: str
    default: str = ""
    also: tuple[str, ...] = ()  # other names that are honored where this one is absent
    secret: bool = False


def read_settings(environ: Mapping[str, str]) -> Settings:
    """The settings of an environment. Raises SettingsError with all problems at once."""
    told = {setting.name: _told(setting, environ) for setting in TABLE}
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for setting in TABLE:
        try:
            values[setting.field] = setting.read(told[setting.name] or setting.default)
        except read.Wrong as wrong:
            problems.append(Problem(wrong.code, setting.name, wrong.detail))
    wrong_names = {problem.setting for problem in problems}
    problems += [problem for problem in _together(told) if problem.setting not in wrong_names]
    if problems:
        order = [setting.name for setting in TABLE]
        raise SettingsError(sorted(problems, key=lambda problem: order.index(problem.setting)))
    return Settings(**_completed(values))


def _told(setting: Setting, environ: Mapping[str, str]) -> str:
    names = (setting.name, *setting.also)
    return next((environ[name].strip() for name in names if environ.get(name, "").strip()), "")


def _together(told: Mapping[str, str]) -> list[Problem]:
    """Rules about more than one setting."""
    host = told["SALDO_HOST"]
    if not any(told[name] for name in _REGISTRATION):
        wrong = [Problem("loopback_only", "SALDO_HOST")] if host and not read.is_loopback(host) else []
        return [*wrong, *_without_keys(told)]
    problems = [Problem("missing", name) for name in ("MicrosoftAppId", "MicrosoftAppTenantId") if not told[name]]
    problems += _about_orders(told)
    secrets = [name for name in ("MicrosoftAppPassword", "SALDO_CERTIFICATE") if told[name]]
    single = told["MicrosoftAppType"].lower() in ("", AppType.SINGLE_TENANT.lower())
    if single and not secrets:
        problems.append(Problem("missing", "MicrosoftAppPassword", "SALDO_CERTIFICATE"))
    if single and len(secrets) > 1:
        problems.append(Problem("one_of_two", "SALDO_CERTIFICATE", "MicrosoftAppPassword"))
    return problems


def _about_orders(told: Mapping[str, str]) -> list[Problem]:
    if read.is_loopback(read.host_of(told["SALDO_ORDER_WEBHOOK"])):
        return [Problem("not_public", "SALDO_ORDER_WEBHOOK")]  # that is for the sandbox
    return _without_keys(told)


def _without_keys(told: Mapping[str, str]) -> list[Problem]:
    if told["SALDO_ORDER_WEBHOOK"] and not told["SALDO_ORDER_KEYS"]:
        return [Problem("unsigned", "SALDO_ORDER_KEYS")]
    return []


def _completed(values: dict[str, Any]) -> dict[str, Any]:
    azure = bool(values["app_id"])
    home = (TenantId(values["tenant_id"]),) if azure else ()
    # Behind a registration every request carries a token; without one only this machine may knock.
    host = values["host"] or ("0.0.0.0" if azure else "127.0.0.1")  # noqa: S104 -- requests are authenticated
    return {**values, "host": host, "allowed_tenants": values["allowed_tenants"] or home}


TABLE: tuple[Setting, ...] = (
    Setting("MicrosoftAppId", "app_id", read.guid, "The bot registration's app id. Absent: the sandbox"),
    Setting("MicrosoftAppPassword", "app_password", read.text, "Its client secret", secret=True),
    Setting(
        "MicrosoftAppType",
        "app_type",
        read.app_type,
        "`SingleTenant` or `UserAssignedMSI`. Multi-tenant bots ended in July 2025",
        AppType.SINGLE_TENANT,
    ),
    Setting("MicrosoftAppTenantId", "tenant_id", read.guid, "The tenant of the registration"),
    Setting(
        "SALDO_CERTIFICATE", "certificate", read.path, "PEM file with key and certificate, in place of the secret"
    ),
    Setting(
        "SALDO_ALLOWED_TENANTS",
        "allowed_tenants",
        read.tenants,
        "Tenants that may use the bot, separated by commas. Default: `MicrosoftAppTenantId`",
    ),
    Setting(
        "SALDO_OPENID_METADATA_URL",
        "openid_metadata_url",
        read.https_or_loopback,
        "Where the keys of inbound tokens are published",
        "https://login.botframework.com/v1/.well-known/openidconfiguration",
    ),
    Setting(
        "SALDO_TOKEN_ISSUER",
        "token_issuer",
        read.https,
        "Who signs inbound tokens; also the audience of outbound ones",
        "https://api.botframework.com",
    ),
    Setting(
        "SALDO_AUTHORITY_URL",
        "authority_url",
        read.https,
        "The sign-in service; always https",
        "https://login.microsoftonline.com",
    ),
    Setting(
        "SALDO_GRAPH_URL",
        "graph_url",
        read.https_or_loopback,
        "Microsoft Graph; plain http on loopback only, and then no token is sent",
        "https://graph.microsoft.com/v1.0",
    ),
    Setting(
        "SALDO_SERVICE_HOSTS",
        "service_hosts",
        read.hosts,
        "Hosts that replies may go to; `*.` stands for any name below",
        "smba.trafficmanager.net,*.botframework.com",
    ),
    Setting(
        "SALDO_FILE_HOSTS",
        "file_hosts",
        read.hosts,
        "Hosts that an attached file may be fetched from",
        "*.sharepoint.com,*.1drv.com",
    ),
    Setting("SALDO_DATA", "data", Path, "Folder of the store and its keys", "data"),
    Setting("SALDO_STORE", "store", read.one_of("tiny"), "The store's engine", "tiny"),
    Setting(
        "SALDO_ORDER_DESK",
        "order_desk",
        read.one_of("auto", "by_hand"),
        "`by_hand`: somebody buys what was approved, also in the sandbox. `auto`: your purchasing system, where "
        "`SALDO_ORDER_WEBHOOK` is set; else by hand, and in the sandbox a simulated desk",
        "auto",
    ),
    Setting(
        "SALDO_ORDER_WEBHOOK",
        "order_webhook",
        read.webhook,
        "Where approved orders are posted ([orders.md](orders.md)): https, at a host of the internet; in the sandbox "
        "also on this machine",
        secret=True,
    ),
    Setting(
        "SALDO_ORDER_KEYS",
        "order_keys",
        read.keys,
        "Keys that sign orders and their answers, newest first, separated by commas: at least 32 random bytes each",
        secret=True,
    ),
    Setting(
        "SALDO_BUTTON_KEYS",
        "button_keys",
        read.keys,
        "Keys that sign the buttons, newest first, separated by commas: at least 32 random bytes each, as hex or "
        "base64. Absent: one is made and kept in the data folder",
        secret=True,
    ),
    Setting("SALDO_HOST", "host", read.text, "Address to listen on. Default: every one, or loopback in the sandbox"),
    Setting("SALDO_PORT", "port", read.port, "Port to listen on; 0 takes a free one", "3978", also=("PORT",)),
    Setting(
        "SALDO_LOCALE",
        "locale",
        read.locale,
        "The organisation's language and formats, `es-ES` say. Absent: those of the first installer",
    ),
    Setting(
        "SALDO_ZONE",
        "zone",
        read.zone,
        "The organisation's time zone, `Europe/Madrid` say. Absent: that of the first installer",
    ),
    Setting(
        "SALDO_LOG_LEVEL",
        "log_level",
        read.one_of("DEBUG", "INFO", "WARNING", "ERROR"),
        "How much is logged",
        "INFO",
    ),
)


def settings_page() -> str:
    """The table as docs/settings.md, which a test holds fresh."""
    return "\n".join([_PAGE_HEAD, *(_page_row(setting) for setting in TABLE)]) + "\n"


def _page_row(setting: Setting) -> str:
    names = " or ".join(f"`{name}`" for name in (setting.name, *setting.also))
    default = f"`{setting.default}`" if setting.default else ""
    return f"| {names} | {default} | {setting.purpose}{'; a secret' if setting.secret else ''} |"


_PAGE_HEAD = """# Settings

Saldo reads its settings from the environment. With none of them it starts in the sandbox, on this machine only.
All that is missing or wrong is named at once. This page is made by `bot.config.settings_page`.

| setting | default | what for |
| --- | --- | --- |"""
