"""Plans are made while others work in the same folder."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from rehydrate_tui.domain.manifest import Manifest
from rehydrate_tui.domain.plan import ConflictPolicy
from rehydrate_tui.engine import planner
from rehydrate_tui.storage.disk import nearest_folder


def test_a_destination_that_another_run_makes_just_now_is_fine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that was not there at the first look and is at the second is a folder."""

    def look_then_make(path: Path) -> Path:
        found = nearest_folder(path)
        path.mkdir(exist_ok=True)
        return found

    monkeypatch.setattr(planner, "nearest_folder", look_then_make)
    plan = planner.make_plan(
        Manifest(sources=()), tmp_path / "new", ConflictPolicy.KEEP
    )
    assert plan.files == ()


@pytest.mark.parametrize("is_enabled", [True, False])
def test_planning_leaves_the_collector_as_it_was(
    tmp_path: Path,
    is_enabled: bool,  # noqa: FBT001 - both
) -> None:
    """Whoever has switched it off finds it off."""
    was_enabled = gc.isenabled()
    try:
        (gc.enable if is_enabled else gc.disable)()
        planner.make_plan(Manifest(sources=()), tmp_path, ConflictPolicy.KEEP)
        assert gc.isenabled() is is_enabled
    finally:
        (gc.enable if was_enabled else gc.disable)()
