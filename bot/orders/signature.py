"""How an order and its answer are signed: HMAC-SHA-256 over the moment, the idempotency key and the body. Pure.

`Saldo-Signature` is `v1=` and the hexadecimal digest of `<Saldo-Timestamp>.<Idempotency-Key>.<body>`, all in bytes.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

TIMESTAMP, KEY, SIGNATURE = "Saldo-Timestamp", "Idempotency-Key", "Saldo-Signature"
TOLERANCE = timedelta(minutes=5)  # of either clock
VERSION = "v1="

_SECONDS = re.compile(r"[0-9]{1,12}")
_DIGEST = re.compile(r"v1=[0-9a-f]{64}")
_ID = re.compile(r"[!-~]{1,200}")


@dataclass(frozen=True, slots=True)
class BadSignature(Exception):
    """`reason` is for the log: headers, timestamp or signature."""

    reason: str


def signed_headers(key: bytes, id_: str, body: bytes, now: datetime) -> dict[str, str]:
    seconds = str(int(now.timestamp()))
    return {TIMESTAMP: seconds, KEY: id_, SIGNATURE: VERSION + _digest(key, seconds, id_, body)}


def check_signature(keys: Iterable[bytes], headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """The idempotency key of what was signed with one of `keys`, within five minutes of now.

    Raises BadSignature. Whether it was seen before is for the caller: it means the same each time.
    """
    seconds, id_, told = (headers.get(name, "") for name in (TIMESTAMP, KEY, SIGNATURE))
    if not (_SECONDS.fullmatch(seconds) and _ID.fullmatch(id_) and _DIGEST.fullmatch(told)):
        raise BadSignature("headers")
    if abs(now - datetime.fromtimestamp(int(seconds), UTC)) > TOLERANCE:
        raise BadSignature("timestamp")
    if not any(hmac.compare_digest(VERSION + _digest(key, seconds, id_, body), told) for key in keys):
        raise BadSignature("signature")
    return id_


def _digest(key: bytes, seconds: str, id_: str, body: bytes) -> str:
    return hmac.new(key, f"{seconds}.{id_}.".encode() + body, hashlib.sha256).hexdigest()
