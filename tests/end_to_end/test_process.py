"""The program as a process: streams, encodings, notebooks, entry points."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from rehydrate_tui.demo.builder import Content
from rehydrate_tui.demo.faults import Fault
from rehydrate_tui.version import __version__
from tests.conftest import Serve
from tests.end_to_end import process
from tests.end_to_end.command import Command
from tests.published import publish, tree_of

FILES: dict[str, Content] = {"ä/日本.txt": b"names\n", "b.txt": b"other\n"}
WHOLE = {"ä/日本.txt": b"names\n", "b.txt": b"other\n"}


def test_the_module_is_the_program(serve: Serve, dest: Path, manifest: Path) -> None:
    """`python -m rehydrate_tui` replays; nothing is injected anywhere."""
    notes = publish(FILES)
    serve(notes)
    ended = process.run("--replay", notes.pin(manifest), "--dest", dest)
    assert (ended.status, ended.out) == (0, "")
    assert tree_of(dest) == WHOLE


def test_the_version_is_printed() -> None:
    """`--version` prints the version and nothing else."""
    ended = process.run("--version")
    assert (ended.status, ended.out, ended.err) == (0, f"{__version__}\n", "")


def test_help_explains_the_exit_statuses() -> None:
    """`--help` fits into a terminal and says what the statuses mean."""
    ended = process.run("--help", environ={"COLUMNS": "80"})
    assert ended.status == 0
    assert "130 interrupted" in ended.out
    assert max(map(len, ended.out.splitlines())) <= 88


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_a_narrow_encoding_ends_no_run(
    serve: Serve, dest: Path, manifest: Path, encoding: str
) -> None:
    """Names that the terminal's encoding lacks are escaped; everything still works."""
    notes = publish(FILES)
    server = serve(notes)
    server.add_fault(Fault(origin="raw", path="*b.txt", status=404, body=b"no"))
    environ = {"PYTHONIOENCODING": encoding}
    listed = process.run("--list", "ada/notes", environ=environ)
    assert listed.status == 0
    assert "\\u65e5\\u672c.txt" in listed.out
    argv = ("--replay", notes.pin(manifest), "--dest", dest)
    ended = process.run(*argv, environ={**environ, "JPY_PARENT_PID": "1"})
    assert ended.status == 1
    assert tree_of(dest) == {"ä/日本.txt": b"names\n"}


def test_closed_streams_end_no_run(serve: Serve, dest: Path, manifest: Path) -> None:
    """A daemon without any streams can replay."""
    notes = publish(FILES)
    serve(notes)

    def close() -> None:
        for number in range(3):
            os.close(number)

    for environ in ({}, {"JPY_PARENT_PID": "1"}):
        started = process.start(
            "--replay",
            notes.pin(manifest),
            "--dest",
            dest,
            environ=environ,
            before=close,
        )
        assert process.finish(started).status == 0
        assert tree_of(dest) == WHOLE


def test_a_reader_that_has_had_enough_is_no_error(serve: Serve) -> None:
    """`--list … | head -1` ends quietly."""
    many: dict[str, Content] = {f"{'n' * 200}{n:05}": b"" for n in range(2000)}
    serve(publish(many))
    started = process.start("--list", "ada/notes")
    assert started.stdout is not None
    started.stdout.readline()
    started.stdout.close()
    assert started.stderr is not None
    with started.stderr as stream:
        said = stream.read().decode()
    assert started.wait(process.PATIENCE) == 0
    assert "Traceback" not in said
    assert "BrokenPipe" not in said


def test_a_cell_on_a_pipe_gets_plain_lines(
    serve: Serve, dest: Path, manifest: Path
) -> None:
    """In `%%bash` all goes to stdout, no colour, no carriage return, whatever kernels set."""
    notes = publish(FILES)
    serve(notes)
    environ = {"JPY_PARENT_PID": "1", "FORCE_COLOR": "1", "CLICOLOR_FORCE": "1"}
    argv = ("--replay", notes.pin(manifest), "--dest", dest)
    ended = process.run(*argv, environ=environ)
    assert (ended.status, ended.err) == (0, "")
    assert "\r" not in ended.out
    assert 3 <= len(ended.out.splitlines()) <= 7


def on_a_terminal(*argv: str | Path, **environ: str) -> tuple[int, str]:
    """Run the program on a pseudo-terminal; return its status and all it wrote."""
    primary, secondary = pty.openpty()
    started = subprocess.Popen(  # noqa: S603 - the program under test
        [process.PYTHON, "-m", "rehydrate_tui", *map(str, argv)],
        env={**os.environ, "PYTHONPATH": str(process.ROOT), **environ},
        stdin=secondary,
        stdout=secondary,
        stderr=secondary,
    )
    os.close(secondary)
    written = b""
    while True:
        try:
            block = os.read(primary, 2**16)
        except OSError:
            break
        if not block:
            break
        written += block
    os.close(primary)
    return started.wait(process.PATIENCE), written.decode()


def test_a_cell_on_a_terminal_gets_one_line(
    serve: Serve, dest: Path, manifest: Path
) -> None:
    """In a `!` line progress is one line of at most 79 columns, rewritten in place."""
    notes = publish(FILES)
    serve(notes)
    argv = ("--replay", notes.pin(manifest), "--dest", dest)
    status, written = on_a_terminal(
        *argv, JPY_PARENT_PID="1", TERM="xterm-color", FORCE_COLOR="1"
    )
    assert status == 0
    assert "\x1b" not in written
    progress = [part for part in written.split("\r") if " of 2 files" in part]
    assert progress
    assert all(len(part.rstrip("\n")) <= 79 for part in progress)
    assert "complete in " in written


def test_the_interface_is_refused_in_a_cell() -> None:
    """A `!` line looks like a terminal, but nobody can type into it: exit 2."""
    status, written = on_a_terminal("ada/notes", JPY_PARENT_PID="1")
    assert status == 2
    assert "Open a terminal, or use --replay, --status, --list or --pick." in written


def test_a_terminal_gets_a_bar(serve: Serve, dest: Path, manifest: Path) -> None:
    """On a real terminal rich draws a bar, and the summary stays below it."""
    notes = publish(FILES)
    server = serve(notes)
    server.add_fault(Fault(origin="raw", path="*b.txt", status=404, body=b"no"))
    argv = ("--replay", notes.pin(manifest), "--dest", dest)
    status, written = on_a_terminal(*argv, TERM="xterm-256color")
    assert status == 1
    assert "100%" in written or "50%" in written
    assert "failed: The raw host shows no “b.txt”" in written
    assert "INCOMPLETE" in written


def test_the_demo_makes_the_whole_round_trip(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--demo` alone without a terminal: pick, lose, replay, verify; no API requests."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    ended = command("--demo")
    assert ended.status == 0
    last = ended.err.splitlines()[-1]
    assert "files have the pinned content" in last
    assert last.endswith("the replay made 0 API requests")


def test_the_demo_lists_its_sample_without_a_token() -> None:
    """`--demo --list` needs neither a network nor the person's token."""
    ended = process.run(
        "--demo",
        "--list",
        "rehydrate/field-notes",
        "--json",
        environ={"GH_TOKEN": "ghp_real0123456789", "REHYDRATE_HOST": "ghe.example.com"},
    )
    assert ended.status == 0
    assert json.loads(ended.out)["repository"] == "rehydrate/field-notes"
    assert "refused" not in ended.err


def test_the_demo_without_its_packages_says_how_to_get_them(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The embedded server is an extra; without it: exit 2 and the command to install it."""
    monkeypatch.setitem(sys.modules, "rehydrate_tui.demo.sample", None)
    ended = command("--demo", "--list", "rehydrate/field-notes")
    assert ended.status == 2
    assert "pip install 'rehydrate-tui[demo]'" in ended.err
