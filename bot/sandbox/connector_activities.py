"""The activities that Teams sends to a bot, in Teams' own shapes. No I/O here.

Source: Microsoft's "Bot activity handlers" and what a Teams client was seen to send; `aadObjectId` and
`channelData.tenant.id` are what identity is read from.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.ports.turn import Scope
from bot.sandbox.connector_chats import (
    BOT_ID,
    BOT_NAME,
    CHANNEL_ID,
    TEAM_GROUP_ID,
    TEAM_ID,
    TEAM_NAME,
    Chat,
    Post,
)
from bot.sandbox.world import TENANT, SandboxPerson, World

FILE_TYPE = "application/vnd.microsoft.teams.file.download.info"
Activity = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an activity comes from: whose client, in which chat, in which language, at what time."""

    person: SandboxPerson
    chat: Chat
    locale: str
    service_url: str
    now: datetime
    thread: str = ""  # in a channel: the post that began the thread


def message(origin: Origin, id_: str, text: str, world: World) -> Activity:
    """Typed text. `@Name` becomes a mention as the client's own completion would make it."""
    marked, mentions = _mentions(text, world)
    return {
        **_frame(origin, "message", id_),
        "textFormat": "plain",
        "text": marked,
        "attachments": [{"contentType": "text/html", "content": f"<div>{marked}</div>"}],
        "entities": [*mentions, _client_info(origin)],
    }


def with_file(activity: Activity, name: str, url: str, unique_id: str) -> Activity:
    """The message with a file attached, as it comes in a personal chat."""
    content = {"downloadUrl": url, "uniqueId": unique_id, "fileType": name.rpartition(".")[2], "etag": None}
    file = {"contentType": FILE_TYPE, "contentUrl": url, "name": name, "content": content}
    return {**activity, "attachments": [*activity["attachments"], file]}


def value_message(origin: Origin, id_: str, value: Any, reply_to: str = "") -> Activity:
    """What `Action.Submit` sends: a message with a `value` and no text."""
    activity = {**_frame(origin, "message", id_), "value": value, "entities": [_client_info(origin)]}
    return {**activity, "replyToId": reply_to} if reply_to else activity


def press(origin: Origin, id_: str, action: Mapping[str, Any], post: Post, *, automatic: bool = False) -> Activity:
    """The invoke of an `Action.Execute`, with the inputs already in its data."""
    sent = {key: action[key] for key in ("type", "title", "id", "verb", "data") if key in action}
    return {
        **_frame(origin, "invoke", id_),
        "name": "adaptiveCard/action",
        "value": {"action": {"data": {}, **sent}, "trigger": "automatic" if automatic else "manual"},
        "replyToId": post.id,
        "entities": [_client_info(origin)],
    }


def file_consent(origin: Origin, id_: str, post: Post, upload: Mapping[str, str] | None) -> Activity:
    """The answer to an offered file; `upload` says where it shall be put, None: nowhere."""
    offer = post.offer
    context = (offer.on_decline if upload is None else offer.on_accept) if offer is not None else {}
    value: Activity = {"type": "fileUpload", "action": "decline" if upload is None else "accept", "context": context}
    return {
        **_frame(origin, "invoke", id_),
        "name": "fileConsent/invoke",
        "value": value if upload is None else {**value, "uploadInfo": dict(upload)},
        "replyToId": post.id,
        "entities": [_client_info(origin)],
    }


def installation(origin: Origin, id_: str, *, added: bool) -> Activity:
    return {**_frame(origin, "installationUpdate", id_), "action": "add" if added else "remove"}


def members_changed(origin: Origin, id_: str, *, added: bool) -> Activity:
    """The conversationUpdate that comes along with an installation."""
    change = "membersAdded" if added else "membersRemoved"
    person = {"id": origin.person.teams_id, "aadObjectId": origin.person.id}
    activity = {**_frame(origin, "conversationUpdate", id_), change: [{"id": BOT_ID}, person]}
    if origin.chat.scope is Scope.CHANNEL:
        activity["channelData"]["eventType"] = "teamMemberAdded" if added else "teamMemberRemoved"
    return activity


def reaction(origin: Origin, id_: str, post: Post, kind: str, *, added: bool = True) -> Activity:
    change = "reactionsAdded" if added else "reactionsRemoved"
    return {**_frame(origin, "messageReaction", id_), change: [{"type": kind}], "replyToId": post.id}


def edited(origin: Origin, post: Post, text: str, world: World) -> Activity:
    """An edited message comes with the id of the first one."""
    activity = {**message(origin, post.id, text, world), "type": "messageUpdate"}
    activity["channelData"]["eventType"] = "editMessage"
    return activity


def deleted(origin: Origin, post: Post) -> Activity:
    activity = _frame(origin, "messageDelete", post.id)
    activity["channelData"]["eventType"] = "softDeleteMessage"
    return activity


def mentions_bot(text: str) -> bool:
    return re.search(rf"@{BOT_NAME}\b", text, re.IGNORECASE) is not None


def _frame(origin: Origin, type_: str, id_: str) -> Activity:
    person, zone = origin.person, ZoneInfo(origin.person.zone)
    return {
        "type": type_,
        "id": id_,
        "timestamp": origin.now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "localTimestamp": origin.now.astimezone(zone).isoformat(timespec="milliseconds"),
        "localTimezone": person.zone,
        "channelId": "msteams",
        "serviceUrl": origin.service_url,
        "from": {"id": person.teams_id, "name": person.name, "aadObjectId": person.id},
        "conversation": _conversation(origin),
        "recipient": {"id": BOT_ID, "name": BOT_NAME},
        "locale": origin.locale,
        "channelData": _channel_data(origin.chat),
    }


def _conversation(origin: Origin) -> Activity:
    chat = origin.chat
    id_ = f"{chat.id};messageid={origin.thread}" if origin.thread else chat.id
    conversation: Activity = {"conversationType": chat.scope.value, "tenantId": TENANT, "id": id_}
    if chat.scope is not Scope.PERSONAL:
        conversation |= {"isGroup": True, "name": chat.name}
    return conversation


def _channel_data(chat: Chat) -> Activity:
    told: Activity = {"tenant": {"id": TENANT}}
    if chat.scope is Scope.CHANNEL:
        told |= {"teamsChannelId": CHANNEL_ID, "teamsTeamId": TEAM_ID, "channel": {"id": CHANNEL_ID}}
        told["team"] = {"id": TEAM_ID, "name": TEAM_NAME, "aadGroupId": TEAM_GROUP_ID}
    return told


def _client_info(origin: Origin) -> Activity:
    country = origin.locale.rpartition("-")[2]
    told = {"locale": origin.locale, "country": country, "platform": "Web", "timezone": origin.person.zone}
    return {"type": "clientInfo", **told}


def _mentions(text: str, world: World) -> tuple[str, list[Activity]]:
    """`@Saldo` and `@Eva Ruiz` (full name, or the given name alone) as `<at>…</at>` with their entities."""
    known = {BOT_NAME.casefold(): (BOT_ID, BOT_NAME)}
    known |= {
        person.person.short_name.casefold(): (person.teams_id, person.name) for person in reversed(world.people)
    }
    known |= {person.name.casefold(): (person.teams_id, person.name) for person in world.people}
    names = "|".join(re.escape(name) for name in sorted(known, key=len, reverse=True))
    entities: list[Activity] = []

    def mark(found: re.Match[str]) -> str:
        id_, name = known[found[1].casefold()]
        entities.append({"type": "mention", "text": f"<at>{name}</at>", "mentioned": {"id": id_, "name": name}})
        return f"<at>{name}</at>"

    return re.sub(rf"(?<!\w)@({names})\b", mark, text, flags=re.IGNORECASE), entities
