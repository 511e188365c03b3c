"""What surrounds an exported script: mirrors, tools, locales."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from rehydrate_tui.demo.builder import Content, Symlink
from tests.conftest import Serve
from tests.export.conftest import Export
from tests.export.hand_over import (
    PYTHONS,
    RUNNERS,
    SHELLS,
    Runner,
    expected_ids,
    git_ids,
    run,
)
from tests.published import publish, requests_to, tree_of
from tests.samples import FILES as ALL_KINDS
from tests.samples import MODEL, A

FILES: dict[str, Content] = {
    name: ALL_KINDS[name]
    for name in ("data/a.csv", "data/copy of a.csv", "docs/latest", "model.npy")
}

runners = pytest.mark.parametrize("runner", RUNNERS, ids=str)


@pytest.mark.parametrize("runner", PYTHONS, ids=str)
def test_a_mirror_can_be_named(
    runner: Runner, serve: Serve, export: Export, manifest: Path, dest: Path
) -> None:
    """The addresses in a Python script can be changed where it runs."""
    notes = publish({"a.csv": A, "model.npy": MODEL})
    server = serve(notes)
    raw, lfs = os.environ.pop("REHYDRATE_RAW_URL"), os.environ.pop("REHYDRATE_LFS_URL")
    script = dest.with_name("script.py")
    made = export(runner.form, notes.pin(manifest))
    script.write_text(made.read_text("utf-8"), "utf-8")
    assert "raw.githubusercontent.com/{owner}" in script.read_text("utf-8")
    ended = run(runner, script, dest, REHYDRATE_RAW_URL=raw, REHYDRATE_LFS_URL=lfs)
    assert ended.status == 0
    assert tree_of(dest) == {"a.csv": A, "model.npy": MODEL.data}
    assert requests_to(server, "raw")


TOOLS = [
    "cat",
    "chmod",
    "cp",
    "curl",
    "cut",
    "grep",
    "ln",
    "mkdir",
    "mv",
    "perl",
    "readlink",
    "rm",
    "sed",
    "tr",
    "wc",
]


@pytest.mark.parametrize("hashers", [("sha1sum", "sha256sum"), ("shasum",)], ids=str)
@pytest.mark.parametrize("runner", SHELLS, ids=str)
def test_a_shell_needs_few_tools(
    runner: Runner,
    hashers: tuple[str, ...],
    serve: Serve,
    export: Export,
    manifest: Path,
    dest: Path,
) -> None:
    """Besides curl and one kind of hasher, only what every POSIX system has."""
    notes = publish(FILES)
    serve(notes)
    tools = dest.with_name("tools")
    tools.mkdir()
    for name in (*TOOLS, *hashers):
        found = shutil.which(name)
        assert found, name
        (tools / name).symlink_to(found)
    script = export(runner.form, notes.pin(manifest))
    ended = run(runner, script, dest, PATH=str(tools))
    assert ended.status == 0, ended.out
    assert "not found" not in ended.out
    assert git_ids(dest) == expected_ids(FILES, dest.with_name("expected"))


@runners
def test_a_locale_does_not_matter(
    runner: Runner, serve: Serve, export: Export, manifest: Path, dest: Path
) -> None:
    """Names keep their bytes where the session speaks plain ASCII."""
    notes = publish({"naïve/日本語.txt": b"names", "l": Symlink("naïve/日本語.txt")})
    serve(notes)
    ended = run(runner, export(runner.form, notes.pin(manifest)), dest, LC_ALL="C")
    assert ended.status == 0, ended.out
    assert tree_of(dest) == {"naïve/日本語.txt": b"names", "l": "-> naïve/日本語.txt"}
