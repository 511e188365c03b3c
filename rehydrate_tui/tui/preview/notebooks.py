"""Notebooks: cells with what they left behind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.segment import Segment

from rehydrate_tui.domain.text import strip_controls_multiline
from rehydrate_tui.preview.models import Cell, Notebook, Output
from rehydrate_tui.tui.preview.highlight import code_lines
from rehydrate_tui.tui.preview.markdown import Drawing, markdown_lines
from rehydrate_tui.tui.preview.page import MAX_LINES, Line
from rehydrate_tui.tui.preview.palette import Palette
from rehydrate_tui.tui.preview.pictures import picture_lines

PICTURE_HEIGHT = 16
MAX_OUTPUT_LINES = 24
MAX_OUTPUT_WIDTH = 300
_INDENT = "    "


def notebook_lines(notebook: Notebook, width: int, drawing: Drawing) -> list[Line]:
    """Return a notebook as lines."""
    lines: list[Line] = []
    for cell in notebook.cells:
        lines += _cell(cell, notebook.language, width, drawing)
        lines.append([])
        if len(lines) > MAX_LINES:
            break
    return lines


def _cell(cell: Cell, language: str, width: int, drawing: Drawing) -> Iterable[Line]:
    palette = drawing.palette
    if cell.kind == "markdown":
        yield from markdown_lines(cell.source, width, drawing)
        return
    label = f"[{cell.number or ' '}]" if cell.kind == "code" else "raw"
    language = language if cell.kind == "code" else ""
    yield [Segment(label, palette["muted"])]
    for line in code_lines(cell.source, language, palette):
        yield [Segment("▏ ", palette["keyword"]), *line]
    for output in cell.outputs:
        yield from _output(output, width, palette)


def _output(output: Output, width: int, palette: Palette) -> Iterator[Line]:
    if output.picture:
        room = width - len(_INDENT)
        drawn = picture_lines(output.picture, room, PICTURE_HEIGHT, palette)
        yield from ([Segment(_INDENT), *line] for line in drawn)
        return
    style = palette["error" if output.is_error else "muted"]
    lines = strip_controls_multiline(output.text).split("\n")
    for line in lines[:MAX_OUTPUT_LINES]:
        yield [Segment(_INDENT + line[:MAX_OUTPUT_WIDTH], style)]
    if len(lines) > MAX_OUTPUT_LINES:
        rest = f"{_INDENT}… {len(lines) - MAX_OUTPUT_LINES:,} more lines"
        yield [Segment(rest, palette["muted"])]
