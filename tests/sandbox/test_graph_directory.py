"""The sandbox's Graph: users, groups, roles and installed apps."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.domain.people import PersonId, Role
from bot.sandbox import roster
from bot.sandbox.world import BOT_APP_ID, CATALOG_APP_ID, group_id, personal_chat_id
from bot.store.tiny import TinyStore
from tests.sandbox.graph_room import EVENTUAL, Room, graph_room

FIELDS = "id,displayName,userPrincipalName,usageLocation,accountEnabled,userType"


@pytest_asyncio.fixture
async def room(store: TinyStore) -> AsyncIterator[Room]:
    async with graph_room(store) as room:
        yield room


def role_path(room: Room, name: str) -> str:
    return f"/users/{room.who(name).id}/transitiveMemberOf/microsoft.graph.directoryRole?$select=roleTemplateId"


def holders_path(role: Role) -> str:
    return f"/directoryRoles/roleTemplateId={role.value}/members/microsoft.graph.user?$select=id,displayName"


async def test_a_person_is_read_with_the_selected_properties_only(room: Room) -> None:
    eva = room.who("eva")
    told = await room.get(f"/users/{eva.person.address}?$select={FIELDS}")
    context = told.body.pop("@odata.context")
    assert context.endswith("#users/$entity")
    assert told.body == {
        "id": eva.id,
        "displayName": "Eva Ruiz",
        "userPrincipalName": eva.person.address,
        "usageLocation": "ES",
        "accountEnabled": True,
        "userType": "Member",
    }


async def test_without_a_selection_graphs_default_properties_come(room: Room) -> None:
    told = await room.get(f"/users/{room.who('eva').id}")
    assert "usageLocation" not in told.body
    assert told.body["givenName"] == "Eva"


async def test_all_properties_that_the_sandbox_knows_fit_the_contract(room: Room) -> None:
    fields = "assignedLicenses,assignedPlans,licenseAssignmentStates,department,surname,isResourceAccount,country"
    told = await room.get(f"/users?$select={fields}&$top=999")
    assert len(told.rows) == len(room.world.people)


async def test_nobody_answers_404_and_an_unknown_property_400(room: Room) -> None:
    missing = await room.get("/users/nobody")
    message = "Resource 'nobody' does not exist or one of its queried reference-property objects are not present."
    assert missing.error == (404, "Request_ResourceNotFound", message)
    wrong = await room.get("/users?$select=shoeSize", lawful=False)
    assert wrong.error[:2] == (400, "BadRequest")
    assert (await room.get("/planets", lawful=False)).status == 400


@pytest.mark.parametrize(
    ("filter_", "found"),
    [
        ("startswith(displayName,'ana')", {"Ana Torres", "Ana Beltrán"}),
        ("startswith(displayName,'Ana') and department eq 'it'", {"Ana Torres"}),
        ("(displayName eq 'Eva Ruiz' or displayName eq 'Tom Baker')", {"Eva Ruiz", "Tom Baker"}),
        ("displayName in ('Eva Ruiz','O''Nobody')", {"Eva Ruiz"}),
        ("accountEnabled eq false", {"Pablo Serrano"}),
        ("usageLocation eq null and userType eq 'Member'", {"Marta Gil"}),
    ],
)
async def test_a_filter_is_honored(room: Room, filter_: str, found: set[str]) -> None:
    encoded = filter_.replace(" ", "%20").replace("'", "%27")
    told = await room.get(f"/users?$select=displayName&$filter={encoded}")
    assert {row["displayName"] for row in told.rows} == found


async def test_advanced_filters_need_the_consistency_level(room: Room) -> None:
    path = "/users?$select=displayName&$count=true&$filter=" + "not%20endsWith(userPrincipalName,%27.example%27)"
    assert (await room.get(path)).error == (400, "Request_UnsupportedQuery", "Unsupported Query.")
    told = await room.get(path, EVENTUAL)
    assert (told.rows, told.body["@odata.count"]) == ([], 0)
    everybody = await room.get("/users?$filter=userType%20ne%20%27Guest%27&$count=true&$top=1", EVENTUAL)
    assert everybody.body["@odata.count"] == len(room.world.people) - 1


@pytest.mark.parametrize("filter_", ["displayName", "displayName%20like%20%27a%27", "(displayName%20eq%20%27a%27"])
async def test_a_filter_that_cannot_be_read_is_refused(room: Room, filter_: str) -> None:
    assert (await room.get(f"/users?$filter={filter_}")).error[:2] == (400, "BadRequest")
    assert (await room.get("/users?$filter=near(displayName,%27a%27)%20or%20")).status == 400
    assert (await room.get("/users?$filter=displayName%20eq%20%27a%27%20%27b%27")).status == 400
    assert (await room.get("/users?$filter=displayName%20eq%20%27a%27%20;")).status == 400


async def test_a_search_finds_names_by_the_beginnings_of_their_words(room: Room) -> None:
    path = "/users?$select=displayName&$orderby=displayName%20desc&$search=%22displayName:"
    told = await room.get(path + "beltran%22", EVENTUAL)
    assert [row["displayName"] for row in told.rows] == ["Ana Beltrán"]
    told = await room.get(path + "ana%20t%22%20OR%20%22userPrincipalName:eva.%22", EVENTUAL)
    assert [row["displayName"] for row in told.rows] == ["Eva Ruiz", "Ana Torres"]
    told = await room.get(path + "ana%22%20AND%20%22displayName:torres%22", EVENTUAL)
    assert [row["displayName"] for row in told.rows] == ["Ana Torres"]


async def test_a_search_without_consistency_level_or_quotes_is_refused(room: Room) -> None:
    without = await room.get("/users?$search=%22displayName:ana%22", lawful=False)
    assert without.error[1] == "Request_UnsupportedQuery"
    bare = await room.get("/users?$search=ana", EVENTUAL, lawful=False)
    assert bare.error[1] == "Request_BadRequest"


async def test_a_long_list_comes_in_pages_and_an_old_page_token_is_refused(room: Room) -> None:
    pages = await room.all_pages("/users?$select=id&$top=25")
    assert [len(page) for page in pages] == [25, 25, 8]
    assert (await room.get("/users?$skiptoken=p77")).error[1] == "Directory_ExpiredPageToken"


async def test_a_manager_is_told_and_a_missing_one_is_404(room: Room) -> None:
    told = await room.get(f"/users/{room.who('eva').id}/manager?$select=id,displayName")
    assert told.body["displayName"] == "Ana Beltrán"
    assert (await room.get(f"/users/{room.who('carmen').id}/manager")).status == 404


async def test_a_usage_location_can_be_set_once_it_is_a_country(room: Room) -> None:
    marta = room.who("marta")
    refused = await room.ask("PATCH", f"/users/{marta.id}", {"usageLocation": "Spain"})
    assert refused.error[:2] == (400, "Request_BadRequest")
    assert (await room.ask("PATCH", f"/users/{marta.id}", {"usageLocation": "ES"})).status == 204
    told = await room.get(f"/users/{marta.id}?$select=usageLocation")
    assert told.body["usageLocation"] == "ES"


async def test_groups_are_found_and_their_members_come_with_an_empty_page_between(room: Room) -> None:
    told = await room.get("/groups?$filter=startswith(displayName,%27Saldo%27)&$select=id,displayName")
    assert [row["displayName"] for row in told.rows] == [roster.APPROVERS]
    everybody = group_id(roster.EVERYBODY)
    pages = await room.all_pages(f"/groups/{everybody}/transitiveMembers/microsoft.graph.user?$select=id,displayName")
    assert [len(page) for page in pages] == [20, 0, 20, 16]
    objects = await room.all_pages(f"/groups/{everybody}/transitiveMembers?$top=40")
    assert [len(page) for page in objects] == [40, 0, 16]
    assert objects[0][0] == {"@odata.type": "#microsoft.graph.user", "id": room.who("ana").id}


async def test_a_group_can_be_read_and_one_that_is_gone_is_404(room: Room) -> None:
    told = await room.get(f"/groups/{group_id(roster.VOICE)}")
    assert told.body["displayName"] == roster.VOICE
    for path in ("/groups/gone", "/groups/gone/transitiveMembers/microsoft.graph.user"):
        assert (await room.get(path)).status == 404


async def test_roles_are_seen_directly_and_through_groups(room: Room) -> None:
    assert (await room.get(role_path(room, "ana"))).rows == [{"roleTemplateId": Role.TEAMS_ADMINISTRATOR.value}]
    through = (await room.get(role_path(room, "diego"))).rows
    assert through == [{"roleTemplateId": Role.TEAMS_COMMUNICATIONS_ADMINISTRATOR.value}]
    objects = await room.get(f"/users/{room.who('diego').id}/transitiveMemberOf")
    kinds = {row["@odata.type"].rsplit(".", 1)[1] for row in objects.rows}
    assert kinds == {"group", "directoryRole"}


async def test_only_the_assignment_tells_that_a_role_holds_for_a_part_of_the_organization(room: Room) -> None:
    emily = room.who("emily")
    assert (await room.get(role_path(room, "emily"))).rows == [{"roleTemplateId": Role.USER_ADMINISTRATOR.value}]
    assignments = f"/roleManagement/directory/roleAssignments?$filter=principalId%20eq%20%27{emily.id}%27"
    [row] = (await room.get(assignments)).rows
    assert (row["roleDefinitionId"], row["directoryScopeId"][:21]) == (
        Role.USER_ADMINISTRATOR.value,
        "/administrativeUnits/",
    )


async def test_an_eligible_role_shows_only_once_it_is_activated(room: Room) -> None:
    grace = room.who("grace")
    assert (await room.get(role_path(room, "grace"))).rows == []
    assert (await room.get(holders_path(Role.GLOBAL_ADMINISTRATOR))).rows == []
    await room.document.change(lambda state: state.with_role_activated(grace, Role.GLOBAL_ADMINISTRATOR))
    assert (await room.get(role_path(room, "grace"))).rows == [{"roleTemplateId": Role.GLOBAL_ADMINISTRATOR.value}]
    assert (await room.get(holders_path(Role.GLOBAL_ADMINISTRATOR))).rows[0]["displayName"] == "Grace Kim"
    scopes = await room.get("/roleManagement/directory/roleAssignments?$filter=directoryScopeId%20eq%20%27/%27")
    assert grace.id in {row["principalId"] for row in scopes.rows}


async def test_a_role_that_nobody_ever_held_does_not_exist(room: Room) -> None:
    assert (await room.get(holders_path(Role.REPORTS_READER))).error[:2] == (404, "Request_ResourceNotFound")
    known = {row["roleTemplateId"] for row in (await room.get("/directoryRoles")).rows}
    assert Role.REPORTS_READER.value not in known
    assert {Role.GLOBAL_ADMINISTRATOR.value, Role.BILLING_ADMINISTRATOR.value} <= known


async def test_a_role_lists_the_group_that_holds_it_and_not_its_members(room: Room) -> None:
    role = Role.TEAMS_COMMUNICATIONS_ADMINISTRATOR
    objects = await room.get(f"/directoryRoles/roleTemplateId={role.value}/members")
    assert objects.rows == [{"@odata.type": "#microsoft.graph.group", "id": group_id(roster.VOICE)}]
    assert (await room.get(holders_path(role))).rows == []


def apps_path(room: Room, name: str) -> str:
    return f"/users/{room.who(name).id}/teamwork/installedApps"


async def test_an_installed_app_leads_to_the_chat_with_its_person(room: Room) -> None:
    path = apps_path(room, "carmen")
    [row] = (await room.get(f"{path}?$filter=teamsApp/externalId%20eq%20%27{BOT_APP_ID}%27")).rows
    assert (await room.get(f"{path}?$filter=teamsApp/externalId%20eq%20%27other%27")).rows == []
    chat = await room.get(f"{path}/{row['id'].replace('=', '%3D')}/chat")
    assert (chat.body["id"], chat.body["chatType"]) == (personal_chat_id(room.who("carmen").id), "oneOnOne")
    assert (await room.get(f"{path}/other/chat")).status == 404


async def test_the_app_is_installed_once_for_members_only(room: Room) -> None:
    told: list[PersonId] = []

    async def remember(person: PersonId) -> None:
        told.append(person)

    room.server.on_installed = remember
    body = {"teamsApp@odata.bind": f"https://graph.microsoft.com/v1.0/appCatalogs/teamsApps/{CATALOG_APP_ID}"}
    assert (await room.get(apps_path(room, "grace"))).rows == []
    assert (await room.post(apps_path(room, "grace"), body)).status == 201
    assert (await room.post(apps_path(room, "grace"), body)).status == 409
    assert len((await room.get(apps_path(room, "grace"))).rows) == 1
    assert told == [room.who("grace").id]
    assert (await room.post(apps_path(room, "hannah"), body)).status == 403
    other = {"teamsApp@odata.bind": body["teamsApp@odata.bind"].replace("0c0", "0c1")}
    assert (await room.post(apps_path(room, "marta"), other)).status == 404
