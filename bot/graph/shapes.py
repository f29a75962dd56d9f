"""The parts of Graph's answers that Saldo reads. Only used fields are named, so that the rest is skipped undecoded.
No I/O here."""

from typing import Generic, TypeVar

from msgspec import Raw, Struct, field

Row = TypeVar("Row")


class PageOf(Struct, Generic[Row], frozen=True):
    """A page. An empty one with a `next_link` is not the end."""

    value: list[Row]
    next_link: str | None = field(name="@odata.nextLink", default=None)


class User(Struct, frozen=True, rename="camel"):
    id: str
    display_name: str | None = None
    given_name: str | None = None
    user_principal_name: str | None = None
    department: str | None = None
    usage_location: str | None = None
    preferred_language: str | None = None
    account_enabled: bool | None = None
    user_type: str | None = None


USER_FIELDS = (
    "id,displayName,givenName,userPrincipalName,department,usageLocation,preferredLanguage,accountEnabled,userType"
)


class GroupRow(Struct, frozen=True, rename="camel"):
    id: str
    display_name: str | None = None


class Member(Struct, frozen=True):
    """Some directory object: a person, a group, an application."""

    id: str
    type: str = field(name="@odata.type", default="")


class HeldRole(Struct, frozen=True, rename="camel"):
    role_template_id: str | None = None


class RoleAssignment(Struct, frozen=True, rename="camel"):
    """For a built-in role the definition's id is the template's id."""

    role_definition_id: str | None = None
    principal_id: str | None = None
    directory_scope_id: str | None = None


class ServicePlan(Struct, frozen=True, rename="camel"):
    service_plan_id: str | None = None
    provisioning_status: str | None = None


class LicenseDetails(Struct, frozen=True, rename="camel"):
    sku_id: str | None = None
    service_plans: list[ServicePlan] = []


class Units(Struct, frozen=True):
    enabled: int | None = None
    warning: int | None = None


class SubscribedSku(Struct, frozen=True, rename="camel"):
    sku_id: str | None = None
    sku_part_number: str | None = None
    consumed_units: int | None = None
    prepaid_units: Units | None = None
    service_plans: list[ServicePlan] = []


class PstnCall(Struct, frozen=True, rename="camel", gc=False):
    """A row of getPstnCalls without its numbers, which are never decoded. Amounts stay as they are written: the same
    few come again and again, and each is read once (`bot/graph/call_log.py`)."""

    id: str | None = None
    call_id: str | None = None
    user_id: str | None = None
    user_principal_name: str | None = None
    start_date_time: str | None = None
    end_date_time: str | None = None
    duration: int | None = None
    charge: Raw = Raw()
    connection_charge: Raw = Raw()
    currency: str | None = None
    call_type: str | None = None
    destination_name: str | None = None
    usage_country_code: str | None = None
    license_capability: str | None = None


class InnerError(Struct, frozen=True):
    request_id: str | None = field(name="request-id", default=None)


class ErrorText(Struct, frozen=True):
    code: str | None = None
    message: str | None = None
    inner: InnerError | None = field(name="innerError", default=None)


class ErrorBody(Struct, frozen=True):
    error: ErrorText = field(default_factory=ErrorText)


class BatchItem(Struct, frozen=True):
    id: str
    status: int
    headers: dict[str, str | int] = {}
    body: Raw = Raw(b"null")


class BatchAnswers(Struct, frozen=True):
    responses: list[BatchItem]
