"""A message as Teams delivers it, with the fields that no bot reads as well."""

from typing import Any

from bot.sandbox import world

TENANT = str(world.TENANT)
APP_ID = "11111111-2222-3333-4444-555555555555"
PEOPLE = 2_500  # Teams allows seven messages a second in one chat, so the turns come from many people


def message(service_url: str, number: int) -> dict[str, Any]:
    person = number % PEOPLE
    conversation = f"a:1pL6i0oY3C0K8oAj8{person:06d}oAQ0Vq0bXK1r8vKx5yZ"
    return {
        "text": "saldo",
        "textFormat": "plain",
        "attachments": [{"contentType": "text/html", "content": "<p>saldo</p>"}],
        "type": "message",
        "timestamp": "2026-11-22T09:00:00.1234567Z",
        "localTimestamp": "2026-11-22T10:00:00.1234567+01:00",
        "id": f"17000000{number:08d}",
        "channelId": "msteams",
        "serviceUrl": service_url,
        "from": {
            "id": f"29:1bQmW5zX0c9eYyVvS7o0k1nF2mJ3hG4tR5qP6wE7uI8a{person:06d}",
            "name": "Ana Torres",
            "aadObjectId": f"bbbbbbbb-0000-4000-8000-{person:012d}",
        },
        "conversation": {"conversationType": "personal", "tenantId": TENANT, "id": conversation},
        "recipient": {"id": f"28:{APP_ID}", "name": "Saldo"},
        "entities": [
            {
                "locale": "es-ES",
                "country": "ES",
                "platform": "Windows",
                "timezone": "Europe/Madrid",
                "type": "clientInfo",
            }
        ],
        "channelData": {"tenant": {"id": TENANT}},
        "locale": "es-ES",
        "localTimezone": "Europe/Madrid",
    }
