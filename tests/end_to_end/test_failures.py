"""What goes wrong on the way: what is said, and that nothing wrong gets a name."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from rehydrate_tui.demo import refusals
from rehydrate_tui.demo.builder import Content, LfsFile
from rehydrate_tui.demo.faults import Fault
from rehydrate_tui.demo.limits import Limits
from tests.conftest import Serve
from tests.end_to_end.command import Command
from tests.published import blob_id, publish, tree_of
from tests.virtual_time import VirtualTime

# Nothing that compression could make small.
A = random.Random(1).randbytes(4000)
B = b"the other one\n" * 300
FILES: dict[str, Content] = {"data/a.csv": A, "b.txt": B}
WHOLE = {"data/a.csv": A, "b.txt": B}
OTHERS = {"b.txt": B}


def test_wrong_bytes_from_the_raw_host_are_replaced_by_the_apis(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """What arrives broken is fetched from the other transport; the file is right."""
    notes = publish(FILES)
    server = serve(notes)
    server.add_fault(Fault(origin="raw", path="*/a.csv", corrupt=True))
    ended = command("--replay", notes.pin(manifest), "--dest", dest)
    assert ended.status == 0
    assert tree_of(dest) == WHOLE
    asked = [request.path for request in server.requests if request.origin == "api"]
    assert asked == [f"/repos/ada/notes/git/blobs/{blob_id(A)}"]


def test_wrong_bytes_everywhere_name_both_ids(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """When no transport has the pinned bytes, nothing is written and all ids are told."""
    notes = publish(FILES)
    server = serve(notes)
    server.add_fault(Fault(origin="raw", path="*/a.csv", corrupt=True))
    other = b"x" * len(A)
    server.add_fault(Fault(origin="api", path="*/git/blobs/*", body=other))
    ended = command("--replay", notes.pin(manifest), "--dest", dest)
    assert ended.status == 1
    assert tree_of(dest) == OTHERS
    assert blob_id(A) in ended.err
    assert blob_id(other) in ended.err
    assert "“data/a.csv”" in ended.err
    assert ended.err.splitlines()[-1].startswith("INCOMPLETE")


@pytest.mark.parametrize("length", [0, len(A) - 1, len(A) + 1, 3 * len(A)])
def test_a_wrong_length_is_noticed(
    command: Command, serve: Serve, dest: Path, manifest: Path, length: int
) -> None:
    """Too few or too many bytes are no file, whatever the headers promise."""
    notes = publish(FILES)
    server = serve(notes)
    server.add_fault(Fault(path="*/a.csv", length=length))
    server.add_fault(Fault(path="*/git/blobs/*", length=length))
    ended = command("--replay", notes.pin(manifest), "--dest", dest)
    assert ended.status == 1
    assert tree_of(dest) == OTHERS
    assert f"the {len(A):,} that are pinned" in ended.err


def test_a_cut_connection_is_tried_again(
    command: Command,
    serve: Serve,
    dest: Path,
    manifest: Path,
    virtual_time: VirtualTime,
) -> None:
    """A transfer that breaks off twice succeeds the third time, after growing waits."""
    notes = publish(FILES)
    server = serve(notes)
    cut = server.add_fault(Fault(origin="raw", path="*/a.csv", cut_after=100, times=2))
    ended = command("--replay", notes.pin(manifest), "--dest", dest)
    assert ended.status == 0
    assert tree_of(dest) == WHOLE
    assert cut.fired == 2
    first, second = virtual_time.waits
    assert 0.25 <= first <= 0.5 <= second <= 1.0
    assert not [request for request in server.requests if request.origin == "api"]


@pytest.mark.parametrize(
    ("fault", "requests"),
    [
        (Fault(path="*/a.csv", cut_after=100), {5}),
        # A connection that was kept open may have been closed meanwhile: what breaks
        # there before any answer goes out once more, on a fresh one.
        (Fault(path="*/a.csv", drop=True), {5, 6}),
    ],
    ids=["cut in the middle", "reset without an answer"],
)
def test_a_connection_that_always_breaks_fails_that_file(
    command: Command,
    serve: Serve,
    dest: Path,
    manifest: Path,
    fault: Fault,
    requests: set[int],
) -> None:
    """After five tries of each transport the file is given up, the others are there."""
    notes = publish(FILES)
    server = serve(notes)
    handle = server.add_fault(fault)
    server.add_fault(Fault(origin="api", path="*/git/blobs/*", drop=True))
    ended = command("--replay", notes.pin(manifest), "--dest", dest)
    assert ended.status == 1
    assert tree_of(dest) == OTHERS
    assert handle.fired in requests
    assert "failed: " in ended.err
    assert "127.0.0.1" in ended.err


def test_a_connection_that_breaks_on_one_host_only_goes_to_the_other(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """A raw host that is out of reach costs tries, not the file."""
    notes = publish(FILES)
    server = serve(notes)
    server.add_fault(Fault(origin="raw", path="*/a.csv", drop=True))
    ended = command("--replay", notes.pin(manifest), "--dest", dest)
    assert ended.status == 0
    assert tree_of(dest) == WHOLE


def test_a_missing_file_is_named_and_the_others_arrive(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """404 for one path fails that path; it is not tried again."""
    notes = publish(FILES)
    server = serve(notes)
    gone = server.add_fault(
        Fault(origin="raw", path="*/a.csv", status=404, body=b"404: Not Found")
    )
    ended = command("--replay", notes.pin(manifest), "--dest", dest)
    assert ended.status == 1
    assert tree_of(dest) == OTHERS
    assert gone.fired == 1
    assert "The raw host shows no “data/a.csv” in ada/notes" in ended.err
    assert "1 file missing" in ended.err.splitlines()[-1]


def test_a_throttled_raw_host_is_waited_for(
    command: Command,
    serve: Serve,
    dest: Path,
    manifest: Path,
    virtual_time: VirtualTime,
) -> None:
    """429 with a time: all wait as long as the host says, and say so; then it works."""
    notes = publish(FILES)
    server = serve(notes)
    throttle = server.add_fault(refusals.raw_throttle(retry_after=30, times=1))
    ended = command("--replay", notes.pin(manifest), "--dest", dest, "--jobs", "1")
    assert ended.status == 0
    assert tree_of(dest) == WHOLE
    assert throttle.fired == 1
    assert 30 <= sum(virtual_time.waits) <= 31
    assert "waiting 3" in ended.err
    assert not [request for request in server.requests if request.origin == "api"]


def test_a_throttle_beyond_the_budget_goes_to_the_next_transport(
    command: Command,
    serve: Serve,
    dest: Path,
    manifest: Path,
    virtual_time: VirtualTime,
) -> None:
    """Nobody waits an hour in a notebook cell: the API gives the files instead."""
    notes = publish(FILES)
    server = serve(notes)
    server.add_fault(refusals.raw_throttle(retry_after=3600))
    ended = command("--replay", notes.pin(manifest), "--dest", dest)
    assert ended.status == 0
    assert tree_of(dest) == WHOLE
    assert not virtual_time.waits


def test_a_throttle_on_every_transport_is_an_end(
    command: Command,
    serve: Serve,
    dest: Path,
    manifest: Path,
    virtual_time: VirtualTime,
) -> None:
    """With both hosts throttling, the wait stays below the budget and the end is 1."""
    notes = publish(FILES)
    server = serve(notes)
    server.add_fault(refusals.raw_throttle())
    server.add_fault(refusals.secondary_limit(retry_after=3600))
    ended = command("--replay", notes.pin(manifest), "--dest", dest)
    assert ended.status == 1
    assert tree_of(dest) == {}
    assert sum(virtual_time.waits) <= 121 * 2
    assert "asks to slow down" in ended.err
    assert "2 files missing" in ended.err.splitlines()[-1]


def test_a_server_that_fails_once_is_asked_again(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """503 is passing: the next try brings the file."""
    notes = publish(FILES)
    server = serve(notes)
    server.add_fault(refusals.unavailable(origin="raw", path="*/a.csv", times=2))
    ended = command("--replay", notes.pin(manifest), "--dest", dest)
    assert ended.status == 0
    assert tree_of(dest) == WHOLE


def test_a_server_that_always_fails_is_named(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """503 from both hosts is the end of that file, with its status and a place to look."""
    notes = publish(FILES)
    server = serve(notes)
    server.add_fault(refusals.unavailable(origin="raw", path="*/a.csv"))
    server.add_fault(refusals.unavailable(origin="api"))
    ended = command("--replay", notes.pin(manifest), "--dest", dest)
    assert ended.status == 1
    assert tree_of(dest) == OTHERS
    assert "(status 503)" in ended.err
    assert "githubstatus.com" in ended.err


@pytest.mark.parametrize(
    "page",
    [b"<!DOCTYPE html><title>Sign in</title>", b"<html>" + b" " * (len(A) - 6)],
    ids=["shorter", "of the same length"],
)
def test_a_web_page_is_no_file(
    command: Command, serve: Serve, dest: Path, manifest: Path, page: bytes
) -> None:
    """The sign-in page of a hotel's network does not become data."""
    notes = publish(FILES)
    server = serve(notes)
    server.add_fault(
        Fault(path="*/a.csv", body=page, content_type="text/html; charset=utf-8")
    )
    server.add_fault(Fault(path="*/git/blobs/*", body=page, content_type="text/html"))
    ended = command("--replay", notes.pin(manifest), "--dest", dest)
    assert ended.status == 1
    assert tree_of(dest) == OTHERS
    assert "a web page instead of data" in ended.err


def test_a_web_page_without_its_type_is_no_file_either(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """A page that calls itself plain text fails at its id."""
    notes = publish(FILES)
    server = serve(notes)
    page = b"<html>" + b" " * (len(A) - 6)
    server.add_fault(Fault(path="*/a.csv", body=page, content_type="text/plain"))
    server.add_fault(Fault(path="*/git/blobs/*", body=page))
    ended = command("--replay", notes.pin(manifest), "--dest", dest)
    assert ended.status == 1
    assert tree_of(dest) == OTHERS
    assert blob_id(page) in ended.err


MANY: dict[str, Content] = {
    f"part{folder}/file{number:02}.txt": b"%d %d\n" % (folder, number)
    for folder in range(4)
    for number in range(10)
}


def test_a_truncated_tree_is_walked(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """A list that GitHub cuts is completed folder by folder, within the budget."""
    notes = publish(MANY)
    server = serve(notes, limits=Limits(truncate_entries=20))
    ended = command("--pick", "ada/notes", "part3/", "--save", manifest, "--dest", dest)
    assert ended.status == 0
    assert len(tree_of(dest)) == 10
    trees = [request for request in server.requests if "/git/trees/" in request.path]
    assert 2 < len(trees) <= 30


DEEP: dict[str, Content] = {
    f"d{folder:02}/{name}.txt": b"%d\n" % folder
    for folder in range(40)
    for name in ("one", "two", "three")
}


def test_a_tree_beyond_the_budget_is_said_to_be_cut(
    command: Command, serve: Serve
) -> None:
    """A list that stays incomplete says so: exit 1, and a flag for machines."""
    notes = publish(DEEP)
    serve(notes, limits=Limits(truncate_entries=50))
    ended = command("--list", "ada/notes", "--json")
    assert ended.status == 1
    document = json.loads(ended.out)
    assert document["truncated"] is True
    assert 0 < len(document["files"]) < len(DEEP)
    assert "too large for GitHub to list whole" in ended.err


def test_a_tree_beyond_the_budget_is_not_picked_from(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """What the patterns would miss nobody knows, so nothing is fetched or saved."""
    notes = publish(DEEP)
    serve(notes, limits=Limits(truncate_entries=50))
    ended = command("--pick", "ada/notes", "*.txt", "--save", manifest, "--dest", dest)
    assert ended.status == 1
    assert not dest.exists()
    assert not manifest.exists()


def test_a_whole_tree_says_so_to_machines(command: Command, serve: Serve) -> None:
    """The flag is there, and false, when nothing is missing."""
    serve(publish(FILES))
    ended = command("--list", "ada/notes", "--json")
    assert ended.status == 0
    assert json.loads(ended.out)["truncated"] is False


def test_wrong_bytes_of_a_large_object_fail_that_file(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """A Git LFS object is checked by its own SHA-256, and has one transport only."""
    notes = publish({**FILES, "model.npy": LfsFile(b"weights" * 900)})
    server = serve(notes)
    server.add_fault(Fault(origin="storage", corrupt=True))
    ended = command("--replay", notes.pin(manifest), "--dest", dest)
    assert ended.status == 1
    assert tree_of(dest) == WHOLE
    assert "“model.npy”: the bytes that arrived are" in ended.err


def test_a_large_object_that_the_server_lacks_is_named(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """An LFS object that nobody pushed fails its file, and says who can help."""
    notes = publish({**FILES, "model.npy": LfsFile(b"weights" * 900)})
    notes.repository.lfs_objects.clear()
    serve(notes)
    ended = command("--replay", notes.pin(manifest), "--dest", dest)
    assert ended.status == 1
    assert tree_of(dest) == WHOLE
    assert "git lfs push --all" in ended.err


def test_quiet_does_not_hide_what_failed(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """--quiet prints errors, and a file that is missing is one."""
    notes = publish(FILES)
    server = serve(notes)
    server.add_fault(Fault(origin="raw", path="*/a.csv", status=404, body=b"no"))
    ended = command("--replay", notes.pin(manifest), "--dest", dest, "--quiet")
    assert ended.status == 1
    assert ended.out == ""
    assert "data/a.csv" in ended.err
    assert ended.err.splitlines()[-1].startswith("INCOMPLETE")


def test_quiet_is_silent_when_all_is_well(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """--quiet prints nothing when nothing is wrong."""
    notes = publish(FILES)
    serve(notes)
    ended = command("--replay", notes.pin(manifest), "--dest", dest, "--quiet")
    assert (ended.status, ended.out, ended.err) == (0, "", "")


def test_an_unpinned_manifest_of_a_tree_beyond_the_budget_ends(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """A rule cannot be resolved in a cut list; the hint says what helps."""
    serve(publish(DEEP), limits=Limits(truncate_entries=50))
    manifest.write_text(
        'version = 1\n[[source]]\nrepository = "ada/notes"\ninclude = ["*"]\n'
    )
    ended = command("--replay", manifest, "--dest", dest)
    assert ended.status == 1
    assert "give each its blob and size in the manifest" in ended.err
    assert not dest.exists()
