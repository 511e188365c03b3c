"""Hostile manifests and trees: each file says what must come of it.

A manifest begins with `#:` lines: its claim, the exit status, and what the message must
hold. A tree is what the API answers instead of its own; `call` says which command is
given it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from rehydrate_tui.demo.faults import Fault
from tests.conftest import Serve
from tests.end_to_end.command import Command
from tests.published import Published, publish, tree_of

HERE = Path(__file__).parent
MANIFESTS = sorted(HERE.glob("*.toml"))
TREES = sorted(HERE.glob("*.json"))
A = b"a,b\n1,2\n"


@pytest.fixture
def notes() -> Published:
    """A repository with the one file that the good entries name."""
    return publish({"a.csv": A, "evil.csv": A, "evil.npy": A})


@pytest.fixture
def outside(tmp_path: Path) -> Mapping[str, bytes | str]:
    """Files beside the destination, and what they hold."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_bytes(b"secret")
    return tree_of(tmp_path / "outside")


def check_outside(tmp_path: Path, outside: Mapping[str, bytes | str]) -> None:
    """Fail if anything but the destination and the manifest was touched."""
    names = {path.name for path in tmp_path.iterdir()}
    assert names <= {"outside", "dest", "manifest.toml", "saved.toml"}
    assert tree_of(tmp_path / "outside") == outside


def check_destination(dest: Path, status: int) -> None:
    """Fail if a refused call has made the destination, or a wrong byte is in it."""
    if status in {2, 3}:
        assert not dest.exists()
        return
    for name, content in tree_of(dest).items() if dest.exists() else ():
        assert content == A, name
        assert not name.endswith(".part")


def header(data: bytes) -> dict[str, str]:
    """Return the expectation that a manifest begins with."""
    lines = [line[2:].decode() for line in data.split(b"\n") if line.startswith(b"#:")]
    pairs = (line.strip().partition(": ")[::2] for line in lines)
    return {key.rstrip(":"): value for key, value in pairs}


def test_there_are_enough() -> None:
    """At least a hundred data files, each with a claim of its own kind."""
    assert len(MANIFESTS) + len(TREES) >= 100
    assert all(header(path.read_bytes())["claim"] for path in MANIFESTS)


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.stem)
def test_a_hostile_manifest(
    command: Command,
    serve: Serve,
    notes: Published,
    tmp_path: Path,
    dest: Path,
    manifest: Path,
    outside: Mapping[str, bytes | str],
    path: Path,
) -> None:
    """Exit status and message are those of its header; nothing outside is touched."""
    server = serve(notes)
    data = path.read_bytes()
    expected = header(data)
    lines = data.splitlines(keepends=True)[len(expected) :]
    manifest.write_bytes(b"".join(lines).replace(b"@COMMIT@", notes.commit.encode()))
    ended = command("--replay", manifest, "--dest", dest)
    assert ended.status == int(expected["exit"]), ended.err
    assert expected["says"] in ended.err
    assert "ghp_hidden" not in ended.out + ended.err
    if ended.status == 2 and "include" not in data.decode("latin-1"):
        assert server.requests == []
        assert "manifest.toml" in ended.err
    check_outside(tmp_path, outside)
    check_destination(dest, ended.status)


@pytest.mark.parametrize("path", TREES, ids=lambda path: path.stem)
def test_a_hostile_tree(
    command: Command,
    serve: Serve,
    notes: Published,
    tmp_path: Path,
    dest: Path,
    outside: Mapping[str, bytes | str],
    path: Path,
) -> None:
    """What a host may answer instead of a tree ends as its file says."""
    case: dict[str, Any] = json.loads(path.read_text("utf-8"))
    server = serve(notes)
    body = case.get("body") or json.dumps(
        {"sha": notes.commit, "tree": case["tree"], "truncated": False}
    )
    server.add_fault(
        Fault(
            origin="api",
            path="*/git/trees/*",
            body=body.encode(),
            content_type="text/html" if body.startswith("<") else "application/json",
        )
    )
    argv: list[str | Path] = [f"--{case['call']}", "ada/notes"]
    if case["call"] == "pick":
        argv += ["*", "--dest", dest, "--save", tmp_path / "saved.toml"]
    ended = command(*argv)
    assert ended.status == case["exit"], ended.err
    assert case["says"] in ended.out + ended.err
    check_outside(tmp_path, outside)
    if case["call"] == "pick":
        check_destination(dest, ended.status)
