"""The command line in virtual time, as the end-to-end tests run it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.end_to_end.conftest import command, dest, manifest

__all__ = ["command", "dest", "manifest"]


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """Where the cache will be."""
    return tmp_path / "cache"
