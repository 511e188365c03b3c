"""Columns and rows of a Parquet file, from the metadata at its end.

The libraries that read Parquet weigh forty megabytes and trust what they read; its
metadata is a Thrift struct in the compact protocol, of which this reads what it needs.
Source: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
"""

from __future__ import annotations

import struct
from typing import cast

from rehydrate_tui.preview.models import Column, ColumnType, Facts
from rehydrate_tui.preview.sample import Sample

MAX_COLUMNS = 500
_MAX_DEPTH = 12
_MAX_VALUES = 60_000
_FOOTER = 8

_TRUE, _FALSE, _BYTE, _I64, _DOUBLE, _BINARY = 1, 2, 3, 6, 7, 8
_LIST, _SET, _STRUCT = 9, 10, 12

# The fields of FileMetaData and SchemaElement that are shown.
_SCHEMA, _ROWS, _GROUPS, _CREATED_BY = 2, 3, 4, 6
_TYPE, _NAME, _CHILDREN, _CONVERTED = 1, 4, 5, 6

_TYPES = {
    0: ColumnType.TRUTH,
    1: ColumnType.INTEGER,
    2: ColumnType.INTEGER,
    3: ColumnType.DATE,
    4: ColumnType.NUMBER,
    5: ColumnType.NUMBER,
}
_DATES = frozenset({6, 9, 10})
_CONVERTED_NUMBER = 5

Fields = dict[int, object]


class _MalformedError(ValueError):
    """The metadata is not what it should be."""


def parquet_facts(sample: Sample) -> Facts:
    """Return what the metadata says; only its size if it is not at hand."""
    end = sample.data if sample.is_whole else sample.tail
    if end[-4:] != b"PAR1" or len(end) < _FOOTER:
        return Facts(pairs=(("Metadata", "not found at the end of the file"),))
    [length] = struct.unpack_from("<I", end, len(end) - _FOOTER)
    start = len(end) - _FOOTER - length
    if start < 0:
        return Facts(pairs=(("Metadata", f"{length:,} bytes, too many to be read"),))
    try:
        fields = _Reader(end[start:-_FOOTER]).struct(_MAX_DEPTH)
    except (_MalformedError, IndexError, struct.error):
        return Facts(pairs=(("Metadata", "broken"),))
    return _facts(fields)


def _facts(fields: Fields) -> Facts:
    elements = _structs(fields.get(_SCHEMA))
    leaves = [_column(each) for each in elements[1:] if _CHILDREN not in each]
    pairs = [("Columns", f"{len(leaves):,}")]
    rows = fields.get(_ROWS)
    if isinstance(rows, int):
        pairs.insert(0, ("Rows", f"{rows:,}"))
    pairs.append(("Row groups", f"{len(_list(fields.get(_GROUPS))):,}"))
    created = fields.get(_CREATED_BY)
    if isinstance(created, bytes):
        pairs.append(("Written by", created[:100].decode("utf-8", "replace")))
    return Facts(pairs=tuple(pairs), columns=tuple(leaves[:MAX_COLUMNS]))


def _column(element: Fields) -> Column:
    name = element.get(_NAME)
    text = name[:200].decode("utf-8", "replace") if isinstance(name, bytes) else ""
    converted = element.get(_CONVERTED)
    if converted in _DATES:
        return Column(text, ColumnType.DATE)
    if converted == _CONVERTED_NUMBER:
        return Column(text, ColumnType.NUMBER)
    kind = element.get(_TYPE)
    return Column(text, _TYPES.get(cast("int", kind), ColumnType.TEXT))


def _list(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _structs(value: object) -> list[Fields]:
    return [cast("Fields", each) for each in _list(value) if isinstance(each, dict)]


class _Reader:
    """Reads values of the compact protocol; bounded in depth and number."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0
        self._values = 0

    def struct(self, depth: int) -> Fields:
        """Return the fields of a struct by number."""
        if depth <= 0:
            raise _MalformedError
        fields: Fields = {}
        number = 0
        while True:
            head = self._byte()
            if head == 0:
                return fields
            kind, step = head & 0x0F, head >> 4
            number = number + step if step else self._integer()
            fields[number] = self._value(kind, depth)

    def _value(self, kind: int, depth: int) -> object:
        self._values += 1
        if self._values > _MAX_VALUES:
            raise _MalformedError
        if kind in {_TRUE, _FALSE}:
            return kind == _TRUE
        if kind == _BYTE:
            return self._byte()
        if _BYTE < kind <= _I64:
            return self._integer()
        return self._compound(kind, depth)

    def _compound(self, kind: int, depth: int) -> object:
        if kind == _DOUBLE:
            return self._take(8)
        if kind == _BINARY:
            return self._take(self._varint())
        if kind in {_LIST, _SET}:
            return self._items(depth)
        if kind == _STRUCT:
            return self.struct(depth - 1)
        raise _MalformedError

    def _items(self, depth: int) -> list[object]:
        if depth <= 0:
            raise _MalformedError
        head = self._byte()
        kind, count = head & 0x0F, head >> 4
        if count == 15:  # noqa: PLR2004 - the count follows
            count = self._varint()
        if kind in {_TRUE, _FALSE}:
            return [self._byte() for _ in range(min(count, _MAX_VALUES))]
        return [self._value(kind, depth - 1) for _ in range(min(count, _MAX_VALUES))]

    def _integer(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)

    def _varint(self) -> int:
        value = 0
        for shift in range(0, 70, 7):
            byte = self._byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:  # noqa: PLR2004 - the last one
                return value
        raise _MalformedError

    def _byte(self) -> int:
        byte = self._data[self._position]
        self._position += 1
        return byte

    def _take(self, count: int) -> bytes:
        if self._position + count > len(self._data):
            raise _MalformedError
        data = self._data[self._position : self._position + count]
        self._position += count
        return data
