"""The rule that is kept in a manifest says exactly what was ticked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rehydrate_tui.domain.include_rule import MAX_LINES, include_rule
from rehydrate_tui.domain.objects import FileMode, TreeEntry
from rehydrate_tui.domain.patterns import PatternSet
from rehydrate_tui.domain.selection import Selection
from rehydrate_tui.domain.tree import ROOT, RepoTree
from tests.unit.domain.trees import blob, entries


def rule_of(tree: RepoTree, *ticked: str) -> tuple[str, ...]:
    """Return the rule for some files or directories."""
    selection = Selection(tree)
    for path in ticked:
        selection.tick(tree.node(path))
    return include_rule(selection)


def test_nothing_ticked_is_no_rule() -> None:
    """Without a tick there is no line."""
    assert rule_of(RepoTree([blob("a")])) == ()


def test_the_whole_repository_is_one_line() -> None:
    """Everything is `*`, also what comes later."""
    selection = Selection(RepoTree([blob("a"), blob("b/c")]))
    selection.tick(ROOT)
    assert include_rule(selection) == ("*",)


def test_a_whole_directory_stays_a_directory() -> None:
    """A directory is one line, single files are lines of their own."""
    tree = RepoTree([blob("data/a"), blob("data/b"), blob("x.csv"), blob("y.csv")])
    assert rule_of(tree, "data", "x.csv") == ("/data/", "/x.csv")


def test_a_few_exceptions_are_exceptions() -> None:
    """A large directory in which little was unticked stays a directory."""
    tree = RepoTree([blob(f"data/{number:03}.csv") for number in range(200)])
    selection = Selection(tree)
    selection.tick(tree.node("data"))
    selection.untick(tree.node("data/007.csv"))
    assert include_rule(selection) == ("/data/", "!/data/007.csv")


def test_half_a_directory_is_named_file_by_file() -> None:
    """Files that were picked one by one do not become a directory."""
    tree = RepoTree([blob(f"data/{name}") for name in "abcdef"])
    assert rule_of(tree, "data/a", "data/b", "data/c") == (
        "/data/a",
        "/data/b",
        "/data/c",
    )


def test_a_rule_that_only_repeats_the_list_is_left_out() -> None:
    """Hundreds of single files are in the manifest anyway."""
    tree = RepoTree([blob(f"data/{number}") for number in range(4 * MAX_LINES)])
    odd = [f"data/{number}" for number in range(1, 4 * MAX_LINES, 2)]
    assert rule_of(tree, *odd) == ()


def test_a_submodule_in_a_directory_is_no_exception() -> None:
    """What cannot be ticked does not spoil the line of its directory."""
    tree = RepoTree(
        [blob("a/file"), blob("a/module", mode=FileMode.GITLINK), blob("other")]
    )
    assert rule_of(tree, "a") == ("/a/",)


def test_a_tree_of_any_depth_has_a_rule() -> None:
    """Thousands of nested directories exhaust nothing."""
    deep = "/".join("d" * 1500)
    tree = RepoTree([blob(f"{deep}/a"), blob(f"{deep}/b")])
    assert rule_of(tree, f"{deep}/a") == (f"/{deep}/a",)


@given(entries(), st.data())
def test_the_rule_selects_exactly_the_ticked_files(
    listed: list[TreeEntry], data: st.DataObject
) -> None:
    """Whatever is ticked, the rule matches that and nothing else of the tree."""
    tree = RepoTree(listed)
    selection = Selection(tree)
    files = list(tree.files())
    if files:
        ticked = data.draw(st.lists(st.sampled_from(range(len(tree))), max_size=8))
        for node in ticked:
            selection.toggle(node)
    rule = PatternSet(include_rule(selection))
    wanted = [tree.path(node) for node in selection.ticked_files()]
    assert rule.select(tree.path(node) for node in files) == wanted
