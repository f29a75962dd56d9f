"""The icons in the folder are those that the script draws, and are what Teams asks for."""

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from app_manifest.icons import FOLDER, color_icon, outline_icon, png

Drawing = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Image:
    width: int
    height: int
    channels: int  # 3: RGB, 4: RGBA
    pixels: bytes

    def at(self, x: int, y: int) -> tuple[int, ...]:
        start = (y * self.width + x) * self.channels
        return tuple(self.pixels[start : start + self.channels])

    @property
    def alphas(self) -> bytes:
        return self.pixels[3::4]


def read_png(content: bytes) -> Image:
    """A PNG as `icons.png` writes it; checks every chunk's sum."""
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = {}, 8
    while at < len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        kind, body = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        assert struct.unpack(">I", content[at + 8 + length : at + 12 + length]) == (zlib.crc32(kind + body),)
        chunks[kind] = body
        at += 12 + length
    assert list(chunks) == [b"IHDR", b"IDAT", b"IEND"]
    width, height, depth, kind_of_color, *_ = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert depth == 8
    channels = {2: 3, 6: 4}[kind_of_color]
    return Image(width, height, channels, unfiltered(zlib.decompress(chunks[b"IDAT"]), width * channels))


def unfiltered(rows: bytes, stride: int) -> bytes:
    above, pixels = bytes(stride), b""
    for start in range(0, len(rows), stride + 1):
        assert rows[start] == 2  # every row tells how it differs from the one above
        row = rows[start + 1 : start + 1 + stride]
        above = bytes((difference + before) % 256 for difference, before in zip(row, above, strict=True))
        pixels += above
    return pixels


@pytest.mark.parametrize(("name", "drawn"), [("color.png", color_icon), ("outline.png", outline_icon)])
def test_the_committed_icon_is_what_the_script_draws(name: str, drawn: Drawing) -> None:
    """To the last bit but one: the mathematics of two machines may round differently."""
    kept, now = read_png((FOLDER / name).read_bytes()), read_png(drawn())
    assert (kept.width, kept.height, kept.channels) == (now.width, now.height, now.channels)
    apart = max(abs(a - b) for a, b in zip(kept.pixels, now.pixels, strict=True))
    assert apart <= 1, "run `python -m app_manifest.icons`"


def test_the_color_icon_is_192_pixels_and_opaque_to_its_corners() -> None:
    icon = read_png((FOLDER / "color.png").read_bytes())
    assert (icon.width, icon.height, icon.channels) == (192, 192, 3)
    assert len({icon.at(0, 0), icon.at(191, 0), icon.at(0, 191), icon.at(191, 191)}) == 4  # a gradient, no frame


def test_the_outline_icon_is_32_pixels_of_white_on_nothing() -> None:
    icon = read_png((FOLDER / "outline.png").read_bytes())
    assert (icon.width, icon.height, icon.channels) == (32, 32, 4)
    visible = {icon.at(x, y)[:3] for x in range(32) for y in range(32) if icon.at(x, y)[3]}
    assert visible == {(255, 255, 255)}


def test_the_outline_is_drawn_smoothly_and_does_not_touch_the_edge() -> None:
    icon = read_png((FOLDER / "outline.png").read_bytes())
    assert {0, 255} < set(icon.alphas)  # and some in between
    edge = [icon.at(n, m)[3] for n in range(32) for m in (0, 31)] + [
        icon.at(m, n)[3] for n in range(32) for m in (0, 31)
    ]
    assert set(edge) == {0}


def test_both_icons_are_small() -> None:
    assert (FOLDER / "color.png").stat().st_size < 32_000
    assert (FOLDER / "outline.png").stat().st_size < 4_000


def test_a_png_is_read_back_as_it_was_written() -> None:
    rows = [bytes(range(6)), bytes(range(250, 256))]
    assert read_png(png(2, rows, alpha=False)) == Image(2, 2, 3, b"".join(rows))
