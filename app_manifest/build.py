"""Makes the zip that an administrator uploads to Teams. Reads this folder and the catalogues, writes nothing.

Teams' rules: https://learn.microsoft.com/microsoftteams/platform/resources/schema/manifest-schema and
https://learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/apps-package. The schema number in the
template is the one that the package is held against; every property in it has been there since 1.19.
"""

import io
import json
import re
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from bot.commands.dispatch import COMMANDS
from bot.domain.errors import Refusal
from bot.locale.reader import CatalogueReader, reader_for

FOLDER = Path(__file__).parent
MENU_LIMIT = 8  # commands that a menu can hold without hiding the last ones
LOCALIZATION_SCHEMA = (
    "https://developer.microsoft.com/json-schemas/teams/v1.29/MicrosoftTeams.Localization.schema.json"
)

_TEXTS = {  # place in the manifest -> key in the catalogues
    "name.short": "manifest.name",
    "name.full": "manifest.full_name",
    "description.short": "manifest.description",
    "description.full": "manifest.long_description",
}
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])")


def build_package(app_id: str, domain: str) -> bytes:
    """The app package of the registration `app_id` (a GUID), whose bot answers at https://`domain`/api/messages.

    The same bytes each time. Raises Refusal("app_id_malformed"|"domain_malformed").
    """
    files = {
        "manifest.json": _json(manifest(app_id, domain)),
        "es.json": _json(localization("es")),
        "color.png": (FOLDER / "color.png").read_bytes(),
        "outline.png": (FOLDER / "outline.png").read_bytes(),
    }
    package = io.BytesIO()
    with ZipFile(package, "w", ZIP_STORED) as archive:  # uncompressed: no version of zlib makes a difference
        for name, content in files.items():
            archive.writestr(_entry(name), content)
    return package.getvalue()


def manifest(app_id: str, domain: str) -> dict[str, Any]:
    """`manifest.json` in English. Raises as `build_package` does."""
    values = {"app_id": _app_id(app_id), "domain": _domain(domain)}
    filled: dict[str, Any] = _filled(json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8")), values)
    reader = _reader("en")
    for place, key in _TEXTS.items():
        section, name = place.split(".")
        filled[section][name] = reader.text(key)
    filled["bots"][0]["commandLists"][0]["commands"] = commands(reader)
    return filled


def localization(language: str) -> dict[str, str]:
    """The texts of the manifest in another language, by their place in it."""
    reader = _reader(language)
    texts = {place: reader.text(key) for place, key in _TEXTS.items()}
    for number, command in enumerate(commands(reader)):
        place = f"bots[0].commandLists[0].commands[{number}]"
        texts |= {f"{place}.{name}": text for name, text in command.items()}
    return {"$schema": LOCALIZATION_SCHEMA, **texts}


def commands(reader: CatalogueReader) -> list[dict[str, str]]:
    """The menu, in the order of the bot's own list."""
    shown = [command for command in COMMANDS if command.menu]
    if len(shown) > MENU_LIMIT:
        raise ValueError(f"a menu holds {MENU_LIMIT} commands, not {len(shown)}")
    return [
        {
            "title": reader.text(f"command.{command.name}.title"),
            "description": reader.text(f"command.{command.name}.description"),
        }
        for command in shown
    ]


def _app_id(text: str) -> str:
    app_id = text.strip().lower()
    if not _GUID.fullmatch(app_id):
        raise Refusal("app_id_malformed", text=text)
    return app_id


def _domain(text: str) -> str:
    """A public host name alone: Teams calls the bot by it, over https on port 443."""
    domain = text.strip().lower()
    if not _HOST.fullmatch(domain):
        raise Refusal("domain_malformed", text=text)
    return domain


def _filled(node: Any, values: dict[str, str]) -> Any:
    """The template with `${name}` replaced in its strings; nothing that is filled in can become structure."""
    match node:
        case dict():
            return {name: _filled(child, values) for name, child in node.items()}
        case list():
            return [_filled(child, values) for child in node]
        case str():
            return re.sub(r"\$\{(\w+)\}", lambda found: values[found[1]], node)
        case _:
            return node


def _reader(language: str) -> CatalogueReader:
    return reader_for(language, tenant_locale="", client_locale="", zone="UTC")


def _json(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def _entry(name: str) -> ZipInfo:
    """Without what differs between machines and moments: the time, the system, the permissions."""
    entry = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    return entry
