"""What the plain picker shows: folders, matches and ticks as lines that read well aloud.

A line has no columns, marks or colours; it is a number, a name and words with commas.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rehydrate_tui.domain.filter import FilterContext, FilterIndex, parse_filter
from rehydrate_tui.domain.limits import SizePolicy, format_size
from rehydrate_tui.domain.local_states import LocalStates
from rehydrate_tui.domain.objects import FileMode
from rehydrate_tui.domain.selection import Selection, TickState
from rehydrate_tui.domain.status import FileState
from rehydrate_tui.domain.text import shorten
from rehydrate_tui.domain.tree import ROOT
from rehydrate_tui.engine.opened import OpenRepository
from rehydrate_tui.errors import UsageError
from rehydrate_tui.headless.summary import count_files

PAGE = 40
"""Lines at once."""

_NUMBERS = re.compile(r"([0-9]{1,7})(?:-([0-9]{1,7}))?")
_MODES = {
    FileMode.EXECUTABLE: "executable",
    FileMode.SYMLINK: "link",
    FileMode.GITLINK: "submodule, its files are in another repository",
}
_STATES = {
    FileState.PRESENT: "have",
    FileState.EDITED: "edited here",
    FileState.OUTDATED: "outdated here",
    FileState.MISSING: "missing here",
}


@dataclass(slots=True)
class PlainSpace:
    """One open repository: its ticks and what is listed of it."""

    opened: OpenRepository
    policy: SizePolicy
    selection: Selection = field(init=False)
    local: LocalStates = field(init=False)
    folder: int = ROOT
    rows: Sequence[int] = ()
    """What the numbers mean, from 1 on."""
    shows_paths: bool = False
    """Whether rows are files from all over the repository."""
    undo: list[bytes] = field(default_factory=list[bytes])
    _index: FilterIndex | None = None

    def __post_init__(self) -> None:
        self.selection = Selection(self.opened.tree)
        self.local = LocalStates(self.opened.tree)

    def enter(self, node: int) -> None:
        """List a folder: folders first."""
        tree = self.opened.tree
        self.folder, self.shows_paths = node, False
        self.rows = sorted(
            tree.children(node),
            key=lambda each: (not tree.is_directory(each), tree.name(each).casefold()),
        )

    def filter(self, text: str) -> tuple[str, ...]:
        """List what a filter lets through; return what was not understood of it."""
        parsed = parse_filter(text)
        if self._index is None:
            self._index = FilterIndex(self.opened.tree)
        context = FilterContext(
            index=self._index,
            selection=self.selection,
            policy=self.policy,
            states=self.local.states,
        )
        self.rows, self.shows_paths = parsed.select(context), True
        return parsed.problems

    def show_ticked(self) -> None:
        """List the ticked files."""
        self.rows, self.shows_paths = list(self.selection.ticked_files()), True

    def toggle(self, nodes: Sequence[int]) -> None:
        """Tick files and folders, or untick them if all are ticked."""
        files = sorted(
            {file for each in nodes for file in self.opened.tree.files(each)}
        )
        is_whole = all(self.selection.count(file) for file in files)
        self.undo.append(self.selection.snapshot())
        self.selection.set_files(files, ticked=not is_whole)

    def find(self, text: str) -> int:
        """Return the node of a number or a name in the list.

        Raises:
            UsageError: there is none.
        """
        if _NUMBERS.fullmatch(text):
            return read_numbers(text, self.rows)[0]
        tree = self.opened.tree
        for node in self.rows:
            if text.rstrip("/") in {tree.name(node), tree.path(node)}:
                return node
        raise UsageError(f"“{shorten(text, 60)}” is not in the list.")

    def heading(self) -> str:
        """Return what is listed, in a line."""
        tree = self.opened.tree
        ticked = f"{count_files(self.selection.count())} ticked"
        size = format_size(self.selection.size())
        where = tree.path(self.folder) or self.opened.repository.id.full_name
        if self.shows_paths:
            found = sum(tree.size(node) for node in self.rows)
            where = f"{count_files(len(self.rows))}, {format_size(found)}"
        return f"{where}: {ticked}, {size}"

    def lines(self, start: int) -> Iterator[str]:
        """Yield one page of the list, from row `start` (the first is 0)."""
        for number, node in enumerate(self.rows[start : start + PAGE], start + 1):
            yield f"{number} {', '.join(self._words(node))}"
        left = len(self.rows) - start - PAGE
        if left > 0:
            yield f"{left:,} more: m"
        if not self.rows:
            yield "nothing here"

    def _words(self, node: int) -> Iterator[str]:
        tree = self.opened.tree
        yield tree.path(node) if self.shows_paths else tree.name(node)
        mode, size = tree.entry(node).mode, tree.size(node)
        if tree.is_directory(node):
            yield f"folder, {count_files(tree.file_count(node))}"
        elif mode in _MODES:
            yield _MODES[mode]
        if mode is not FileMode.GITLINK:
            yield format_size(size)
        if mode.is_blob and (word := self.policy.size_word(size)):
            yield word
        yield from self._ticks(node)
        state = self.local.telling(node)
        if state is not None:
            yield _STATES[state]

    def _ticks(self, node: int) -> Iterator[str]:
        state = self.selection.state(node)
        if state is TickState.ON:
            yield "ticked"
        elif state is TickState.PARTIAL:
            yield f"{self.selection.count(node):,} of them ticked"


def read_numbers(text: str, rows: Sequence[int]) -> list[int]:
    """Return the rows that `3`, `1-4` or `1,5 7-9` name.

    Raises:
        UsageError: a number is not in the list, or is no number.
    """
    nodes: list[int] = []
    for word in text.replace(",", " ").split():
        match = _NUMBERS.fullmatch(word)
        if match is None:
            raise UsageError(
                f"“{shorten(word, 40)}” is no number.", hint="? shows help."
            )
        first, last = int(match[1]), int(match[2] or match[1])
        if not 1 <= first <= last <= len(rows):
            raise UsageError(f"{word} is not in the list: it ends at {len(rows):,}.")
        nodes += rows[first - 1 : last]
    return nodes
