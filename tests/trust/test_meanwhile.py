"""What others do to the folder while a replay runs: people, and other replays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rehydrate_tui.demo.builder import Content
from rehydrate_tui.demo.faults import Fault
from tests.conftest import Serve
from tests.end_to_end.command import Command
from tests.end_to_end.conftest import OnContent, command, on_content
from tests.published import publish, tree_of
from tests.trust.ground import check_whole, finished, is_part, on_disk
from tests.trust.processes import Nursery

__all__ = ["command", "on_content"]

OLD: dict[str, Content] = {"a.txt": b"old\n", "b.txt": b"old b\n"}
NEW: dict[str, Content] = {"a.txt": b"new\n", "b.txt": b"new b\n"}
EDIT = b"written meanwhile\n"


def overwrite(path: Path) -> None:
    """Edit in place."""
    path.write_bytes(EDIT)


def replace(path: Path) -> None:
    """Edit as most editors do."""
    path.with_name("draft").write_bytes(EDIT)
    path.with_name("draft").replace(path)


def same_size(path: Path) -> None:
    """Change one byte in place, in the instant in which the plan was made."""
    path.write_bytes(b"odd\n")


@pytest.mark.parametrize("edit", [overwrite, replace, same_size])
@pytest.mark.parametrize("policy", ["keep", "backup", "overwrite", "fail"])
def test_an_edit_during_an_update_is_not_lost(
    command: Command,
    serve: Serve,
    on_content: OnContent,
    dest: Path,
    tmp_path: Path,
    edit: Callable[[Path], None],
    policy: str,
) -> None:
    """A file that was ours at planning is an edit by the time of the rename: it counts."""
    old = publish(OLD)
    new = old.followed_by(NEW)
    serve(old)
    argv = ("--dest", dest, "--on-conflict", policy, "--jobs", "1")
    assert command("--replay", old.pin(tmp_path / "m.toml"), *argv).status == 0
    on_content("a.txt", lambda: edit(dest / "a.txt"))
    ended = command("--replay", new.pin(tmp_path / "m.toml"), *argv)
    edited = b"odd\n" if edit is same_size else EDIT
    found = tree_of(dest)
    assert found["b.txt"] == b"new b\n"
    if policy == "keep":
        assert (ended.status, found["a.txt"]) == (0, edited)
        assert "edited here and kept" in ended.err
    elif policy == "fail":
        assert (ended.status, found["a.txt"]) == (1, edited)
        assert "was changed during the run" in ended.err
    else:
        assert (ended.status, found["a.txt"]) == (0, b"new\n")
        assert found.get("a.txt.~1~") == (edited if policy == "backup" else None)


def test_a_link_planted_during_an_update_is_not_followed(
    command: Command, serve: Serve, on_content: OnContent, dest: Path, tmp_path: Path
) -> None:
    """A link that takes the place of a file during the run stays, and so does its target."""
    old = publish(OLD)
    new = old.followed_by(NEW)
    serve(old)
    outside = tmp_path / "outside"
    outside.write_bytes(b"private")

    def plant() -> None:
        (dest / "a.txt").unlink()
        (dest / "a.txt").symlink_to(outside)

    argv = ("--dest", dest, "--on-conflict", "overwrite", "--jobs", "1")
    assert command("--replay", old.pin(tmp_path / "m.toml"), *argv).status == 0
    on_content("a.txt", plant)
    assert command("--replay", new.pin(tmp_path / "m.toml"), *argv).status == 1
    assert outside.read_bytes() == b"private"
    assert (dest / "a.txt").is_symlink()


LARGE = b"0123456789abcdef" * (2 * 2**20 // 16)
MANY: dict[str, Content] = {
    **{f"small/{number}": b"%d\n" % number for number in range(20)},
    "large.bin": LARGE,
    "twin.bin": LARGE,
}


@pytest.mark.parametrize("is_shared", [True, False])
def test_two_replays_into_one_folder(
    nursery: Nursery,
    serve: Serve,
    tmp_path: Path,
    dest: Path,
    is_shared: bool,  # noqa: FBT001 - a table of values
) -> None:
    """Both complete, whether or not they share the index, and nothing is left over."""
    notes = publish(MANY)
    server = serve(notes)
    server.add_fault(Fault(origin="raw", path="*.bin", bytes_per_second=16 * 2**20))
    manifest = notes.pin(tmp_path / "m.toml")
    states = ["one", "one" if is_shared else "two"]
    for turn in range(5):
        folder = dest / str(turn)
        jobs = [
            nursery.start(
                *("--replay", manifest, "--dest", folder, "--jobs", "2"),
                environ={"REHYDRATE_STATE_DIR": str(tmp_path / state)},
            )
            for state in states
        ]
        for job in jobs:
            ended = job.wait()
            assert ended.status == 0, ended.output
            assert "edited here" not in ended.output
        check_whole(tree_of(folder), {n: on_disk(data) for n, data in MANY.items()})


def test_a_replay_leaves_the_part_of_another_alone(
    nursery: Nursery, serve: Serve, tmp_path: Path, dest: Path
) -> None:
    """While one process receives a file, another one that fetches it too takes its own."""
    notes = publish({"large.bin": LARGE})
    server = serve(notes)
    stall = server.add_fault(Fault(origin="raw", stall_after=2**20 + 5000, times=1))
    argv = ("--replay", notes.pin(tmp_path / "m.toml"), "--dest", dest)
    environ = {"REHYDRATE_STATE_DIR": str(tmp_path / "state")}
    first = nursery.start(*argv, environ=environ)

    def has_begun() -> bool:
        parts = [*dest.glob(".*.part")]
        return bool(parts) and parts[0].stat().st_size > 2**20

    assert first.until(has_begun)
    assert nursery.run(*argv, environ=environ).status == 0
    assert [name for name in tree_of(dest) if is_part(name)], "it is in use"
    first.kill()
    stall.remove()
    server.clear_requests()
    ended = nursery.run(*argv, environ=environ)
    assert (ended.status, server.requests) == (0, [])
    check_whole(tree_of(dest), {"large.bin": LARGE})


def test_two_versions_at_once_leave_whole_files(
    nursery: Nursery, serve: Serve, tmp_path: Path, dest: Path
) -> None:
    """Two replays that disagree end, and each file is wholly one of the two."""
    old = publish({f"{number}.txt": b"old %d\n" % number for number in range(20)})
    new = old.followed_by(
        {f"{number}.txt": b"new %d\n" % number for number in range(20)}
    )
    serve(old)
    manifests = [old.pin(tmp_path / "old.toml"), new.pin(tmp_path / "new.toml")]
    environ = {"REHYDRATE_STATE_DIR": str(tmp_path / "state")}
    for turn in range(5):
        folder = dest / str(turn)
        jobs = [
            nursery.start("--replay", each, "--dest", folder, environ=environ)
            for each in manifests
        ]
        assert all(job.wait().status in {0, 1} for job in jobs)
        found = tree_of(folder)
        assert found == finished(found)
        assert set(found) == set(old.files)
        for name, data in found.items():
            assert data in {old.files[name], new.files[name]}
