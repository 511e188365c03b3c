"""Ticks and their sums, against a plain set of ticked paths."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rehydrate_tui.domain.objects import FileMode, TreeEntry
from rehydrate_tui.domain.selection import Selection, TickState
from rehydrate_tui.domain.tree import ROOT, RepoTree
from tests.unit.domain.trees import blob, entries, is_below


class PlainSelection:
    """Ticks as a set of paths: slow and obviously right."""

    def __init__(self, tree: RepoTree) -> None:
        self.tree = tree
        self.ticked: set[str] = set()

    def below(self, node: int) -> set[str]:
        """Return the files at or below a node."""
        above = self.tree.path(node)
        return {
            self.tree.path(each)
            for each in range(len(self.tree))
            if self.tree.entry(each).mode.is_blob
            and is_below(self.tree.path(each), above)
        }

    def apply(self, name: str, node: int) -> None:
        """Do what the method of that name promises."""
        below = self.below(node)
        is_whole = bool(below) and below <= self.ticked
        if name == "tick" or (name == "toggle" and not is_whole):
            self.ticked |= below
        else:
            self.ticked -= below

    def state(self, node: int) -> TickState:
        """Return what the mark shows."""
        below = self.below(node)
        if not below & self.ticked:
            return TickState.OFF
        return TickState.ON if below <= self.ticked else TickState.PARTIAL


def check(selection: Selection, plain: PlainSelection) -> None:
    """Compare every mark and every sum."""
    tree = selection.tree
    for node in range(len(tree)):
        ticked = plain.below(node) & plain.ticked
        assert selection.count(node) == len(ticked)
        assert selection.size(node) == sum(tree.size(tree.node(p)) for p in ticked)
        assert selection.state(node) is plain.state(node)
    paths = [tree.path(node) for node in selection.ticked_files()]
    assert set(paths) == plain.ticked
    assert len(paths) == len(plain.ticked)


@given(entries(), st.data())
def test_ticking_is_what_a_set_of_paths_would_do(
    listed: list[TreeEntry], data: st.DataObject
) -> None:
    """Any sequence of ticks leaves the marks and sums that counting gives."""
    tree = RepoTree(listed)
    selection, plain = Selection(tree), PlainSelection(tree)
    nodes = st.integers(0, len(tree) - 1)
    names = st.sampled_from(["tick", "untick", "toggle"])
    for name, node in data.draw(st.lists(st.tuples(names, nodes), max_size=8)):
        getattr(selection, name)(node)
        plain.apply(name, node)
        check(selection, plain)


@given(entries(), st.data())
def test_setting_files_is_ticking_each(
    listed: list[TreeEntry], data: st.DataObject
) -> None:
    """`set_files` does to each file what a tick does, whatever stood before."""
    tree = RepoTree(listed)
    selection, plain = Selection(tree), PlainSelection(tree)
    files = list(tree.files())
    for ticked in data.draw(st.lists(st.booleans(), max_size=4)):
        chosen = data.draw(st.lists(st.sampled_from(files)) if files else st.just([]))
        selection.set_files(chosen, ticked=ticked)
        for node in chosen:
            plain.apply("tick" if ticked else "untick", node)
        check(selection, plain)


@given(entries(), st.data())
def test_a_snapshot_brings_the_ticks_back(
    listed: list[TreeEntry], data: st.DataObject
) -> None:
    """Undo restores every mark and sum."""
    tree = RepoTree(listed)
    selection, plain = Selection(tree), PlainSelection(tree)
    nodes = st.integers(0, len(tree) - 1)
    for node in data.draw(st.lists(nodes, max_size=5)):
        selection.toggle(node)
        plain.apply("toggle", node)
    snapshot = selection.snapshot()
    for node in data.draw(st.lists(nodes, max_size=5)):
        selection.toggle(node)
    selection.restore(snapshot)
    check(selection, plain)
    assert selection.snapshot() == snapshot


@given(entries(), st.data())
def test_inverting_ticks_what_was_not(
    listed: list[TreeEntry], data: st.DataObject
) -> None:
    """Every file changes sides, and inverting again brings it back."""
    tree = RepoTree(listed)
    selection, plain = Selection(tree), PlainSelection(tree)
    nodes = st.integers(0, len(tree) - 1)
    for node in data.draw(st.lists(nodes, max_size=5)):
        selection.toggle(node)
        plain.apply("toggle", node)
    before = selection.snapshot()
    selection.invert()
    plain.ticked = plain.below(ROOT) - plain.ticked
    check(selection, plain)
    selection.invert()
    assert selection.snapshot() == before


class CountingArray:
    """An array that counts how many items are written."""

    def __init__(self, items: Any) -> None:  # noqa: ANN401 - an array
        self.items = items
        self.written = 0

    def __getitem__(self, where: Any) -> Any:  # noqa: ANN401 - number or slice
        return self.items[where]

    def __setitem__(self, where: Any, value: Any) -> None:  # noqa: ANN401 - anything, as the original takes it
        self.written += len(value) if isinstance(where, slice) else 1
        self.items[where] = value


def written(selection: Selection, action: str, node: int) -> int:
    """Return how many counts an action writes."""
    counting: Any = CountingArray(selection._counts)
    selection._counts = counting
    getattr(selection, action)(node)
    selection._counts = counting.items
    return int(counting.written)


def wide_tree(folders: int, files: int) -> RepoTree:
    """Return a tree of `top/d<n>/f<n>`."""
    return RepoTree(
        blob(f"top/d{n}/f{m}") for n in range(folders) for m in range(files)
    )


def test_ticking_a_directory_touches_each_node_below_once() -> None:
    """The work is the nodes below and the directories above: no more, at any size."""
    for folders, files in ((2, 3), (20, 30)):
        tree = wide_tree(folders, files)
        selection = Selection(tree)
        for action in ("tick", "untick", "toggle"):
            top = tree.node("top")
            assert written(selection, action, top) == tree.end(top) - top + 1
            one = tree.node("top/d1/f1")
            assert written(selection, action, one) == 1 + 3


def test_a_submodule_cannot_be_ticked() -> None:
    """There is nothing of a submodule to download from this repository."""
    tree = RepoTree([blob("lib", mode=FileMode.GITLINK), blob("a", 5)])
    selection = Selection(tree)
    lib = tree.node("lib")
    selection.tick(lib)
    selection.toggle(lib)
    assert selection.state(lib) is TickState.OFF
    selection.tick(ROOT)
    assert selection.state(ROOT) is TickState.ON
    assert selection.state(lib) is TickState.OFF
    assert (selection.count(), selection.size()) == (1, 5)


def test_a_directory_of_submodules_cannot_be_ticked() -> None:
    """A directory without files stays unticked, also when its parent is ticked."""
    tree = RepoTree([blob("libs/one", mode=FileMode.GITLINK), blob("a")])
    selection = Selection(tree)
    selection.toggle(tree.node("libs"))
    assert selection.count() == 0
    selection.tick(ROOT)
    assert selection.state(tree.node("libs")) is TickState.OFF


def test_an_empty_tree_cannot_be_ticked() -> None:
    """Nothing to tick is no error."""
    selection = Selection(RepoTree([]))
    selection.tick(ROOT)
    assert selection.state(ROOT) is TickState.OFF
    empty: Iterable[int] = selection.ticked_files()
    assert list(empty) == []
