"""`--offline`: nobody is asked, and what is missing is named."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cache.contents import FILES, A
from tests.conftest import Serve
from tests.end_to_end import process
from tests.end_to_end.command import Command
from tests.published import MANIFEST_VERSION, blob_id, publish, tree_of


@pytest.fixture
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail the test when anybody makes a socket for the network."""

    def refuse(self: socket.socket, *_: object) -> None:
        pytest.fail(f"A socket was connected: {self}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)


@pytest.mark.usefixtures("no_sockets")
def test_offline_opens_no_socket(
    command: Command, serve: Serve, tmp_path: Path, manifest: Path, cache: Path
) -> None:
    """All is on disk or in the cache: complete, with every socket forbidden."""
    notes = publish({"a.csv": A, "b.txt": b"b\n"})
    server = serve(notes)
    pinned, dest = notes.pin(manifest), tmp_path / "dest"
    dest.mkdir()
    (dest / "b.txt").write_bytes(b"b\n")
    oid = blob_id(A)
    place = cache / "blob" / oid[:2] / oid[2:]
    place.parent.mkdir(parents=True)
    place.write_bytes(A)
    ended = command(
        "--replay", pinned, "--dest", dest, "--cache", cache, "--offline", "--json"
    )
    assert ended.status == 0
    assert tree_of(dest) == {"a.csv": A, "b.txt": b"b\n"}
    assert json.loads(ended.out)["complete"]
    assert server.requests == []


@pytest.mark.usefixtures("no_sockets")
def test_offline_names_what_is_missing(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Files, large objects and equal ones: each is in the report, none is asked for."""
    notes = publish(FILES)
    server = serve(notes)
    ended = command(
        "--replay", notes.pin(manifest), "--dest", dest, "--offline", "--json"
    )
    assert ended.status == 1
    files = {each["target"]: each for each in json.loads(ended.out)["files"]}
    missing = {name for name, each in files.items() if each["code"] == "offline"}
    assert missing == set(FILES) - {"link"}
    assert all("--offline forbids" in files[name]["error"] for name in missing)
    assert tree_of(dest) == {"link": "-> empty"}
    assert server.requests == []


@pytest.mark.usefixtures("no_sockets")
@pytest.mark.parametrize(
    "argv",
    [
        ["--list", "ada/notes"],
        ["--pick", "ada/notes", "*"],
        ["--update", "m.toml"],
        ["--status", "m.toml", "--remote"],
        ["--replay", "ada/notes:m.toml"],
        ["--replay", "https://example.org/m.toml"],
        ["--replay", "http://127.0.0.1:1/m.toml"],
        ["ada/notes"],
    ],
)
def test_offline_does_not_go_with_questions(
    command: Command,
    serve: Serve,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    argv: list[str],
) -> None:
    """What cannot be answered without a network is a wrong call."""
    notes = publish({"a.csv": A})
    server = serve(notes)
    monkeypatch.chdir(tmp_path)
    notes.pin(tmp_path / "m.toml")
    ended = command(*argv, "--offline")
    assert ended.status == 2
    assert "offline" in ended.err
    assert server.requests == []


@pytest.mark.usefixtures("no_sockets")
def test_offline_needs_pins(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """A manifest by hand, without ids, cannot be brought without asking: exit 2."""
    server = serve(publish({"a.csv": A}))
    manifest.write_text(
        f'{MANIFEST_VERSION}[[source]]\nrepository = "ada/notes"\ninclude = ["*"]\n'
    )
    ended = command("--replay", manifest, "--dest", dest, "--offline")
    assert ended.status == 2
    assert "is not pinned" in ended.err
    assert not dest.exists()
    assert server.requests == []


@pytest.mark.parametrize("text", ["1", "yes", "TRUE"])
def test_offline_by_environment(
    command: Command,
    serve: Serve,
    dest: Path,
    manifest: Path,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
) -> None:
    """`REHYDRATE_OFFLINE` switches it on; a word that is no answer is refused."""
    notes = publish({"a.csv": A})
    server = serve(notes)
    pinned = notes.pin(manifest)
    monkeypatch.setenv("REHYDRATE_OFFLINE", text)
    assert command("--replay", pinned, "--dest", dest).status == 1
    monkeypatch.setenv("REHYDRATE_OFFLINE", "perhaps")
    assert command("--replay", pinned, "--dest", dest).status == 2
    assert server.requests == []


def test_offline_loads_no_client(serve: Serve, tmp_path: Path, manifest: Path) -> None:
    """A process without the network has not even loaded what could open it."""
    notes = publish({"a.csv": A})
    serve(notes)
    pinned = notes.pin(manifest)
    code = (
        "import sys\nfrom rehydrate_tui.cli import main\n"
        f"status = main(['--replay', {str(pinned)!r}, '--dest', {str(tmp_path / 'd')!r},"
        " '--offline', '--quiet'])\n"
        "sys.exit(status + 10 * ('httpx' in sys.modules))"
    )
    done = subprocess.run(  # noqa: S603 - the program under test
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(process.ROOT)},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1, done.stderr
