"""`.m365agentsplayground.yml` shows the same people and chats as the sandbox."""

from pathlib import Path
from typing import Any

import yaml

from bot.sandbox import connector_chats as chats
from bot.sandbox.world import TENANT, SandboxPerson, World

WORLD = World()
FILE = Path(__file__).resolve().parents[2] / ".m365agentsplayground.yml"


def account(person: SandboxPerson) -> dict[str, Any]:
    address = person.person.address
    return {
        "id": person.teams_id,
        "name": person.name,
        "userPrincipleName": address,
        "aadObjectId": person.id,
        "givenName": person.person.short_name,
        "surname": person.name.partition(" ")[2],
        "email": address,
    }


def test_the_playground_holds_the_sandboxs_people_and_chats() -> None:
    names = ("Ana Torres", "Luis Vega", "Carmen Soler", "Grace Kim", "Omar Haddad", "Eva Ruiz")
    found = [WORLD.by_name(name) for name in names]
    ana, *others = [person for person in found if person is not None]
    team = {"id": chats.TEAM_ID, "name": chats.TEAM_NAME, "aadGroupId": chats.TEAM_GROUP_ID, "channels": []}
    assert yaml.safe_load(FILE.read_text(encoding="utf-8")) == {
        "version": "0.1.1",
        "tenantId": TENANT,
        "bot": {"id": chats.BOT_ID, "name": chats.BOT_NAME},
        "currentUser": account(ana),
        "users": [account(person) for person in others],
        "personalChat": {"id": chats.personal_id(ana)},
        "groupChat": {"id": chats.GROUP_ID, "name": chats.GROUP_NAME},
        "team": team,
    }
    assert len(others) == 5
