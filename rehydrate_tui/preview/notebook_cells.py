"""Notebooks as cells; also the beginning of one that is too large to be read whole."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from rehydrate_tui.preview.models import Cell, Notebook, Output

MAX_CELLS = 200
MAX_PICTURES = 12
MAX_PICTURE = 2**20
"""Bytes of a picture in an output."""
MAX_SOURCE = 8_000
"""Characters of a cell's source that are kept."""
MAX_OUTPUT = 4_000
"""Characters of an output that are kept."""
MAX_OUTPUTS = 20
"""Outputs of a cell that are kept."""

_CELLS = re.compile(r'"cells"\s{0,1000}:\s{0,1000}\[')
_LANGUAGE = re.compile(r'"language"\s{0,100}:\s{0,100}"([A-Za-z0-9+#_-]{1,40})"')
_BETWEEN = re.compile(r"[\s,]*")
_COLOUR = re.compile(r"\x1b\[[0-9;]{0,40}m")
_PICTURES = ("image/png", "image/jpeg", "image/gif")
_KINDS = frozenset({"code", "markdown", "raw"})


def read_notebook(text: str) -> Notebook | None:
    """Return the cells that `text` holds whole, None if it is no notebook.

    Cells are read one after the other, so that a notebook that is cut shows its
    beginning.
    """
    start = _CELLS.search(text)
    if start is None:
        return None
    budget = _Budget()
    cells = tuple(_cell(each, budget) for each in _raw_cells(text, start.end()))
    language = _LANGUAGE.search(text)
    return Notebook(language=language[1] if language else "python", cells=cells)


class _Budget:
    """How many pictures may still be kept."""

    def __init__(self) -> None:
        self.pictures = MAX_PICTURES


def _raw_cells(text: str, position: int) -> Iterator[Mapping[str, object]]:
    decoder = json.JSONDecoder()
    for _ in range(MAX_CELLS):
        between = _BETWEEN.match(text, position)
        position = between.end() if between else position
        if text[position : position + 1] != "{":
            return
        try:
            value, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            return
        yield _mapping(value)


def _cell(raw: Mapping[str, object], budget: _Budget) -> Cell:
    kind = raw.get("cell_type")
    number = raw.get("execution_count")
    outputs = [
        _output(_mapping(each), budget)
        for each in _sequence(raw.get("outputs"))[:MAX_OUTPUTS]
    ]
    return Cell(
        kind=kind if isinstance(kind, str) and kind in _KINDS else "raw",
        source=_text(raw.get("source"), MAX_SOURCE),
        number=str(number) if isinstance(number, int) and number < 10**9 else "",
        outputs=tuple(each for each in outputs if each.text or each.picture),
    )


def _output(raw: Mapping[str, object], budget: _Budget) -> Output:
    if raw.get("output_type") == "error":
        trace = "\n".join(
            each for each in _sequence(raw.get("traceback")) if isinstance(each, str)
        )
        shown = trace or f"{raw.get('ename')}: {raw.get('evalue')}"
        return Output(text=_plain(shown, MAX_OUTPUT), is_error=True)
    if "text" in raw:
        is_error = raw.get("name") == "stderr"
        return Output(text=_plain(_text(raw["text"], MAX_OUTPUT)), is_error=is_error)
    data = _mapping(raw.get("data"))
    picture = _picture(data) if budget.pictures else b""
    if picture:
        budget.pictures -= 1
        return Output(picture=picture)
    return Output(text=_plain(_text(data.get("text/plain"), MAX_OUTPUT)))


def _picture(data: Mapping[str, object]) -> bytes:
    for kind in _PICTURES:
        encoded = _text(data.get(kind), MAX_PICTURE * 4 // 3)
        try:
            picture = base64.b64decode(encoded, validate=False) if encoded else b""
        except (binascii.Error, ValueError):
            continue
        if picture:
            return picture
    return b""


def _plain(text: str, most: int = MAX_OUTPUT) -> str:
    """Return text without the colours that tracebacks come in."""
    return _COLOUR.sub("", text[:most])


def _text(value: object, most: int) -> str:
    """Return a text of nbformat: one string, or a list of lines."""
    if isinstance(value, str):
        return value[:most]
    parts: list[str] = []
    for each in _sequence(value):
        if not isinstance(each, str):
            continue
        parts.append(each[:most])
        most -= len(each)
        if most <= 0:
            break
    return "".join(parts)


def _mapping(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def _sequence(value: object) -> Sequence[object]:
    return cast("Sequence[object]", value) if isinstance(value, list) else ()
