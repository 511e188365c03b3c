"""What is told of a file or a directory in words."""

from __future__ import annotations

from collections.abc import Iterator

from rich.segment import Segment

from rehydrate_tui.domain.limits import SizePolicy, format_size
from rehydrate_tui.domain.paths import unsafe_reason
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.domain.tree import ROOT, RepoTree
from rehydrate_tui.preview.models import Code, Image, Notebook, Table
from rehydrate_tui.tui.preview.loading import Loaded
from rehydrate_tui.tui.preview.page import Line
from rehydrate_tui.tui.preview.paint import Canvas
from rehydrate_tui.tui.widgets.details import Totals
from rehydrate_tui.tui.widgets.tree_columns import fit_left, fit_path, fit_right

_SIZE = 10
_ROOM = 60


def heading_of(
    tree: RepoTree, node: int, policy: SizePolicy, loaded: Loaded | None
) -> tuple[str, str, str]:
    """Return path, how much was read of how much there is, and warnings."""
    entry = tree.entry(node)
    size = loaded.size if loaded and loaded.lfs else tree.size(node)
    words: list[str] = []
    reason = unsafe_reason(entry.path) if node != ROOT else None
    if reason:
        words.append(f"unsafe path: {reason}")
    if not tree.is_directory(node):
        word = policy.size_word(size)
        words += [f"{word} file"] if word else []
    shown = format_size(size)
    if loaded and loaded.read and not loaded.is_whole:
        shown = f"first {format_size(loaded.read)} of {shown}"
    return entry.path, shown, ", ".join(words)


def facts_of(loaded: Loaded) -> str:
    """Return kind, measures and encoding."""
    preview = loaded.preview
    parts = [preview.kind, *_measures(loaded)]
    if preview.encoding:
        parts.append(preview.encoding)
    if loaded.lfs is not None:
        parts.append("Git LFS")
    return " · ".join(parts)


def _measures(loaded: Loaded) -> Iterator[str]:
    body = loaded.preview.body
    if isinstance(body, Table):
        yield _rows(body)
        yield f"{len(body.columns) + body.more_columns:,} columns"
    elif isinstance(body, Image) and body.width:
        yield f"{body.width:,} x {body.height:,}"
    elif isinstance(body, Notebook):
        yield f"{len(body.cells):,} cells"
    elif isinstance(body, Code) and loaded.is_whole and loaded.read:
        count = body.text.count("\n") + 1
        yield f"{count:,} {'line' if count == 1 else 'lines'}"


def _rows(table: Table) -> str:
    if table.expected_rows is None:
        return f"{len(table.rows):,} rows"
    return f"{len(table.rows):,} of about {table.expected_rows:,} rows"


def summary_lines(
    tree: RepoTree, node: int, totals: Totals, canvas: Canvas
) -> Iterator[Line]:
    """Yield what a directory holds: how much, of which types, the largest files."""
    palette = canvas.palette
    count = tree.file_count(node)
    room = max(_SIZE, min(canvas.width, _ROOM) - _SIZE)
    words = f"{count:,} {'file' if count == 1 else 'files'}"
    yield [Segment(f"{words}, {format_size(tree.size(node))}", palette["base"])]
    if totals.largest:
        yield []
        yield [Segment("Types", palette["heading"])]
    for extension, size in totals.types:
        yield _row(fit_left(strip_controls(extension), room), size, canvas)
    if totals.largest:
        yield []
        yield [Segment("Largest files", palette["heading"])]
    prefix = len(tree.path(node)) + 1 if node else 0
    for file in totals.largest:
        path = strip_controls(tree.path(file)[prefix:])
        yield _row(fit_path(path, room), tree.size(file), canvas)


def _row(text: str, size: int, canvas: Canvas) -> Line:
    return [
        Segment(text, canvas.palette["base"]),
        Segment(fit_right(format_size(size), _SIZE), canvas.palette["muted"]),
    ]
