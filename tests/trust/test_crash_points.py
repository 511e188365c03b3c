"""A run that ends before any one of its steps that change the disk."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rehydrate_tui.demo.builder import Content, Executable, LfsFile, Symlink
from tests.conftest import Serve
from tests.published import Published, publish, tree_of
from tests.trust.forked import KILLED
from tests.trust.ground import check_interrupted, check_whole, on_disk
from tests.trust.processes import Nursery

MIB = 2**20
OLD: dict[str, Content] = {
    "same.txt": b"the same in both\n",
    "moved-on.txt": b"old\n",
    "edited.txt": b"as published\n",
    "deep/er/run.sh": Executable(b"#!/bin/sh\n"),
    "link": Symlink("same.txt"),
    "model.npy": LfsFile(b"old model" * 100),
    "becomes-link": b"a file at first\n",
}
NEW: dict[str, Content] = {
    **OLD,
    "moved-on.txt": b"new\n",
    "edited.txt": b"published anew\n",
    "deep/er/run.sh": Executable(b"#!/bin/sh\necho new\n"),
    "link": Symlink("moved-on.txt"),
    "model.npy": LfsFile(b"new model" * 100),
    "becomes-link": Symlink("same.txt"),
    "large.bin": b"0123456789abcdef" * (2 * MIB // 16),
    "twin/one.txt": b"twins\n",
    "twin/two.txt": b"twins\n",
}
EDIT = b"what a person wrote\n"
POLICIES = ["keep", "backup", "overwrite"]


def prepare(
    nursery: Nursery, old: Published, dest: Path, state: Path, manifest: Path
) -> None:
    """Make a folder that holds the old files, one of them edited."""
    environ = {"REHYDRATE_STATE_DIR": str(state)}
    ended = nursery.run("--replay", old.pin(manifest), "--dest", dest, environ=environ)
    assert ended.status == 0, ended.output
    (dest / "edited.txt").write_bytes(EDIT)


def restore(template: Path, folder: Path) -> None:
    """Make `folder` what `template` is."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(template, folder, symlinks=True)


@pytest.mark.parametrize("policy", POLICIES)
def test_no_step_is_a_bad_one_to_end_before(
    nursery: Nursery, serve: Serve, tmp_path: Path, policy: str
) -> None:
    """Ended before its n-th change of the disk, for every n: no wrong byte, no edit lost.

    The next run completes, takes its own earlier work for its own, and leaves nothing
    unfinished.
    """
    old = publish(OLD)
    new = old.followed_by(NEW)
    serve(old)
    dest, state, manifest = (tmp_path / name for name in ("dest", "state", "m.toml"))
    prepare(nursery, old, dest, state, manifest)
    new.pin(manifest)
    shutil.copytree(dest, tmp_path / "dest-before", symlinks=True)
    shutil.copytree(state, tmp_path / "state-before")
    before = tree_of(dest)
    pinned = {name: on_disk(content) for name, content in NEW.items()}
    expected = dict(pinned)
    if policy == "keep":
        expected["edited.txt"] = EDIT
    if policy == "backup":
        expected["edited.txt.~1~"] = EDIT
    edits = [] if policy == "overwrite" else [EDIT]
    environ = {"REHYDRATE_STATE_DIR": str(state)}
    argv = ("--replay", manifest, "--dest", dest, "--on-conflict", policy)
    step = 0
    status = KILLED
    while status == KILLED:
        step += 1
        restore(tmp_path / "dest-before", dest)
        restore(tmp_path / "state-before", state)
        status = nursery.run(*argv, environ=environ, last_step=step).status
        if status == KILLED:
            check_interrupted(tree_of(dest), before, pinned, edits)
            ended = nursery.run(*argv, environ=environ)
            assert ended.status == 0, ended.output
        check_whole(tree_of(dest), expected)
    assert status == 0
    assert step > 40
    print(f"{step - 1} crash points under {policy}")  # noqa: T201 - for the note


def generation(number: int) -> dict[str, Content]:
    """Return the files of one of three commits that follow each other."""
    return {
        "a.txt": b"a %d\n" % number,
        "link": Symlink(("a.txt", "m.npy", "b.txt")[number]),
        "m.npy": LfsFile(b"m %d\n" % number),
        "b.txt": b"b %d\n" % number,
    }


@pytest.mark.parametrize("is_announced", [True, False], ids=["lfs pinned", "found out"])
def test_what_an_ended_run_wrote_is_ours(
    nursery: Nursery,
    serve: Serve,
    tmp_path: Path,
    is_announced: bool,  # noqa: FBT001 - a table of values
) -> None:
    """Ended at any step, then the pins move on: all follows without questions.

    What the ended run had put in place is known for its own, although it could not
    record that any more.
    """
    first = publish(generation(0))
    commits = [first, *(first.followed_by(generation(number)) for number in (1, 2))]
    serve(first)
    dest, state, manifest = (tmp_path / name for name in ("dest", "state", "m.toml"))
    environ = {"REHYDRATE_STATE_DIR": str(state)}
    argv = ("--replay", manifest, "--dest", dest)

    def replay(published: Published, last_step: int = 0) -> int:
        published.pin(manifest)
        if not is_announced:
            lines = manifest.read_text("utf-8").splitlines()
            kept = [line for line in lines if not line.startswith("lfs =")]
            manifest.write_text("\n".join(kept), "utf-8")
        return nursery.run(*argv, environ=environ, last_step=last_step).status

    expected = {name: on_disk(content) for name, content in commits[2].files.items()}
    step, status = 0, KILLED
    while status == KILLED:
        step += 1
        shutil.rmtree(dest, ignore_errors=True)
        assert replay(commits[0]) == 0
        status = replay(commits[1], last_step=step)
        assert replay(commits[2]) == 0
        check_whole(tree_of(dest), expected)
    assert status == 0
    assert step > 20
