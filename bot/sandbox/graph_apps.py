"""Teams apps installed for people, as the sandbox's Graph answers them. No I/O here."""

import base64

from bot.sandbox.graph_protocol import Answer, Call, GraphRefusal, Write, not_found
from bot.sandbox.odata import Row, listing, single
from bot.sandbox.state import SandboxState
from bot.sandbox.world import BOT_APP_ID, CATALOG_APP_ID, TENANT, SandboxPerson, personal_chat_id

_BIND = f"https://graph.microsoft.com/v1.0/appCatalogs/teamsApps/{CATALOG_APP_ID}"
_CHAT_SINCE = "2026-05-26T08:00:00Z"


def installed_apps(call: Call) -> Answer:
    """One row at most, our app: `$filter=teamsApp/externalId eq '<app id>'` finds it among others."""
    person = call.person()
    rows = [_installation(person)] if call.state.has_saldo(person) else []
    return listing(call, rows, f"users('{person.id}')/teamwork/installedApps", default="id")


def install_app(call: Call) -> Write:
    person, body = call.person(), call.asked.body
    if not isinstance(body, dict) or str(body.get("teamsApp@odata.bind")).lower() != _BIND.lower():
        raise GraphRefusal(404, "NotFound", "The requested app is not found in the organization's app catalog.")
    if person.person.guest or not person.person.enabled:
        raise GraphRefusal(403, "Forbidden", "Apps cannot be installed for this user.")

    def changed(state: SandboxState) -> SandboxState:
        if state.has_saldo(person):
            raise GraphRefusal(409, "Conflict", "App with same id already exists in the user's personal scope.")
        return state.with_saldo_for(person.id)

    return Write(changed, lambda _state: Answer(201), installed_for=person.id)


def installation_chat(call: Call) -> Answer:
    person = call.person()
    if not call.state.has_saldo(person) or call.ids["installationId"] != _installation(person)["id"]:
        raise not_found(call.ids["installationId"])
    chat: Row = {
        "id": personal_chat_id(person.id),
        "chatType": "oneOnOne",
        "createdDateTime": _CHAT_SINCE,
        "lastUpdatedDateTime": _CHAT_SINCE,
        "tenantId": TENANT,
        "topic": None,
    }
    return single(call, chat, "chats")


def _installation(person: SandboxPerson) -> Row:
    """Names with a slash are there to be filtered by and are never sent."""
    id_ = base64.b64encode(f"{person.id}##{CATALOG_APP_ID}".encode()).decode()
    return {"id": id_, "teamsApp/externalId": BOT_APP_ID, "teamsApp/id": CATALOG_APP_ID}
