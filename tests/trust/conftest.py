"""Processes that can be killed at any instant."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.trust.processes import Nursery


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """What starts processes quickly."""
    made = Nursery()
    yield made
    made.close()


@pytest.fixture
def dest(tmp_path: Path) -> Path:
    """Where files go; it does not exist yet."""
    return tmp_path / "dest"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """The state folder of the runs."""
    return tmp_path / "state"
