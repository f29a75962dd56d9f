"""Who people are, and what they may do. Identity is tenant id + Entra object id, never a name."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

TenantId = NewType("TenantId", str)
PersonId = NewType("PersonId", str)  # Entra object id, or `operator:<os user>` on the command line
GroupId = NewType("GroupId", str)


class Role(StrEnum):
    """Entra role templates that Saldo knows (source: Entra built-in roles)."""

    GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
    BILLING_ADMINISTRATOR = "b0f54661-2d74-4c50-afa3-1ec803f12efe"
    LICENSE_ADMINISTRATOR = "4d6ac14f-3453-41d0-bef9-a3e0c569773a"
    USER_ADMINISTRATOR = "fe930be7-5e62-47db-91af-98c3a49a38b1"
    TEAMS_ADMINISTRATOR = "69091246-20e8-4a56-aa4d-066075b2a7a8"
    TEAMS_COMMUNICATIONS_ADMINISTRATOR = "baf37b3a-610e-45da-9e62-d9d1e5e8914b"
    GLOBAL_READER = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
    REPORTS_READER = "4a5d8f65-41da-4de4-8968-e035b65339cf"


class Right(StrEnum):
    VIEW = "view"
    PROPOSE_RECHARGE = "propose_recharge"
    APPROVE_RECHARGE = "approve_recharge"
    CONFIRM_ORDER = "confirm_order"
    PROPOSE_LICENSES = "propose_licenses"
    APPROVE_LICENSES = "approve_licenses"
    CHANGE_SETTINGS = "change_settings"
    SEE_NAMES = "see_names"  # who spent how much, by name; without it, departments


_SEE_AND_PROPOSE = frozenset({Right.VIEW, Right.SEE_NAMES, Right.PROPOSE_RECHARGE, Right.PROPOSE_LICENSES})

DEFAULT_RIGHTS: dict[Role, frozenset[Right]] = {
    Role.GLOBAL_ADMINISTRATOR: frozenset(Right),
    Role.BILLING_ADMINISTRATOR: frozenset(
        {
            Right.VIEW,
            Right.PROPOSE_RECHARGE,
            Right.APPROVE_RECHARGE,
            Right.CONFIRM_ORDER,
            Right.CHANGE_SETTINGS,
        }
    ),
    Role.LICENSE_ADMINISTRATOR: frozenset({Right.PROPOSE_LICENSES, Right.APPROVE_LICENSES}),
    Role.USER_ADMINISTRATOR: frozenset({Right.PROPOSE_LICENSES, Right.APPROVE_LICENSES}),
    Role.TEAMS_ADMINISTRATOR: _SEE_AND_PROPOSE | {Right.CHANGE_SETTINGS},
    Role.TEAMS_COMMUNICATIONS_ADMINISTRATOR: _SEE_AND_PROPOSE,
    Role.GLOBAL_READER: frozenset({Right.VIEW}),
    Role.REPORTS_READER: frozenset({Right.VIEW}),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the organisation, as the directory knows them. Absent facts are None, never guessed."""

    id: PersonId
    name: str
    given_name: str = ""
    address: str = ""  # user principal name
    department: str | None = None
    usage_location: str | None = None
    preferred_language: str | None = None
    enabled: bool = True
    guest: bool = False

    @property
    def short_name(self) -> str:
        return self.given_name or self.name.split(" ")[0]


FINANCE_ROLES = frozenset({Role.GLOBAL_ADMINISTRATOR, Role.BILLING_ADMINISTRATOR})
FINANCE_RIGHTS = frozenset({Right.VIEW, Right.APPROVE_RECHARGE})  # of whom the policy names for finance


def rights_of(roles: frozenset[Role], *, named_approver: bool) -> frozenset[Right]:
    """What somebody may do by their active roles, and as an approver whom the tenant named (group or person)."""
    rights: set[Right] = set()
    for role in roles:
        rights |= DEFAULT_RIGHTS[role]
    if named_approver:
        rights |= {Right.VIEW, Right.APPROVE_RECHARGE, Right.APPROVE_LICENSES}
    return frozenset(rights)
