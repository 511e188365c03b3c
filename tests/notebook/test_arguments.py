"""The Python functions in a plain process: arguments, values, what is printed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import rehydrate_tui
from rehydrate_tui.domain.manifest import LockedFile, Manifest, Source
from rehydrate_tui.domain.objects import RepoId
from rehydrate_tui.domain.paths import RepoPath
from rehydrate_tui.errors import ManifestValueError
from tests.conftest import Serve
from tests.published import Published, publish, tree_of
from tests.schemas import check

FILES = {"data/a.csv": b"a,b\n" * 400, "b.txt": b"b\n"}


@pytest.fixture
def notes(serve: Serve, manifest: Path) -> Published:
    """A repository that is served, pinned by `manifest`."""
    found = publish(FILES)
    serve(found)
    found.pin(manifest, ref='"main"')
    return found


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """Where the manifest is."""
    return tmp_path / "m.toml"


@pytest.fixture
def dest(tmp_path: Path) -> Path:
    """Where files go."""
    return tmp_path / "dest"


def test_every_public_name_is_there() -> None:
    """What `__all__` lists can be had, is listed by dir(), and nothing else exists."""
    for name in rehydrate_tui.__all__:
        assert getattr(rehydrate_tui, name) is not None
        assert name in dir(rehydrate_tui)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = rehydrate_tui.nothing  # type: ignore[attr-defined]


def test_importing_the_package_loads_nothing() -> None:
    """The root module alone: no HTTP, no loop, no interface."""
    code = (
        "import sys; before = set(sys.modules); import rehydrate_tui;"
        "print(sorted(set(sys.modules) - before - {'__future__', 'typing'}))"
    )
    ended = subprocess.run(  # noqa: S603 - this Python
        [sys.executable, "-S", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(rehydrate_tui.__file__).parents[1],
    )
    loaded = ended.stdout
    for heavy in ("asyncio", "httpx", "textual", "tomli", "rehydrate_tui.api"):
        assert heavy not in loaded


def test_all_kinds_of_manifest_are_taken(notes: Published, tmp_path: Path) -> None:
    """Path, text of a path, TOML text, Manifest, address: the same files come."""
    path = tmp_path / "m.toml"
    pinned = rehydrate_tui.update(path, dry_run=True).manifest
    notes.builder.commit({"m.toml": path.read_bytes()})
    kinds: list[Any] = [
        path,
        str(path),
        path.read_text("utf-8"),
        pinned,
        "ada/notes@main:m.toml",
    ]
    for number, kind in enumerate(kinds):
        folder = tmp_path / str(number)
        assert rehydrate_tui.replay(kind, folder, progress="none").is_complete
        assert tree_of(folder) == FILES


def test_the_values_of_the_report(notes: Published, manifest: Path, dest: Path) -> None:
    """Counts, sizes and words are those of `--json`."""
    rehydrate_tui.replay(manifest, dest, progress="none")
    (dest / "b.txt").write_bytes(b"mine")
    report = rehydrate_tui.replay(manifest, dest, progress="none")
    assert [(file.target, file.outcome, file.size) for file in report.files] == [
        ("b.txt", "kept", 2),
        ("data/a.csv", "present", 1600),
    ]
    assert report.is_complete
    assert report.kept == report.having("kept")
    assert report.failures == ()
    head: dict[str, Any] = {"schema": "rehydrate-tui/1"}
    check("run", {**head, "command": "replay", **report.to_dict()})
    dry = rehydrate_tui.replay(manifest, dest, dry_run=True, on_conflict="overwrite")
    assert dry.is_dry_run
    assert not dry.is_complete
    check("plan", {**head, "command": "replay", "dry_run": True, **dry.to_dict()})
    status = rehydrate_tui.status(manifest, dest, remote=True)
    check("status", {**head, "command": "status", **status.to_dict()})
    update = rehydrate_tui.update(manifest, dry_run=True)
    check("update", {**head, "command": "update", **update.to_dict()})
    assert repr(report).startswith("<ReplayReport: complete in ")


def test_a_script_sees_log_lines_on_stderr(
    notes: Published, manifest: Path, dest: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Outside of notebooks narration goes to stderr, and "none" says nothing."""
    rehydrate_tui.replay(manifest, dest)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines()[0] == "fetching 2 files, 1.6 kB"
    assert said.err.splitlines()[-1].startswith(f"complete in {dest}")
    rehydrate_tui.replay(manifest, dest, progress="none")
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    "options",
    [
        {"transport": "archive"},
        {"cache": __file__},
        {"cache": "a\0b"},
        {"on_conflict": "ask"},
        {"progress": "loud"},
        {"jobs": 0},
        {"jobs": 401},
        {"max_size": -1},
        {"max_size": "much"},
    ],
)
def test_what_cannot_be_done_is_refused(
    notes: Published, manifest: Path, dest: Path, options: dict[str, Any]
) -> None:
    """A value that this version does not support is an error, never ignored."""
    with pytest.raises(rehydrate_tui.UsageError):
        rehydrate_tui.replay(manifest, dest, **options)
    assert not dest.exists()


@pytest.mark.parametrize("name", ["nix.toml", "", "a/b:" + "c" * 5000, "a\0b", "x/y:z"])
def test_a_manifest_that_is_not_there_is_refused(
    notes: Published, dest: Path, name: str
) -> None:
    """Whatever it is called."""
    with pytest.raises(rehydrate_tui.UsageError):
        rehydrate_tui.replay(name, dest)
    assert not dest.exists()


def test_a_manifest_made_by_hand_is_checked_too(dest: Path, tmp_path: Path) -> None:
    """A `Manifest` value is as untrusted as a file."""
    file = LockedFile(path=RepoPath("../outside"))
    source = Source(repository=RepoId("ada", "notes"), files=(file,))
    with pytest.raises(ManifestValueError):
        rehydrate_tui.replay(Manifest(sources=(source,)), dest)
    assert tree_of(tmp_path) == {}


def test_an_update_needs_a_place(notes: Published, manifest: Path) -> None:
    """Text and values cannot be written back; with `output` they can."""
    text = manifest.read_text("utf-8")
    for value in (text, rehydrate_tui.update(manifest, dry_run=True).manifest):
        with pytest.raises(rehydrate_tui.UsageError):
            rehydrate_tui.update(value)
        report = rehydrate_tui.update(value, output=manifest.with_name("n.toml"))
        assert report.saved == str(manifest.with_name("n.toml"))


def test_an_update_of_a_path_writes_it_back(
    notes: Published, manifest: Path, dest: Path
) -> None:
    """The report tells the change; what it pins can be replayed."""
    notes.builder.commit({"b.txt": b"newer\n"})
    report = rehydrate_tui.update(manifest)
    assert [(file.path, file.change) for file in report.files] == [("b.txt", "changed")]
    assert report.saved == str(manifest)
    rehydrate_tui.replay(manifest, dest, progress="none")
    assert tree_of(dest) == {**FILES, "b.txt": b"newer\n"}


def test_an_unpinned_manifest_says_so(notes: Published, dest: Path) -> None:
    """The report notes that the API was asked."""
    text = 'version = 1\n[[source]]\nrepository = "ada/notes"\ninclude = ["*.csv"]\n'
    report = rehydrate_tui.replay(text, dest, progress="none")
    assert any("not pinned" in note for note in report.notes)


async def test_replay_works_inside_a_running_loop(
    notes: Published, manifest: Path, dest: Path
) -> None:
    """As in a cell, and awaited as well."""
    assert rehydrate_tui.replay(manifest, dest, progress="none").is_complete
    again = await rehydrate_tui.replay_async(manifest, dest, progress="none")
    assert again.having("present") == again.files
