"""A file of the folder, read to be shown: bounded, and through no link."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rehydrate_tui.errors import WriteError
from rehydrate_tui.storage.local_files import read_local


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    """As long as it is not longer than allowed."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/a").write_bytes(b"abc")
    assert read_local(tmp_path, "sub/a", most=3) == b"abc"


def test_a_file_that_is_too_long_is_not_read(tmp_path: Path) -> None:
    """It says how long it may be."""
    (tmp_path / "a").write_bytes(b"abcd")
    with pytest.raises(WriteError, match="more than 3 bytes"):
        read_local(tmp_path, "a", most=3)


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    """A pipe would be waited for, a link leads elsewhere."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(WriteError, match="no regular file"):
        read_local(tmp_path, "pipe", most=3)
    (tmp_path / "folder").mkdir()
    with pytest.raises(WriteError, match="A folder stands"):
        read_local(tmp_path, "folder", most=3)
    (tmp_path / "real").mkdir()
    (tmp_path / "real/a").write_bytes(b"abc")
    (tmp_path / "link").symlink_to("real")
    with pytest.raises(WriteError, match="behind a link"):
        read_local(tmp_path, "link/a", most=3)


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    """With its name."""
    with pytest.raises(WriteError, match="gone"):
        read_local(tmp_path, "gone", most=3)
