"""The directory on Graph: whom it finds, which roles count, and that nothing typed is read as an operator."""

import asyncio
from urllib.parse import unquote

import pytest
from aiohttp import web

from bot.domain.people import GroupId, Person, PersonId, Role
from bot.graph.directory import GraphDirectory
from bot.ports.directory import Directory, Group
from bot.ports.errors import MissingPermission, NotFound, Retry
from tests.graph.server import TENANT, Asked, Rig, Told, error, listed

ANA = PersonId("11111111-0000-4000-8000-000000000001")
GLOBAL, BILLING, TEAMS = Role.GLOBAL_ADMINISTRATOR, Role.BILLING_ADMINISTRATOR, Role.TEAMS_ADMINISTRATOR
HELD = f"/users/{ANA}/transitiveMemberOf/microsoft.graph.directoryRole"
MEMBERSHIPS = f"/users/{ANA}/transitiveMemberOf?"
OWN = "/roleManagement/directory/roleAssignments?$filter=principalId"


def user(id_: str, name: str = "Somebody", **more: object) -> dict[str, object]:
    return {"id": id_, "displayName": name, **more}


def held(*roles: str) -> Told:
    return listed(*({"roleTemplateId": role} for role in roles))


def assigned(*rows: tuple[str, str, str]) -> Told:
    names = ("roleDefinitionId", "principalId", "directoryScopeId")
    return listed(*(dict(zip(names, row, strict=True)) for row in rows))


def by_role(role: Role) -> str:
    return f"/roleManagement/directory/roleAssignments?$filter=roleDefinitionId%20eq%20%27{role}"


def searched(asked: Asked) -> str:
    return unquote(asked.path.split("$search=")[1].split("&")[0])


@pytest.fixture(name="directory")
def _directory(rig: Rig) -> Directory:
    return GraphDirectory(rig.client, deadline_seconds=2)


async def test_many_people_are_looked_up_at_once_and_whom_nobody_knows_is_left_out(
    rig: Rig, directory: Directory
) -> None:
    rig.graph.on_item(f"/users/{ANA}", Told(user(ANA, "Ana Ruiz", department="Finance")))
    rig.graph.on_item("/users/gone", error(404, "Request_ResourceNotFound"))
    found = await directory.look_up(TENANT, [ANA, "gone@contoso.example"])
    assert {id_: (person.name, person.department) for id_, person in found.items()} == {ANA: ("Ana Ruiz", "Finance")}
    assert len(rig.graph.batches) == 1


async def test_a_look_up_that_is_refused_is_not_taken_for_people_who_are_not_there(
    rig: Rig, directory: Directory
) -> None:
    rig.graph.on_item("/users/", error(403, "Authorization_RequestDenied"))
    with pytest.raises(MissingPermission):
        await directory.look_up(TENANT, [ANA])


async def test_a_person_is_read_with_what_is_known_and_nothing_guessed(rig: Rig, directory: Directory) -> None:
    known = {
        "givenName": "Ana",
        "userPrincipalName": "ana@contoso.example",
        "department": "Finance",
        "usageLocation": "ES",
        "preferredLanguage": "es-ES",
        "accountEnabled": False,
        "userType": "Guest",
    }
    rig.graph.tell(Told(user(ANA, "Ana Ruiz", **known)), Told({"id": ANA, "displayName": None, "department": None}))
    full = Person(ANA, "Ana Ruiz", "Ana", "ana@contoso.example", "Finance", "ES", "es-ES", enabled=False, guest=True)
    assert await directory.person(TENANT, ANA) == full
    assert await directory.person(TENANT, ANA) == Person(ANA, "")


async def test_a_person_who_is_gone_or_whose_id_is_none_is_nobody(rig: Rig, directory: Directory) -> None:
    rig.graph.tell(error(404), error(404))
    assert await directory.person(TENANT, ANA) is None
    assert await directory.person(TENANT, PersonId("operator:root/../me?$x=1")) is None
    assert rig.graph.asked[1].path.startswith("/users/operator%3Aroot%2F..%2Fme%3F%24x%3D1?")
    assert await directory.person(TENANT, PersonId("..")) is None
    assert await directory.person(TENANT, PersonId("")) is None
    assert len(rig.graph.asked) == 2


async def test_words_of_a_name_are_all_searched_for(rig: Rig, directory: Directory) -> None:
    rig.graph.tell(listed(user("1", "Ana Ruiz"), user("2")))
    found = await directory.search(TENANT, "  ana   rui ", limit=1)
    assert [person.name for person in found] == ["Ana Ruiz"]
    assert searched(rig.graph.asked[0]) == '"displayName:ana" AND "displayName:rui"'
    assert rig.graph.asked[0].headers["consistencylevel"] == "eventual"
    assert rig.graph.asked[0].headers["x-ms-throttle-priority"] == "high"


async def test_one_word_may_begin_an_address_too(rig: Rig, directory: Directory) -> None:
    rig.graph.tell(listed())
    assert await directory.search(TENANT, "ana") == []
    assert searched(rig.graph.asked[0]) == '"displayName:ana" OR "userPrincipalName:ana" OR "mail:ana"'


async def test_the_exact_address_comes_first_in_the_same_round_trip(rig: Rig, directory: Directory) -> None:
    rig.graph.on_item("/users?$filter", listed(user("2", "Exact")))
    rig.graph.on_item("/users?$search", listed(user("1", "Other"), user("2", "Exact")))
    found = await directory.search(TENANT, "o'brien@contoso.example")
    assert [person.name for person in found] == ["Exact", "Other"]
    (batch,) = rig.graph.batches
    address = "'o''brien@contoso.example'"
    assert f"userPrincipalName eq {address} or mail eq {address}" in unquote(batch[0])


@pytest.mark.parametrize(
    ("text", "search"),
    [
        ('ana" OR "mail:boss', '"displayName:ana\\"" AND "displayName:OR" AND "displayName:\\"mail:boss"'),
        ("back\\slash", None),
        ('x"&$select=*', '"displayName:x\\"" AND "displayName:$select=*"'),
        ("AT&T Ops", '"displayName:AT" AND "displayName:T" AND "displayName:Ops"'),
        ("ñandú 李四", '"displayName:ñandú" AND "displayName:李四"'),
        ("a b c d e f g h", " AND ".join(f'"displayName:{word}"' for word in "abcdef")),
        ("ana \x00\x1b[2J ruiz", '"displayName:ana" AND "displayName:ruiz"'),
    ],
)
async def test_hostile_text_stays_text(rig: Rig, directory: Directory, text: str, search: str | None) -> None:
    rig.graph.tell(listed())
    await directory.search(TENANT, text)
    if search is not None:
        assert searched(rig.graph.asked[0]) == search
    else:
        assert searched(rig.graph.asked[0]).startswith('"displayName:back\\\\slash" OR ')


@pytest.mark.parametrize("text", ["", "   ", '"', "&&&", '"" \\ ()'])
async def test_a_text_without_a_word_finds_nobody_and_asks_nobody(rig: Rig, directory: Directory, text: str) -> None:
    assert await directory.search(TENANT, text) == []
    assert await directory.groups(TENANT, text) == []
    assert not rig.graph.asked


async def test_a_search_goes_on_to_further_pages_only_while_it_lacks_people(rig: Rig, directory: Directory) -> None:
    link = f"{rig.graph.base}/users?$skiptoken=x"
    rig.graph.tell(listed(link=link), listed(user("1"), link=link))
    assert len(await directory.search(TENANT, "ana", limit=1)) == 1


async def test_roles_of_ones_own_for_the_whole_organization_take_one_round_trip(
    rig: Rig, directory: Directory
) -> None:
    rig.graph.on_item(HELD, held(BILLING, "unknown-template"))
    rig.graph.on_item(OWN, assigned((BILLING, ANA, "/"), ("unknown-template", ANA, "/")))
    assert await directory.active_roles(TENANT, ANA) == {BILLING}
    assert len(rig.graph.batches) == 1


async def test_an_own_assignment_counts_before_the_index_shows_it(rig: Rig, directory: Directory) -> None:
    rig.graph.on_item(HELD, held())
    rig.graph.on_item(OWN, assigned((GLOBAL, ANA, "/")))
    assert await directory.active_roles(TENANT, ANA) == {GLOBAL}


async def test_a_role_of_an_administrative_unit_does_not_count(rig: Rig, directory: Directory) -> None:
    rig.graph.on_item(HELD, held(TEAMS))
    rig.graph.on_item(OWN, assigned((TEAMS, ANA, "/administrativeUnits/u1")))
    rig.graph.on_item(MEMBERSHIPS, listed({"id": "g1"}))
    rig.graph.on_item(by_role(TEAMS), assigned((TEAMS, ANA, "/administrativeUnits/u1"), (TEAMS, "other", "/")))
    assert await directory.active_roles(TENANT, ANA) == frozenset()


async def test_a_role_through_a_group_counts_where_the_group_holds_it_for_the_whole_organization(
    rig: Rig, directory: Directory
) -> None:
    rig.graph.on_item(HELD, held(BILLING, TEAMS, GLOBAL))
    rig.graph.on_item(OWN, assigned((GLOBAL, ANA, "/")))
    rig.graph.on_item(MEMBERSHIPS, listed({"id": "g1"}, {"id": "g2", "@odata.type": "#microsoft.graph.group"}))
    rig.graph.on_item(by_role(BILLING), assigned((BILLING, "g2", "/")))
    rig.graph.on_item(by_role(TEAMS), assigned((TEAMS, "g1", "/administrativeUnits/u1")))
    assert await directory.active_roles(TENANT, ANA) == {GLOBAL, BILLING}
    assert len(rig.graph.batches) == 2


async def test_a_role_that_the_index_still_shows_after_it_ended_does_not_count(
    rig: Rig, directory: Directory
) -> None:
    rig.graph.on_item(HELD, held(GLOBAL))
    rig.graph.on_item(OWN, assigned())
    rig.graph.on_item(MEMBERSHIPS, listed())
    rig.graph.on_item(by_role(GLOBAL), assigned(("", "", "/"), (GLOBAL, "somebody else", "/")))
    assert await directory.active_roles(TENANT, ANA) == frozenset()


async def test_roles_beyond_the_first_page_count(rig: Rig, directory: Directory) -> None:
    link = f"{rig.graph.base}/roleManagement/directory/roleAssignments?$skiptoken=x"
    rig.graph.on_item(HELD, held())
    rig.graph.on_item(OWN, listed(link=link))

    async def batch(asked: Asked, _: web.Request) -> web.StreamResponse:
        return Told({"responses": rig.graph._batch(asked.body)}).response()

    rig.graph.tell(batch, assigned((GLOBAL, ANA, "/")))
    assert await directory.active_roles(TENANT, ANA) == {GLOBAL}


async def test_somebody_who_is_gone_has_no_role(rig: Rig, directory: Directory) -> None:
    rig.graph.on_item(HELD, error(404))
    rig.graph.on_item(OWN, assigned())
    assert await directory.active_roles(TENANT, ANA) == frozenset()


async def test_roles_that_may_not_be_read_name_the_permission(rig: Rig, directory: Directory) -> None:
    rig.graph.on_item(HELD, held())
    rig.graph.on_item(OWN, error(403))
    with pytest.raises(MissingPermission) as caught:
        await directory.active_roles(TENANT, ANA)
    assert caught.value.permission == "RoleManagement.Read.Directory"


async def test_rights_that_are_not_told_within_the_deadline_are_no_rights(rig: Rig) -> None:
    async def hang(_: Asked, __: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        return web.Response()

    rig.graph.tell(hang)
    with pytest.raises(Retry, match="deadline"):
        await GraphDirectory(rig.client, deadline_seconds=0.05).active_roles(TENANT, ANA)


async def test_holders_are_people_and_members_of_groups_each_once(rig: Rig, directory: Directory) -> None:
    base = f"/directoryRoles/roleTemplateId={BILLING}/members"
    rig.graph.tell(
        Told(
            {
                "responses": [
                    {"id": "1", "status": 200, "body": {"value": [
                        {"@odata.type": "#microsoft.graph.user", "id": "1"},
                        {"@odata.type": "#microsoft.graph.group", "id": "g1"},
                        {"@odata.type": "#microsoft.graph.servicePrincipal", "id": "s1"},
                    ]}},
                    {"id": "0", "status": 200, "body": {"value": [user("1", "Ana")]}},
                ]
            }
        ),
        listed(user("2", "Luis"), user("1", "Ana")),
    )  # fmt: skip
    assert [person.name for person in await directory.holders(TENANT, BILLING)] == ["Ana", "Luis"]
    assert all(url.startswith(base) for url in rig.graph.batches[0])
    assert rig.graph.asked[1].path.startswith("/groups/g1/transitiveMembers/microsoft.graph.user")


async def test_a_role_that_nobody_ever_held_has_no_holders(rig: Rig, directory: Directory) -> None:
    rig.graph.on_item("/directoryRoles", error(404))
    assert await directory.holders(TENANT, BILLING) == []


async def test_groups_are_found_by_the_words_of_their_name(rig: Rig, directory: Directory) -> None:
    rig.graph.tell(listed({"id": "g1", "displayName": "Finance approvers"}, {"id": "g2", "displayName": None}))
    assert await directory.groups(TENANT, "finance app") == [
        Group(GroupId("g1"), "Finance approvers"),
        Group(GroupId("g2"), ""),
    ]
    assert searched(rig.graph.asked[0]) == '"displayName:finance" AND "displayName:app"'


async def test_members_of_a_group_come_over_all_pages(rig: Rig, directory: Directory) -> None:
    link = f"{rig.graph.base}/groups/g1/transitiveMembers/microsoft.graph.user?$skiptoken=x"
    rig.graph.tell(listed(user("1"), link=link), listed(link=link), listed(user("2")))
    assert [person.id for person in await directory.group_members(TENANT, GroupId("g1"))] == ["1", "2"]


async def test_a_group_that_is_gone_is_said_to_be(rig: Rig, directory: Directory) -> None:
    rig.graph.tell(error(404))
    with pytest.raises(NotFound):
        await directory.group_members(TENANT, GroupId("g1"))


async def test_for_jobs_there_is_no_deadline_and_no_priority(rig: Rig) -> None:
    rig.graph.tell(Told(user(ANA)))
    await GraphDirectory(rig.client).person(TENANT, ANA)
    assert "x-ms-throttle-priority" not in rig.graph.asked[0].headers
