"""`--plain`: the whole job line by line, on pipes and on a terminal that knows no more."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rehydrate_tui.demo.builder import Content, Gitlink
from tests.conftest import Serve
from tests.end_to_end import process
from tests.end_to_end.command import Command, Finished, check_text
from tests.published import publish

Plain = Callable[..., Finished]

FILES: dict[str, Content] = {
    "data/rain.csv": b"day,mm\n" * 20,
    "data/raw/deep.csv": b"deep\n",
    "README.md": b"read me\n",
    "run.sh": b"#!/bin/sh\n",
    "vendor": Gitlink("a" * 40),
}


@pytest.fixture
def plain(
    command: Command, serve: Serve, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Plain:
    """Serve a repository and type lines at it, in an empty folder."""
    serve(publish(FILES), publish({"more.csv": b"more\n"}, owner="eve", name="other"))
    monkeypatch.chdir(tmp_path)

    def type_lines(*lines: str, repo: str = "ada/notes") -> Finished:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{x}\n" for x in lines)))
        return command("--plain", *([repo] if repo else []))

    return type_lines


def test_a_folder_is_a_numbered_list(plain: Plain) -> None:
    """Folders come first; every line is a number, a name, and words with commas."""
    result = plain("cd 1", "cd raw", "..", "cd", "q")
    assert "1 data, folder, 2 files, 145 B" in result.out
    assert "4 vendor, submodule, its files are in another repository" in result.out
    assert "1 deep.csv, 5 B" in result.out
    assert result.out.count("1 data, folder") == 2
    assert result.status == 0


def test_numbers_ranges_and_all_tick(plain: Plain) -> None:
    """The same again unticks, `u` takes it back, and the list says what is ticked."""
    result = plain("2-3", "1,2", "u", "u", "u", "a", "a", "cd 1", "1", "..", "q", "y")
    said = [line for line in result.out.split("\n") if "ticked, " in line]
    assert "> 2 files ticked, 18 B" in said
    assert "> 4 files ticked, 163 B" in said
    assert said.count("> 0 files ticked, 0 B") == 2
    assert "There is nothing to take back." in result.err
    assert "1 data, folder, 2 files, 145 B, 1 of them ticked" in result.out


def test_a_filter_lists_matches_everywhere(plain: Plain) -> None:
    """Matches are numbered and ticked like any list; `/` alone shows the folder again."""
    result = plain("/csv !rain", "1", "/is:nonsense", "/", "q", "yes")
    assert "1 file, 5 B: 0 files ticked, 0 B\n1 data/raw/deep.csv, 5 B" in result.out
    assert "> 1 file ticked, 5 B" in result.out
    assert "is not known" in result.err


def test_files_are_downloaded_after_the_plan(plain: Plain, tmp_path: Path) -> None:
    """Nothing is written before yes; afterwards the list knows what is here."""
    refused = plain("1", "d", "no", "q", "y")
    assert "2 files (145 B) to fetch" in refused.out
    assert not (tmp_path / "data").exists()
    result = plain("1", "d", "yes", "l", "q")
    assert "1 data, folder, 2 files, 145 B, ticked, have" in result.out
    assert (tmp_path / "data/raw/deep.csv").read_bytes() == b"deep\n"
    assert result.status == 0


def test_several_repositories_go_into_one_manifest(
    plain: Plain, tmp_path: Path, command: Command
) -> None:
    """Both are in the basket and in the manifest, which replays."""
    result = plain("2", "o eve/other", "1", "b", "w mine.toml", "q")
    assert "ada/notes: 1 file ticked, 8 B (o ada/notes)" in result.out
    assert "saved mine.toml; next time: rehydrate-tui --replay mine.toml" in result.out
    assert command("--replay", "mine.toml").status == 0
    assert (tmp_path / "README.md").exists()
    assert (tmp_path / "more.csv").exists()


def test_an_existing_manifest_is_added_to_when_agreed(
    plain: Plain, tmp_path: Path
) -> None:
    """Without yes it stays as it was; what is no manifest is never overwritten."""
    plain("more.csv", "1", "w", "q", repo="eve/other")
    before = (tmp_path / "manifest.toml").read_bytes()
    plain("2", "w", "no", "q", "y")
    assert (tmp_path / "manifest.toml").read_bytes() == before
    plain("2", "w", "yes", "q")
    text = (tmp_path / "manifest.toml").read_text("utf-8")
    assert text.count("[[source]]") == 2
    (tmp_path / "notes.toml").write_text("no manifest", "utf-8")
    result = plain("2", "w notes.toml", "q", "y")
    assert "notes.toml" in result.err
    assert (tmp_path / "notes.toml").read_text("utf-8") == "no manifest"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("99", "is not in the list"),
        ("3-1", "is not in the list"),
        ("1x", "is no number"),
        ("fly", "That is no command"),
        ("cd nowhere", "is not in the list"),
        ("cd README.md", "That is no folder"),
        ("d", "Nothing is ticked"),
        ("w", "Nothing is ticked"),
        ("o", "Which one?"),
        ("o eve/nothing", "eve/nothing"),
        ("m", ""),
    ],
)
def test_mistakes_are_answered(plain: Plain, line: str, sentence: str) -> None:
    """A line that cannot be done is answered, and the next one is taken."""
    result = plain(line, "?", "q")
    assert sentence in result.err
    assert "this help" in result.out
    assert result.status == 0


def test_the_repository_is_asked_for(plain: Plain) -> None:
    """Without one on the command line, it is the first question; no answer is an error."""
    assert "1 data, folder" in plain("ada/notes", "q", repo="").out
    result = plain(repo="")
    assert result.status == 2
    assert "No repository was named" in result.err


def test_the_end_of_the_input_is_the_end(plain: Plain) -> None:
    """A pipe that ends ends the program; nothing is asked of nobody."""
    assert plain("1").status == 0


def test_a_notebook_cell_cannot_type(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the output of a cell a question would wait for ever, so none is asked."""
    monkeypatch.setenv("JPY_PARENT_PID", "1")
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    result = command("--plain", "ada/notes")
    assert result.status == 2
    assert "Nobody can type into the output of a cell" in result.out + result.err


def test_it_works_on_pipes(serve: Serve, tmp_path: Path) -> None:
    """A process of its own takes its lines from a pipe."""
    serve(publish(FILES))
    finished = subprocess.run(  # noqa: S603 - the program under test
        [process.PYTHON, "-m", "rehydrate_tui", "--plain", "ada/notes"],
        input=b"2\nd\nyes\nq\n",
        capture_output=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(process.ROOT), "TERM": "dumb"},
        timeout=process.PATIENCE,
        check=False,
    )
    check_text(finished.stdout.decode())
    assert finished.returncode == 0, finished.stderr
    assert (tmp_path / "README.md").read_bytes() == b"read me\n"


def test_it_works_on_a_dumb_terminal(serve: Serve, tmp_path: Path) -> None:
    """The interface refuses and names `--plain`, which then needs no escape code."""
    serve(publish(FILES))
    shown = on_terminal(tmp_path, b"", "ada/notes")
    assert b"Use --plain" in shown
    shown = on_terminal(tmp_path, b"2\nq\ny\n", "--plain", "ada/notes")
    assert b"1 file ticked, 8 B" in shown
    assert b"\x1b" not in shown


def on_terminal(folder: Path, typed: bytes, *argv: str) -> bytes:
    """Run the program on a pseudo-terminal and return what it showed."""
    leader, follower = pty.openpty()
    running = subprocess.Popen(  # noqa: S603 - the program under test
        [process.PYTHON, "-m", "rehydrate_tui", *argv],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(process.ROOT), "TERM": "dumb"},
    )
    os.close(follower)
    os.write(leader, typed)
    shown = b""
    try:
        while data := os.read(leader, 4096):
            shown += data
    except OSError:
        # Linux says so when the last process has closed its side.
        pass
    finally:
        os.close(leader)
        running.wait(timeout=process.PATIENCE)
    return shown
