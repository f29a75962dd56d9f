"""Activities as Teams sends them."""

import json
from typing import Any

TENANT = "aaaaaaaa-0000-4000-8000-000000000001"
ANA = "bbbbbbbb-0000-4000-8000-000000000001"
ANA_TEAMS = "29:ana"
BOT = "28:11111111-2222-3333-4444-555555555555"


def activity(service_url: str = "https://smba.trafficmanager.net/emea/", /, **changes: Any) -> dict[str, Any]:
    """A message from Ana in her personal chat; a change of None takes the field out."""
    usual: dict[str, Any] = {
        "type": "message",
        "id": "1700000000001",
        "timestamp": "2026-11-22T09:00:00.000Z",
        "serviceUrl": service_url,
        "channelId": "msteams",
        "from": {"id": ANA_TEAMS, "name": "Ana Torres", "aadObjectId": ANA},
        "recipient": {"id": BOT, "name": "Saldo"},
        "conversation": {"id": "a:personal-ana", "conversationType": "personal", "tenantId": TENANT},
        "channelData": {"tenant": {"id": TENANT}},
        "text": "saldo",
        "textFormat": "plain",
        "locale": "es-ES",
        "localTimezone": "Europe/Madrid",
        "entities": [{"type": "clientInfo", "locale": "es-ES", "country": "ES", "timezone": "Europe/Madrid"}],
    }
    return {name: value for name, value in (usual | changes).items() if value is not None}


def in_channel(text: str, *, addressed: bool = True, **changes: Any) -> dict[str, Any]:
    entities = [{"type": "mention", "mentioned": {"id": BOT, "name": "Saldo"}, "text": "<at>Saldo</at>"}]
    conversation = {"id": "19:abc@thread.tacv2;messageid=1", "conversationType": "channel", "isGroup": True}
    usual: dict[str, Any] = {"conversation": conversation, "entities": entities if addressed else None}
    return activity(**({"text": text} | usual | changes))


def pressed(verb: str = "approve", /, **changes: Any) -> dict[str, Any]:
    value = {"action": {"type": "Action.Execute", "verb": verb, "data": {"comment": "ok"}}, "trigger": "manual"}
    usual: dict[str, Any] = {"type": "invoke", "name": "adaptiveCard/action", "value": value, "text": None}
    return activity(**(usual | {"replyToId": "card1", "entities": None} | changes))


def raw(body: object) -> bytes:
    return json.dumps(body).encode()
