"""The directory port on Graph: people, groups and roles."""

from collections.abc import Iterable, Sequence

from bot.domain.people import GroupId, Person, PersonId, Role, TenantId
from bot.graph.client import GraphClient, within
from bot.graph.protocol import EVENTUAL, Answer, Call, clause, decoded, failure, literal, query, segment, words
from bot.graph.shapes import USER_FIELDS, GroupRow, HeldRole, Member, RoleAssignment, Row, User
from bot.ports.directory import Group
from bot.ports.errors import NotFound

READ_USERS = "User.Read.All"
READ_GROUPS = "GroupMember.Read.All"
READ_ROLES = "RoleManagement.Read.Directory"

_EVERYWHERE = "/"
_GROUP = "#microsoft.graph.group"
_KNOWN_ROLES = frozenset(Role)


class GraphDirectory:
    """Implements `bot.ports.directory.Directory`.

    With a deadline each method answers within it or raises Retry("deadline"), and its calls are marked as ones that
    somebody waits for; without one it is for jobs.
    """

    def __init__(self, client: GraphClient, *, deadline_seconds: float | None = None) -> None:
        self._client = client
        self._deadline = deadline_seconds
        self._urgent = deadline_seconds is not None

    async def person(self, tenant: TenantId, id_: PersonId) -> Person | None:
        async with within(self._deadline):
            try:
                answer = await self._client.send(tenant, _user(id_), urgent=self._urgent)
            except NotFound:
                return None
            return _person(decoded(answer, User))

    async def look_up(self, tenant: TenantId, ids: Sequence[str]) -> dict[str, Person]:
        """Twenty in a round trip."""
        calls = [_user(id_) for id_ in ids]
        async with within(self._deadline):
            answers = await self._client.batch(tenant, calls, urgent=self._urgent)
        found = {}
        for id_, call, answer in zip(ids, calls, answers, strict=True):
            if answer.good:
                found[id_] = _person(decoded(answer, User))
            elif not isinstance(error := failure(call, answer), NotFound):
                raise error
        return found

    async def search(self, tenant: TenantId, text: str, *, limit: int = 10) -> list[Person]:
        """By the words of a name, in any order and from their beginnings, or by the beginning of an address. Each
        word is a quoted clause, so that nothing typed is read as an operator."""
        terms = words(text)
        if not terms:
            return []
        calls = [_exactly(text.strip())] if "@" in text and len(terms) == 1 else []
        async with within(self._deadline):
            lists = await self._lists(tenant, [*calls, _search(terms, limit)], User, most=limit)
        return _people(user for users in lists for user in users)[:limit]

    async def active_roles(self, tenant: TenantId, id_: PersonId) -> frozenset[Role]:
        """Roles that count: assigned to the person, or to a group that they are in, for the whole organisation.

        One round trip asks for both lists. The person's own *assignments* tell the scope, and those at `/` count as
        they stand. The *transitive roles* see through groups but show no scope, and come from an index that may lag:
        they are a hint and grant nothing. Where they name a role that no own assignment at `/` explains, a second
        round trip asks who holds that role at `/` and which groups the person is in; the role counts if these meet.
        A role confined to an administrative unit thus never counts, and a person who is gone has none.
        """
        async with within(self._deadline):
            try:
                held, own = await self._held_and_own(tenant, id_)
            except NotFound:
                return frozenset()
            sure = _everywhere(own)
            unsure = held - sure
            return sure | (await self._through_groups(tenant, id_, unsure) if unsure else frozenset())

    async def holders(self, tenant: TenantId, role: Role) -> list[Person]:
        """People who hold the role, also through role-assignable groups. A role that nobody ever held answers 404."""
        async with within(self._deadline):
            calls = [_holders(role), _principals(role)]
            try:
                first = await self._answers(tenant, calls)
            except NotFound:
                return []
            users = await self._rest(tenant, calls[0], first[0], User)
            principals = await self._rest(tenant, calls[1], first[1], Member)
            for group in (principal for principal in principals if principal.type == _GROUP):
                users += await self._members(tenant, GroupId(group.id))
            return _people(users)

    async def groups(self, tenant: TenantId, text: str, *, limit: int = 10) -> list[Group]:
        terms = words(text)
        if not terms:
            return []
        async with within(self._deadline):
            (rows,) = await self._lists(tenant, [_search_groups(terms, limit)], GroupRow, most=limit)
        return [Group(GroupId(row.id), row.display_name or "") for row in rows[:limit]]

    async def group_members(self, tenant: TenantId, group: GroupId) -> list[Person]:
        async with within(self._deadline):
            return _people(await self._members(tenant, group))

    async def _members(self, tenant: TenantId, group: GroupId) -> list[User]:
        return await self._client.rows(tenant, _group_members(group), User, urgent=self._urgent)

    async def _held_and_own(self, tenant: TenantId, id_: PersonId) -> tuple[frozenset[Role], list[RoleAssignment]]:
        calls = [_transitive_roles(id_), _assignments("principalId", id_)]
        first = await self._answers(tenant, calls)
        held = await self._rest(tenant, calls[0], first[0], HeldRole)
        return _known(row.role_template_id for row in held), await self._rest(
            tenant, calls[1], first[1], RoleAssignment
        )

    async def _through_groups(self, tenant: TenantId, id_: PersonId, roles: frozenset[Role]) -> frozenset[Role]:
        calls = [_memberships(id_), *(_assignments("roleDefinitionId", role) for role in sorted(roles))]
        first = await self._answers(tenant, calls)
        mine = {member.id for member in await self._rest(tenant, calls[0], first[0], Member)}
        found: frozenset[Role] = frozenset()
        for call, answer in zip(calls[1:], first[1:], strict=True):
            rows = await self._rest(tenant, call, answer, RoleAssignment)
            found |= _everywhere(row for row in rows if row.principal_id in mine)
        return found & roles

    async def _answers(self, tenant: TenantId, calls: list[Call]) -> list[Answer]:
        """All answers in one round trip; raises for the first that is not good."""
        answers = await self._client.batch(tenant, calls, urgent=self._urgent)
        for call, answer in zip(calls, answers, strict=True):
            if not answer.good:
                raise failure(call, answer)
        return answers

    async def _rest(self, tenant: TenantId, call: Call, first: Answer, row: type[Row]) -> list[Row]:
        return await self._client.rows(tenant, call, row, first=first, urgent=self._urgent)

    async def _lists(self, tenant: TenantId, calls: list[Call], row: type[Row], *, most: int) -> list[list[Row]]:
        """The first rows of each list, up to `most`; one round trip unless a page comes short of that."""
        if len(calls) == 1:
            return [await self._first_rows(tenant, calls[0], row, most)]
        answers = await self._answers(tenant, calls)
        return [await self._first_rows(tenant, c, row, most, a) for c, a in zip(calls, answers, strict=True)]

    async def _first_rows(
        self, tenant: TenantId, call: Call, row: type[Row], most: int, first: Answer | None = None
    ) -> list[Row]:
        found: list[Row] = []
        async for page in self._client.pages(tenant, call, row, first=first, urgent=self._urgent):
            found += page
            if len(found) >= most:
                break
        return found


def _user(id_: str) -> Call:
    return Call("getUser", f"/users/{segment(id_)}{query(select=USER_FIELDS)}", READ_USERS)


def _exactly(address: str) -> Call:
    filter_ = f"userPrincipalName eq {literal(address)} or mail eq {literal(address)}"
    return Call("listUsers", f"/users{query(filter=filter_, select=USER_FIELDS)}", READ_USERS)


def _search(terms: list[str], limit: int) -> Call:
    clauses = [clause("displayName", term) for term in terms]
    if len(terms) == 1:  # an address has no spaces
        clauses += [clause("userPrincipalName", terms[0]), clause("mail", terms[0])]
    search = (" OR " if len(terms) == 1 else " AND ").join(clauses)
    path = f"/users{query(search=search, select=USER_FIELDS, top=limit)}"
    return Call("listUsers", path, READ_USERS, headers=EVENTUAL)


def _search_groups(terms: list[str], limit: int) -> Call:
    search = " AND ".join(clause("displayName", term) for term in terms)
    path = f"/groups{query(search=search, select='id,displayName', top=limit)}"
    return Call("listGroups", path, READ_GROUPS, headers=EVENTUAL)


def _group_members(group: str) -> Call:
    options = query(select=USER_FIELDS, top=999, count="true")
    path = f"/groups/{segment(group)}/transitiveMembers/microsoft.graph.user{options}"
    return Call("transitiveMemberUsers", path, READ_GROUPS, headers=EVENTUAL)


def _transitive_roles(id_: str) -> Call:
    options = query(select="roleTemplateId", count="true")
    path = f"/users/{segment(id_)}/transitiveMemberOf/microsoft.graph.directoryRole{options}"
    return Call("transitiveRoles", path, READ_ROLES, headers=EVENTUAL)


def _memberships(id_: str) -> Call:
    return Call("transitiveMemberOf", f"/users/{segment(id_)}/transitiveMemberOf{query(select='id')}", READ_GROUPS)


def _assignments(property_: str, id_: str) -> Call:
    filter_ = f"{property_} eq {literal(id_)}"
    select = "roleDefinitionId,principalId,directoryScopeId"
    path = f"/roleManagement/directory/roleAssignments{query(filter=filter_, select=select)}"
    return Call("listRoleAssignments", path, READ_ROLES)


def _holders(role: Role) -> Call:
    path = f"/directoryRoles/roleTemplateId={role}/members/microsoft.graph.user{query(select=USER_FIELDS)}"
    return Call("listRoleMemberUsers", path, READ_ROLES)


def _principals(role: Role) -> Call:
    return Call("listRoleMembers", f"/directoryRoles/roleTemplateId={role}/members{query(select='id')}", READ_ROLES)


def _known(ids: Iterable[str | None]) -> frozenset[Role]:
    return frozenset(Role(id_) for id_ in ids if id_ in _KNOWN_ROLES)


def _everywhere(assignments: Iterable[RoleAssignment]) -> frozenset[Role]:
    return _known(row.role_definition_id for row in assignments if row.directory_scope_id == _EVERYWHERE)


def _people(users: Iterable[User]) -> list[Person]:
    """Each person once, in the order of their first appearance."""
    return list({user.id: _person(user) for user in users}.values())


def _person(user: User) -> Person:
    return Person(
        id=PersonId(user.id),
        name=user.display_name or user.user_principal_name or "",
        given_name=user.given_name or "",
        address=user.user_principal_name or "",
        department=user.department,
        usage_location=user.usage_location,
        preferred_language=user.preferred_language,
        enabled=user.account_enabled is not False,
        guest=user.user_type == "Guest",
    )
