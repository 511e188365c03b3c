"""Git LFS to its end: batches, links that run out, objects that are refused or wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rehydrate_tui.demo import refusals
from rehydrate_tui.demo.builder import Content, LfsFile
from rehydrate_tui.demo.faults import Fault
from rehydrate_tui.demo.limits import Limits
from tests.conftest import Serve
from tests.end_to_end.command import Command
from tests.published import (
    MANIFEST_VERSION,
    Published,
    blob_id,
    blob_of,
    publish,
    tree_of,
)
from tests.virtual_time import VirtualTime

BIG = b"large object " * 2000
RULE: dict[str, Content] = {".gitattributes": b"*.npy filter=lfs\n"}


def many(count: int) -> dict[str, bytes]:
    """Return contents of some large objects by name."""
    return {f"{number:03}.npy": b"%d " % number * 500 for number in range(count)}


def publish_objects(contents: dict[str, bytes]) -> Published:
    """Publish contents as large objects."""
    return publish({**RULE, **{name: LfsFile(data) for name, data in contents.items()}})


def by_pointer(notes: Published, manifest: Path, name: str) -> Path:
    """Write a manifest that pins the pointer only."""
    pointer = blob_of(notes.files[name])
    manifest.write_text(
        f'{MANIFEST_VERSION}[[source]]\nrepository = "ada/notes"\n'
        f'commit = "{notes.commit}"\n[[source.file]]\npath = "{name}"\n'
        f'blob = "{blob_id(pointer)}"\nsize = {len(pointer)}\n'
    )
    return manifest


def test_a_hundred_objects_are_one_question(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """A hundred and fifty objects cost two batches, one request each, and no API call."""
    contents = many(150)
    notes = publish_objects(contents)
    server = serve(notes)
    ended = command("--replay", notes.pin(manifest, *contents), "--dest", dest)
    assert ended.status == 0
    assert tree_of(dest) == contents
    asked = [each.origin for each in server.requests]
    assert {name: asked.count(name) for name in set(asked)} == {
        "lfs": 2,
        "storage": 150,
    }


def test_a_link_that_has_run_out_is_asked_for_again(
    command: Command,
    serve: Serve,
    dest: Path,
    manifest: Path,
    virtual_time: VirtualTime,
) -> None:
    """Links of a batch live a minute here; a wait makes them old, and new ones are had."""
    contents = many(3)
    notes = publish_objects(contents)
    server = serve(notes, limits=Limits(lfs_seconds=60))
    server.add_fault(
        Fault(origin="storage", status=429, headers={"retry-after": "90"}, times=1)
    )
    pinned = notes.pin(manifest, *contents)
    ended = command("--replay", pinned, "--dest", dest, "--jobs", "1")
    assert ended.status == 0
    assert tree_of(dest) == contents
    assert sum(virtual_time.waits) >= 90
    assert sum(each.origin == "lfs" for each in server.requests) == 2


@pytest.mark.parametrize("status", [401, 403])
def test_a_link_that_the_storage_refuses_is_replaced(
    command: Command, serve: Serve, dest: Path, manifest: Path, status: int
) -> None:
    """Whatever its date says: refused once, asked for anew, and the object is there."""
    notes = publish_objects({"big.npy": BIG})
    server = serve(notes)
    server.add_fault(Fault(origin="storage", status=status, times=1))
    ended = command("--replay", notes.pin(manifest, "big.npy"), "--dest", dest)
    assert ended.status == 0
    assert tree_of(dest) == {"big.npy": BIG}
    assert sum(each.origin == "lfs" for each in server.requests) == 2


def test_a_storage_that_always_refuses_is_an_end(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Three links are enough to know; the object is named."""
    notes = publish_objects({"big.npy": BIG})
    server = serve(notes)
    refused = server.add_fault(Fault(origin="storage", status=403))
    ended = command("--replay", notes.pin(manifest, "big.npy"), "--dest", dest)
    assert (ended.status, refused.fired) == (1, 3)
    assert "The Git LFS storage refuses object" in ended.err


def test_the_storage_sees_its_own_header_and_no_other(
    command: Command,
    serve: Serve,
    dest: Path,
    manifest: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A storage host that rejects a foreign `Authorization` is not sent one."""
    notes = publish_objects({"big.npy": BIG})
    server = serve(notes)
    monkeypatch.setenv("GH_TOKEN", "ghp_x")
    ended = command("--replay", notes.pin(manifest, "big.npy"), "--dest", dest)
    assert ended.status == 0
    (stored,) = (each for each in server.requests if each.origin == "storage")
    assert stored.headers["authorization"].startswith("RemoteAuth ")
    (batch,) = (each for each in server.requests if each.origin == "lfs")
    assert "authorization" not in batch.headers


@pytest.mark.parametrize("status", [403, 429, 509])
def test_over_quota_is_said_for_each_file(
    command: Command, serve: Serve, dest: Path, manifest: Path, status: int
) -> None:
    """Used up: who alone can change it, without waiting; what is no object arrives."""
    notes = publish({**RULE, "a.csv": b"a\n", "big.npy": LfsFile(BIG)})
    server = serve(notes)
    server.add_fault(refusals.lfs_over_quota(status=status))
    ended = command("--replay", notes.pin(manifest), "--dest", dest, "--json")
    assert ended.status == 1
    assert set(tree_of(dest)) == {".gitattributes", "a.csv"}
    (failed,) = (each for each in json.loads(ended.out)["files"] if each["error"])
    assert failed["target"] == "big.npy"
    assert "has used up its Git LFS quota" in failed["error"]
    assert "Only its owner can change that" in failed["error"]


def test_an_object_that_is_gone_fails_alone(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """One object of a batch is missing on the server: the others are brought."""
    contents = many(3)
    notes = publish_objects(contents)
    serve(notes)
    gone = next(iter(contents))
    objects = notes.repository.lfs_objects
    objects.pop(
        next(oid for oid in objects if oid in blob_of(notes.files[gone]).decode())
    )
    ended = command("--replay", notes.pin(manifest, *contents), "--dest", dest)
    assert ended.status == 1
    assert set(tree_of(dest)) == set(contents) - {gone}
    assert "The Git LFS server does not have object" in ended.err
    assert "git lfs push --all" in ended.err


@pytest.mark.parametrize(
    "fault",
    [
        Fault(origin="storage", corrupt=True),
        Fault(origin="storage", length=len(BIG) - 1),
        Fault(origin="storage", length=len(BIG) + 1),
        Fault(origin="storage", body=b"<html>Sign in</html>", content_type="text/html"),
    ],
    ids=["other bytes", "too short", "too long", "a web page"],
)
def test_a_wrong_object_is_not_written(
    command: Command, serve: Serve, dest: Path, manifest: Path, fault: Fault
) -> None:
    """Size and SHA-256 are those of the pointer, or the file is missing."""
    notes = publish_objects({"big.npy": BIG})
    server = serve(notes)
    server.add_fault(fault)
    ended = command("--replay", notes.pin(manifest, "big.npy"), "--dest", dest)
    assert ended.status == 1
    assert tree_of(dest) == {}
    assert "big.npy" in ended.err


def test_what_is_saved_pins_the_object(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """`--pick --save` pins SHA-256 and size; the sum before the download is the real one."""
    notes = publish_objects({"big.npy": BIG})
    serve(notes)
    ended = command("--pick", "ada/notes", "*.npy", "--save", manifest, "--dest", dest)
    assert ended.status == 0
    assert "fetching 1 file, 26.0 kB" in ended.err
    assert f"size = {len(BIG)}" in manifest.read_text()
    assert "oid = " in manifest.read_text()


def test_large_objects_are_warned_about(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """The word for a large file goes by the object, not by its pointer of 130 bytes."""
    notes = publish_objects({"big.npy": BIG})
    serve(notes)
    pinned = notes.pin(manifest, "big.npy")
    ended = command("--replay", pinned, "--dest", dest, "--warn-size", "20kB")
    assert "big.npy (26.0 kB)" in ended.err


@pytest.mark.parametrize("limit", ["20kB", "25kB"])
def test_an_object_that_comes_to_light_counts(
    command: Command, serve: Serve, dest: Path, manifest: Path, limit: str
) -> None:
    """A manifest that pins the pointer only does not get past `--max-size`."""
    notes = publish_objects({"big.npy": BIG})
    server = serve(notes)
    pinned = by_pointer(notes, manifest, "big.npy")
    ended = command("--replay", pinned, "--dest", dest, "--max-size", limit)
    assert ended.status == 1
    assert tree_of(dest) == {}
    assert f"more than the limit of {limit.replace('kB', '.0 kB')}" in ended.err
    assert not [each for each in server.requests if each.origin == "storage"]
    assert command("--replay", pinned, "--dest", dest).status == 0
    assert tree_of(dest) == {"big.npy": BIG}


def test_unknown_keys_of_an_object_are_kept(
    command: Command, serve: Serve, manifest: Path, tmp_path: Path
) -> None:
    """What a later version writes into `lfs = {…}` survives an update."""
    notes = publish_objects({"big.npy": BIG})
    serve(notes)
    pinned = notes.pin(manifest, "big.npy")
    text = manifest.read_text().replace(" }", ', store = "cold" }')
    manifest.write_text(text)
    new = tmp_path / "new.toml"
    ended = command("--update", pinned, "--output", new)
    assert ended.status == 0
    assert "source[0].file[0].lfs.store: unknown key" in ended.err
    assert 'store = "cold"' in new.read_text()


def test_many_pointers_are_all_pinned(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Beyond two hundred as well: looking them up costs what the download then saves."""
    contents = many(230)
    notes = publish_objects(contents)
    server = serve(notes)
    ended = command("--pick", "ada/notes", "*.npy", "--save", manifest, "--dest", dest)
    assert ended.status == 0
    assert manifest.read_text().count("oid = ") == 230
    raw = [each.path for each in server.requests if each.origin == "raw"]
    assert len(raw) == len(set(raw)) == 231
