"""The teams room: a `Message` becomes the JSON of an activity, or the answer to an invoke. Pure: no I/O here."""

from typing import Any

import msgspec

from bot.ports.turn import Card, Message, Offer, SharedFile

CARD = "application/vnd.microsoft.card.adaptive"
FILE_CONSENT = "application/vnd.microsoft.teams.card.file.consent"
FILE_INFO = "application/vnd.microsoft.teams.card.file.info"
TEXT = "application/vnd.microsoft.activity.message"
MOST_QUICK = 6

_encode = msgspec.json.Encoder().encode


def encode_reply(message: Message, *, reply_to: str, quick_for: str | None) -> bytes:
    """A message within a turn. Beside a card its text is left out: Teams would show it above the card once more.

    `quick_for` is the `29:…` id of the person to whom quick replies are offered, None outside a personal chat.
    """
    body = _activity(message, text=message.text if message.card is None else "")
    if reply_to:
        body["replyToId"] = reply_to
    if quick_for is not None and message.quick:
        body["suggestedActions"] = _suggested(message.quick, quick_for)
    return _encode(body)


def encode_notice(message: Message) -> bytes:
    """A message on our own account. A locked phone shows `text` and not the card, so the card has one beside it."""
    body = _activity(message, text=message.text or message.summary)
    if message.quick:
        body["suggestedActions"] = _suggested(message.quick, None)
    return _encode(body)


def encode_invoke_answer(message: Message | None) -> bytes:
    """What takes the place of the pressed card, or a text beside it; with an empty text Teams shows nothing."""
    if message is not None and message.card is not None:
        return _encode({"statusCode": 200, "type": CARD, "value": message.card})
    return _encode({"statusCode": 200, "type": TEXT, "value": "" if message is None else message.text})


def encode_body(body: dict[str, Any]) -> bytes:
    return _encode(body)


def _activity(message: Message, *, text: str) -> dict[str, Any]:
    body: dict[str, Any] = {"type": "message"}
    if text:
        # Plain: a name from the directory must not become a link or bold type.
        body |= {"text": text, "textFormat": "plain"}
    if message.summary or message.card is not None:
        body["summary"] = message.summary or message.text
    attachments = _attachments(message)
    if attachments:
        body["attachments"] = attachments
    return body


def _attachments(message: Message) -> list[dict[str, Any]]:
    found = [_attachment(message.card)] if message.card is not None else []
    found += [_consent(message.offer)] if message.offer is not None else []
    return found + ([_info(message.file)] if message.file is not None else [])


def _attachment(card: Card) -> dict[str, Any]:
    return {"contentType": CARD, "content": card}


def _consent(offer: Offer) -> dict[str, Any]:
    """Source of the shapes: Microsoft, "Send and receive files through a bot"."""
    content = {
        "description": offer.description,
        "sizeInBytes": offer.size_bytes,
        "acceptContext": offer.data,
        "declineContext": offer.data,
    }
    return {"contentType": FILE_CONSENT, "name": offer.name, "content": content}


def _info(file: SharedFile) -> dict[str, Any]:
    content = {"uniqueId": file.unique_id, "fileType": file.file_type}
    return {"contentType": FILE_INFO, "name": file.name, "contentUrl": file.url, "content": content}


def _suggested(quick: tuple[str, ...], to: str | None) -> dict[str, Any]:
    actions = [{"type": "imBack", "title": words, "value": words} for words in quick[:MOST_QUICK]]
    return {"to": [] if to is None else [to], "actions": actions}
