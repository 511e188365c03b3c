"""Ticks to the rule that a manifest keeps: the shortest honest gitignore lines.

The rule is for `--update`, which resolves it again at a newer commit. So it says what
the person seems to have meant: a whole directory stays a directory, also when a few
files in it were unticked; otherwise files are named one by one.
"""

from __future__ import annotations

from rehydrate_tui.domain.patterns import exact_pattern
from rehydrate_tui.domain.selection import Selection, TickState
from rehydrate_tui.domain.tree import ROOT

MAX_LINES = 100
"""A longer rule only repeats the list of files, which the manifest has anyway."""

_EXCEPTION_RATIO = 4
"""So many times fewer lines make a directory with exceptions of single files."""


def include_rule(selection: Selection) -> tuple[str, ...]:
    """Return lines that select exactly the ticked files of the tree.

    Empty when nothing is ticked, or when the rule would only repeat the list.
    """
    rules = _Rules(selection)
    tree = selection.tree
    # Directories below have higher numbers, so theirs are ready when they are asked for.
    for node in range(len(tree) - 1, ROOT, -1):
        if tree.is_directory(node) and selection.state(node) is TickState.PARTIAL:
            rules.prepare(node)
    lines = rules.lines(ROOT, inside=False)
    return tuple(lines) if len(lines) <= MAX_LINES else ()


class _Rules:
    """Finds the lines of directories for both things that lines above may say."""

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        self._tree = selection.tree
        self._prepared: dict[tuple[int, bool], list[str]] = {}

    def prepare(self, node: int) -> None:
        """Find the lines of a directory in which some files are ticked."""
        for inside in (False, True):
            self._prepared[node, inside] = self._choose(node, inside=inside)

    def lines(self, node: int, *, inside: bool) -> list[str]:
        """Return the lines for `node`; `inside`: a line above has it selected."""
        state = self._selection.state(node)
        if not self._tree.file_count(node):
            return []
        if state is TickState.PARTIAL:
            return self._prepared.get((node, inside)) or self._choose(
                node, inside=inside
            )
        is_right = (state is TickState.ON) is inside
        return [] if is_right else [self._line(node, wanted=not inside)]

    def _choose(self, node: int, *, inside: bool) -> list[str]:
        one_by_one = self._below(node, inside=inside)
        exceptions = [
            self._line(node, wanted=not inside),
            *self._below(node, inside=not inside),
        ]
        is_clearer = len(exceptions) * _EXCEPTION_RATIO <= len(one_by_one)
        return exceptions if is_clearer else one_by_one

    def _below(self, node: int, *, inside: bool) -> list[str]:
        return [
            line
            for child in self._tree.children(node)
            for line in self.lines(child, inside=inside)
        ]

    def _line(self, node: int, *, wanted: bool) -> str:
        pattern = exact_pattern(
            self._tree.path(node), is_directory=self._tree.is_directory(node)
        )
        return pattern if wanted else f"!{pattern}"
