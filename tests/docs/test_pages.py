"""The documentation says what the code does: tables, commands and links are held against it."""

import re
from pathlib import Path
from typing import Any

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from bot.app.saldo import consent_url
from bot.cli.app import _app
from bot.config import read_settings
from bot.domain.people import DEFAULT_RIGHTS, Role, TenantId, rights_of
from bot.graph import call_log, directory, licenses
from bot.jobs.handlers import HANDLERS
from bot.ports import collections
from bot.ports.store import Collection, StreamKind
from bot.usecases.standing import PROVEN_RIGHTS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")], key=str)
TENANT = TenantId("11111111-1111-4111-8111-111111111111")
APP = "22222222-2222-4222-8222-222222222222"


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def rows(text: str, header: str) -> list[list[str]]:
    """The cells of the table under the row that begins with `header`."""
    _, _, after = text.partition(f"| {header} |")
    lines = after.split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_within_the_repository_leads_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_the_permissions_are_those_that_the_code_asks_for() -> None:
    asked = {
        directory.READ_USERS,
        directory.READ_GROUPS,
        directory.READ_ROLES,
        licenses.READ_LICENSES,
        licenses.ASSIGN_LICENSES,
        call_log.READ_CALLS,
    }
    assert {row[0].strip("`") for row in rows(page("install.md"), "permission")} == asked


def test_the_consent_link_is_the_one_that_saldo_shows() -> None:
    settings = read_settings(
        {"MicrosoftAppId": APP, "MicrosoftAppPassword": "hush", "MicrosoftAppTenantId": str(TENANT)}
    )
    shown = consent_url(settings).replace(str(TENANT), "TENANT_ID").replace(APP, "APP_ID")
    assert f"\n{shown}\n" in page("install.md")


def test_the_table_of_rights_is_the_codes_own() -> None:
    told = {row[0]: set(re.findall(r"`(\w+)`", row[1])) for row in rows(page("security.md"), "who")}
    expected = {role.name.replace("_", " ").title(): set(DEFAULT_RIGHTS[role]) for role in Role}
    expected["an approver whom the organisation named"] = set(rights_of(frozenset(), named_approver=True))
    expected["whoever proved control with the one-time code"] = set(PROVEN_RIGHTS)
    assert told == expected


def test_everything_that_is_kept_is_named() -> None:
    names = {
        kind.name
        for room in (collections,)
        for kind in vars(room).values()
        if isinstance(kind, (Collection, StreamKind))
    }
    first_cells = (row[0] for row in rows(page("security.md"), "collection"))
    assert {name for cell in first_cells for name in re.findall(r"`(\w+)`", cell)} == names


def test_every_kind_of_job_has_its_advice() -> None:
    told = {name for row in rows(page("operations.md"), "kind") for name in re.findall(r"`(\w+)`", row[0])}
    assert told == set(HANDLERS) - {"sweep_draft"}  # nobody waits for a draft to go


@pytest.mark.parametrize("name", ["install.md", "operations.md"])
def test_every_command_that_a_page_tells_is_there(name: str) -> None:
    """With every option that is told."""
    lines = re.findall(r"^(?:saldo|python -m bot) (\w.*)$", page(name), re.MULTILINE)
    assert lines
    for line in lines:
        command: Any = get_command(_app())
        words = line.partition("#")[0].split()
        while isinstance(command, TyperGroup) and words:
            command = command.commands[words.pop(0)]
        known = {option for param in command.params for option in param.opts}
        assert {word for word in words if word.startswith("-")} <= known, line


def test_every_decision_is_in_the_index_and_none_is_left_out() -> None:
    files = sorted(path.name for path in (DOCS / "adr").glob("0*.md"))
    assert [int(name[:4]) for name in files] == list(range(1, len(files) + 1))
    index = {re.search(r"\((.*?)\)", row[0])[1]: row[1] for row in rows(page("adr/README.md"), "number")}  # type: ignore[index]  # a row without a link fails here
    titles = {name: page(f"adr/{name}").splitlines()[0] for name in files}
    assert {name: f"# {int(name[:4])}. {title}" for name, title in index.items()} == titles


def test_every_decision_has_its_three_parts() -> None:
    for path in (DOCS / "adr").glob("0*.md"):
        headings = re.findall(r"^## (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences"], path.name
