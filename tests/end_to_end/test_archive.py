"""`--transport archive`: one stream, the same bytes, and only what it lacks by itself."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from rehydrate_tui.demo.builder import Content, Executable, Gitlink, LfsFile, Symlink
from tests.conftest import Serve
from tests.end_to_end.archives import BY_ARCHIVE, asked, expected, raw_paths
from tests.end_to_end.command import Command
from tests.published import MANIFEST_VERSION, publish, tree_of
from tests.schemas import check

CHANCE = random.Random(7)
LARGE = CHANCE.randbytes(3_000_000)
OBJECT = b"large object " * 2000
PLAIN: dict[str, Content] = {
    "a.txt": b"a\n",
    "deep/er/b c.txt": b"b\n" * 5000,
    "large.bin": LARGE,
    "same/one": b"twice\n",
    "same/two": b"twice\n",
    "n\u00e4me.txt": b"accents\n",
    ("long/" * 30) + "name.txt": b"beyond a hundred bytes\n",
    "run.sh": Executable(b"#!/bin/sh\n"),
    "empty": b"",
}
ODD: dict[str, Content] = {
    "link": Symlink("a.txt"),
    "model.npy": LfsFile(OBJECT),
    "module": Gitlink("c" * 40),
    "left-out.txt": b"not in archives\n",
    "subst.txt": b"$Format:%H$\n",
    "crlf.txt": b"one\ntwo\n",
    ".gitattributes": (
        b"left-out.txt export-ignore\nsubst.txt export-subst\n"
        b"crlf.txt text eol=crlf\n*.npy filter=lfs\n"
    ),
}


def test_one_request_brings_all(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Odd names, modes, copies, large files: the same bytes, and one request."""
    notes = publish(PLAIN)
    server = serve(notes)
    ended = command("--replay", notes.pin(manifest), "--dest", dest, *BY_ARCHIVE)
    assert (ended.status, ended.out) == (0, "")
    assert tree_of(dest) == expected(notes)
    assert (dest / "run.sh").stat().st_mode & 0o111
    assert not (dest / "a.txt").stat().st_mode & 0o111
    assert asked(server) == {"codeload": 1}
    assert "9 files" in ended.err


def test_only_what_it_lacks_or_changes_comes_singly(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Attributes that change or drop files cost one raw request each; links none."""
    notes = publish({**PLAIN, **ODD})
    server = serve(notes)
    ended = command("--replay", notes.pin(manifest), "--dest", dest, *BY_ARCHIVE)
    assert ended.status == 0
    assert tree_of(dest) == expected(notes)
    assert raw_paths(server) == {"left-out.txt", "subst.txt", "crlf.txt"}
    assert asked(server) == {"codeload": 1, "raw": 3, "lfs": 1, "storage": 1}


def test_a_pointer_that_the_manifest_does_not_tell_is_resolved(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """The archive gives the pointer, the storage the object: no raw request at all."""
    notes = publish({**PLAIN, **ODD})
    server = serve(notes)
    text = notes.toml("a.txt", "model.npy")
    kept = [line for line in text.splitlines() if not line.startswith("lfs =")]
    manifest.write_text(MANIFEST_VERSION + "\n".join(kept) + "\n")
    ended = command("--replay", manifest, "--dest", dest, *BY_ARCHIVE)
    assert ended.status == 0
    assert tree_of(dest) == {"a.txt": b"a\n", "model.npy": OBJECT}
    assert asked(server) == {"codeload": 1, "lfs": 1, "storage": 1}


def test_an_object_beyond_the_limit_is_not_brought(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """`--max-size` holds for what only the archive's pointer tells."""
    notes = publish({**PLAIN, **ODD})
    serve(notes)
    text = notes.toml("a.txt", "model.npy")
    kept = [line for line in text.splitlines() if not line.startswith("lfs =")]
    manifest.write_text(MANIFEST_VERSION + "\n".join(kept) + "\n")
    ended = command(
        "--replay", manifest, "--dest", dest, *BY_ARCHIVE, "--max-size", "10kB"
    )
    assert ended.status == 1
    assert "--max-size" in ended.err
    assert tree_of(dest) == {"a.txt": b"a\n"}


def test_a_pointer_is_kept_where_the_manifest_says_so(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """`lfs = false` brings the pointer's text, out of the archive as well."""
    notes = publish({**PLAIN, **ODD})
    server = serve(notes)
    text = notes.toml("model.npy")
    lines = ["lfs = false" if line.startswith("lfs =") else line for line in text.splitlines()]  # fmt: skip
    manifest.write_text(MANIFEST_VERSION + "\n".join(lines) + "\n")
    assert command("--replay", manifest, "--dest", dest, *BY_ARCHIVE).status == 0
    assert (dest / "model.npy").read_bytes().startswith(b"version https://git-lfs")
    assert asked(server) == {"codeload": 1}


def test_reading_stops_after_the_last_wanted_file(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Sixty megabytes that nobody wants come after it, and never over the network."""
    behind = {f"z{number}.bin": CHANCE.randbytes(6_000_000) for number in range(10)}
    notes = publish({**PLAIN, **behind})
    server = serve(notes)
    pinned = notes.pin(manifest, "a.txt", "deep/er/b c.txt")
    assert command("--replay", pinned, "--dest", dest, *BY_ARCHIVE).status == 0
    [request] = server.requests
    assert request.origin == "codeload"
    assert request.sent_bytes < 30_000_000


def test_what_is_left_out_is_not_waited_for(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Once its place in the order has passed, a missing file comes singly at once."""
    behind = {f"z{number}.bin": CHANCE.randbytes(6_000_000) for number in range(10)}
    rule: dict[str, Content] = {".gitattributes": b"b.txt export-ignore\n"}
    notes = publish({**rule, "a.txt": b"a\n", "b.txt": b"b\n", **behind})
    server = serve(notes)
    pinned = notes.pin(manifest, "a.txt", "b.txt")
    assert command("--replay", pinned, "--dest", dest, *BY_ARCHIVE).status == 0
    assert tree_of(dest) == {"a.txt": b"a\n", "b.txt": b"b\n"}
    archive, _ = server.requests
    assert archive.sent_bytes < 30_000_000


def test_each_source_has_its_own_archive(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Two repositories are two requests, however many files."""
    one = publish(PLAIN)
    two = publish({"b/x": b"x", "b/y": b"y"}, name="data")
    server = serve(one, two)
    manifest.write_text(MANIFEST_VERSION + one.toml() + two.toml(into='"more"'))
    assert command("--replay", manifest, "--dest", dest, *BY_ARCHIVE).status == 0
    assert asked(server) == {"codeload": 2}
    assert (dest / "more/b/x").read_bytes() == b"x"


def test_local_edits_are_kept(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """An archive holds what was edited here as well; it is not touched."""
    notes = publish(PLAIN)
    serve(notes)
    dest.mkdir()
    (dest / "a.txt").write_bytes(b"mine\n")
    ended = command("--replay", notes.pin(manifest), "--dest", dest, *BY_ARCHIVE)
    assert ended.status == 0
    assert tree_of(dest) == {**expected(notes), "a.txt": b"mine\n"}


def test_a_second_run_asks_nobody(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """What an archive brought is known for ours, file by file."""
    notes = publish(PLAIN)
    server = serve(notes)
    pinned = notes.pin(manifest)
    command("--replay", pinned, "--dest", dest, *BY_ARCHIVE)
    server.clear_requests()
    assert command("--replay", pinned, "--dest", dest, *BY_ARCHIVE).status == 0
    assert server.requests == []


def test_the_cache_is_filled_and_asked_first(
    command: Command, serve: Serve, tmp_path: Path, manifest: Path
) -> None:
    """What one session unpacked the next one has without any request."""
    notes = publish(PLAIN)
    server = serve(notes)
    call = ("--replay", notes.pin(manifest), *BY_ARCHIVE, "--cache", tmp_path / "cache")
    assert command(*call, "--dest", tmp_path / "one").status == 0
    server.clear_requests()
    assert command(*call, "--dest", tmp_path / "two").status == 0
    assert tree_of(tmp_path / "two") == expected(notes)
    assert server.requests == []


@pytest.mark.parametrize("transport", ["files", "archive"])
def test_the_plan_is_told_before_anything_is_spent(
    command: Command, serve: Serve, dest: Path, manifest: Path, transport: str
) -> None:
    """`--dry-run` says how the files come; `--json` says the same to machines."""
    notes = publish(PLAIN)
    server = serve(notes)
    pinned = notes.pin(manifest, tree_files="9", tree_size="3010077")
    call = ("--replay", pinned, "--dest", dest, "--dry-run")
    told = command(*call, "--transport", transport).out
    [line] = [line for line in told.splitlines() if line.startswith("Transport")]
    wanted = {"files": "file by file", "archive": "archive"}[transport]
    assert line.startswith(f"Transport: {wanted}, about 1 s: 8")
    document = json.loads(command(*call, "--transport", transport, "--json").out)
    check("plan", document)
    [route] = document["transports"]
    assert route["transport"] == transport
    assert route["requests"] == {"files": 8, "archive": 1}[transport]
    assert route["tree"] == {"files": 9, "bytes": 3010077}
    assert server.requests == []


def test_so_many_files_come_by_archive_unasked(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """A whole commit of more files than are safe to ask for is one request."""
    notes = publish({f"d{n % 9}/{n}.txt": b"%d\n" % n for n in range(1100)})
    server = serve(notes)
    pinned = notes.pin(manifest, tree_files="1100", tree_size="5000")
    ended = command("--replay", pinned, "--dest", dest, "--verbose")
    assert ended.status == 0
    assert tree_of(dest) == expected(notes)
    assert asked(server) == {"codeload": 1}
    assert "Transport: archive" in ended.err


def test_a_saved_manifest_tells_the_size_of_the_commit(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """A replay can then compare the transports without asking the API."""
    notes = publish(PLAIN)
    serve(notes)
    ended = command("--pick", notes.name, "*.txt", "--dest", dest, "--save", manifest)
    assert ended.status == 0
    sizes = sum(len(data) for data in expected(notes).values())
    text = manifest.read_text()
    assert f"\ntree_files = {len(PLAIN)}\ntree_size = {sizes}\n" in text
    assert "unknown" not in command("--status", manifest, "--dest", dest).err


def test_offline_nobody_is_asked_for_an_archive(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """What is missing is told by its name, once, and no archive is spoken of."""
    notes = publish(PLAIN)
    server = serve(notes)
    pinned = notes.pin(manifest, "a.txt", "empty")
    ended = command("--replay", pinned, "--dest", dest, *BY_ARCHIVE, "--offline")
    assert ended.status == 1
    assert "archive" not in ended.err
    assert server.requests == []
