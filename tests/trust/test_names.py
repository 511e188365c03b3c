"""Names that differ for git and not for the disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from rehydrate_tui.domain.names import NameRules, clashing_targets
from rehydrate_tui.storage.probe import probe_names
from tests.conftest import Serve
from tests.end_to_end.command import Command
from tests.end_to_end.conftest import command
from tests.published import publish, tree_of

__all__ = ["command"]

APART = NameRules()
WINDOWS = NameRules(folds_case=True)
MACOS = NameRules(folds_case=True, folds_form=True)
FORMS = NameRules(folds_form=True)
COMPOSED, DECOMPOSED = "caf\u00e9", "cafe\u0301"


@pytest.mark.parametrize(
    ("targets", "rules", "clashes"),
    [
        (["a", "A"], APART, {}),
        (["a", "A"], WINDOWS, {"A": "a"}),
        (["a", "A", "a2"], MACOS, {"A": "a"}),
        (["x/a", "X/b"], MACOS, {}),
        (["x/a", "X/A"], MACOS, {"X/A": "x/a"}),
        (["x", "X/a"], MACOS, {"X/a": "x"}),
        (["X/a", "x"], MACOS, {"x": "X/a"}),
        (["x", "X/y/a"], MACOS, {"X/y/a": "x"}),
        ([COMPOSED, DECOMPOSED], APART, {}),
        ([COMPOSED, DECOMPOSED], WINDOWS, {}),
        ([COMPOSED, DECOMPOSED], FORMS, {DECOMPOSED: COMPOSED}),
        ([COMPOSED, DECOMPOSED.upper()], MACOS, {DECOMPOSED.upper(): COMPOSED}),
        ([COMPOSED, COMPOSED.upper()], WINDOWS, {COMPOSED.upper(): COMPOSED}),
        (["\u1e9e", "ss"], MACOS, {"ss": "\u1e9e"}),
    ],
)
def test_the_second_of_a_pair_has_no_place(
    targets: list[str], rules: NameRules, clashes: dict[str, str]
) -> None:
    """The first in order gets the name; folders that are one on the disk are one."""
    assert clashing_targets(targets, rules) == clashes


def test_windows_refuses_what_it_cannot_hold(
    command: Command,
    serve: Serve,
    dest: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """There such a name is a failure of that file, with a way out; the others come."""
    monkeypatch.setattr("rehydrate_tui.engine.planner._ON_WINDOWS", True)
    notes = publish({"a:b": b"1", "aux": b"3", "z": b"z"})
    serve(notes)
    ended = command("--replay", notes.pin(tmp_path / "m.toml"), "--dest", dest)
    assert ended.status == 1
    assert "“a:b” is refused: Windows does not allow one of its characters" in ended.err
    assert "“aux” is refused: Windows has a device of that name" in ended.err
    assert "to = “…”" in ended.err
    assert tree_of(dest) == {"z": b"z"}


def test_saving_tells_what_other_machines_cannot_hold(
    command: Command, serve: Serve, dest: Path, tmp_path: Path
) -> None:
    """`--save` and `--update` warn; a replay of it does not talk of other machines."""
    notes = publish({"a:b": b"1", "z": b"z", "Z": b"Z"})
    serve(notes)
    saved = tmp_path / "m.toml"
    warning = "“a:b” cannot be brought to Windows"
    ended = command("--pick", "ada/notes", "*", "--dest", dest, "--save", saved)
    assert ended.status == 0
    assert warning in ended.err
    assert ended.err.count("differ in case or accents only") == 1
    assert warning not in command("--replay", saved, "--dest", dest).err
    updated = command("--update", saved)
    assert warning in updated.err
    assert "differ in case or accents only" in updated.err


def test_the_disk_is_asked_without_a_trace(tmp_path: Path) -> None:
    """This file system says what it does, and nothing is left of the question."""
    (tmp_path / "a").touch()
    expected = (tmp_path / "A").exists()
    assert probe_names(tmp_path).folds_case is expected
    assert set(tree_of(tmp_path)) == {"a"}


def test_a_folder_that_takes_no_files_is_not_asked(tmp_path: Path) -> None:
    """Where nothing can be written nothing is known, and that is no error."""
    assert probe_names(tmp_path / "none") == APART


@pytest.mark.parametrize("rules", [APART, MACOS])
def test_a_pair_is_written_where_the_disk_keeps_it_apart(
    command: Command,
    serve: Serve,
    dest: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    rules: NameRules,
) -> None:
    """Elsewhere the second is refused by name, everything else comes: exit 1."""
    monkeypatch.setattr("rehydrate_tui.engine.planner.probe_names", lambda _: rules)
    notes = publish({"Data.csv": b"1\n", "data.csv": b"2\n", "z.txt": b"z\n"})
    serve(notes)
    ended = command("--replay", notes.pin(tmp_path / "m.toml"), "--dest", dest)
    assert "differ in case or accents only" in ended.err
    if rules is APART:
        assert ended.status == 0
        assert len(tree_of(dest)) == 3
    else:
        assert ended.status == 1
        assert "“data.csv” has no place of its own here" in ended.err
        assert tree_of(dest) == {"Data.csv": b"1\n", "z.txt": b"z\n"}
