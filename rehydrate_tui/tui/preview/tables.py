"""Tables with straight columns under headings that stay in view."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment

from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.preview.models import Column, Table
from rehydrate_tui.tui.preview.page import Line, Page, make_page
from rehydrate_tui.tui.preview.palette import Palette
from rehydrate_tui.tui.widgets.tree_columns import fit_left, fit_right

MAX_CELL = 30
"""Cells that the widest column has."""
_GAP = "  "
_FROZEN = 2
_UP, _DOWN = " ▲", " ▼"


@dataclass(frozen=True, slots=True)
class TableOrder:
    """By which column rows are sorted; None: as in the file."""

    column: int | None = None
    is_descending: bool = False

    def toggled(self, column: int) -> TableOrder:
        """Return the order after a click on the heading of `column`: up, down, none."""
        if self.column != column:
            return TableOrder(column)
        return TableOrder() if self.is_descending else TableOrder(column, True)  # noqa: FBT003


def table_page(table: Table, order: TableOrder, palette: Palette) -> Page:
    """Draw a table, its names and types above the rows."""
    if order.column is not None and order.column < len(table.columns):
        table = table.sorted_by(order.column, is_descending=order.is_descending)
    rows = [[strip_controls(value.strip()) for value in row] for row in table.rows]
    names = [_name(column, n, order) for n, column in enumerate(table.columns)]
    widths = _widths(table.columns, names, rows)
    lines = [
        _head_line(names, table.columns, widths, palette),
        _type_line(table, widths, palette),
        *(_row_line(row, table.columns, widths, palette) for row in rows),
    ]
    return make_page(lines, frozen=_FROZEN, headings=tuple(_spans(widths)))


def _name(column: Column, number: int, order: TableOrder) -> str:
    mark = "" if number != order.column else _DOWN if order.is_descending else _UP
    return strip_controls(column.name)[:MAX_CELL] + mark


def _widths(
    columns: Sequence[Column], names: Sequence[str], rows: Sequence[Sequence[str]]
) -> list[int]:
    return [
        min(
            MAX_CELL,
            max(
                cell_len(names[n]),
                len(column.type.value),
                max((cell_len(row[n]) for row in rows), default=0),
            ),
        )
        for n, column in enumerate(columns)
    ]


def _spans(widths: Sequence[int]) -> Iterator[tuple[int, int]]:
    start = 0
    for width in widths:
        yield start, start + width + len(_GAP)
        start += width + len(_GAP)


def _fit(text: str, column: Column, width: int) -> str:
    return (fit_right if column.type.is_number else fit_left)(text, width) + _GAP


def _head_line(
    names: Sequence[str],
    columns: Sequence[Column],
    widths: Sequence[int],
    palette: Palette,
) -> Line:
    cells = map(_fit, names, columns, widths)
    return [Segment(cell, palette["column"]) for cell in cells]


def _type_line(table: Table, widths: Sequence[int], palette: Palette) -> Line:
    line = [
        Segment(_fit(column.type.value, column, width), palette["type"])
        for column, width in zip(table.columns, widths, strict=True)
    ]
    if table.more_columns:
        more = f"{table.more_columns:,} more columns"
        line.append(Segment(more, palette["warning"]))
    return line


def _row_line(
    row: Sequence[str],
    columns: Sequence[Column],
    widths: Sequence[int],
    palette: Palette,
) -> Line:
    return [
        Segment(
            _fit(value, column, width),
            palette["number" if column.type.is_number else "base"],
        )
        for value, column, width in zip(row, columns, widths, strict=True)
    ]
