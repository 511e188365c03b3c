"""Manifests that leave something open, and several sources in one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Serve
from tests.end_to_end.command import Command
from tests.published import (
    MANIFEST_VERSION,
    is_executable,
    publish,
    requests_to,
    tree_of,
)
from tests.samples import MODEL, A
from tests.samples import REPOSITORY as FILES


def test_a_manifest_of_a_ref_and_a_rule_is_resolved(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Written by hand, without commit or files: the rule is resolved now, with notice."""
    notes = publish(FILES)
    server = serve(notes)
    manifest.write_text(
        MANIFEST_VERSION
        + '[[source]]\nrepository = "ada/notes"\nref = "main"\n'
        + 'include = ["data/", "*.sh", "!copy*"]\ninto = "in/here"\n'
    )
    ended = command("--replay", manifest, "--dest", dest)
    assert ended.status == 0
    assert tree_of(dest) == {
        "in/here/data/a.csv": A,
        "in/here/run.sh": b"#!/bin/sh\n",
    }
    assert "The manifest is not pinned, so the API was asked for the rest." in ended.err
    assert len(requests_to(server, "api")) == 3


def test_a_manifest_of_paths_alone_is_resolved(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Paths without blobs at the default branch; a path may go to two places."""
    notes = publish(FILES)
    serve(notes)
    manifest.write_text(
        MANIFEST_VERSION
        + '[[source]]\nrepository = "ada/notes"\n'
        + '[[source.file]]\npath = "data/a.csv"\nto = "first.csv"\n'
        + '[[source.file]]\npath = "data/a.csv"\nto = "second.csv"\n'
        + '[[source.file]]\npath = "model.npy"\n'
        + '[[source.file]]\npath = "run.sh"\n'
        + '[[source.file]]\npath = "docs/latest"\n'
    )
    ended = command("--replay", manifest, "--dest", dest)
    assert ended.status == 0
    assert tree_of(dest) == {
        "first.csv": A,
        "second.csv": A,
        "model.npy": MODEL.data,
        "run.sh": b"#!/bin/sh\n",
        "docs/latest": "-> ../data/a.csv",
    }
    assert is_executable(dest / "run.sh")


@pytest.mark.parametrize(
    ("file", "status", "expected"),
    [
        ('path = "gone.csv"', 1, "The repository has no “gone.csv” at this commit"),
        ('path = "data"', 2, "“data” in ada/notes is a folder, not a file"),
        ('path = "tools"', 2, "“tools” in ada/notes is a"),
    ],
)
def test_a_listed_path_that_is_no_file_is_named(
    command: Command,
    serve: Serve,
    dest: Path,
    manifest: Path,
    file: str,
    status: int,
    expected: str,
) -> None:
    """A path without a blob is looked up; what is not there or no file is said so."""
    serve(publish(FILES))
    source = '[[source]]\nrepository = "ada/notes"\n[[source.file]]\n'
    manifest.write_text(f"{MANIFEST_VERSION}{source}{file}\n")
    ended = command("--replay", manifest, "--dest", dest)
    assert ended.status == status
    assert expected in ended.err
    assert not dest.exists()


def test_two_sources_for_one_place_are_refused(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """When rules of two sources meet in one place, nothing is touched: exit 2."""
    serve(
        publish({"README.md": b"one\n"}),
        publish({"README.md": b"two\n"}, name="other"),
    )
    manifest.write_text(
        MANIFEST_VERSION
        + '[[source]]\nrepository = "ada/notes"\ninclude = ["README.md"]\n'
        + '[[source]]\nrepository = "ada/other"\ninclude = ["README.md"]\n'
    )
    ended = command("--replay", manifest, "--dest", dest)
    assert ended.status == 2
    assert "“README.md” is already written by source[0].file[0]" in ended.err
    assert not dest.exists()


def test_several_sources_are_replayed_together(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Two repositories in one manifest, each below its own folder."""
    notes, other = publish(FILES), publish({"x": b"x"}, name="other")
    server = serve(notes, other)
    manifest.write_text(
        MANIFEST_VERSION + notes.toml("empty", into='"one"') + other.toml(into='"two"'),
    )
    assert command("--replay", manifest, "--dest", dest).status == 0
    assert tree_of(dest) == {"one/empty": b"", "two/x": b"x"}
    assert requests_to(server, "api") == []
