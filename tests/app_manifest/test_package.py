"""The app package is what Teams takes: held against Microsoft's schemas and the bot's own list of commands."""

import io
import json
import re
from typing import Any
from zipfile import ZipFile

import pytest
from jsonschema import Draft4Validator

from app_manifest.build import MENU_LIMIT, build_package, localization, manifest
from bot.commands.dispatch import COMMANDS
from bot.domain.errors import Refusal
from bot.locale.reader import reader_for
from tests.shared import shared

APP_ID = "1f0e2d3c-4b5a-4978-8695-a4b3c2d1e0f9"
DOMAIN = "saldo.contoso.com"
# What clients of older schemas show of a command; the present schema allows more.
TITLE_LIMIT, DESCRIPTION_LIMIT = 32, 128


def schema(name: str) -> dict[str, Any]:
    """Microsoft writes a byte order mark."""
    loaded: dict[str, Any] = json.loads(shared(f"schemas/{name}").read_text(encoding="utf-8-sig"))
    return loaded


def test_the_manifest_holds_against_the_schema() -> None:
    # No check_schema: a pattern of an Office extension, which we have not, is no Python regex.
    validator = Draft4Validator(schema("MicrosoftTeams.v1.29.schema.json"))
    assert [error.message for error in validator.iter_errors(manifest(APP_ID, DOMAIN))] == []


def test_the_spanish_texts_hold_against_the_schema() -> None:
    validator = Draft4Validator(schema("MicrosoftTeams.Localization.schema.json"))
    assert [error.message for error in validator.iter_errors(localization("es"))] == []


def test_the_zip_holds_four_files_at_its_root() -> None:
    with ZipFile(io.BytesIO(build_package(APP_ID, DOMAIN))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["manifest.json", "es.json", "color.png", "outline.png"]
        assert json.loads(archive.read("manifest.json")) == manifest(APP_ID, DOMAIN)
        assert json.loads(archive.read("es.json")) == localization("es")


def test_every_file_that_the_manifest_names_is_in_the_zip() -> None:
    made = manifest(APP_ID, DOMAIN)
    named = {*made["icons"].values(), *(each["file"] for each in made["localizationInfo"]["additionalLanguages"])}
    with ZipFile(io.BytesIO(build_package(APP_ID, DOMAIN))) as archive:
        assert named <= set(archive.namelist())


def test_the_same_package_is_the_same_bytes() -> None:
    assert build_package(APP_ID, DOMAIN) == build_package(APP_ID.upper(), f" {DOMAIN.upper()} ")


def test_nothing_of_the_template_is_left_open() -> None:
    assert "${" not in json.dumps(manifest(APP_ID, DOMAIN))


def test_the_bot_takes_files_and_is_installed_for_a_person_first() -> None:
    made = manifest(APP_ID, DOMAIN)
    (bot,) = made["bots"]
    assert (bot["botId"], bot["supportsFiles"]) == (APP_ID, True)
    assert bot["scopes"] == ["personal", "team", "groupChat"]
    assert made["defaultInstallScope"] == "personal"
    assert made["webApplicationInfo"]["id"] == APP_ID
    assert made["validDomains"] == [DOMAIN]


def test_no_resource_specific_permission_is_asked_for() -> None:
    assert "authorization" not in manifest(APP_ID, DOMAIN)


def test_every_menu_is_the_list_of_commands_and_fits() -> None:
    reader = reader_for("en", tenant_locale="", client_locale="", zone="UTC")
    (menu,) = manifest(APP_ID, DOMAIN)["bots"][0]["commandLists"]
    titles = [command["title"] for command in menu["commands"]]
    assert titles == [reader.text(f"command.{command.name}.title") for command in COMMANDS if command.menu]
    assert len(titles) <= MENU_LIMIT
    assert menu["scopes"] == ["personal", "team", "groupChat"]


@pytest.mark.parametrize("language", ["en", "es"])
def test_texts_of_commands_fit_older_clients_too(language: str) -> None:
    texts = localization(language)
    titles = {place: text for place, text in texts.items() if place.endswith("].title")}
    descriptions = {place: text for place, text in texts.items() if place.endswith("].description")}
    assert len(titles) == len(descriptions) == len([command for command in COMMANDS if command.menu])
    assert {text for text in titles.values() if len(text) > TITLE_LIMIT} == set()
    assert {text for text in descriptions.values() if len(text) > DESCRIPTION_LIMIT} == set()


def test_both_languages_fill_the_same_places_and_name_the_app_alike() -> None:
    english, spanish = localization("en"), localization("es")
    assert english.keys() == spanish.keys()
    assert english["name.short"] == spanish["name.short"]
    assert english["description.full"] != spanish["description.full"]


def test_spanish_places_are_those_of_the_manifest() -> None:
    made = manifest(APP_ID, DOMAIN)
    english = localization("en")
    for place, text in english.items():
        if place != "$schema":
            assert at(made, place) == text


def at(node: Any, place: str) -> Any:
    for step in re.findall(r"[A-Za-z]+|\d+", place):
        node = node[int(step)] if step.isdigit() else node[step]
    return node


@pytest.mark.parametrize("app_id", ["", "saldo", APP_ID[:-1], f"{{{APP_ID}}}", APP_ID.replace("-", ""), "${domain}"])
def test_what_is_no_app_id_is_refused(app_id: str) -> None:
    with pytest.raises(Refusal) as refusal:
        build_package(app_id, DOMAIN)
    assert (refusal.value.code, refusal.value.values) == ("app_id_malformed", {"text": app_id})


@pytest.mark.parametrize(
    "domain",
    [
        "",
        "localhost",
        "https://saldo.contoso.com",
        "saldo.contoso.com/api/messages",
        "saldo.contoso.com:3978",
        "203.0.113.7",
        "*.contoso.com",
        "-saldo.contoso.com",
        "saldo..com",
        "saldo.contoso.com.",
        "saldó.contoso.com",
        "a" * 64 + ".contoso.com",
        "a." * 125 + "contoso.com",
        '"},"x":{"y',
    ],
)
def test_what_is_no_host_name_is_refused(domain: str) -> None:
    with pytest.raises(Refusal) as refusal:
        build_package(APP_ID, domain)
    assert (refusal.value.code, refusal.value.values) == ("domain_malformed", {"text": domain})


def test_a_host_name_in_its_ascii_form_is_taken() -> None:
    assert manifest(APP_ID, "xn--sald-5qa.example.xn--p1ai")["validDomains"] == ["xn--sald-5qa.example.xn--p1ai"]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("code", ["app_id_malformed", "domain_malformed"])
def test_a_refusal_says_what_would_be_right(language: str, code: str) -> None:
    reader = reader_for(language, tenant_locale="", client_locale="", zone="UTC")
    assert "abc" in reader.refusal(Refusal(code, text="abc"))
