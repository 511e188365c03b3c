"""Tables in text: which delimiter, which columns, of which types."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from rehydrate_tui.preview.models import Column, ColumnType, Table, number_or_none

MAX_ROWS = 2000
MAX_COLUMNS = 64
MAX_CELL = 200
"""Characters of a value that are kept."""

_LOOK = 30
"""Rows that the delimiter is chosen by."""
_DELIMITERS = ",;\t|"
_MAX_TYPED = 500
"""Rows that the types are told by."""

_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?"
    r"(Z|[+-][0-9]{2}:?[0-9]{2})?)?|[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{4}"
)
_TRUTH = frozenset({"true", "false", "yes", "no", "t", "f"})
_MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "-"})


def read_table(
    text: str, *, is_whole: bool, size: int, delimiter: str = ""
) -> Table | None:
    """Return the table that `text` is, None if it has not at least two columns.

    Args:
        text: the file, or its beginning.
        is_whole: whether it is all of it; else the last, cut line is left out.
        size: bytes of the whole file.
        delimiter: what stands between values, if that is known.
    """
    if not is_whole:
        text = text[: text.rfind("\n") + 1] or text
    delimiter = delimiter or _best_delimiter(text)
    rows, width = _read(text, delimiter, MAX_ROWS + 1)
    if width < 2 or not rows:  # noqa: PLR2004 - one column is a list, not a table
        return None
    columns, rows = _head(rows, min(width, MAX_COLUMNS))
    is_cut = not is_whole or len(rows) >= MAX_ROWS
    rows = rows[:MAX_ROWS]
    return Table(
        columns=columns,
        rows=tuple(rows),
        more_columns=max(0, width - MAX_COLUMNS),
        expected_rows=_estimate(text, rows, size, is_whole=is_whole)
        if is_cut
        else None,
    )


def _best_delimiter(text: str) -> str:
    """Return the delimiter that cuts most rows into equally many columns."""

    def score(delimiter: str) -> tuple[float, int]:
        widths = Counter(len(row) for row in _rows(text, delimiter, _LOOK))
        if not widths:
            return 0.0, 0
        width, count = widths.most_common(1)[0]
        return (count / widths.total() if width > 1 else 0.0), width

    return max(_DELIMITERS, key=score)


def _rows(text: str, delimiter: str, most: int) -> Iterator[list[str]]:
    """Yield rows until there are enough or the reader gives up."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            if row:
                yield row
                most -= 1
            if most <= 0:
                return
    except csv.Error:
        return


def _read(text: str, delimiter: str, most: int) -> tuple[list[tuple[str, ...]], int]:
    """Return rows of at most `MAX_COLUMNS` columns, and how wide the widest was."""
    width = 0
    rows: list[tuple[str, ...]] = []
    for row in _rows(text, delimiter, most):
        width = max(width, len(row))
        rows.append(tuple(value[:MAX_CELL] for value in row[:MAX_COLUMNS]))
    return rows, width


def _head(
    rows: list[tuple[str, ...]], width: int
) -> tuple[tuple[Column, ...], list[tuple[str, ...]]]:
    """Tell names from values, and make all rows equally long."""
    rows = [row + ("",) * (width - len(row)) for row in rows]
    first, rest = rows[0], rows[1:]
    types = [_type_of([row[n] for row in rest[:_MAX_TYPED]]) for n in range(width)]
    if not _is_heading(first, types):
        names: Sequence[str] = [f"column {n + 1}" for n in range(width)]
        rest = rows
        types = [_type_of([row[n] for row in rest[:_MAX_TYPED]]) for n in range(width)]
    else:
        names = [name.strip() or f"column {n + 1}" for n, name in enumerate(first)]
    return tuple(map(Column, names, types)), rest


def _is_heading(first: Sequence[str], types: Sequence[ColumnType]) -> bool:
    """Tell whether a row is of names: none is a value of its column's type."""
    if all(not value.strip() for value in first):
        return False
    return not any(
        kind in {ColumnType.INTEGER, ColumnType.NUMBER, ColumnType.DATE}
        and _fits(value.strip(), kind)
        for value, kind in zip(first, types, strict=True)
        if value.strip()
    )


def _type_of(values: Sequence[str]) -> ColumnType:
    present = [value.strip() for value in values]
    present = [value for value in present if value.lower() not in _MISSING]
    if not present:
        return ColumnType.EMPTY
    for kind in (
        ColumnType.INTEGER,
        ColumnType.NUMBER,
        ColumnType.DATE,
        ColumnType.TRUTH,
    ):
        if all(_fits(value, kind) for value in present):
            return kind
    return ColumnType.TEXT


def _fits(value: str, kind: ColumnType) -> bool:
    if kind is ColumnType.INTEGER:
        return _INTEGER.fullmatch(value) is not None
    if kind is ColumnType.NUMBER:
        return number_or_none(value) is not None
    if kind is ColumnType.DATE:
        return _DATE.fullmatch(value) is not None
    return value.lower() in _TRUTH


def _estimate(
    text: str, rows: Sequence[object], size: int, *, is_whole: bool
) -> int | None:
    """Return about how many rows the file has, from the bytes that these took."""
    lines = text.count("\n")
    if not rows or not lines:
        return None
    if is_whole:
        return lines
    return round(size / (len(text.encode("utf-8", "replace")) / lines))
