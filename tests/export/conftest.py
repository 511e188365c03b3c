"""Exports as they are made by the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rehydrate_tui.cli import main
from tests.end_to_end.command import Finished

Export = Callable[..., Path]
Call = Callable[..., Finished]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """Run the command line in this process."""

    def run(*argv: str | Path) -> Finished:
        capsys.readouterr()
        status = main([str(argument) for argument in argv])
        out, err = capsys.readouterr()
        return Finished(status, out, err)

    return run


@pytest.fixture
def export(call: Call, tmp_path: Path) -> Export:
    """Export a manifest to a file and return its path."""

    def make(form: str, manifest: Path, *more: str) -> Path:
        output = tmp_path / f"made.{form}"
        ended = call("--export", form, manifest, "--output", output, *more)
        assert ended.status == 0, ended.err
        return output

    return make


@pytest.fixture
def dest(tmp_path: Path) -> Path:
    """Where files go; it does not exist yet."""
    return tmp_path / "dest"


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """Where the manifest will be."""
    return tmp_path / "manifest.toml"
