"""Cells into a notebook file, everything else in it kept byte for byte.

The text is cut and joined at the cells, not written anew, so numbers, escapes, order
of keys and line ends of the rest stay as they are.
"""

from __future__ import annotations

import importlib
import json
import re
import stat
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rehydrate_tui.domain.text import shorten, strip_controls
from rehydrate_tui.errors import UsageError
from rehydrate_tui.storage.atomic import write_atomically

TAG = "rehydrate"

_FORMAT = 4
_FIRST_MINOR_WITH_IDS = 5
_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class _Span:
    """A value, and where its text stands."""

    value: Any
    start: int
    end: int


def put_first(path: Path, sources: Sequence[str]) -> bool:
    """Put code cells first into the notebook at `path`; tell whether it changed.

    Cells that an earlier call has put there are replaced where they now stand. Equal
    ones stay, with their outputs.

    Raises:
        UsageError: it is no notebook that can take them; it is left as it was.
        LocalError: it cannot be written.
    """
    path = path.resolve()  # a link stays a link
    old = _read(path)
    new = with_cells(old, sources, str(path))
    if new == old:
        return False
    mode = stat.S_IMODE(path.stat().st_mode)
    write_atomically(path, new.encode("utf-8"))
    path.chmod(mode)
    return True


def with_cells(text: str, sources: Sequence[str], name: str) -> str:
    """Return the text of a notebook with the code cells in it.

    Raises:
        UsageError: it is no notebook that can take them; `name` is named.
    """
    notebook = _checked(text, name)
    cells = next(span for key, span in _members(text) if key == "cells")
    spans = list(_items(text, cells.start))
    marked = [number for number, span in enumerate(spans) if _is_ours(span.value)]
    new = _new_cells(notebook, [spans[number].value for number in marked], sources)
    if [spans[number].value for number in marked] == new:
        return text
    changed = _joined(text, cells, spans, marked, new)
    _checked(changed, name)
    return changed


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise UsageError(
            f"The notebook “{strip_controls(str(path))}” cannot be read: "
            f"{error.strerror}.",
            hint="Give the path of an .ipynb file; save it once in Jupyter to make one.",
        ) from error
    except UnicodeDecodeError as error:
        raise _no_notebook(str(path), "it is not text in UTF-8") from error


def _checked(text: str, name: str) -> dict[str, Any]:
    """Return the notebook if it is valid and its language is Python."""
    nbformat = _nbformat()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            notebook: dict[str, Any] = json.loads(text)
            if notebook.get("nbformat") != _FORMAT:
                raise _no_notebook(name, "its format is not version 4")
            nbformat.validate(json.loads(text))
    except (
        ValueError,
        AttributeError,
        LookupError,
        TypeError,
        RecursionError,
    ) as error:
        raise _no_notebook(name, "it lacks what a notebook is made of") from error
    except nbformat.ValidationError as error:
        reason = shorten(str(error).partition("\n")[0], 120)
        raise _no_notebook(name, reason) from error
    language = _language(notebook)
    if language not in {"", "python"}:
        raise UsageError(
            f"The notebook “{strip_controls(name)}” is written in "
            f"{strip_controls(language)}, the cell in Python.",
            hint="Use --export curl, and run the script from a cell.",
        )
    return notebook


def _nbformat() -> Any:  # noqa: ANN401 - a module of an optional dependency
    try:
        return importlib.import_module("nbformat")
    except ModuleNotFoundError as error:
        raise UsageError(
            "--into needs the package nbformat, which is not installed.",
            hint="Install it with: pip install 'rehydrate-tui[notebook]'",
        ) from error


def _no_notebook(name: str, reason: str) -> UsageError:
    return UsageError(
        f"“{strip_controls(name)}” is no valid notebook: {strip_controls(reason)}.",
        hint="Open it in Jupyter and save it; nothing was changed.",
    )


def _language(notebook: dict[str, Any]) -> str:
    metadata = notebook["metadata"]
    kernel = metadata.get("kernelspec", {}).get("language", "")
    return str(metadata.get("language_info", {}).get("name", "") or kernel).lower()


def _is_ours(cell: dict[str, Any]) -> bool:
    return TAG in cell["metadata"].get("tags", [])


def _new_cells(
    notebook: dict[str, Any], old: Sequence[dict[str, Any]], sources: Sequence[str]
) -> list[dict[str, Any]]:
    """Return the cells to stand in the notebook; each keeps what its old one had."""
    taken = {cell.get("id") for cell in notebook["cells"] if not _is_ours(cell)}
    has_ids = notebook.get("nbformat_minor", 0) >= _FIRST_MINOR_WITH_IDS
    cells: list[dict[str, Any]] = []
    for number, source in enumerate(sources):
        if number < len(old) and "".join(old[number]["source"]) == source:
            cell = old[number]
        elif number < len(old):
            fresh = {"outputs": [], "execution_count": None, "source": _lines(source)}
            cell = {**old[number], **fresh, "cell_type": "code"}
        else:
            made = _nbformat().v4.new_code_cell(metadata={"tags": [TAG]})
            cell = {**dict(made), "source": _lines(source)}
            cell.pop("id", None)
            if has_ids:
                cell = {"cell_type": "code", "id": _free_id(taken), **cell}
        taken.add(cell.get("id"))
        cells.append(cell)
    return cells


def _free_id(taken: set[Any]) -> str:
    """Return an id that no other cell has; always the same, so files stay the same."""
    names = (f"{TAG}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in (TAG, *names) if name not in taken)


def _lines(source: str) -> list[str]:
    return source.splitlines(keepends=True)


def _joined(
    text: str,
    cells: _Span,
    spans: Sequence[_Span],
    marked: Sequence[int],
    new: Sequence[dict[str, Any]],
) -> str:
    """Cut our old cells out of the text and put the new ones in."""
    newline = "\r\n" if "\r\n" in text else "\n"
    found = re.match(r"\{\r?\n([ \t]+)", text)
    unit = found[1] if found else ""
    gap = newline + unit * 2 if unit else ""
    written = f",{gap}".join(_written(cell, text, unit, gap) for cell in new)
    for number in reversed(marked[1:]):
        text = text[: spans[number - 1].end] + text[spans[number].end :]
    if marked:
        place = spans[marked[0]]
        return text[: place.start] + written + text[place.end :]
    if spans:
        start = spans[0].start
        return f"{text[:start]}{written},{gap or ' '}{text[start:]}"
    closing = newline + unit if unit else ""
    return f"{text[: cells.start]}[{gap}{written}{closing}]{text[cells.end :]}"


def _written(cell: dict[str, Any], text: str, unit: str, gap: str) -> str:
    """Return the text of a cell, in the manner of the rest of the file."""
    as_ascii = text.isascii() and "\\u" in text
    written = json.dumps(cell, indent=unit or None, ensure_ascii=as_ascii)
    return written.replace("\n", gap) if unit else written


def _members(text: str) -> Iterator[tuple[str, _Span]]:
    """Yield the keys and values of the outermost object."""
    position = _skip(text, 0) + 1
    while text[position := _skip(text, position)] != "}":
        key, position = _DECODER.raw_decode(text, position)
        position = _skip(text, _skip(text, position) + 1)
        value, end = _DECODER.raw_decode(text, position)
        yield key, _Span(value, position, end)
        position = _skip(text, end)
        position += text[position] == ","


def _items(text: str, start: int) -> Iterator[_Span]:
    """Yield the items of the array that begins at `start`."""
    position = start + 1
    while text[position := _skip(text, position)] != "]":
        value, end = _DECODER.raw_decode(text, position)
        yield _Span(value, position, end)
        position = _skip(text, end)
        position += text[position] == ","


def _skip(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position
