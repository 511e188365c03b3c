"""Tables: delimiters, headings, types, order, and how many rows there may be."""

from __future__ import annotations

import gzip

import pytest

from rehydrate_tui.preview.models import ColumnType, Table
from rehydrate_tui.preview.tables import MAX_CELL, MAX_COLUMNS, MAX_ROWS
from tests.preview.samples import look

CSV = b"id,name,when,value,ok,note\n1,Ann,2020-01-01,1.5,yes,\n2,Bo,2020-01-02,-3,no,\n"


def table(path: str, data: bytes) -> Table:
    """Return the table that a file is."""
    body = look(path, data).body
    assert isinstance(body, Table)
    return body


def test_columns_have_names_and_types() -> None:
    """Numbers, dates and truths are told from text."""
    found = table("a.csv", CSV)
    assert [(each.name, each.type) for each in found.columns] == [
        ("id", ColumnType.INTEGER),
        ("name", ColumnType.TEXT),
        ("when", ColumnType.DATE),
        ("value", ColumnType.NUMBER),
        ("ok", ColumnType.TRUTH),
        ("note", ColumnType.EMPTY),
    ]
    assert found.rows[1] == ("2", "Bo", "2020-01-02", "-3", "no", "")
    assert found.expected_rows is None


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    """The one that cuts all rows alike wins, also against commas in values."""
    rows = [("day", "mm"), ("1, wet", "2"), ('"3"', "4")]
    data = "\n".join(delimiter.join(row) for row in rows).encode()
    data = data if delimiter != "," else b'day,mm\n"1, wet",2\n"3",4'
    found = table("a.csv", data)
    assert found.rows == (("1, wet", "2"), ("3", "4"))


def test_without_a_heading_columns_are_numbered() -> None:
    """A first row of numbers is a row."""
    found = table("a.csv", b"1,2\n3,4\n")
    assert [each.name for each in found.columns] == ["column 1", "column 2"]
    assert found.rows == (("1", "2"), ("3", "4"))


def test_a_cut_table_leaves_the_cut_row_out_and_estimates_the_rest() -> None:
    """What the beginning says of the whole is about right, and called that."""
    data = b"a,b\n" + b"1234,5678\n" * 20_000
    found = table("a.csv", data)
    assert set(found.rows) == {("1234", "5678")}
    assert found.expected_rows is not None
    assert abs(found.expected_rows - 20_000) < 50


def test_rows_columns_and_values_are_bounded() -> None:
    """A million columns are a few and a number."""
    wide = table("a.csv", b",".join([b"v"] * 30_000) + b"\n" + b"1," * 30_000)
    assert len(wide.columns) == MAX_COLUMNS
    assert wide.more_columns >= 29_000
    long = table("a.csv", b"a,b\n" + b"1,2\n" * (MAX_ROWS + 50))
    assert len(long.rows) == MAX_ROWS
    assert long.expected_rows == MAX_ROWS + 51
    huge = table("a.csv", b"a,b\n1," + b"x" * 1000 + b"\n")
    assert len(huge.rows[0][1]) == MAX_CELL


def test_rows_are_sorted_by_value_and_odd_ones_come_last() -> None:
    """Numbers as numbers, text without regard to case, missing values at the end."""
    found = table("a.csv", b"n,t\n10,b\n9,A\nNA,c\n1e3,\n")
    assert [row[0] for row in found.sorted_by(0).rows] == ["9", "10", "1e3", "NA"]
    back = found.sorted_by(0, is_descending=True)
    assert [row[0] for row in back.rows] == ["1e3", "10", "9", "NA"]
    assert [row[1] for row in found.sorted_by(1).rows] == ["A", "b", "c", ""]


def test_a_table_in_gzip_is_a_table() -> None:
    """Compressed data is looked into."""
    preview = look("a.csv.gz", gzip.compress(CSV))
    assert preview.kind == "CSV table in gzip"
    assert isinstance(preview.body, Table)


@pytest.mark.parametrize("data", [b"one\ntwo\n", b'"' + b"a," * 90_000, b"\n\n"])
def test_what_is_no_table_is_text(data: bytes) -> None:
    """One column, an endless quote, nothing but ends of lines."""
    assert look("a.csv", data).kind == "Text"
