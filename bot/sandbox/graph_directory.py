"""Graph's users, groups and roles as the sandbox answers them. Plain functions of a `Call`; no I/O here."""

from collections.abc import Iterable, Iterator
from uuid import UUID, uuid5

from bot.domain.people import Role
from bot.sandbox.graph_protocol import Answer, Call, Write, bad_request, not_found
from bot.sandbox.licensing import Holding, Tenant
from bot.sandbox.odata import Row, listing, single
from bot.sandbox.world import TENANT, SandboxGroup, SandboxPerson

_IDS = UUID(str(TENANT))
_UNIT = f"/administrativeUnits/{uuid5(_IDS, 'unit')}"
_USER_BY_DEFAULT = (
    "businessPhones,displayName,givenName,jobTitle,mail,mobilePhone,officeLocation,preferredLanguage,surname,"
    "userPrincipalName,id"
)
_FIRST_DAY = "2026-05-26T08:00:00Z"


def list_users(call: Call) -> Answer:
    return listing(call, [_user(call, each) for each in call.world.people], "users", default=_USER_BY_DEFAULT)


def get_user(call: Call) -> Answer:
    return single(call, _user(call, call.person()), "users", default=_USER_BY_DEFAULT)


def user_answer(call: Call, person: SandboxPerson) -> Answer:
    return single(call, _user(call, person), "users", default=_USER_BY_DEFAULT)


def update_user(call: Call) -> Write:
    """Only `usageLocation`: two capital letters."""
    person, body = call.person(), call.asked.body
    country = body.get("usageLocation") if isinstance(body, dict) and set(body) == {"usageLocation"} else None
    if not isinstance(country, str) or len(country) != 2 or not (country.isascii() and country.isupper()):
        raise bad_request("Invalid value specified for property 'usageLocation' of resource 'User'.")
    return Write(lambda state: state.with_usage_location(person, country), lambda _state: Answer(204))


def get_manager(call: Call) -> Answer:
    manager = call.world.by_id(call.person().manager or "")
    if manager is None:
        raise not_found("manager")
    row = {"@odata.type": "#microsoft.graph.user", **_user(call, manager)}
    return single(call, row, "directoryObjects", default=_USER_BY_DEFAULT)


def list_groups(call: Call) -> Answer:
    return listing(call, [_group(call, group) for group in call.world.groups], "groups")


def get_group(call: Call) -> Answer:
    return single(call, _group(call, call.group()), "groups")


def group_answer(call: Call, group: SandboxGroup) -> Row:
    return _group(call, group)


def group_members(call: Call) -> Answer:
    rows = [_object("user", person.id) for person in call.world.members(call.group())]
    return listing(call, rows, "directoryObjects", size=20, empty_middle=True)


def group_users(call: Call) -> Answer:
    rows = [_user(call, person) for person in call.world.members(call.group())]
    return listing(call, rows, "users", size=20, empty_middle=True, default=_USER_BY_DEFAULT)


def memberships(call: Call) -> Answer:
    person = call.person()
    rows = [_object("group", group.id) for group in call.world.groups_of(person)]
    rows += [_object("directoryRole", _role_id(role)) for role in _roles_shown(call, person)]
    return listing(call, rows, "directoryObjects")


def roles_of_user(call: Call) -> Answer:
    """Also through groups, and also those that hold for one administrative unit only: the assignment's scope tells
    them apart, so a client has to look at it."""
    return listing(call, [_role(role) for role in _roles_shown(call, call.person())], "directoryRoles")


def list_roles(call: Call) -> Answer:
    return listing(call, [_role(role) for role in Role if role in _instantiated(call)], "directoryRoles")


def role_members(call: Call) -> Answer:
    rows = [_object("user", person.id) for person in _direct_holders(call, _asked_role(call))]
    rows += [_object("group", group.id) for group in call.world.groups if _asked_role(call) in group.roles]
    return listing(call, rows, "directoryObjects")


def role_users(call: Call) -> Answer:
    """People with an active assignment of their own; a group that has the role is not opened up."""
    rows = [_user(call, person) for person in _direct_holders(call, _asked_role(call))]
    return listing(call, rows, "users", default=_USER_BY_DEFAULT)


def role_assignments(call: Call) -> Answer:
    return listing(call, list(_assignments(call)), "roleManagement/directory/roleAssignments")


def _assignments(call: Call) -> Iterator[Row]:
    for person in call.world.people:
        yield from (_assignment(role, person.id, "/") for role in sorted(call.state.roles(person)))
        yield from (_assignment(role, person.id, _UNIT) for role in sorted(person.scoped))
    for group in call.world.groups:
        yield from (_assignment(role, group.id, "/") for role in sorted(group.roles))


def _assignment(role: Role, principal: str, scope: str) -> Row:
    return {
        "id": str(uuid5(_IDS, f"assignment:{role}:{principal}:{scope}")),
        "principalId": principal,
        "roleDefinitionId": role.value,  # of a built-in role it is the template's id
        "directoryScopeId": scope,
        "appScopeId": None,
    }


def _roles_shown(call: Call, person: SandboxPerson) -> list[Role]:
    through_groups: Iterable[Role] = (role for group in call.world.groups_of(person) for role in group.roles)
    return sorted({*call.state.roles(person), *person.scoped, *through_groups})


def _direct_holders(call: Call, role: Role) -> list[SandboxPerson]:
    return [person for person in call.world.people if role in call.state.roles(person)]


def _instantiated(call: Call) -> set[Role]:
    """A directoryRole exists from its first activation on; that of Global Administrator exists always."""
    people = {role for person in call.world.people for role in call.state.roles(person)}
    return people | {role for group in call.world.groups for role in group.roles} | {Role.GLOBAL_ADMINISTRATOR}


def _asked_role(call: Call) -> Role:
    for role in _instantiated(call):
        if role.value == call.ids["roleTemplateId"].lower():
            return role
    raise not_found(call.ids["roleTemplateId"])


def _role_id(role: Role) -> str:
    return str(uuid5(_IDS, f"role:{role.value}"))


def _role(role: Role) -> Row:
    return {
        "id": _role_id(role),
        "deletedDateTime": None,
        "description": None,
        "displayName": role.name.replace("_", " ").title(),
        "roleTemplateId": role.value,
    }


def _object(kind: str, id_: str) -> Row:
    return {"@odata.type": f"#microsoft.graph.{kind}", "id": id_}


def _group(call: Call, group: SandboxGroup) -> Row:
    licenses = [{"skuId": id_, "disabledPlans": []} for id_ in call.state.group_licenses.get(group.id, ())]
    return {
        "id": group.id,
        "deletedDateTime": None,
        "assignedLicenses": licenses,
        "createdDateTime": _FIRST_DAY,
        "description": None,
        "displayName": group.name,
        "groupTypes": [],
        "isAssignableToRole": bool(group.roles) or None,
        "mail": None,
        "mailEnabled": False,
        "securityEnabled": True,
        "visibility": None,
    }


def _user(call: Call, each: SandboxPerson) -> Row:
    person, tenant = each.person, Tenant(call.world, call.state)
    return {
        "id": person.id,
        "accountEnabled": person.enabled,
        "assignedLicenses": [_assigned_license(holding, tenant, each) for holding in _valid(tenant, each)],
        "assignedPlans": [
            {"assignedDateTime": _FIRST_DAY, "capabilityStatus": "Enabled", "service": "MCO", "servicePlanId": plan}
            for plan in sorted(tenant.plans(each))
        ],
        "businessPhones": [],
        "country": None,
        "createdDateTime": _FIRST_DAY,
        "department": person.department,
        "displayName": person.name,
        "givenName": person.given_name or None,
        "isResourceAccount": each.resource_account,
        "jobTitle": None,
        "licenseAssignmentStates": [_assignment_state(holding) for holding in tenant.holdings(each)],
        "mail": person.address,
        "mobilePhone": None,
        "officeLocation": None,
        "preferredLanguage": person.preferred_language,
        "surname": person.name.partition(" ")[2] if person.given_name else None,
        "usageLocation": call.state.usage_location(each),
        "userPrincipalName": person.address,
        "userType": "Guest" if person.guest else "Member",
    }


def _valid(tenant: Tenant, each: SandboxPerson) -> list[Holding]:
    return [holding for holding in tenant.holdings(each) if not holding.error]


def _assigned_license(holding: Holding, tenant: Tenant, each: SandboxPerson) -> Row:
    off = tenant.state.plans_off(each)
    return {"skuId": holding.sku.id, "disabledPlans": [plan.id for plan in holding.sku.plans if plan.id in off]}


def _assignment_state(holding: Holding) -> Row:
    return {
        "skuId": holding.sku.id,
        "disabledPlans": [],
        "lastUpdatedDateTime": _FIRST_DAY,
        "assignedByGroup": holding.by_group,
        "state": "Error" if holding.error else "Active",
        "error": holding.error or "None",
    }
