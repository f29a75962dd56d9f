"""Reads what the bot sends, as strictly as a test tool should: where Teams drops silently, this refuses. No I/O."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.ports.turn import Card
from bot.sandbox.card_check import card_faults
from bot.sandbox.connector_chats import GivenFile, OfferedFile

CARD_TYPE = "application/vnd.microsoft.card.adaptive"
CONSENT_TYPE = "application/vnd.microsoft.teams.card.file.consent"
INFO_TYPE = "application/vnd.microsoft.teams.card.file.info"
# fmt: off
_KEYS = frozenset({
    "type", "id", "timestamp", "localTimestamp", "localTimezone", "serviceUrl", "channelId", "from",
    "conversation", "recipient", "textFormat", "locale", "text", "summary", "speak", "inputHint",
    "importance", "deliveryMode", "attachmentLayout", "attachments", "suggestedActions", "entities",
    "channelData", "replyToId", "value", "valueType", "name", "expiration", "label",
})
# fmt: on


class Malformed(ValueError):
    """The bot sent what Teams would not take; the message says what and where."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of the bot, read from its activity. Nothing of it is None but the card."""

    text: str
    summary: str
    card: Card | None
    quick: tuple[str, ...]
    offer: OfferedFile | None = None
    file: GivenFile | None = None


def read_sent(activity: Any, *, unasked: bool) -> Sent | None:
    """The message that the bot sends; None for a typing sign. Raises Malformed.

    `unasked`: nobody waits for it in that chat, so that a locked phone must have something to show.
    """
    if not isinstance(activity, Mapping):
        raise Malformed("an activity is a JSON object")
    if activity.get("type") == "typing":
        return None
    faults = [*_envelope(activity), *_attachments(activity.get("attachments"))]
    sent = _sent(activity) if not faults else None
    if sent is not None:
        faults += _content(sent, unasked=unasked)
    if faults or sent is None:
        raise Malformed("; ".join(faults))
    return sent


def _envelope(activity: Mapping[str, Any]) -> Iterator[str]:
    if activity.get("type") != "message":
        yield f"type: {activity.get('type')!r} is neither message nor typing"
    for key in sorted(activity.keys() - _KEYS):
        yield f"{key}: no property of an activity"
    for key in ("text", "summary", "locale", "replyToId"):
        if not isinstance(activity.get(key) or "", str):
            yield f"{key}: must be a text"
    if activity.get("textFormat", "markdown") not in ("plain", "markdown", "xml"):
        yield "textFormat: plain, markdown or xml"
    if not isinstance(activity.get("channelData", {}), Mapping):
        yield "channelData: must be an object"
    yield from _quick(activity.get("suggestedActions"))


def _quick(suggested: Any) -> Iterator[str]:
    if suggested is None:
        return
    actions = suggested.get("actions") if isinstance(suggested, Mapping) else None
    if not isinstance(actions, list):
        yield "suggestedActions.actions: must be a list"
        return
    for at, action in enumerate(actions):
        said = action.get("value") if isinstance(action, Mapping) and action.get("type") == "imBack" else None
        if not isinstance(said, str) or not said or not action.get("title"):
            yield f"suggestedActions.actions[{at}]: an imBack with title and value"


def _attachments(attachments: Any) -> Iterator[str]:
    if attachments is None:
        return
    if not isinstance(attachments, list):
        yield "attachments: must be a list"
        return
    if len(attachments) > 1:
        yield "attachments: one card a message"
    for at, attachment in enumerate(attachments):
        kind = attachment.get("contentType") if isinstance(attachment, Mapping) else None
        read = _FAULTS.get(str(kind))
        if read is None:
            yield f"attachments[{at}].contentType: {kind!r} is none of {', '.join(_FAULTS)}"
        else:
            yield from (f"attachments[{at}].{fault}" for fault in read(attachment))


def _card_faults(attachment: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"content.{fault}" for fault in card_faults(attachment.get("content")))


def _consent_faults(attachment: Mapping[str, Any]) -> Iterator[str]:
    content = attachment.get("content")
    if not isinstance(content, Mapping):
        yield "content: must be an object"
        return
    shape = {"description": str, "sizeInBytes": int, "acceptContext": Mapping, "declineContext": Mapping}
    yield from (f"content.{key}: missing or of another type" for key in shape if not _is(content, key, shape[key]))
    if not _is(attachment, "name", str):
        yield "name: missing"


def _info_faults(attachment: Mapping[str, Any]) -> Iterator[str]:
    content = attachment.get("content")
    if not isinstance(content, Mapping):
        yield "content: must be an object"
        return
    yield from (f"content.{key}: missing" for key in ("uniqueId", "fileType") if not _is(content, key, str))
    yield from (f"{key}: missing" for key in ("name", "contentUrl") if not _is(attachment, key, str))


def _is(told: Mapping[str, Any], key: str, kind: type) -> bool:
    return isinstance(told.get(key), kind) and bool(told[key])


_FAULTS: dict[str, Callable[[Mapping[str, Any]], Iterator[str]]] = {
    CARD_TYPE: _card_faults,
    CONSENT_TYPE: _consent_faults,
    INFO_TYPE: _info_faults,
}


def _sent(activity: Mapping[str, Any]) -> Sent:
    attachments = activity.get("attachments") or []
    suggested = (activity.get("suggestedActions") or {}).get("actions") or []
    return Sent(
        text=activity.get("text") or "",
        summary=activity.get("summary") or "",
        card=next((one["content"] for one in attachments if one["contentType"] == CARD_TYPE), None),
        quick=tuple(str(action["value"]) for action in suggested),
        offer=next((_offer(one) for one in attachments if one["contentType"] == CONSENT_TYPE), None),
        file=next((_file(one) for one in attachments if one["contentType"] == INFO_TYPE), None),
    )


def _offer(attachment: Mapping[str, Any]) -> OfferedFile:
    content = attachment["content"]
    contexts = (dict(content["acceptContext"]), dict(content["declineContext"]))
    return OfferedFile(attachment["name"], content["description"], content["sizeInBytes"], *contexts)


def _file(attachment: Mapping[str, Any]) -> GivenFile:
    return GivenFile(attachment["name"], attachment["contentUrl"])


def _content(sent: Sent, *, unasked: bool) -> Iterator[str]:
    if not sent.text.strip() and sent.card is None and sent.offer is None and sent.file is None:
        yield "text: the message is empty"
    if not unasked or sent.card is None:
        return
    if not sent.summary.strip():
        yield "summary: a card that nobody asked for needs one, for the lock screen"
    if not sent.text.strip() or "\n" in sent.text.strip():
        yield "text: a card that nobody asked for needs one line of text, for the lock screen"
