"""`--cache` and `--offline`: what comes from where, and who was asked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import rehydrate_tui
from rehydrate_tui.demo import refusals
from rehydrate_tui.demo.builder import Content, LfsFile
from rehydrate_tui.demo.server import Account
from tests.cache.contents import BIG, FILES, WHOLE, A
from tests.conftest import Serve
from tests.end_to_end import process
from tests.end_to_end.command import Command
from tests.published import MANIFEST_VERSION, blob_id, blob_of, publish, tree_of


def entries(cache: Path) -> list[Path]:
    """Return all that the cache holds."""
    return sorted(path for path in cache.rglob("*") if path.is_file())


def test_a_second_session_asks_nobody(
    command: Command, serve: Serve, tmp_path: Path, manifest: Path, cache: Path
) -> None:
    """What one session has brought, the next one takes from the cache, modes and all."""
    notes = publish(FILES)
    server = serve(notes)
    pinned = notes.pin(manifest)
    first = command("--replay", pinned, "--dest", tmp_path / "1", "--cache", cache)
    assert (first.status, tree_of(tmp_path / "1")) == (0, WHOLE)
    server.clear_requests()
    second = command("--replay", pinned, "--dest", tmp_path / "2", "--cache", cache)
    assert (second.status, tree_of(tmp_path / "2")) == (0, WHOLE)
    assert server.requests == []
    assert os.access(tmp_path / "2" / "run.sh", os.X_OK)
    assert "From the cache, not from the network" in second.err
    assert "0 B received" in second.err


def test_an_entry_is_a_copy(
    command: Command, serve: Serve, tmp_path: Path, manifest: Path, cache: Path
) -> None:
    """Editing a file that came from the cache changes nothing in it."""
    notes = publish({"a.csv": A})
    serve(notes)
    pinned = notes.pin(manifest)
    for name in ("1", "2"):
        command("--replay", pinned, "--dest", tmp_path / name, "--cache", cache)
        with (tmp_path / name / "a.csv").open("ab") as file:
            file.write(b"edited")
    (entry,) = entries(cache)
    assert entry.read_bytes() == A


@pytest.mark.parametrize(
    "poison",
    [b"", b"x" * len(A), A[:-1], A + b"x", b"\x1b[2J" * 100_000],
    ids=["empty", "other bytes", "too short", "too long", "far too long"],
)
def test_a_poisoned_entry_is_found_out(
    command: Command,
    serve: Serve,
    dest: Path,
    manifest: Path,
    cache: Path,
    poison: bytes,
) -> None:
    """It is not used, it is dropped, and the right content takes its place."""
    notes = publish({"a.csv": A})
    serve(notes)
    oid = blob_id(A)
    place = cache / "blob" / oid[:2] / oid[2:]
    place.parent.mkdir(parents=True)
    place.write_bytes(poison)
    ended = command("--replay", notes.pin(manifest), "--dest", dest, "--cache", cache)
    assert ended.status == 0
    assert tree_of(dest) == {"a.csv": A}
    assert place.read_bytes() == A


def test_a_poisoned_entry_offline_is_a_failure(
    command: Command, serve: Serve, dest: Path, manifest: Path, cache: Path
) -> None:
    """Without a network the file is missing, named, and nothing wrong is written."""
    notes = publish({"a.csv": A})
    serve(notes)
    oid = blob_id(A)
    place = cache / "blob" / oid[:2] / oid[2:]
    place.parent.mkdir(parents=True)
    place.write_bytes(b"x" * len(A))
    ended = command(
        "--replay", notes.pin(manifest), "--dest", dest, "--cache", cache, "--offline"
    )
    assert ended.status == 1
    assert tree_of(dest) == {}
    assert not place.exists()
    assert "“a.csv” of ada/notes is not in the cache" in ended.err


def test_a_pointer_that_the_manifest_does_not_know(
    command: Command, serve: Serve, tmp_path: Path, manifest: Path, cache: Path
) -> None:
    """A pointer and its object are both kept, so that the next run needs neither."""
    notes = publish({"big.npy": LfsFile(BIG)})
    server = serve(notes)
    pointer = blob_of(LfsFile(BIG))
    manifest.write_text(
        f'{MANIFEST_VERSION}[[source]]\nrepository = "ada/notes"\n'
        f'commit = "{notes.commit}"\n[[source.file]]\npath = "big.npy"\n'
        f'blob = "{blob_id(pointer)}"\nsize = {len(pointer)}\n'
    )
    for name in ("1", "2"):
        server.clear_requests()
        ended = command(
            "--replay", manifest, "--dest", tmp_path / name, "--cache", cache
        )
        assert (ended.status, tree_of(tmp_path / name)) == (0, {"big.npy": BIG})
    assert server.requests == []
    assert len(entries(cache)) == 2


@pytest.mark.parametrize(("mode", "kept"), [(0o700, 2), (0o755, 0)])
def test_what_needed_a_token_is_not_shown_to_others(
    command: Command,
    serve: Serve,
    dest: Path,
    manifest: Path,
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    mode: int,
    kept: int,
) -> None:
    """Private files stay out of a cache that others can read."""
    secret = publish({"a.csv": A, "big.npy": LfsFile(BIG)}, private=True)
    server = serve(secret)
    server.tokens["ghp_x"] = Account("ada")
    host = server.lfs_url.removeprefix("http://")
    monkeypatch.setenv("GH_ENTERPRISE_TOKEN", "ghp_x")
    monkeypatch.setenv("REHYDRATE_HOST", host)
    cache.mkdir()
    cache.chmod(mode)
    pinned = secret.pin(manifest, host=f'"{host}"')
    ended = command("--replay", pinned, "--dest", dest, "--cache", cache)
    assert ended.status == 0
    assert tree_of(dest) == {"a.csv": A, "big.npy": BIG}
    assert len(entries(cache)) == kept


@pytest.mark.parametrize("by", ["environment", "file"])
def test_a_hub_sets_the_cache_for_all(
    command: Command,
    serve: Serve,
    tmp_path: Path,
    manifest: Path,
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    by: str,
) -> None:
    """`REHYDRATE_CACHE` and `config.toml` set it, `--cache off` goes without."""
    notes = publish({"a.csv": A})
    serve(notes)
    if by == "environment":
        monkeypatch.setenv("REHYDRATE_CACHE", str(cache))
    else:
        monkeypatch.setenv("REHYDRATE_CONFIG_DIR", str(tmp_path))
        (tmp_path / "config.toml").write_text(f"cache = '{cache}'\n")
    pinned = notes.pin(manifest)
    command("--replay", pinned, "--dest", tmp_path / "1", "--cache", "off")
    assert not cache.exists()
    command("--replay", pinned, "--dest", tmp_path / "2")
    assert len(entries(cache)) == 1


def test_a_cache_that_is_a_file_is_refused(
    command: Command, serve: Serve, dest: Path, manifest: Path, cache: Path
) -> None:
    """A wrong folder is said before anything is touched."""
    notes = publish({"a.csv": A})
    server = serve(notes)
    cache.write_bytes(b"")
    ended = command("--replay", notes.pin(manifest), "--dest", dest, "--cache", cache)
    assert ended.status == 2
    assert "is no folder" in ended.err
    assert not dest.exists()
    assert server.requests == []


def test_a_cache_that_cannot_be_written_costs_nothing(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """A read-only volume that has nothing: the files come from the network."""
    notes = publish({"a.csv": A})
    serve(notes)
    ended = command(
        "--replay", notes.pin(manifest), "--dest", dest, "--cache", "/proc/none"
    )
    assert ended.status == 0
    assert tree_of(dest) == {"a.csv": A}


def test_two_processes_share_a_cache(
    serve: Serve, tmp_path: Path, manifest: Path, cache: Path
) -> None:
    """Real processes at once into one cache: all complete, one entry for each content."""
    files: dict[str, Content] = {f"{n}.txt": b"%d\n" % n * 1000 for n in range(20)}
    notes = publish(files)
    serve(notes)
    pinned = notes.pin(manifest)
    running = [
        process.start("--replay", pinned, "--dest", tmp_path / name, "--cache", cache)
        for name in "abcd"
    ]
    assert [process.finish(each).status for each in running] == [0] * 4
    assert all(tree_of(tmp_path / name) == files for name in "abcd")
    assert len(entries(cache)) == 20


def test_the_python_function_has_both(
    serve: Serve, tmp_path: Path, manifest: Path, cache: Path
) -> None:
    """`replay(cache=…)` fills it, `replay(offline=True)` lives on it."""
    notes = publish(FILES)
    server = serve(notes)
    pinned = notes.pin(manifest)
    rehydrate_tui.replay(pinned, tmp_path / "1", cache=cache, progress="none")
    server.clear_requests()
    rehydrate_tui.replay(
        pinned, tmp_path / "2", cache=str(cache), offline=True, progress="none"
    )
    assert tree_of(tmp_path / "2") == WHOLE
    with pytest.raises(rehydrate_tui.ReplayIncompleteError):
        rehydrate_tui.replay(
            pinned, tmp_path / "3", cache="off", offline=True, progress="none"
        )
    assert server.requests == []


def test_a_throttled_class_lives_on_the_cache(
    command: Command, serve: Serve, dest: Path, manifest: Path, cache: Path
) -> None:
    """With both hosts closed, what is in the cache comes, the rest is named."""
    notes = publish({"a.csv": A, "b.txt": b"b\n"})
    server = serve(notes)
    oid = blob_id(A)
    place = cache / "blob" / oid[:2] / oid[2:]
    place.parent.mkdir(parents=True)
    place.write_bytes(A)
    server.add_fault(refusals.raw_throttle(retry_after=3600))
    server.add_fault(refusals.primary_limit(reset_in=3600))
    ended = command("--replay", notes.pin(manifest), "--dest", dest, "--cache", cache)
    assert ended.status == 1
    assert tree_of(dest) == {"a.csv": A}
    assert "1 file missing" in ended.err
