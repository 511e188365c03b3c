"""What readers return: values that a front end draws."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Text in a language."""

    text: str
    language: str = ""
    """As Pygments calls it; empty: plain text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """Markdown."""

    text: str
    directory: str = ""
    """What its relative links begin at: a path in the repository."""


class ColumnType(Enum):
    """What the values of a column have in common."""

    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"
    TRUTH = "yes/no"
    TEXT = "text"
    EMPTY = "empty"

    @property
    def is_number(self) -> bool:
        """Whether values are compared as numbers."""
        return self in {ColumnType.INTEGER, ColumnType.NUMBER}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    name: str
    type: ColumnType


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows and columns."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    """Each as long as `columns`."""
    more_columns: int = 0
    """Columns that are left out."""
    expected_rows: int | None = None
    """About how many there are in the whole file; None if these are all."""

    def sorted_by(self, column: int, *, is_descending: bool = False) -> Table:
        """Return the rows in another order; empty and odd values come last."""
        is_number = self.columns[column].type.is_number

        def key(row: tuple[str, ...]) -> float | str:
            value = row[column].strip()
            return number_of(value) if is_number else value.casefold()

        def is_odd(row: tuple[str, ...]) -> bool:
            value = row[column].strip()
            return not value or (is_number and number_or_none(value) is None)

        plain = [row for row in self.rows if not is_odd(row)]
        plain.sort(key=key, reverse=is_descending)
        rows = (*plain, *(row for row in self.rows if is_odd(row)))
        return Table(
            columns=self.columns,
            rows=rows,
            more_columns=self.more_columns,
            expected_rows=self.expected_rows,
        )


def number_or_none(text: str) -> float | None:
    """Return a number as tables write it, None if `text` is none."""
    if len(text) > 40 or "_" in text:  # noqa: PLR2004 - no number is longer
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if value == value else None  # noqa: PLR0124 - NaN has no place in an order


def number_of(text: str) -> float:
    """Return a number that is known to be one."""
    return number_or_none(text) or 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What a cell left behind."""

    text: str = ""
    picture: bytes = field(default=b"", repr=False)
    is_error: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a notebook."""

    kind: str
    """`code`, `markdown` or `raw`."""
    source: str
    number: str = ""
    """Its execution count."""
    outputs: tuple[Output, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notebook:
    """Cells, from the first on."""

    language: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture that may be drawn."""

    format: str
    width: int
    height: int
    data: bytes = field(default=b"", repr=False)
    """The whole file; empty if it was not read."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file in an archive."""

    path: str
    size: int
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What is in an archive."""

    members: tuple[Member, ...]
    total: int | None = None
    """How many members there are; None if only the beginning was seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a file that is not shown itself."""

    pairs: tuple[tuple[str, str], ...] = ()
    columns: tuple[Column, ...] = ()
    """Names and types of the columns of a data file."""
    head: bytes = field(default=b"", repr=False)
    """Its first bytes."""


Body = Code | Prose | Table | Notebook | Image | Listing | Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a file shows."""

    kind: str
    """In words, such as `CSV table`."""
    body: Body
    encoding: str = ""
    notes: tuple[str, ...] = ()
    """What else the person should know."""
