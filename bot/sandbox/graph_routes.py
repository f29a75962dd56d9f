"""Which handler answers which Graph call, and the least application permission that it takes. Data only."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.sandbox import graph_apps as apps
from bot.sandbox import graph_directory as directory
from bot.sandbox import graph_licenses as licenses
from bot.sandbox import graph_usage as usage
from bot.sandbox.graph_protocol import Handler

_CALL_RECORDS = "CallRecord-PstnCalls.Read.All"
_LICENSES = "LicenseAssignment.Read.All"
_ASSIGN = "LicenseAssignment.ReadWrite.All"
_USERS = "User.Read.All"
_CHANGE_USERS = "User.ReadWrite.All"
_GROUPS = "GroupMember.Read.All"
_ROLES = "RoleManagement.Read.Directory"
_APPS = "TeamsAppInstallation.ReadWriteSelfForUser.All"

_RANGE = "(fromDateTime={fromDateTime},toDateTime={toDateTime})"
_HOLDERS = "/directoryRoles/roleTemplateId={roleTemplateId}/members"
_INSTALLED = "/users/{id}/teamwork/installedApps"


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    pattern: re.Pattern[str]
    permission: str
    handler: Handler


def route(method: str, path: str) -> tuple[Route, Mapping[str, str]] | None:
    """The route of a decoded path with the values in it; None where Graph has no such call."""
    for each in _ROUTES:
        match = each.pattern.fullmatch(path)
        if match and each.method == method:
            return each, match.groupdict()
    return None


def _route(method: str, template: str, permission: str, handler: Handler) -> Route:
    parts = re.split(r"\{(\w+)\}", template)
    pattern = "".join(f"(?P<{part}>[^/?,()]+)" if i % 2 else re.escape(part) for i, part in enumerate(parts))
    return Route(method, re.compile(pattern), permission, handler)


_ROUTES = (
    _route("GET", "/subscribedSkus", _LICENSES, licenses.subscribed_skus),
    _route("GET", "/users", _USERS, directory.list_users),
    _route("GET", "/users/{id}", _USERS, directory.get_user),
    _route("PATCH", "/users/{id}", _CHANGE_USERS, directory.update_user),
    _route("GET", "/users/{id}/licenseDetails", _LICENSES, licenses.license_details),
    _route("POST", "/users/{id}/assignLicense", _ASSIGN, licenses.assign_to_user),
    _route("GET", "/users/{id}/manager", _USERS, directory.get_manager),
    _route("GET", "/users/{id}/transitiveMemberOf", _USERS, directory.memberships),
    _route("GET", "/users/{id}/transitiveMemberOf/microsoft.graph.directoryRole", _ROLES, directory.roles_of_user),
    _route("GET", _INSTALLED, _APPS, apps.installed_apps),
    _route("POST", _INSTALLED, _APPS, apps.install_app),
    _route("GET", _INSTALLED + "/{installationId}/chat", _APPS, apps.installation_chat),
    _route("GET", "/groups", _GROUPS, directory.list_groups),
    _route("GET", "/groups/{id}", _GROUPS, directory.get_group),
    _route("GET", "/groups/{id}/transitiveMembers", _GROUPS, directory.group_members),
    _route("GET", "/groups/{id}/transitiveMembers/microsoft.graph.user", _GROUPS, directory.group_users),
    _route("POST", "/groups/{id}/assignLicense", _ASSIGN, licenses.assign_to_group),
    _route("GET", "/directoryRoles", _ROLES, directory.list_roles),
    _route("GET", _HOLDERS, _ROLES, directory.role_members),
    _route("GET", _HOLDERS + "/microsoft.graph.user", _ROLES, directory.role_users),
    _route("GET", "/roleManagement/directory/roleAssignments", _ROLES, directory.role_assignments),
    _route("GET", "/communications/callRecords/getPstnCalls" + _RANGE, _CALL_RECORDS, usage.pstn_calls),
    _route(
        "GET", "/communications/callRecords/getDirectRoutingCalls" + _RANGE, _CALL_RECORDS, usage.direct_routing_calls
    ),
)
