"""The keyed hash that links a stream's records. No I/O here.

hash = HMAC-SHA256(key, canonical JSON of {body, id, previous, seq}): without the key nobody can change, drop or
reorder a record in the file and make the rest fit. The newest records can be cut off unseen; `head` kept elsewhere
shows that.
"""

import hmac
from collections.abc import Iterable

import msgspec

from bot.ports.store import Head


def link(key: bytes, *, seq: int, id_: str, body: str, previous: str) -> str:
    """The hash of a record, 64 hex digits. `body` is canonical JSON text already."""
    id_json = msgspec.json.encode(id_).decode()
    text = f'{{"body":{body},"id":{id_json},"previous":"{previous}","seq":{seq}}}'
    return hmac.digest(key, text.encode(), "sha256").hex()


def first_break(key: bytes, head: Head, rows: Iterable[tuple[int, str, str, str]]) -> tuple[int | None, Head]:
    """The first `seq` among (seq, id, body, hash) that does not follow from `head`, and the last head that does."""
    for seq, id_, body, hash_ in rows:
        expected = link(key, seq=head.seq + 1, id_=id_, body=canonical(body), previous=head.hash)
        if seq != head.seq + 1 or not hmac.compare_digest(expected, hash_):
            return head.seq + 1, head
        head = Head(seq, hash_)
    return None, head


def canonical(body: str) -> str:
    """A body with sorted keys and no spaces, however an engine has kept it."""
    return msgspec.json.encode(msgspec.json.decode(body), order="sorted").decode()
