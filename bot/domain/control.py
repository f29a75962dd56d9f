"""Proof of control: a one-time code that an operator reads from the console and the installer types into the chat."""

import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.errors import Refusal

LIFETIME = timedelta(minutes=15)
ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class ControlCode:
    """Only the digest is kept. `attempts` counts wrong entries; after five, or when used, a new one is needed."""

    digest: str
    expires_at: datetime
    attempts: int = 0
    used: bool = False


def issue(code: str, now: datetime) -> ControlCode:
    return ControlCode(_digest(code), now + LIFETIME)


def enter(kept: ControlCode, code: str, now: datetime) -> ControlCode:
    """The code after an entry: used up if right, one attempt fewer if wrong. Raises Refusal when it is of no use."""
    if kept.used or now >= kept.expires_at or kept.attempts >= ATTEMPTS:
        raise Refusal("code_expired")
    if hmac.compare_digest(kept.digest, _digest(code)):
        return replace(kept, used=True)
    return replace(kept, attempts=kept.attempts + 1)


def _digest(code: str) -> str:
    """Codes are typed by people: spaces, hyphens and case do not count."""
    plain = "".join(code.split()).replace("-", "").upper()
    return hashlib.sha256(plain.encode()).hexdigest()
