"""The teams room: an activity becomes a `Turn`, or the reason why there is none. Pure: no I/O here.

What each kind of activity means stands in two tables, `_KINDS` by type and `_INVOKES` by name.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.domain.people import PersonId, TenantId
from bot.ports.turn import (
    Actor,
    Address,
    Event,
    File,
    Installed,
    OfferAnswered,
    Pressed,
    Removed,
    Said,
    Scope,
    Turn,
    Upload,
)
from bot.teams.rejections import MalformedActivity
from bot.teams.wire import (
    WireAccount,
    WireActivity,
    WireCardAction,
    WireDownload,
    WireEntity,
    WireFileConsent,
    WireSearch,
    check_account,
    parse_value,
)
from bot.teams.wording import Tag, clean_name, spoken

DOWNLOAD_INFO = "application/vnd.microsoft.teams.file.download.info"
MOST_FILES = 10
NOBODY = PersonId("")  # an installation that Teams reports without saying by whom

_LOCALE = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*")
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*")
_SCOPES = {scope.value: scope for scope in Scope}


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing to answer: 200 and no turn."""

    reason: str


@dataclass(frozen=True, slots=True)
class Answered:
    """An invoke that needs no turn: its HTTP status and body."""

    status: int
    body: dict[str, Any] | None = None


Meaning = Turn | Ignored | Answered


def tenant_of(activity: WireActivity) -> TenantId:
    """Teams' own word for the tenant first: `conversation.tenantId` may be absent. Raises MalformedActivity."""
    data = activity.channel_data
    told = data.tenant.id if data is not None and data.tenant is not None else None
    if told is None and activity.conversation is not None:
        told = activity.conversation.tenant_id
    if told is None:
        raise MalformedActivity("channelData.tenant.id is missing")
    return TenantId(told.lower())


def meaning_of(activity: WireActivity) -> Meaning:
    """Raises MalformedActivity for a shape that Teams does not send."""
    read = _KINDS.get(activity.type)
    return Ignored(f"type {activity.type[:40]!r}") if read is None else read(activity)


def _message(activity: WireActivity) -> Meaning:
    if not activity.text and _has_value(activity):
        return _submitted(activity)
    said, addressed = _said(activity)
    scope = _scope(activity)
    if scope is not Scope.PERSONAL and not addressed:
        return Ignored("the bot is not addressed")
    if scope is Scope.PERSONAL and not said.text and not said.files and not said.mentions:
        return Ignored("nothing is said")
    return _turn(activity, said)


def _said(activity: WireActivity) -> tuple[Said, bool]:
    bot = _need(activity.recipient, "recipient")
    tags = [_tag(entity) for entity in activity.entities or () if (entity.type or "").lower() == "mention"]
    text, mentions = spoken(activity.text or "", tags, bot.id)
    return Said(text, mentions, _files(activity)), any(tag.teams_id == bot.id for tag in tags)


def _tag(entity: WireEntity) -> Tag:
    mentioned = check_account(entity.mentioned, "entities.mentioned")
    name = mentioned.name or ""
    if entity.text is not None and not isinstance(entity.text, str):
        raise MalformedActivity("entities.text: Expected `str`")
    return Tag(mentioned.id, name, entity.text or f"<at>{name}</at>")


def _files(activity: WireActivity) -> tuple[File, ...]:
    found = [item for item in activity.attachments or () if item.content_type == DOWNLOAD_INFO]
    return tuple(
        File(
            clean_name(item.name),
            parse_value(item.content, WireDownload, "attachments.content").download_url,
        )
        for item in found[:MOST_FILES]
    )


def _submitted(activity: WireActivity) -> Meaning:
    """An `Action.Submit`: its data is the value, or lies under `action` as in an `Action.Execute`."""
    value = parse_value(activity.value, dict[str, Any], "value")
    inner = value.get("action")
    source = inner if "verb" not in value and isinstance(inner, dict) else value
    verb, data = source.get("verb"), source.get("data", {}) if source is inner else value
    if verb is None:
        return Ignored("a value without a verb")
    if not isinstance(verb, str) or not verb or not isinstance(data, dict):
        raise MalformedActivity("value.verb: Expected `str`, and `object` for its data")
    return _turn(activity, Pressed(verb, data, card_id=activity.reply_to_id))


def _invoke(activity: WireActivity) -> Meaning:
    if not activity.name:
        raise MalformedActivity("name is missing")
    read = _INVOKES.get(activity.name)
    return Answered(501) if read is None else read(activity)


def _card_action(activity: WireActivity) -> Meaning:
    """Teams shows the card that answers it to whoever pressed, and to nobody else. Source: Microsoft, "Universal
    Actions for Adaptive Cards"."""
    value = parse_value(activity.value, WireCardAction, "value")
    automatic = value.trigger == "automatic"
    data = value.action.data or {}
    return _turn(activity, Pressed(value.action.verb, data, automatic, activity.reply_to_id, alone=True))


def _file_consent(activity: WireActivity) -> Meaning:
    """A refusal is taken note of, and that is all. Source: Microsoft, "Send and receive files through a bot"."""
    consent = parse_value(activity.value, WireFileConsent, "value")
    if consent.action != "accept":
        return Answered(200)
    info = _need(consent.upload_info, "value.uploadInfo")
    name = clean_name(info.name)
    upload = Upload(info.upload_url, name, info.content_url, info.unique_id, info.file_type)
    return _turn(activity, OfferAnswered(consent.context or {}, upload))


def _search(activity: WireActivity) -> Meaning:
    """People pickers are served by Teams itself; what still asks us finds nobody instead of an error."""
    parse_value(activity.value, WireSearch, "value")
    found: dict[str, Any] = {"results": []}
    return Answered(
        200, {"statusCode": 200, "type": "application/vnd.microsoft.search.searchResponse", "value": found}
    )


def _installation(activity: WireActivity) -> Meaning:
    match activity.action:
        case "add":
            return _turn(activity, Installed())
        case "remove":
            return _turn(activity, Removed())
        case None:
            raise MalformedActivity("action is missing")
        case _:
            return Ignored("an upgrade of the app")


def _conversation(activity: WireActivity) -> Meaning:
    bot = _need(activity.recipient, "recipient").id
    if any(member.id == bot for member in activity.members_added or ()):
        return _turn(activity, Installed())
    if any(member.id == bot for member in activity.members_removed or ()):
        return _turn(activity, Removed())
    return Ignored("the bot neither came nor went")


_KINDS: dict[str, Callable[[WireActivity], Meaning]] = {
    "message": _message,
    "invoke": _invoke,
    "installationUpdate": _installation,
    "conversationUpdate": _conversation,
}
_INVOKES: dict[str, Callable[[WireActivity], Meaning]] = {
    "adaptiveCard/action": _card_action,
    "fileConsent/invoke": _file_consent,
    "application/search": _search,
}


def _turn(activity: WireActivity, event: Event) -> Meaning:
    sender = _need(activity.from_, "from")
    conversation = _need(activity.conversation, "conversation")
    tenant = tenant_of(activity)
    if sender.aad_object_id is None and not isinstance(event, Installed | Removed):
        return Ignored("from nobody whom the directory knows")
    if sender.tenant_id is not None and sender.tenant_id.lower() != tenant:
        return Ignored("from a member of another tenant")
    return Turn(
        tenant=tenant,
        actor=_actor(sender),
        address=Address(conversation.id, activity.service_url),
        scope=_scope(activity),
        activity_id=_need(activity.id, "id"),
        locale=_told(activity, "locale", activity.locale, _LOCALE),
        zone=_told(activity, "timezone", activity.local_timezone, _ZONE),
        event=event,
    )


def _actor(sender: WireAccount) -> Actor:
    id_ = NOBODY if sender.aad_object_id is None else PersonId(sender.aad_object_id.lower())
    return Actor(id_, sender.id, clean_name(sender.name))


def _scope(activity: WireActivity) -> Scope:
    """A kind of conversation that we do not know counts as a group: figures stay private there."""
    conversation = _need(activity.conversation, "conversation")
    if conversation.conversation_type is None:
        return Scope.GROUP if conversation.is_group else Scope.PERSONAL
    return _SCOPES.get(conversation.conversation_type, Scope.GROUP)


def _told(activity: WireActivity, field: str, own: str | None, form: re.Pattern[str]) -> str:
    """What the client says about itself: the activity's own field, else its `clientInfo` entity, else ''."""
    if own is None:
        told = (getattr(entity, field) for entity in activity.entities or () if entity.type == "clientInfo")
        own = next((word for word in told if isinstance(word, str)), None)
    return own if own is not None and len(own) <= 64 and form.fullmatch(own) else ""


def _has_value(activity: WireActivity) -> bool:
    return bytes(activity.value) not in (b"", b"null")


def _need(value: Any, field: str) -> Any:
    if value is None:
        raise MalformedActivity(f"{field} is missing")
    return value
