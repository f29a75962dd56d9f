"""Finds the calls' CSV in the admin center's zip, and reads no more of it than a real export holds.

Works on a file that the caller has opened.
"""

import io
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from bot.domain.errors import Refusal

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CSV_PREFIX = "pstn.calls"  # the export's own name is `PSTN.calls.[UTC].csv`
MEMBERS = 1_000
LARGEST = 1 << 30  # bytes: about three million calls
SMALL = 64 << 20  # bytes: up to here any ratio will do
RATIO = 200  # calls are packed about 10 : 1
_BUFFER = 1 << 18
_ENCRYPTED = 0x1
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError)


def open_csv(file: BinaryIO) -> BinaryIO:
    """The CSV in a zip, or `file` itself where it is none. `file` must be able to seek.

    Raises Refusal: usage_zip_damaged, usage_zip_encrypted, usage_zip_without_csv, usage_zip_several, and while it is
    read usage_zip_damaged and usage_zip_too_large.
    """
    file.seek(0)
    magic = file.read(4)
    file.seek(0)
    if magic[:2] != b"PK":
        return file
    try:
        archive = zipfile.ZipFile(file)
    except _DAMAGED:
        raise Refusal("usage_zip_damaged") from None
    member = find_csv(archive.infolist())
    if member.flag_bits & _ENCRYPTED:
        raise Refusal("usage_zip_encrypted")
    try:
        unpacked = archive.open(member)
    except _DAMAGED:
        raise Refusal("usage_zip_damaged") from None
    return cast("BinaryIO", io.BufferedReader(_Bounded(unpacked, member.compress_size), _BUFFER))


def find_csv(members: list[zipfile.ZipInfo]) -> zipfile.ZipInfo:
    """The calls by their name; else the only CSV there is. All other members are ignored."""
    if len(members) > MEMBERS:
        raise Refusal("usage_zip_too_large")
    names = [(PurePosixPath(member.filename.replace("\\", "/")).name.casefold(), member) for member in members]
    tables = [(name, member) for name, member in names if name.endswith(".csv") and not name.startswith(".")]
    calls = [member for name, member in tables if name.startswith(CSV_PREFIX)] or [member for _, member in tables]
    if not calls:
        raise Refusal("usage_zip_without_csv")
    if len(calls) > 1:
        raise Refusal("usage_zip_several")
    return calls[0]


class _Bounded(io.RawIOBase):
    """What a member unpacks to, as long as it is no bomb: sizes that a zip tells about itself are not believed."""

    def __init__(self, unpacked: IO[bytes], packed_bytes: int) -> None:
        super().__init__()
        self._unpacked = unpacked
        self._left = min(LARGEST, max(SMALL, packed_bytes * RATIO))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer).cast("B")
        try:
            chunk = self._unpacked.read(len(view))
        except _DAMAGED:
            raise Refusal("usage_zip_damaged") from None
        self._left -= len(chunk)
        if self._left < 0:
            raise Refusal("usage_zip_too_large")
        view[: len(chunk)] = chunk
        return len(chunk)
