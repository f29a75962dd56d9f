"""The keyed hash that links a stream's records. No I/O here.

hash = HMAC-SHA256(key, canonical JSON of {body, id, previous, seq}): without the key nobody can change, drop or
reorder a record in the file and make the rest fit. The newest records can be cut off unseen; `head` kept elsewhere
shows that.
"""

import hmac

import msgspec


def link(key: bytes, *, seq: int, id_json: str, body: str, previous: str) -> str:
    """The hash of a record, 64 hex digits. `body` and `id_json` are canonical JSON texts already."""
    text = f'{{"body":{body},"id":{id_json},"previous":"{previous}","seq":{seq}}}'
    return hmac.digest(key, text.encode(), "sha256").hex()


def json_text(value: str) -> str:
    return msgspec.json.encode(value).decode()
