"""Settings: one table, all problems at once, no secret shown."""

import stat
from base64 import b64encode, urlsafe_b64encode
from pathlib import Path

import pytest

from bot import keys
from bot.config import TABLE, AppType, Settings, SettingsError, read_settings, settings_page
from bot.keys import FILE_NAME, load_keys

APP = "11111111-2222-4333-8444-555555555555"
TENANT = "AAAAAAAA-bbbb-4ccc-8ddd-eeeeeeeeeeee"
KEY = bytes(range(40, 72))
AZURE = {"MicrosoftAppId": APP, "MicrosoftAppPassword": "hush-hush", "MicrosoftAppTenantId": TENANT}


def problems(environ: dict[str, str]) -> list[tuple[str, str]]:
    with pytest.raises(SettingsError) as caught:
        read_settings(environ)
    return [(problem.setting, problem.code) for problem in caught.value.problems]


def test_without_any_setting_it_is_the_sandbox_on_loopback() -> None:
    settings = read_settings({})
    assert not settings.azure
    assert (settings.host, settings.port, settings.data) == ("127.0.0.1", 3978, Path("data"))
    assert not settings.allowed_tenants
    assert not settings.button_keys


def test_a_registration_opens_the_port_to_its_own_tenant() -> None:
    settings = read_settings(AZURE)
    assert settings.azure
    assert settings.app_type is AppType.SINGLE_TENANT
    assert settings.allowed_tenants == (TENANT.lower(),)
    assert settings.host == "0.0.0.0"
    assert settings.bot_scope == "https://api.botframework.com/.default"
    assert settings.graph_scope == "https://graph.microsoft.com/.default"


def test_secrets_do_not_show_in_the_repr() -> None:
    shown = repr(read_settings({**AZURE, "SALDO_BUTTON_KEYS": KEY.hex()}))
    assert "hush" not in shown
    assert repr(KEY)[2:-1] not in shown
    assert KEY.hex() not in shown


def test_all_that_is_missing_or_wrong_is_named_at_once_in_the_order_of_the_table() -> None:
    environ = {"MicrosoftAppPassword": "x", "SALDO_PORT": "http", "SALDO_ZONE": "Mars/Base", "SALDO_STORE": "paper"}
    assert problems(environ) == [
        ("MicrosoftAppId", "missing"),
        ("MicrosoftAppTenantId", "missing"),
        ("SALDO_STORE", "not_a_choice"),
        ("SALDO_PORT", "not_a_port"),
        ("SALDO_ZONE", "not_a_zone"),
    ]


def test_a_problem_never_holds_the_value() -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({**AZURE, "MicrosoftAppId": "s3cret", "SALDO_BUTTON_KEYS": "s3cret", "SALDO_PORT": "s3cret"})
    assert "s3cret" not in str(caught.value) + repr(caught.value.problems)
    assert len(caught.value.problems) == 3


def test_an_empty_setting_is_an_absent_one() -> None:
    assert read_settings({"MicrosoftAppId": " ", "SALDO_PORT": ""}).port == 3978


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("MicrosoftAppId", "saldo", "not_a_guid"),
        ("MicrosoftAppType", "MultiTenant", "multi_tenant_ended"),
        ("MicrosoftAppType", "Other", "not_a_choice"),
        ("SALDO_ALLOWED_TENANTS", f"{TENANT},contoso", "not_a_guid"),
        ("SALDO_AUTHORITY_URL", "http://127.0.0.1:8000", "not_https"),
        ("SALDO_AUTHORITY_URL", "login", "not_an_address"),
        ("SALDO_GRAPH_URL", "http://graph.microsoft.com/v1.0", "not_https"),
        ("SALDO_GRAPH_URL", "ftp://localhost", "not_an_address"),
        ("SALDO_GRAPH_URL", "https://user@graph.microsoft.com", "not_an_address"),
        ("SALDO_GRAPH_URL", "https://[::1", "not_an_address"),
        ("SALDO_SERVICE_HOSTS", "https://smba.trafficmanager.net", "not_a_host"),
        ("SALDO_BUTTON_KEYS", "not a key!", "not_a_key"),
        ("SALDO_BUTTON_KEYS", "abc", "not_a_key"),
        ("SALDO_BUTTON_KEYS", "00" * 32, "weak_key"),
        ("SALDO_BUTTON_KEYS", KEY[:31].hex(), "weak_key"),
        ("SALDO_PORT", "65536", "not_a_port"),
        ("SALDO_LOCALE", "de-DE", "not_a_locale"),
        ("SALDO_LOCALE", "español", "not_a_locale"),
        ("SALDO_ZONE", "../../etc/passwd", "not_a_zone"),
        ("SALDO_LOG_LEVEL", "loud", "not_a_choice"),
    ],
)
def test_a_wrong_value_is_named_by_its_code(name: str, value: str, code: str) -> None:
    assert problems({**AZURE, name: value}) == [(name, code)]


def test_without_a_registration_only_loopback_may_be_listened_on() -> None:
    assert problems({"SALDO_HOST": "0.0.0.0"}) == [("SALDO_HOST", "loopback_only")]
    assert read_settings({"SALDO_HOST": "::1"}).host == "::1"
    assert read_settings({**AZURE, "SALDO_HOST": "10.0.0.4"}).host == "10.0.0.4"


def test_a_single_tenant_bot_has_a_secret_or_a_certificate_and_not_both() -> None:
    bare = {"MicrosoftAppId": APP, "MicrosoftAppTenantId": TENANT}
    assert problems(bare) == [("MicrosoftAppPassword", "missing")]
    assert problems({**bare, "MicrosoftAppType": "singletenant"}) == [("MicrosoftAppPassword", "missing")]
    assert problems({**AZURE, "SALDO_CERTIFICATE": "bot.pem"}) == [("SALDO_CERTIFICATE", "one_of_two")]
    assert read_settings({**bare, "SALDO_CERTIFICATE": "bot.pem"}).certificate == Path("bot.pem")


def test_a_managed_identity_needs_no_secret() -> None:
    environ = {"MicrosoftAppId": APP, "MicrosoftAppTenantId": TENANT, "MicrosoftAppType": "userassignedmsi"}
    assert read_settings(environ).app_type is AppType.MANAGED_IDENTITY


def test_plain_http_is_for_graph_on_loopback() -> None:
    assert read_settings({"SALDO_GRAPH_URL": "http://127.0.0.1:9000/v1.0/"}).graph_url == "http://127.0.0.1:9000/v1.0"
    assert read_settings({"SALDO_GRAPH_URL": "http://localhost/v1.0"}).graph_url == "http://localhost/v1.0"


def test_the_platforms_port_is_honored_behind_our_own() -> None:
    assert read_settings({"PORT": "8080"}).port == 8080
    assert read_settings({"PORT": "8080", "SALDO_PORT": "9090"}).port == 9090


def test_keys_come_as_hex_or_as_either_base64_newest_first() -> None:
    newer = bytes(range(251, 219, -1))
    given = f"{b64encode(newer).decode()}, {urlsafe_b64encode(newer).decode().rstrip('=')},{KEY.hex()}"
    assert read_settings({"SALDO_BUTTON_KEYS": given}).button_keys == (newer, newer, KEY)


def test_locale_and_hosts_are_brought_into_one_form() -> None:
    settings = read_settings({"SALDO_LOCALE": "es_MX", "SALDO_SERVICE_HOSTS": "A.example, *.B.example"})
    assert settings.locale == "es-MX"
    assert settings.service_hosts == ("a.example", "*.b.example")


def test_orders_are_posted_to_the_internet_and_signed() -> None:
    told = {**AZURE, "SALDO_ORDER_WEBHOOK": "https://orders.example/hook?sig=1", "SALDO_ORDER_KEYS": KEY.hex()}
    settings = read_settings(told)
    assert (settings.order_webhook, settings.order_keys) == (told["SALDO_ORDER_WEBHOOK"], (KEY,))
    assert "sig=1" not in repr(settings)
    assert problems({**told, "SALDO_ORDER_KEYS": ""}) == [("SALDO_ORDER_KEYS", "unsigned")]
    assert problems({"SALDO_ORDER_WEBHOOK": "http://127.0.0.1:8000"}) == [("SALDO_ORDER_KEYS", "unsigned")]


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("https://10.0.0.8/", "not_public"),
        ("https://[fd00::1]/", "not_public"),
        ("https://printer.localhost/", "not_public"),
        ("http://127.0.0.1:8000/orders", "not_public"),  # of the sandbox only
        ("http://orders.example/", "not_https"),
        ("orders.example", "not_an_address"),
        ("https://[::1", "not_an_address"),
    ],
)
def test_a_webhook_inside_a_network_is_refused(address: str, code: str) -> None:
    told = {**AZURE, "SALDO_ORDER_WEBHOOK": address, "SALDO_ORDER_KEYS": KEY.hex()}
    assert problems(told) == [("SALDO_ORDER_WEBHOOK", code)]


def test_in_the_sandbox_a_webhook_may_be_on_this_machine() -> None:
    told = {"SALDO_ORDER_WEBHOOK": "http://127.0.0.1:8000/orders", "SALDO_ORDER_KEYS": KEY.hex()}
    assert read_settings(told).order_webhook == told["SALDO_ORDER_WEBHOOK"]


def test_the_page_of_settings_is_fresh() -> None:
    page = Path(__file__).parents[1] / "docs" / "settings.md"
    assert page.read_text(encoding="utf-8") == settings_page(), "write bot.config.settings_page() to docs/settings.md"
    assert [setting.name for setting in TABLE if setting.secret] == [
        "MicrosoftAppPassword",
        "SALDO_ORDER_WEBHOOK",
        "SALDO_ORDER_KEYS",
        "SALDO_BUTTON_KEYS",
    ]


def sandbox(folder: Path, **environ: str) -> Settings:
    return read_settings({"SALDO_DATA": str(folder / "data"), **environ})


def test_given_keys_are_used_and_none_is_made(tmp_path: Path) -> None:
    assert load_keys(sandbox(tmp_path, SALDO_BUTTON_KEYS=KEY.hex())) == (KEY,)
    assert not (tmp_path / "data").exists()


def test_an_absent_key_is_made_once_for_the_owner_alone(tmp_path: Path) -> None:
    first = load_keys(sandbox(tmp_path))
    kept = tmp_path / "data" / FILE_NAME
    assert len(first[0]) == 32
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert load_keys(sandbox(tmp_path)) == first
    assert [path.name for path in kept.parent.iterdir()] == [FILE_NAME]


def test_of_two_processes_that_make_a_key_at_once_the_first_wins(tmp_path: Path) -> None:
    first = load_keys(sandbox(tmp_path))
    keys._make(tmp_path / "data" / FILE_NAME)
    assert load_keys(sandbox(tmp_path)) == first


def test_a_kept_key_that_others_can_read_or_that_is_damaged_is_refused(tmp_path: Path) -> None:
    load_keys(sandbox(tmp_path))
    kept = tmp_path / "data" / FILE_NAME
    kept.chmod(0o640)
    with pytest.raises(SettingsError, match="key_file_open"):
        load_keys(sandbox(tmp_path))
    kept.chmod(0o600)
    for damage in (b"", b"\xff\xfe", b"00" * 32):
        kept.write_bytes(damage)
        with pytest.raises(SettingsError, match="key_file_damaged"):
            load_keys(sandbox(tmp_path))
