"""One open repository while files are ticked in it. Knows no widget."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace

from rehydrate_tui.domain.filter import Filter, FilterContext, FilterIndex
from rehydrate_tui.domain.limits import SizePolicy
from rehydrate_tui.domain.local_states import LocalStates
from rehydrate_tui.domain.manifest import LockedFile, Source
from rehydrate_tui.domain.patterns import PatternSet
from rehydrate_tui.domain.selection import Selection, TickState
from rehydrate_tui.domain.tree import ROOT
from rehydrate_tui.engine.opened import OpenRepository
from rehydrate_tui.errors import PathNotFoundError
from rehydrate_tui.tui.tree_rows import TreeRows

_MAX_UNDO = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Preselected:
    """What a manifest's ticks met in the tree as it is now."""

    found: int
    missing: tuple[str, ...]
    """Paths that are no longer there."""
    changed: int
    """Files that have other contents than the manifest pinned."""


class Workspace:
    """The ticks, the filter and the rows of one repository.

    Args:
        opened: the repository.
        policy: from when on files are called large.
        source: what a manifest says of this repository, if one was chosen.
    """

    def __init__(
        self,
        opened: OpenRepository,
        policy: SizePolicy,
        source: Source | None = None,
    ) -> None:
        self.opened = opened
        self.policy = policy
        self.source = source
        self.tree = opened.tree
        self.selection = Selection(opened.tree)
        self.rows = TreeRows(opened.tree)
        self.filter = Filter()
        self.filter_text = ""
        """What was typed, for when the screen is shown again."""
        self.filter_history: list[str] = []
        self.cursor = ROOT
        """The node under the cursor, for the same reason."""
        self.local = LocalStates(opened.tree)
        self._index: FilterIndex | None = None
        self._undo: deque[bytes] = deque(maxlen=_MAX_UNDO)
        self._saved = self.selection.snapshot()

    @property
    def has_unsaved_ticks(self) -> bool:
        """Whether ticks would be lost that no manifest and no download has."""
        ticks = self.selection.snapshot()
        return bool(self.selection.count()) and ticks != self._saved

    def mark_saved(self) -> None:
        """Remember that the ticks as they are now are in safety."""
        self._saved = self.selection.snapshot()

    def preselect(self) -> Preselected:
        """Tick what the manifest's source lists."""
        files = self.source.files if self.source else ()
        found: list[int] = []
        missing: list[str] = []
        changed = 0
        for file in files:
            try:
                node = self.tree.node(file.path)
            except PathNotFoundError:
                missing.append(file.path)
                continue
            found.append(node)
            pinned = file.blob
            changed += pinned is not None and pinned != self.tree.entry(node).oid
        if self.source and not files:
            rule = PatternSet(self.source.include)
            found += [n for n in self.tree.files() if rule.matches(self.tree.path(n))]
        self.selection.set_files(found, ticked=True)
        self.mark_saved()
        return Preselected(found=len(found), missing=tuple(missing), changed=changed)

    def expand_like(self, other: Workspace) -> None:
        """Open the directories that are open in another commit of this repository."""
        paths = {other.tree.path(node) for node in other.rows.expanded}
        self.rows.expand(n for n in self.tree.directories if self.tree.path(n) in paths)

    def load(self, source: Source) -> Preselected:
        """Tick what another manifest's source lists, and nothing else."""
        self._remember()
        self.selection.set_files(list(self.tree.files(ROOT)), ticked=False)
        self.source = source
        return self.preselect()

    def set_filter(self, parsed: Filter, text: str = "") -> None:
        """Show only what `parsed`, typed as `text`, lets through."""
        self.filter, self.filter_text = parsed, text
        if not parsed.terms:
            self.rows.set_matches(None)
            return
        context = FilterContext(
            index=self.prepare_filter(),
            selection=self.selection,
            policy=self.policy,
            states=self.local.states,
        )
        self.rows.set_matches(parsed.select(context))

    def prepare_filter(self) -> FilterIndex:
        """Make, once, what every filter needs."""
        if self._index is None:
            self._index = FilterIndex(self.tree)
        return self._index

    def toggle(self, node: int) -> bool:
        """Tick or untick `node`; False if there is nothing to tick.

        Under a filter a directory stands for the matching files below it: nobody ticks
        what is not on the screen.
        """
        if self.rows.matches is None or not self.tree.is_directory(node):
            if not self.tree.file_count(node):
                return False
            self._remember()
            self.selection.toggle(node)
            return True
        return self._toggle_files(self.matches_below(node))

    def toggle_visible(self) -> bool:
        """Tick all that match the filter, or untick them if all are ticked."""
        return self.toggle(ROOT)

    def invert(self) -> None:
        """Tick what is not ticked and the other way round, within the filter."""
        self._remember()
        if self.rows.matches is None:
            self.selection.invert()
            return
        counts = array("q", self.selection.snapshot())
        whole = self.tree.file_counts
        for node in self.matches_below(ROOT):
            counts[node] = whole[node] - counts[node]
        self.selection.restore(counts.tobytes())

    def set_ticks(self, files: Iterable[int], *, ticked: bool) -> None:
        """Tick or untick files, whatever the filter shows."""
        self._remember()
        self.selection.set_files(files, ticked=ticked)

    def undo(self) -> bool:
        """Take the last tick back; False if there is none."""
        if not self._undo:
            return False
        self.selection.restore(self._undo.pop())
        return True

    def matches_below(self, node: int) -> list[int]:
        """Return the files at or below `node` that the filter lets through."""
        matches = self.rows.matches
        if matches is None:
            return list(self.tree.files(node))
        # Matches are in the tree's order, and what is below a directory is one range.
        first = bisect_left(matches, node)
        last = bisect_left(matches, self.tree.end(node))
        return [each for each in matches[first:last] if self.tree.file_count(each)]

    def adopt(self, source: Source) -> Source:
        """Return a fresh source with what the manifest's own one says of places."""
        old = self.source
        if old is None:
            return source
        known = {file.path: file for file in old.files}
        files = tuple(_adopt_file(file, known.get(file.path)) for file in source.files)
        return replace(source, into=old.into, extra=old.extra, files=files)

    def _toggle_files(self, files: list[int]) -> bool:
        if not files:
            return False
        is_whole = all(self.selection.state(node) is TickState.ON for node in files)
        self._remember()
        self.selection.set_files(files, ticked=not is_whole)
        return True

    def _remember(self) -> None:
        self._undo.append(self.selection.snapshot())


def _adopt_file(file: LockedFile, old: LockedFile | None) -> LockedFile:
    if old is None:
        return file
    return file._replace(
        to=old.to,
        lfs=None if old.keep_pointer else file.lfs,
        keep_pointer=old.keep_pointer,
        extra=old.extra,
    )
