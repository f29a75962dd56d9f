"""Ids of what a typed line creates. Derived, so that a line that is delivered twice creates one thing."""

import hashlib
import secrets

from bot.ports.turn import Pressed, Turn


def derived_id(turn: Turn) -> str:
    """From the conversation and the activity: the same line again is the same id. A line in a button comes again with
    another activity id: there it is the card that counts, and what the line says."""
    activity = turn.activity_id
    if isinstance(turn.event, Pressed) and turn.event.card_id:
        activity = f"{turn.event.card_id}\n{turn.event.data.get('text')}"
    parts = "\n".join((turn.tenant, turn.address.conversation_id, activity))
    return hashlib.sha256(parts.encode()).hexdigest()[:24]


def minted_id() -> str:
    """For a form that a button opens: whoever submits it, however often, creates exactly this."""
    return secrets.token_hex(12)
