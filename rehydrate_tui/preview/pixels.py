"""Pictures as a few pixels: decoded by Pillow, if it is installed, within bounds."""

from __future__ import annotations

import importlib.util
import io
import struct
import warnings
import zlib
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage

MAX_PIXELS = 24_000_000
"""What is larger is not decoded: 24 MP need 100 MB of memory for a moment."""
MAX_JPEG_PIXELS = 200_000_000
"""A JPEG is scaled down while it is decoded."""

_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "ICO", "PPM")
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    AttributeError,
    OverflowError,
    MemoryError,
    struct.error,
    zlib.error,
)

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pixels:
    """A small picture, row by row, without transparency."""

    width: int
    height: int
    data: bytes
    """Three bytes a pixel: red, green, blue."""

    def at(self, x: int, y: int) -> Colour:
        """Return one pixel."""
        start = 3 * (y * self.width + x)
        red, green, blue = self.data[start : start + 3]
        return red, green, blue


@dataclass(frozen=True, slots=True)
class NoPixels:
    """Why a picture is not drawn."""

    reason: str


def has_decoder() -> bool:
    """Tell whether pictures can be decoded."""
    return importlib.util.find_spec("PIL") is not None


def fit(width: int, height: int, box: tuple[int, int]) -> tuple[int, int]:
    """Return the largest size in `box` with the aspect of `width` to `height`.

    Small pictures are doubled at most; a side is never 0.
    """
    scale = min(box[0] / max(width, 1), box[1] / max(height, 1), 2)
    return max(1, round(width * scale)), max(1, round(height * scale))


def decode(
    data: bytes, box: tuple[int, int], *, background: Colour, palette: bool = False
) -> Pixels | NoPixels:
    """Return a picture scaled into `box`, its transparent parts on `background`.

    Of an animation it is the first frame. With `palette` all colours are among the 240
    fixed ones of a terminal that has 256, mixed by dithering.
    """
    if not has_decoder():
        return NoPixels("Pictures need Pillow: pip install 'rehydrate-tui[preview]'")
    from PIL import Image as Pillow

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _decode(data, box, background, palette=palette)
    except Pillow.DecompressionBombError:
        return NoPixels("The picture has too many pixels to be drawn.")
    except _BROKEN:
        return NoPixels("The picture is broken, or in a form that is not known.")


def _decode(
    data: bytes, box: tuple[int, int], background: Colour, *, palette: bool
) -> Pixels | NoPixels:
    from PIL import Image as Pillow

    with closing(Pillow.open(io.BytesIO(data), formats=_FORMATS)) as image:
        is_jpeg = image.format == "JPEG"
        limit = MAX_JPEG_PIXELS if is_jpeg else MAX_PIXELS
        if image.width * image.height > limit:
            return NoPixels("The picture has too many pixels to be drawn.")
        size = fit(image.width, image.height, box)
        if is_jpeg:
            image.draft("RGB", (2 * size[0], 2 * size[1]))
        image.load()
        whole = image.convert("RGBA")
        small = whole.resize(  # pyright: ignore[reportUnknownMemberType]
            size, Pillow.Resampling.BOX
        )
    flat = Pillow.new("RGBA", size, (*background, 255))
    flat.alpha_composite(small)
    final = flat.convert("RGB")
    if palette:
        final = _to_terminal_colours(final)
    return Pixels(width=size[0], height=size[1], data=final.tobytes())


def _to_terminal_colours(image: PillowImage) -> PillowImage:
    from PIL import Image as Pillow

    palette = Pillow.new("P", (1, 1))
    palette.putpalette(_terminal_colours())
    return image.quantize(palette=palette).convert("RGB")


def _terminal_colours() -> list[int]:
    """Return the colour cube and the greys that every terminal with 256 colours has."""
    steps = (0, 95, 135, 175, 215, 255)
    cube = [each for r in steps for g in steps for b in steps for each in (r, g, b)]
    greys = [8 + 10 * n for n in range(24) for _ in range(3)]
    return cube + greys
