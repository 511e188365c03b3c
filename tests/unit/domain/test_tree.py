"""Trees as arrays say the same as counting by hand."""

from __future__ import annotations

import pytest
from hypothesis import given

from rehydrate_tui.domain.objects import FileMode, TreeEntry
from rehydrate_tui.domain.tree import ROOT, RepoTree
from rehydrate_tui.errors import PathNotFoundError, PayloadError
from tests.unit.domain.trees import OID, blob, entries, folder, folders_above, is_below


@given(entries())
def test_sums_are_those_of_counting(listed: list[TreeEntry]) -> None:
    """Bytes and files of every directory are those of the files below it."""
    tree = RepoTree(listed)
    files = [entry for entry in listed if entry.mode.is_blob]
    for node in range(len(tree)):
        below = [each for each in files if is_below(each.path, tree.path(node))]
        assert tree.file_count(node) == len(below)
        assert tree.size(node) == sum(each.size for each in below)


@given(entries())
def test_every_entry_is_there_once_with_its_directories(
    listed: list[TreeEntry],
) -> None:
    """Nothing is lost or doubled, and directories that nobody listed are added."""
    tree = RepoTree(listed)
    paths = [tree.path(node) for node in range(1, len(tree))]
    inner = {above for each in listed for above in folders_above(each.path)}
    assert sorted(paths) == sorted({each.path for each in listed} | inner)
    assert [tree.entry(tree.node(each.path)) for each in listed] == listed


@given(entries())
def test_the_numbers_are_in_preorder(listed: list[TreeEntry]) -> None:
    """What is below a directory is the range that ends before `end`."""
    tree = RepoTree(listed)
    for node in range(len(tree)):
        inside = set(range(node, tree.end(node)))
        by_path = {
            n for n in range(len(tree)) if is_below(tree.path(n), tree.path(node))
        }
        assert inside == by_path


@given(entries())
def test_parents_children_and_ancestors_agree(listed: list[TreeEntry]) -> None:
    """Every node is a child of its parent, and its ancestors lead to the root."""
    tree = RepoTree(listed)
    for node in range(1, len(tree)):
        above = folders_above(tree.path(node))
        assert [tree.path(each) for each in tree.ancestors(node)] == [*above, ""]
        assert node in list(tree.children(tree.parent(node)))
    assert tree.parent(ROOT) == ROOT
    assert list(tree.ancestors(ROOT)) == []
    assert list(tree.parents) == [tree.parent(node) for node in range(len(tree))]
    children = sum(len(list(tree.children(node))) for node in range(len(tree)))
    assert children == len(tree) - 1


@given(entries())
def test_files_are_the_blobs_below(listed: list[TreeEntry]) -> None:
    """`files` yields what has bytes, not directories and not submodules."""
    tree = RepoTree(listed)
    for node in range(len(tree)):
        expected = [
            n for n in range(node, tree.end(node)) if tree.entry(n).mode.is_blob
        ]
        assert list(tree.files(node)) == expected


def test_children_stand_in_the_order_of_the_listing() -> None:
    """Git's own order is kept; a directory stands where it was first heard of."""
    tree = RepoTree([blob("z"), blob("d/x"), blob("a"), folder("d"), blob("d/b")])
    assert [tree.path(n) for n in range(len(tree))] == ["", "z", "d", "d/x", "d/b", "a"]


def test_a_directory_that_is_listed_late_keeps_its_id() -> None:
    """A directory first heard of through its contents still is the listed one."""
    late = TreeEntry("d", FileMode.TREE, OID, 0)
    tree = RepoTree([blob("d/x"), late])
    assert tree.entry(tree.node("d")) is late


def test_of_two_entries_with_one_path_the_first_counts() -> None:
    """A doubled entry is not counted twice."""
    tree = RepoTree([blob("a", 1), blob("a", 100)])
    assert (len(tree), tree.size(ROOT)) == (2, 1)


@pytest.mark.parametrize(
    "listed",
    [
        [blob("a"), blob("a/b")],
        [blob("a/b"), blob("a")],
        [blob("a/b/c"), blob("a")],
        [blob("a", mode=FileMode.SYMLINK), blob("a/b")],
        [blob("a", mode=FileMode.GITLINK), folder("a/b")],
        [folder("a"), blob("a/b"), blob("a/b/c")],
    ],
)
def test_an_entry_below_a_file_is_no_tree(listed: list[TreeEntry]) -> None:
    """Git cannot make such a tree, so the answer is wrong, in whatever order it comes."""
    with pytest.raises(PayloadError, match="entries below the file"):
        RepoTree(listed)


@pytest.mark.parametrize("mode", list(FileMode))
def test_an_entry_without_a_name_is_no_tree(mode: FileMode) -> None:
    """An empty path would be the root, and a tree inside itself."""
    with pytest.raises(PayloadError, match="without a name"):
        RepoTree([TreeEntry("", mode, OID, 0)])


def test_an_empty_tree_has_a_root() -> None:
    """A repository without files is a root and nothing else."""
    tree = RepoTree([])
    assert (len(tree), tree.size(ROOT), tree.file_count(ROOT)) == (1, 0, 0)
    assert list(tree.files()) == list(tree.children(ROOT)) == []
    assert tree.path(ROOT) == tree.name(ROOT) == ""
    assert tree.is_directory(ROOT)


def test_nodes_are_found_by_path() -> None:
    """A path finds its node, with or without slashes around it."""
    tree = RepoTree([blob("d/x")])
    assert tree.path(tree.node("d/x")) == "d/x"
    assert tree.name(tree.node("d/x")) == "x"
    assert tree.node("d/") == tree.node("/d") == tree.node("d")
    assert tree.node("") == tree.node("/") == ROOT
    with pytest.raises(PathNotFoundError, match="has no “d/y”"):
        tree.node("d/y")


def test_a_submodule_has_no_bytes_and_is_no_file() -> None:
    """A gitlink is a node that counts for nothing."""
    tree = RepoTree([blob("lib", mode=FileMode.GITLINK), blob("a", 5)])
    lib = tree.node("lib")
    assert (tree.size(lib), tree.file_count(lib)) == (0, 0)
    assert not tree.is_directory(lib)
    assert tree.file_count(ROOT) == 1


def test_a_deep_tree_needs_no_recursion() -> None:
    """Depth is bounded by nothing of ours."""
    tree = RepoTree([blob("d/" * 3000 + "x", 7)])
    assert len(tree) == 3002
    assert tree.size(ROOT) == 7
    assert sum(1 for _ in tree.ancestors(len(tree) - 1)) == 3001


def test_whether_the_list_was_cut_is_kept() -> None:
    """The server's word that entries are missing stays with the tree."""
    assert RepoTree([], is_truncated=True).is_truncated
    assert not RepoTree([]).is_truncated
