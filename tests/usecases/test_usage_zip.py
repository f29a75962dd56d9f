"""Zips as the admin center makes them, damaged ones and bombs."""

import io
import zipfile

import pytest

from bot.domain.errors import Refusal
from bot.usecases import usage_zip
from bot.usecases.usage_zip import open_csv
from tests.usecases.export_files import table, zipped

NAME = "PSTN.calls.[UTC].csv"


def unpacked(content: bytes) -> bytes:
    return open_csv(io.BytesIO(content)).read()


def code_of(content: bytes) -> str:
    with pytest.raises(Refusal) as refused:
        unpacked(content)
    return refused.value.code


def test_a_file_that_is_no_zip_is_handed_back() -> None:
    assert unpacked(b"UsageId,") == b"UsageId,"


@pytest.mark.parametrize(
    "name", [NAME, f"export/{NAME}", "export\\pstn.calls.csv", "calls.csv", "PSTN.CALLS.2026.CSV"]
)
def test_the_calls_are_found_by_name_else_the_only_csv(name: str) -> None:
    assert unpacked(zipped({"__MACOSX/._PSTN.calls.[UTC].csv": b"no", name: b"yes", "b.txt": b"no"})) == b"yes"


def test_a_zip_without_a_csv_is_refused() -> None:
    assert code_of(zipped({"word/document.xml": b""})) == "usage_zip_without_csv"
    assert code_of(zipped({})) == "usage_zip_without_csv"


def test_a_zip_with_several_exports_is_refused() -> None:
    assert code_of(zipped({f"a/{NAME}": b"", f"b/{NAME}": b""})) == "usage_zip_several"
    assert code_of(zipped({"a.csv": b"", "b.csv": b""})) == "usage_zip_several"


def test_a_damaged_zip_is_refused() -> None:
    good = zipped({NAME: table(*({"id": f"u{n}"} for n in range(500)))})
    assert code_of(good[: len(good) // 2]) == "usage_zip_damaged"
    spoilt = bytearray(good)
    spoilt[200:220] = b"\xff" * 20
    assert code_of(bytes(spoilt)) == "usage_zip_damaged"
    spoilt = bytearray(good)
    spoilt[30] ^= 0xFF  # the name in the member's own header, which no longer is the directory's
    assert code_of(bytes(spoilt)) == "usage_zip_damaged"


def test_a_zip_with_a_password_is_refused() -> None:
    content = bytearray(zipped({NAME: b"x"}))
    directory = content.index(b"PK\x01\x02")
    content[directory + 8] |= 1
    assert code_of(bytes(content)) == "usage_zip_encrypted"


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage_zip, "SMALL", 1 << 20)
    assert code_of(zipped({NAME: bytes(8 << 20)})) == "usage_zip_too_large"


def test_no_more_is_read_than_the_largest_export_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage_zip, "LARGEST", 1_000)
    assert code_of(zipped({NAME: b"0123456789" * 101})) == "usage_zip_too_large"
    assert len(unpacked(zipped({NAME: b"0123456789" * 100}))) == 1_000


def test_a_zip_with_too_many_members_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(1_001):
            archive.writestr(f"{number}.txt", b"")
    assert code_of(packed.getvalue()) == "usage_zip_too_large"
