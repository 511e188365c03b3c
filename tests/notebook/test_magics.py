"""`%rehydrate` and `%%rehydrate` in real notebooks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Serve
from tests.notebook.conftest import Kernel, texts
from tests.published import Published, publish, tree_of

FILES = {"data/a.csv": b"a,b\n" * 400, "b.txt": b"b\n"}


@pytest.fixture
def notes(serve: Serve, tmp_path: Path) -> Published:
    """A repository that is served, pinned by `m.toml`."""
    found = publish(FILES)
    serve(found)
    found.pin(tmp_path / "m.toml")
    return found


@pytest.fixture
def magic(notes: Published, kernel: Kernel) -> Kernel:
    """A kernel with the extension loaded."""
    kernel.run("%load_ext rehydrate_tui")
    return kernel


def test_the_line_magic_replays_a_file(magic: Kernel, tmp_path: Path) -> None:
    """Twice in a row, with options; one display each, and the report comes back."""
    first = magic.run("report = %rehydrate m.toml --dest d --jobs 2")
    again = magic.run("%rehydrate m.toml --dest d")
    assert tree_of(tmp_path / "d") == FILES
    assert "fetched and verified" in texts([first])
    assert "already here" in texts([again])
    assert [len(cell.shown) for cell in (first, again)] == [1, 1]
    assert magic.run("print(report.is_complete)").stdout == "True\n"


def test_the_cell_magic_carries_its_own_manifest(
    notes: Published, magic: Kernel, tmp_path: Path
) -> None:
    """Nothing but the notebook has to survive."""
    text = (tmp_path / "m.toml").read_text("utf-8")
    (tmp_path / "m.toml").unlink()
    cell = magic.run(f"%%rehydrate --dest d\n{text}")
    again = magic.run(f"%%rehydrate --dest d\n{text}")
    assert tree_of(tmp_path / "d") == FILES
    assert len(cell.shown) == len(again.shown) == 1
    assert "already here" in texts([again])


def test_local_edits_are_kept_and_named(magic: Kernel, tmp_path: Path) -> None:
    """The magic keeps what was edited, unless it is told otherwise."""
    magic.run("%rehydrate m.toml --dest d")
    (tmp_path / "d/b.txt").write_bytes(b"mine")
    assert "kept: b.txt" in texts([magic.run("%rehydrate m.toml --dest d")])
    magic.run("%rehydrate m.toml --dest d --on-conflict backup")
    assert tree_of(tmp_path / "d") == {**FILES, "b.txt.~1~": b"mine"}


def test_a_dry_run_shows_and_touches_nothing(magic: Kernel, tmp_path: Path) -> None:
    """The plan is the value of the cell."""
    cell = magic.run("%rehydrate m.toml --dest d --dry-run")
    assert "2 files (1.6 kB) to fetch" in cell.shown[0]["text/plain"]
    assert not (tmp_path / "d").exists()


MISTAKES = [
    ("%rehydrate", "UsageError", "No manifest was named"),
    ("%rehydrate nix.toml", "UsageError", "nix.toml"),
    ("%rehydrate m.toml --colour", "UsageError", "--colour"),
    ("%rehydrate 'm.toml", "UsageError", "quotation"),
    ("%rehydrate m.toml --on-conflict ask", "UsageError", "ask"),
    ("%rehydrate m.toml --max-size 1kB", "LimitExceededError", "1.0 kB"),
    ("%%rehydrate\nversion = 2", "ManifestVersionError", "this cell: version"),
    ("%%rehydrate\nversion = ", "ManifestSyntaxError", "this cell"),
    ("%%rehydrate m.toml\nversion = 1", "UsageError", "one percent sign"),
]


def test_mistakes_are_one_line(magic: Kernel, tmp_path: Path) -> None:
    """No traceback, no touched file."""
    for source, ename, said in MISTAKES:
        cell = magic.run(source, fails=True)
        assert cell.error.ename == ename
        (line,) = cell.error.traceback
        assert said in line
        assert "\n" not in line
    assert not (tmp_path / "data").exists()


def test_something_missing_is_one_line(magic: Kernel, tmp_path: Path) -> None:
    """`%%rehydrate` raises ReplayIncompleteError, and the display has the details."""
    text = (tmp_path / "m.toml").read_text("utf-8").replace("b.txt", "gone.txt")
    cell = magic.run(f"%%rehydrate --dest d\n{text}", fails=True)
    assert cell.error.ename == "ReplayIncompleteError"
    (line,) = cell.error.traceback
    assert "1 of 2 files" in line
    assert "INCOMPLETE in d" in texts([cell])
    assert tree_of(tmp_path / "d") == {"data/a.csv": FILES["data/a.csv"]}


def test_options_values_and_files_are_completed(magic: Kernel, tmp_path: Path) -> None:
    """TAB offers what can stand there."""
    (tmp_path / "other.toml").touch()
    (tmp_path / "notes.md").touch()
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/inner.toml").touch()

    def complete(line: str) -> list[str]:
        cell = magic.run(
            "from IPython.core.completer import provisionalcompleter\n"
            "with provisionalcompleter():\n"
            f"    found = get_ipython().Completer.complete(line_buffer={line!r},"
            f" cursor_pos={len(line)})\n"
            "print('|'.join(found[1]))"
        )
        return cell.stdout.strip().split("|")

    files = ["m.toml", "other.toml", "sub/"]
    assert [each for each in complete("%rehydrate ") if each in files] == files
    assert complete("%rehydrate oth") == ["other.toml"]
    assert complete("%rehydrate sub/") == ["sub/inner.toml"]
    assert complete("%rehydrate m.toml --on") == ["--on-conflict"]
    assert complete("%rehydrate m.toml --on-conflict b") == ["backup"]
    assert complete("%%rehydrate --de") == ["--dest"]
    assert complete("%%rehydrate --dest s") == ["sub/"]
    assert "notes.md" not in complete("%rehydrate ")


def test_the_help_names_every_option(magic: Kernel) -> None:
    """`%rehydrate?` is the reference."""
    cell = magic.run("print(get_ipython().find_line_magic('rehydrate').__doc__)")
    for option in ("--dest", "--on-conflict", "--max-size", "--dry-run", "--jobs"):
        assert option in cell.stdout
