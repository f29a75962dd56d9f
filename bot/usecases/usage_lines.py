"""The physical lines of an export as text, decoded a block at a time: a good file costs almost nothing a line.

Works on a file that the caller has opened. UTF-8 with or without a byte order mark.
"""

import io
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import BinaryIO

from bot.domain.errors import Refusal

LONGEST_LINE = 1 << 20  # bytes, give or take a block
BLOCK = 1 << 18


class Lines:
    """`undecodable` are the numbers, from 1, of the lines so far that are not UTF-8. Their text is a replacement."""

    def __init__(self, file: BinaryIO) -> None:
        self.undecodable: list[int] = []
        self._number = 0
        self._file = file

    def __iter__(self) -> Iterator[str]:
        """Raises Refusal: usage_encoding, usage_not_an_export."""
        return chain.from_iterable(map(self._texts, self._blocks()))

    def _blocks(self) -> Iterator[bytes]:
        """Whole lines each."""
        rest = _without_mark(self._file.read(BLOCK))
        while block := self._file.read(BLOCK):
            end = rest.rfind(b"\n") + 1
            if end:
                yield rest[:end]
            elif len(rest) >= LONGEST_LINE:
                raise Refusal("usage_not_an_export")
            rest = rest[end:] + block
        yield rest

    def _texts(self, block: bytes) -> Iterable[str]:
        before = self._number
        self._number += block.count(b"\n")
        try:
            return io.StringIO(block.decode(), newline="\n")
        except UnicodeDecodeError:
            return [self._mended(raw, number) for number, raw in enumerate(io.BytesIO(block), start=before + 1)]

    def _mended(self, raw: bytes, number: int) -> str:
        try:
            return raw.decode()
        except UnicodeDecodeError:
            self.undecodable.append(number)
            return raw.decode(errors="replace")


def _without_mark(raw: bytes) -> bytes:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refusal("usage_encoding")
    return raw.removeprefix(b"\xef\xbb\xbf")
