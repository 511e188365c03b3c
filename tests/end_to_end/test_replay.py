"""What a replay costs, brings and leaves, against a real server on loopback."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from rehydrate_tui.demo.builder import Content
from rehydrate_tui.demo.faults import Fault
from tests.conftest import Serve
from tests.end_to_end.command import Command
from tests.end_to_end.unreachable import refused_port
from tests.published import (
    MANIFEST_VERSION,
    blob_of,
    is_executable,
    publish,
    requests_to,
    tree_of,
)
from tests.samples import MODEL, PLACED
from tests.samples import REPOSITORY as FILES
from tests.virtual_time import VirtualTime


def test_a_pinned_manifest_costs_no_api_request(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Everything arrives, and the API origin is never asked."""
    notes = publish(FILES)
    server = serve(notes)
    ended = command("--replay", notes.pin(manifest), "--dest", dest)
    assert ended.status == 0
    assert tree_of(dest) == PLACED
    assert requests_to(server, "api") == []
    assert ended.out == ""
    assert ended.err.splitlines()[-1].startswith(f"complete in {dest}: ")


def test_one_content_is_fetched_once(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Two paths with one blob cost one request, and both are there."""
    notes = publish(FILES)
    server = serve(notes)
    command("--replay", notes.pin(manifest), "--dest", dest)
    csv = [path for path in requests_to(server, "raw") if path.endswith(".csv")]
    assert len(csv) == 1
    assert len(requests_to(server, "raw")) == 4


def test_one_large_object_is_fetched_once(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Two paths with one LFS object cost one download, also when it is not declared."""
    notes = publish({"one.npy": MODEL, "two.npy": MODEL})
    server = serve(notes)
    pinned = notes.pin(manifest)
    text = pinned.read_text("utf-8")
    pinned.write_text(
        "\n".join(line for line in text.splitlines() if "lfs =" not in line), "utf-8"
    )
    assert command("--replay", pinned, "--dest", dest).status == 0
    assert tree_of(dest) == {"one.npy": MODEL.data, "two.npy": MODEL.data}
    assert len(requests_to(server, "storage")) == 1
    assert len(requests_to(server, "raw")) == 1


def test_a_second_replay_fetches_nothing(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """What is there is recognised, whatever kind it is: not one request."""
    notes = publish(FILES)
    server = serve(notes)
    pinned = notes.pin(manifest)
    command("--replay", pinned, "--dest", dest)
    server.clear_requests()
    ended = command("--replay", pinned, "--dest", dest, "--on-conflict", "fail")
    assert ended.status == 0
    assert server.requests == []
    assert "7 files" in ended.err
    assert "already here" in ended.err


def test_an_undeclared_large_object_is_recognised(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """A pointer without `lfs` brings the object, and finds it in place next time."""
    notes = publish({"model.npy": MODEL})
    server = serve(notes)
    pinned = notes.pin(manifest)
    text = pinned.read_text("utf-8")
    pinned.write_text(
        "\n".join(line for line in text.splitlines() if "lfs =" not in line), "utf-8"
    )
    assert command("--replay", pinned, "--dest", dest).status == 0
    assert tree_of(dest) == {"model.npy": MODEL.data}
    server.clear_requests()
    ended = command("--replay", pinned, "--dest", dest, "--on-conflict", "fail")
    assert ended.status == 0
    assert server.requests == []


def test_a_pointer_is_kept_when_asked(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """`lfs = false` brings the pointer's text, and finds it in place next time."""
    notes = publish({"model.npy": MODEL})
    server = serve(notes)
    pinned = notes.pin(manifest)
    lines = pinned.read_text("utf-8").splitlines()
    kept = ["lfs = false" if "lfs =" in line else line for line in lines]
    pinned.write_text("\n".join(kept), "utf-8")
    assert command("--replay", pinned, "--dest", dest).status == 0
    assert tree_of(dest) == {"model.npy": blob_of(MODEL)}
    assert requests_to(server, "storage") == []
    server.clear_requests()
    assert command("--replay", pinned, "--dest", dest).status == 0
    assert server.requests == []


def test_a_dry_run_touches_and_fetches_nothing(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """A dry run says what would be done; no file, no manifest, no download."""
    notes = publish(FILES)
    server = serve(notes)
    ended = command("--replay", notes.pin(manifest), "--dest", dest, "--dry-run")
    assert ended.status == 0
    assert "7 files" in ended.out
    assert "to fetch" in ended.out
    assert server.requests == []
    saved = dest.with_name("saved.toml")
    call = ("--pick", "ada/notes", "*", "--save", saved, "--dest", dest, "--dry-run")
    document = json.loads(command(*call, "--json").out)
    assert document["command"] == "pick"
    assert document["dry_run"] is True
    assert document["complete"] is False
    assert not dest.exists()
    assert not saved.exists()


def test_the_executable_bit_is_restored(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """A mode that differs is put right, both ways, and is no edit."""
    notes = publish(FILES)
    server = serve(notes)
    pinned = notes.pin(manifest)
    command("--replay", pinned, "--dest", dest)
    assert is_executable(dest / "run.sh")
    assert not is_executable(dest / "empty")
    (dest / "run.sh").chmod(0o640)
    (dest / "empty").chmod(0o755)
    server.clear_requests()
    ended = command("--replay", pinned, "--dest", dest, "--on-conflict", "fail")
    assert ended.status == 0
    assert stat.S_IMODE((dest / "run.sh").stat().st_mode) == 0o750
    assert not is_executable(dest / "empty")
    assert server.requests == []


def test_new_files_obey_the_umask(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Modes follow the person's umask; executable means for those who may read."""
    notes = publish(FILES)
    serve(notes)
    before = os.umask(0o027)
    try:
        command("--replay", notes.pin(manifest), "--dest", dest)
    finally:
        os.umask(before)
    assert stat.S_IMODE((dest / "run.sh").stat().st_mode) == 0o750
    assert stat.S_IMODE((dest / "empty").stat().st_mode) == 0o640


def test_without_a_network_many_files_fail_soon(
    command: Command,
    dest: Path,
    manifest: Path,
    monkeypatch: pytest.MonkeyPatch,
    virtual_time: VirtualTime,
) -> None:
    """Each host is waited for once, not once for each of a hundred files."""
    base = refused_port()
    monkeypatch.setenv("REHYDRATE_API_URL", base)
    monkeypatch.setenv("REHYDRATE_RAW_URL", base + "/{owner}/{repo}/{commit}/{path}")
    many: dict[str, Content] = {f"{n}.txt": b"%d" % n for n in range(100)}
    ended = command(
        "--replay", publish(many).pin(manifest), "--dest", dest, "--jobs", "2"
    )
    assert ended.status == 1
    assert "100 files missing" in ended.err.splitlines()[-1]
    assert sum(virtual_time.waits) < 200


def test_a_verbose_replay_tells_of_every_try(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """--verbose names the try that failed, why, and when the next one comes."""
    notes = publish(FILES)
    server = serve(notes)
    server.add_fault(Fault(origin="raw", path="*/empty", status=503, times=1))
    call = ("--replay", notes.pin(manifest), "--dest", dest)
    ended = command(*call, "--verbose")
    assert ended.status == 0
    assert "empty: 127.0.0.1:" in ended.err
    assert "Try 2 in 0." in ended.err


def test_the_report_for_machines_has_every_file(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """The JSON document of a replay: what, where, how it ended, why, and the totals."""
    notes = publish({"a": b"a", "b": b"bb", "c": b"ccc"})
    server = serve(notes)
    server.add_fault(Fault(origin="raw", path="*/b", status=404, body=b"no"))
    dest.mkdir()
    (dest / "c").write_text("mine")
    call = ("--replay", notes.pin(manifest), "--dest", dest, "--json")
    ended = command(*call, "--on-conflict", "backup")
    assert ended.status == 1
    document = json.loads(ended.out)
    assert document["complete"] is False
    assert document["destination"] == str(dest)
    assert document["totals"]["fetched"] == {"files": 2, "bytes": 4}
    assert document["totals"]["failed"] == {"files": 1, "bytes": 2}
    a, b, c = document["files"]
    assert (a["path"], a["outcome"], a["error"], a["code"]) == (
        "a",
        "fetched",
        None,
        None,
    )
    assert (b["outcome"], b["code"]) == ("failed", "path-not-found")
    assert "“b”" in b["error"]
    assert (c["outcome"], c["backup"]) == ("fetched", "c.~1~")


def test_large_files_are_named_before_they_come(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """From --warn-size on a file is called large, in the dry run and in the run."""
    notes = publish({"a": b"a" * 2000, "b": b"b"})
    serve(notes)
    call = ("--replay", notes.pin(manifest), "--dest", dest, "--warn-size", "1kB")
    assert "large: a (2.0 kB)" in command(*call, "--dry-run").out
    assert "large: a (2.0 kB)" in command(*call).err


def test_warnings_about_unknown_keys_are_told(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Keys of a newer minor version are a warning, not an end."""
    notes = publish({"a": b"a"})
    serve(notes)
    manifest.write_text(f"{MANIFEST_VERSION}colour = 1\n" + notes.toml(mood='"good"'))
    ended = command("--replay", manifest, "--dest", dest)
    assert ended.status == 0
    assert "colour: unknown key, ignored." in ended.err
    assert "source[0].mood: unknown key, ignored." in ended.err
