"""What rows say about the local folder, summed up over directories."""

from __future__ import annotations

from rehydrate_tui.domain.local_states import LocalStates
from rehydrate_tui.domain.status import FileState
from rehydrate_tui.domain.tree import ROOT, RepoTree
from tests.unit.domain.trees import blob

TREE = RepoTree([blob("data/a", 1), blob("data/raw/b", 1), blob("c", 1)])
DATA, RAW = TREE.node("data"), TREE.node("data/raw")
A, B, C = (TREE.node(path) for path in ("data/a", "data/raw/b", "c"))


def test_a_directory_is_here_when_all_of_it_is() -> None:
    """One file that is not here yet is enough to say nothing."""
    local = LocalStates(TREE)
    local.update({A: FileState.PRESENT})
    assert local.telling(DATA) is None
    local.update({B: FileState.PRESENT})
    assert local.telling(DATA) is FileState.PRESENT
    assert local.telling(ROOT) is None
    assert local.count(DATA, FileState.PRESENT) == 2


def test_an_edit_is_told_by_all_directories_above() -> None:
    """What needs eyes comes before what is in place, and goes when it is undone."""
    local = LocalStates(TREE)
    local.update({A: FileState.PRESENT, B: FileState.EDITED, C: FileState.MISSING})
    assert [local.telling(node) for node in (B, RAW, DATA, ROOT)] == [
        FileState.EDITED
    ] * 4
    local.update({B: FileState.PRESENT, C: None})
    assert local.telling(DATA) is FileState.PRESENT
    assert local.telling(ROOT) is None
    assert local.telling(C) is None


def test_news_replace_everything() -> None:
    """After another look nothing old is left, in no sum."""
    local = LocalStates(TREE)
    local.update({A: FileState.EDITED})
    local.replace({C: FileState.OUTDATED})
    assert dict(local.states) == {C: FileState.OUTDATED}
    assert local.telling(DATA) is None
    assert local.count(C, FileState.OUTDATED) == 1
    assert local.telling(ROOT) is FileState.OUTDATED
