"""Microsoft Graph said no: which permission is missing, what for, and who can grant it. Never shown as zero. Pure."""

from dataclasses import dataclass

from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons
from cards.elements import OpenUrl
from cards.page import line, page

PURPOSES = {
    "User.Read.All": "people",
    "GroupMember.Read.All": "groups",
    "RoleManagement.Read.Directory": "roles",
    "LicenseAssignment.ReadWrite.All": "licenses",
    "LicenseAssignment.Read.All": "licenses",
    "CallRecord-PstnCalls.Read.All": "calls",
}


@dataclass(frozen=True, slots=True)
class MissingPermissionValues:
    """`permission` as Microsoft names it. `consent_url` is where it is granted; '' where there is no such page."""

    permission: str
    consent_url: str = ""


def missing_permission_card(values: MissingPermissionValues, reader: Reader, buttons: Buttons) -> Card:
    grant = [OpenUrl(title=reader.text("button.grant"), url=values.consent_url)] if values.consent_url else []
    return page(
        reader,
        missing_permission_line(values.permission, reader),
        line(reader.text("permission.granted_by")),
        actions=grant,
    )


def missing_permission_line(permission: str, reader: Reader) -> str:
    """`I cannot read the calls: the permission CallRecord-PstnCalls.Read.All is missing.`"""
    purpose = PURPOSES.get(permission, "other")
    return reader.text(f"permission.missing_{purpose}", permission=permission)
