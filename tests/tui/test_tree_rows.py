"""Rows, columns and cells: arithmetic behind the tree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from rehydrate_tui.domain.objects import TreeEntry
from rehydrate_tui.domain.tree import ROOT, RepoTree
from rehydrate_tui.tui.tree_rows import SortOrder, TreeRows, natural_key
from rehydrate_tui.tui.widgets.tree_columns import (
    Columns,
    fit_left,
    fit_path,
    fit_right,
    share_bar,
)
from tests.unit.domain.trees import blob, entries

WIDE_TEXT = st.text(alphabet="ab/.\u0301数é🙂", max_size=30)


def paths(rows: TreeRows) -> list[str]:
    """Return the paths of the rows below the root."""
    return [rows.tree.path(node) for node in rows.rows[1:]]


@given(entries(), st.sampled_from(SortOrder))
def test_everything_open_is_every_node_once(
    listed: list[TreeEntry], sort: SortOrder
) -> None:
    """Whatever the order, each node is one row, after the directory that holds it."""
    rows = TreeRows(RepoTree(listed))
    rows.set_sort(sort)
    rows.open_below(ROOT, is_open=True)
    assert sorted(rows.rows) == list(range(len(rows.tree)))
    position = {node: row for row, node in enumerate(rows.rows)}
    for node in rows.rows[1:]:
        assert position[rows.tree.parent(node)] < position[node]


@given(entries(), st.data())
def test_a_filter_shows_matches_and_what_leads_to_them(
    listed: list[TreeEntry], data: st.DataObject
) -> None:
    """The rows are the matches with their directories, no more and no less."""
    rows = TreeRows(RepoTree(listed))
    leaves = [n for n in range(len(rows.tree)) if not rows.tree.is_directory(n)]
    chosen = sorted(data.draw(st.sets(st.sampled_from(leaves)))) if leaves else []
    rows.set_matches(chosen)
    wanted = {ROOT, *chosen}
    for node in chosen:
        wanted.update(rows.tree.ancestors(node))
    assert set(rows.rows) == wanted
    rows.set_matches(None)
    assert rows.rows == TreeRows(rows.tree).rows


def test_what_is_closed_under_a_filter_is_open_without_it() -> None:
    """Closing a directory of matches does not change the tree behind the filter."""
    tree = RepoTree([blob("a/b"), blob("c")])
    rows = TreeRows(tree)
    rows.set_open(tree.node("a"), is_open=True)
    rows.set_matches([tree.node("a/b")])
    rows.set_open(tree.node("a"), is_open=False)
    assert paths(rows) == ["a"]
    rows.open_below(ROOT, is_open=False)
    assert paths(rows) == []
    rows.open_below(ROOT, is_open=True)
    assert paths(rows) == ["a", "a/b"]
    rows.set_matches(None)
    assert paths(rows) == ["a", "a/b", "c"]


def test_a_hidden_node_is_found_at_the_directory_that_hides_it() -> None:
    """The row of what is not shown is that of the nearest directory that is."""
    tree = RepoTree([blob("a/b/c"), blob("z")])
    rows = TreeRows(tree)
    assert rows.row_of(tree.node("a/b/c")) == rows.rows.index(tree.node("a"))
    rows.reveal(tree.node("a/b/c"))
    assert rows.rows[rows.row_of(tree.node("a/b/c"))] == tree.node("a/b/c")


def test_the_order_is_ready_before_it_is_asked_for() -> None:
    """Preparing a directory, or a file, changes no row."""
    tree = RepoTree([blob("a/b10"), blob("a/b9")])
    rows = TreeRows(tree)
    before = list(rows.rows)
    for node in range(len(tree)):
        rows.prepare(node)
    assert rows.rows == before
    assert [tree.name(n) for n in rows.children(tree.node("a"))] == ["b9", "b10"]


@pytest.mark.parametrize(
    ("smaller", "larger"),
    [("part9", "part10"), ("A2", "a10"), ("x1y2", "x1y10"), ("7" * 5000, "a")],
)
def test_numbers_in_names_count(smaller: str, larger: str) -> None:
    """Names are ordered as people read them, whatever the case or the length."""
    assert natural_key(smaller) < natural_key(larger)


@given(st.integers(20, 200), st.integers(0, 200_000))
def test_columns_fill_the_width(width: int, files: int) -> None:
    """The columns never take more or less than there is, from the narrowest on."""
    columns = Columns.fit(width, files)
    used = 6 + columns.name + columns.count + columns.size + columns.bar + 1
    assert used == max(width, used if columns.name == 1 else width)
    assert 0 <= columns.indent(10_000) < columns.name


@given(WIDE_TEXT, st.integers(0, 20))
def test_cells_are_filled_exactly(text: str, width: int) -> None:
    """Wide and combining characters never push the next column."""
    for fit in (fit_left, fit_right, fit_path):
        assert cell_len(fit(text, width)) == width


@pytest.mark.parametrize(
    ("part", "whole", "bar"),
    [
        (0, 10, "    "),
        (10, 0, "    "),
        (10, 10, "████"),
        (5, 10, "██  "),
        (1, 32, "▏   "),
        (1, 1000, "    "),
        (20, 10, "████"),
    ],
)
def test_a_share_is_drawn_in_eighths(part: int, whole: int, bar: str) -> None:
    """What is too small to be drawn is not drawn."""
    assert share_bar(part, whole, 4) == bar
