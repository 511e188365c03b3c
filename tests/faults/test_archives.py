"""Archives that break, lie or do not come: what is right stays, the rest comes singly."""

from __future__ import annotations

import gzip
import io
import random
import signal
import tarfile
import threading
from pathlib import Path

import pytest

from rehydrate_tui.demo.builder import Content
from rehydrate_tui.demo.faults import Fault
from tests.conftest import Serve
from tests.end_to_end import process
from tests.end_to_end.archives import BY_ARCHIVE, asked, expected, raw_paths
from tests.end_to_end.command import Command
from tests.published import publish, tree_of

CHANCE = random.Random(11)
FILES: dict[str, Content] = {
    f"{name}.bin": CHANCE.randbytes(200_000) for name in "abcdefgh"
}
LARGE: dict[str, Content] = {"i.bin": CHANCE.randbytes(4_000_000)}


def archive(*members: tuple[str, bytes]) -> bytes:
    """Write an archive with members of any name."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def test_a_cut_archive_is_finished_file_by_file(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """What came before the cut is not asked for again."""
    notes = publish(FILES)
    server = serve(notes)
    server.add_fault(Fault(origin="codeload", cut_after=900_000))
    ended = command("--replay", notes.pin(manifest), "--dest", dest, *BY_ARCHIVE)
    assert ended.status == 0
    assert tree_of(dest) == expected(notes)
    assert asked(server)["codeload"] == 1
    assert {"g.bin", "h.bin"} <= raw_paths(server) < set(FILES)
    assert "Not all of ada/notes came by archive" in ended.err


def test_a_cut_inside_of_a_large_file_leaves_no_part(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """What was written of it goes; the file comes whole by itself."""
    notes = publish({**FILES, **LARGE})
    server = serve(notes)
    server.add_fault(Fault(origin="codeload", cut_after=4_000_000))
    ended = command("--replay", notes.pin(manifest), "--dest", dest, *BY_ARCHIVE)
    assert ended.status == 0
    assert tree_of(dest) == expected(notes)
    assert raw_paths(server) == {"i.bin"}


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"status": 404}, id="absent"),
        pytest.param(
            {"status": 429, "headers": {"retry-after": "600"}}, id="throttled"
        ),
        pytest.param({"status": 503}, id="broken server"),
        pytest.param({"drop": True}, id="dropped"),
        pytest.param({"corrupt": True}, id="wrong bytes"),
        pytest.param({"body": b"<html>", "content_type": "text/html"}, id="a page"),
        pytest.param({"body": b"no gzip"}, id="noise"),
        pytest.param({"body": gzip.compress(b"no tar" * 999)}, id="no tar"),
        pytest.param({"body": gzip.compress(bytes(9999))}, id="an empty archive"),
    ],
)
def test_without_an_archive_all_comes_singly(
    command: Command, serve: Serve, dest: Path, manifest: Path, fault: dict[str, object]
) -> None:
    """One request is lost; the run is complete, and no minute is waited for it."""
    notes = publish(FILES)
    server = serve(notes)
    server.add_fault(Fault(origin="codeload", **fault))  # type: ignore[arg-type]
    ended = command("--replay", notes.pin(manifest), "--dest", dest, *BY_ARCHIVE)
    assert ended.status == 0
    assert tree_of(dest) == expected(notes)
    assert asked(server) == {"codeload": 1, "raw": len(FILES)}


def test_a_hostile_archive_writes_nothing_elsewhere(
    command: Command, serve: Serve, dest: Path, manifest: Path, tmp_path: Path
) -> None:
    """Only what is pinned is written, to its own place, and only with its own bytes."""
    notes = publish({"a.txt": b"right\n", "b.txt": b"also right\n"})
    server = serve(notes)
    server.add_fault(
        Fault(
            origin="codeload",
            body=archive(
                ("top/../../outside.txt", b"x"),
                (f"{tmp_path}/absolute.txt", b"x"),
                ("top/.git/config", b"x"),
                ("top/a extra.txt", b"x"),
                ("other/b.txt", b"also right\n"),
                ("top/a.txt", b"wrong\n"),
                ("top/a.txt", b"right\n"),
                ("top/b.txt", b"also right\n"),
                ("top/b.txt", b"also wrong\n"),
            ),
        )
    )
    before = set(tree_of(tmp_path))
    ended = command("--replay", notes.pin(manifest), "--dest", dest, *BY_ARCHIVE)
    assert ended.status == 0
    assert tree_of(dest) == expected(notes)
    new = set(tree_of(tmp_path)) - before - {"manifest.toml"}
    assert {name for name in new if not name.startswith("home")} == {
        "dest/a.txt",
        "dest/b.txt",
    }
    assert raw_paths(server) == {"a.txt"}


def test_a_throttled_raw_host_leads_to_the_archive(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """When files have to wait, what has not begun comes by archive meanwhile."""
    many = {f"{number:03}.txt": b"%d\n" % number for number in range(900)}
    notes = publish(dict(many))
    server = serve(notes)
    server.add_fault(
        Fault(
            origin="raw", status=429, headers={"retry-after": "90"}, after=50, times=8
        )
    )
    ended = command("--replay", notes.pin(manifest), "--dest", dest)
    assert ended.status == 0
    assert tree_of(dest) == expected(notes)
    assert asked(server)["codeload"] == 1
    # What was under way then is asked for again; most had not begun.
    assert asked(server)["raw"] < 450


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_interrupt_in_an_archive_leaves_whole_files(
    serve: Serve, dest: Path, manifest: Path, number: signal.Signals
) -> None:
    """It ends at once, without parts, and the next run goes on with the rest."""
    notes = publish({**FILES, **LARGE})
    server = serve(notes)
    stall = server.add_fault(Fault(origin="codeload", stall_after=2_500_000))
    argv = ("--replay", notes.pin(manifest), "--dest", dest, *BY_ARCHIVE)
    started = process.start(*argv)
    arrived = threading.Event()
    while not arrived.wait(0.01):
        if len(list(dest.glob("?.bin"))) == len(FILES):
            arrived.set()
    started.send_signal(number)
    started.communicate(timeout=process.PATIENCE)
    assert started.returncode == {signal.SIGTERM: 143, signal.SIGINT: 130}[number]
    assert tree_of(dest) == {name: FILES[name] for name in FILES}
    stall.remove()
    server.clear_requests()
    assert process.run(*argv).status == 0
    assert tree_of(dest) == expected(notes)
