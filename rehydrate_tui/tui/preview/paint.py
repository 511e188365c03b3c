"""From what a file shows to lines: one painter for each kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from rich.cells import cell_len
from rich.segment import Segment

from rehydrate_tui.domain.limits import format_size
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.preview.hexdump import HexRow, hex_rows
from rehydrate_tui.preview.models import (
    Body,
    Code,
    Facts,
    Image,
    Listing,
    Notebook,
    Prose,
    Table,
)
from rehydrate_tui.tui.preview.highlight import code_lines, wrapped_lines
from rehydrate_tui.tui.preview.markdown import Drawing, markdown_lines
from rehydrate_tui.tui.preview.notebooks import notebook_lines
from rehydrate_tui.tui.preview.page import Line, Page, make_page
from rehydrate_tui.tui.preview.palette import Palette
from rehydrate_tui.tui.preview.pictures import picture_lines
from rehydrate_tui.tui.preview.tables import TableOrder, table_page
from rehydrate_tui.tui.widgets.tree_columns import fit_left, fit_right

_SIZE = 11
_NAME = 14
_MIN_NAME = 20
_WIDE_HEX = 74


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """Where and how a preview is drawn."""

    width: int
    height: int
    palette: Palette
    pictures: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    """Contents of the pictures of a Markdown text, by link."""
    order: TableOrder = field(default_factory=TableOrder)

    @property
    def drawing(self) -> Drawing:
        """What elements of Markdown need to know."""
        return Drawing(self.palette, self.pictures)


def paint(body: Body, canvas: Canvas, above: tuple[Line, ...] = ()) -> Page:
    """Draw what a file shows; `above` are lines that come first."""
    if isinstance(body, Table):
        return table_page(body, canvas.order, canvas.palette)
    return make_page([*above, *_lines(body, canvas)])


def _lines(
    body: Code | Prose | Notebook | Image | Listing | Facts, canvas: Canvas
) -> list[Line]:
    width, palette = canvas.width, canvas.palette
    if isinstance(body, Code):
        return _text(body, width, palette)
    if isinstance(body, Prose):
        return markdown_lines(body.text, width, canvas.drawing)
    if isinstance(body, Notebook):
        return notebook_lines(body, width, canvas.drawing)
    if isinstance(body, Image):
        return _image(body, canvas)
    if isinstance(body, Listing):
        return list(_listing(body, width, palette))
    return list(_facts(body, width, palette))


def _text(code: Code, width: int, palette: Palette) -> list[Line]:
    if code.language:
        return code_lines(code.text, code.language, palette)
    return wrapped_lines(code.text, width, palette)


def _image(image: Image, canvas: Canvas) -> list[Line]:
    lines: list[Line] = []
    if image.data:
        lines = picture_lines(
            image.data, canvas.width, max(canvas.height, 4), canvas.palette
        )
    return lines or [
        [
            Segment(
                "It was not read whole. Press Enter to load it.",
                canvas.palette["muted"],
            )
        ]
    ]


def _listing(listing: Listing, width: int, palette: Palette) -> Iterator[Line]:
    shown, total = len(listing.members), listing.total
    size = format_size(sum(member.size for member in listing.members))
    if total is None:
        head = f"Its first {shown:,} files; more may follow"
    elif total > shown:
        head = f"{shown:,} of {total:,} files, {size} unpacked"
    else:
        head = f"{total:,} {'file' if total == 1 else 'files'}, {size} unpacked"
    yield [Segment(head, palette["muted"])]
    yield []
    room = max(_MIN_NAME, width - _SIZE)
    for member in listing.members:
        note = f"  {member.note}" if member.note else ""
        yield [
            Segment(
                fit_left(strip_controls(member.path), room - len(note)), palette["base"]
            ),
            Segment(note, palette["muted"]),
            Segment(fit_right(format_size(member.size), _SIZE), palette["number"]),
        ]


def _facts(facts: Facts, width: int, palette: Palette) -> Iterator[Line]:
    for name, value in facts.pairs:
        yield [
            Segment(f"{strip_controls(name):<{_NAME}}", palette["muted"]),
            Segment(strip_controls(value), palette["base"]),
        ]
    if facts.columns:
        yield []
        names = [strip_controls(column.name) for column in facts.columns]
        room = min(60, max(map(cell_len, names)) + 2)
        for name, column in zip(names, facts.columns, strict=True):
            yield [
                Segment(fit_left(name, room), palette["base"]),
                Segment(column.type.value, palette["type"]),
            ]
    if facts.pairs and facts.head:
        yield []
    per_row = 16 if width >= _WIDE_HEX else 8
    for row in hex_rows(facts.head, per_row):
        yield _hex_line(row, palette, 3 * per_row)


def _hex_line(row: HexRow, palette: Palette, digits: int) -> Line:
    return [
        Segment(f"{row.offset:06x}  ", palette["muted"]),
        Segment(row.digits.ljust(digits), palette["number"]),
        Segment("  " + row.text, palette["string"]),
    ]
