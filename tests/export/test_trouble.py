"""What goes wrong while an exported script runs: nothing half-done looks done."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from pathlib import Path

import pytest

from rehydrate_tui.demo import refusals
from rehydrate_tui.demo.builder import LfsFile, Symlink
from rehydrate_tui.demo.faults import Fault
from tests.conftest import Serve
from tests.export.conftest import Export
from tests.export.hand_over import RUNNERS, Runner, run
from tests.published import publish, requests_to, tree_of

A = b"a,b\n1,2\n" * 50
MODEL = LfsFile(b"weights" * 900)

runners = pytest.mark.parametrize("runner", RUNNERS, ids=str)


BAD = {
    "wrong bytes": Fault(origin="raw", path="*/bad.bin", corrupt=True),
    "too short": Fault(origin="raw", path="*/bad.bin", length=1000),
    "too long": Fault(origin="raw", path="*/bad.bin", length=9000),
    "absent": Fault(origin="raw", path="*/bad.bin", status=404, body=b"404: Not Found"),
    "cut": Fault(origin="raw", path="*/bad.bin", cut_after=2000),
    "reset": Fault(origin="raw", path="*/bad.bin", drop=True),
    "a web page": Fault(
        origin="raw",
        path="*/bad.bin",
        status=200,
        body=b"<!DOCTYPE html><title>Sign in</title>",
        content_type="text/html",
    ),
    "failing": Fault(origin="raw", path="*/bad.bin", status=503, body=b"<html>"),
}


@runners
@pytest.mark.parametrize("kind", BAD)
def test_what_is_wrong_never_gets_a_name(
    runner: Runner, kind: str, serve: Serve, export: Export, manifest: Path, dest: Path
) -> None:
    """The file fails and is named, its place stays empty, the others arrive."""
    notes = publish({"bad.bin": bytes(range(250)) * 20, "good.csv": A})
    server = serve(notes)
    script = export(runner.form, notes.pin(manifest))
    server.add_fault(BAD[kind])
    ended = run(runner, script, dest, REHYDRATE_WAIT="0")
    assert ended.status == 1, ended.out
    assert tree_of(dest) == {"good.csv": A}
    assert "bad.bin: failed" in ended.out
    assert ended.last_line.startswith("INCOMPLETE")
    assert "1 failed" in ended.last_line
    server.clear_faults()
    assert run(runner, script, dest).status == 0


@runners
def test_a_moment_of_trouble_is_waited_out(
    runner: Runner, serve: Serve, export: Export, manifest: Path, dest: Path
) -> None:
    """A server that is busy once is asked again."""
    notes = publish({"a.csv": A})
    server = serve(notes)
    script = export(runner.form, notes.pin(manifest))
    server.add_fault(Fault(origin="raw", times=1, status=503, body=b"busy"))
    assert run(runner, script, dest).status == 0
    assert len(requests_to(server, "raw")) == 2


@runners
def test_waiting_has_an_end(
    runner: Runner, serve: Serve, export: Export, manifest: Path, dest: Path
) -> None:
    """A server that asks for an hour is not waited for."""
    notes = publish({"a.csv": A})
    server = serve(notes)
    script = export(runner.form, notes.pin(manifest))
    server.add_fault(refusals.raw_throttle(retry_after=3600))
    ended = run(runner, script, dest)
    assert ended.status == 1
    assert "429" in ended.out
    assert tree_of(dest) == {}


@runners
def test_an_interrupt_leaves_nothing_half_done(
    runner: Runner, serve: Serve, export: Export, manifest: Path, dest: Path
) -> None:
    """Status 130, no part file; the next run goes on."""
    notes = publish({"big.bin": bytes(range(256)) * 4000})
    server = serve(notes)
    script = export(runner.form, notes.pin(manifest))
    server.add_fault(Fault(origin="raw", bytes_per_second=50_000))
    process = subprocess.Popen(  # noqa: S603 - made here
        [*runner.command, str(script), str(dest)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    pause = threading.Event()
    for _ in range(1000):
        if any(path.stat().st_size for path in dest.glob(".*.part")):
            break
        pause.wait(0.01)
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(30) == 130
    assert list(dest.iterdir()) == []
    server.clear_faults()
    assert run(runner, script, dest).status == 0


@runners
@pytest.mark.parametrize("origin", ["lfs", "storage"])
def test_a_large_object_that_cannot_be_had_fails(
    runner: Runner,
    origin: str,
    serve: Serve,
    export: Export,
    manifest: Path,
    dest: Path,
) -> None:
    """A pointer is never left in the place of its object."""
    notes = publish({"model.npy": MODEL})
    server = serve(notes)
    script = export(runner.form, notes.pin(manifest))
    server.add_fault(Fault(origin=origin, status=404, body=b"{}"))
    ended = run(runner, script, dest)
    assert ended.status == 1
    assert "model.npy: failed" in ended.out
    assert tree_of(dest) == {}


@runners
def test_a_link_that_leads_out_is_not_made(
    runner: Runner, serve: Serve, export: Export, manifest: Path, dest: Path
) -> None:
    """That entry fails and is named, the others arrive."""
    notes = publish({"out": Symlink("../../etc/passwd"), "a.csv": A})
    serve(notes)
    ended = run(runner, export(runner.form, notes.pin(manifest)), dest)
    assert ended.status == 1
    assert "out: failed: the link leads out of the folder" in ended.out
    assert tree_of(dest) == {"a.csv": A}


@runners
def test_nothing_is_written_through_a_link(
    runner: Runner, serve: Serve, export: Export, manifest: Path, dest: Path
) -> None:
    """A folder that is a link here is not followed, a link in a file's place stays."""
    notes = publish({"data/a.csv": A, "b.csv": b"b"})
    serve(notes)
    script = export(runner.form, notes.pin(manifest))
    outside = dest.with_name("outside")
    outside.mkdir()
    dest.mkdir()
    (dest / "data").symlink_to(outside)
    (dest / "b.csv").symlink_to(outside / "b.csv")
    ended = run(runner, script, dest)
    assert ended.status == 1
    assert "2 failed" in ended.last_line
    assert tree_of(outside) == {}
