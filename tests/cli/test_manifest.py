"""`manifest`: the package for Teams as a file."""

import json
import zipfile
from pathlib import Path

from tests.cli.conftest import Cli

APP = "5a1d0000-0000-4000-8000-0000000000b0"


def test_the_package_holds_the_app_and_the_host(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "saldo.zip"
    told = cli("manifest", "--app-id", APP, "--domain", "saldo.contoso.com", "-o", str(file), "--json").json
    assert told == {"file": str(file), "bytes": file.stat().st_size}
    with zipfile.ZipFile(file) as package:
        manifest = json.loads(package.read("manifest.json"))
    assert manifest["bots"][0]["botId"] == APP
    assert "saldo.contoso.com" in manifest["validDomains"]


def test_people_are_told_where_to_upload_it(cli: Cli, tmp_path: Path) -> None:
    ran = cli("manifest", "--app-id", APP, "--domain", "saldo.contoso.com", "--output", str(tmp_path / "a.zip"))
    assert ran.status == 0
    assert "Upload it in the Teams admin center" in ran.out


def test_what_is_wrong_is_told_and_no_file_is_written(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "saldo.zip"
    assert cli("manifest", "--app-id", "mine", "--domain", "saldo.contoso.com", "-o", str(file)).status == 1
    assert cli("manifest", "--app-id", APP, "--domain", "https://x/", "-o", str(file)).status == 1
    assert not file.exists()
    ran = cli("manifest", "--app-id", APP, "--domain", "saldo.contoso.com", "-o", str(tmp_path))
    assert ran.err.startswith(f"{tmp_path} cannot be written: ")
