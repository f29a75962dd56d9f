"""Draws the app's two icons: a coin whose S is a telephone receiver, and two waves of its sound.

`python -m app_manifest.icons` writes them beside this file. Standard library only: shapes are signed distances (in
pixels of a 192 grid, negative inside), so that every edge is smooth in any size.
"""

import math
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
GRID = 192

Color = tuple[int, int, int]
Shape = Callable[[float, float], float]
Paint = Callable[[float, float], Color]

_DEEP: Color = (0x0A, 0x33, 0x49)
_BRIGHT: Color = (0x16, 0x8C, 0x84)
_GOLD: Color = (0xFF, 0xD9, 0x7A)
_AMBER: Color = (0xF2, 0xA2, 0x3A)
_RIM: Color = (0xFF, 0xEE, 0xC4)
_WHITE: Color = (0xFF, 0xFF, 0xFF)


@dataclass(frozen=True, slots=True)
class Layer:
    """A shape and what it is filled with."""

    shape: Shape
    paint: Paint


def color_icon() -> bytes:
    """192 × 192, opaque to its corners: Teams rounds them itself."""
    return png(192, [b"".join(bytes(pixel[:3]) for pixel in row) for row in _drawn(192, _COLOR)], alpha=False)


def outline_icon() -> bytes:
    """32 × 32, white on transparent, as Teams tints it itself."""
    return png(32, [b"".join(bytes(pixel) for pixel in row) for row in _drawn(32, _OUTLINE)], alpha=True)


def png(side: int, rows: list[bytes], *, alpha: bool) -> bytes:
    """A square PNG of 8 bits a channel: RGBA rows, or RGB where there is no `alpha`. Source: RFC 2083."""
    header = struct.pack(">IIBBBBB", side, side, 8, 6 if alpha else 2, 0, 0, 0)
    above = [bytes(len(rows[0])), *rows]
    up = (
        bytes((now - then) % 256 for now, then in zip(*pair, strict=True)) for pair in zip(rows, above, strict=False)
    )
    pixels = b"".join(b"\x02" + row for row in up)  # each row tells how it differs from the one above
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(pixels, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _drawn(side: int, layers: tuple[Layer, ...]) -> list[list[tuple[int, int, int, int]]]:
    scale = GRID / side
    return [[_pixel((x + 0.5) * scale, (y + 0.5) * scale, scale, layers) for x in range(side)] for y in range(side)]


def _pixel(x: float, y: float, scale: float, layers: tuple[Layer, ...]) -> tuple[int, int, int, int]:
    """Layers over each other, the last on top; straight alpha."""
    red = green = blue = alpha = 0.0
    for layer in layers:
        cover = min(1.0, max(0.0, 0.5 - layer.shape(x, y) / scale))
        if not cover:
            continue
        under = alpha * (1 - cover)
        alpha = cover + under
        r, g, b = layer.paint(x, y)
        red, green, blue = ((new * cover + old * under) / alpha for new, old in ((r, red), (g, green), (b, blue)))
    return round(red), round(green), round(blue), round(alpha * 255)


def _plain(color: Color) -> Paint:
    return lambda x, y: color


def _fade(first: Color, last: Color, start: tuple[float, float], end: tuple[float, float]) -> Paint:
    """From `first` at `start` to `last` at `end`, along the line between them."""
    (x0, y0), (x1, y1) = start, end
    length = (x1 - x0) ** 2 + (y1 - y0) ** 2

    def paint(x: float, y: float) -> Color:
        part = min(1.0, max(0.0, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length))
        r, g, b = (round(a + (z - a) * part) for a, z in zip(first, last, strict=True))
        return r, g, b

    return paint


def _everywhere(x: float, y: float) -> float:
    return -GRID


def _disc(cx: float, cy: float, radius: float) -> Shape:
    return lambda x, y: math.hypot(x - cx, y - cy) - radius


def _ring(cx: float, cy: float, radius: float, width: float) -> Shape:
    return lambda x, y: abs(math.hypot(x - cx, y - cy) - radius) - width / 2


def _arc(center: tuple[float, float], radius: float, degrees: tuple[float, float], width: float) -> Shape:
    """A stroke with round ends. Degrees run clockwise from three o'clock, the first below the last."""
    first, last = (math.radians(degree) for degree in degrees)
    ends = [(center[0] + radius * math.cos(a), center[1] + radius * math.sin(a)) for a in (first, last)]

    def shape(x: float, y: float) -> float:
        angle = math.atan2(y - center[1], x - center[0])
        if (angle - first) % math.tau <= last - first:
            return abs(math.hypot(x - center[0], y - center[1]) - radius) - width / 2
        return min(math.hypot(x - ex, y - ey) for ex, ey in ends) - width / 2

    return shape


def _pad(cx: float, cy: float, degrees: float, size: tuple[float, float]) -> Shape:
    """A box with round corners, `size` (half length, half width), turned clockwise: an end of the receiver."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    radius = min(size) * 0.62

    def shape(x: float, y: float) -> float:
        u, v = x - cx, y - cy
        along, across = abs(u * cos + v * sin) - size[0] + radius, abs(v * cos - u * sin) - size[1] + radius
        return math.hypot(max(along, 0.0), max(across, 0.0)) + min(max(along, across), 0.0) - radius

    return shape


def _together(*shapes: Shape) -> Shape:
    return lambda x, y: min(shape(x, y) for shape in shapes)


def _melted(first: Shape, second: Shape, reach: float) -> Shape:
    """Two shapes as one, the corner between them filled over `reach` pixels."""

    def shape(x: float, y: float) -> float:
        a, b = first(x, y), second(x, y)
        near = max(0.0, reach - abs(a - b))
        return min(a, b) - near * near / (4 * reach)

    return shape


def _receiver(cx: float, cy: float, radius: float, width: float) -> Shape:
    """An S of two bows, with the cups of a telephone receiver at its two ends."""
    upper, lower = (cx, cy - radius), (cx, cy + radius)
    dx, dy = radius * 0.93 * math.cos(math.radians(25)), radius * math.sin(math.radians(25))
    bows = _together(_arc(upper, radius, (90, 330), width), _arc(lower, radius, (-90, 150), width))
    size = (width * 0.92, width * 0.6)
    cups = _together(
        _pad(upper[0] + dx, upper[1] - dy, 62, size),
        _pad(lower[0] - dx, lower[1] + dy, 62, size),
    )
    return _melted(bows, cups, width * 0.5)


def _waves(cx: float, cy: float, radii: tuple[float, float], width: float) -> Shape:
    return _together(*(_arc((cx, cy), radius, (-68, -22), width) for radius in radii))


_COIN = (84.0, 108.0)
_COLOR = (
    Layer(_everywhere, _fade(_BRIGHT, _DEEP, (20, 0), (170, 192))),
    Layer(_waves(*_COIN, (76, 94), 8), _plain(_WHITE)),
    Layer(_disc(*_COIN, 60), _fade(_GOLD, _AMBER, (50, 50), (120, 160))),
    Layer(_ring(*_COIN, 51, 3), _plain(_RIM)),
    Layer(_receiver(*_COIN, 17.5, 11.5), _plain(_DEEP)),
)
_OUTLINE = (
    Layer(
        _together(_ring(82, 110, 70, 11), _receiver(82, 110, 21, 13), _waves(82, 110, (98, 98), 11)),
        _plain(_WHITE),
    ),
)


def main() -> None:
    (FOLDER / "color.png").write_bytes(color_icon())
    (FOLDER / "outline.png").write_bytes(outline_icon())


if __name__ == "__main__":
    main()
