"""The keyed hash that links a stream's records. No I/O here.

hash = HMAC-SHA256(key, canonical JSON of {body, id, previous, seq}): without the key nobody can change, drop or
reorder a record in the file and make the rest fit. The newest records can be cut off unseen, and whoever has the key
can compute all of it anew; a `head` kept elsewhere shows both.
"""

import hmac
from collections.abc import Iterable, Mapping

import msgspec

from bot.ports.store import Finding, Head


def link(key: bytes, *, seq: int, id_: str, body: str, previous: str) -> str:
    """The hash of a record, 64 hex digits. `body` is canonical JSON text already."""
    id_json = msgspec.json.encode(id_).decode()
    text = f'{{"body":{body},"id":{id_json},"previous":"{previous}","seq":{seq}}}'
    return hmac.digest(key, text.encode(), "sha256").hex()


def first_break(key: bytes, head: Head, rows: Iterable[tuple[int, str, str, str]]) -> tuple[int | None, Head]:
    """The first `seq` among (seq, id, body, hash) that does not follow from `head`, and the last head that does."""
    for seq, id_, body, hash_ in rows:
        if seq != head.seq + 1 or not _follows(key, head, (id_, body, hash_)):
            return head.seq + 1, head
        head = Head(seq, hash_)
    return None, head


def _follows(key: bytes, head: Head, row: tuple[str, str, str]) -> bool:
    id_, body, hash_ = row
    try:
        expected = link(key, seq=head.seq + 1, id_=id_, body=canonical(body), previous=head.hash)
    except msgspec.DecodeError:
        return False  # no JSON at all: nothing that we wrote
    return hmac.compare_digest(expected.encode(), hash_.encode())


def found_of(
    broken: int | None, head: Head, last: Head, stood: Mapping[int, str], earlier: Iterable[Head]
) -> Finding:
    """What was found on the way to `head`, the last one that follows. `last` is the stream's end, `stood` holds the
    hashes at the places of the `earlier` heads."""
    heads = tuple(dict.fromkeys(one for one in earlier if one.seq))
    return Finding(
        records=last.seq,
        head=head,
        broken=broken,
        cut=tuple(one for one in heads if one.seq > last.seq),
        other=tuple(one for one in heads if one.seq <= head.seq and not stood.get(one.seq, "").startswith(one.hash)),
    )


def canonical(body: str) -> str:
    """A body with sorted keys and no spaces, however an engine has kept it."""
    return msgspec.json.encode(msgspec.json.decode(body), order="sorted").decode()
