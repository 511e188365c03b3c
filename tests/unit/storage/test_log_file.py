"""`--log FILE`: whole lines, for the owner only, and never the reason for an end."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rehydrate_tui.errors import UsageError
from rehydrate_tui.storage.log_file import LogFile


def test_lines_are_safe(tmp_path: Path) -> None:
    """Escapes become visible, passwords in addresses are masked, each line has its time."""
    path = tmp_path / "l.log"
    LogFile(path).line("asked \x1b[31m https://ada:hunter2@example.org/x\nforged line")
    (line,) = path.read_text().splitlines()
    assert "\x1b" not in line
    assert "hunter2" not in line
    assert "forged line" in line
    assert path.stat().st_mode & 0o777 == 0o600


def test_lines_are_appended(tmp_path: Path) -> None:
    """Two runs share one file."""
    for text in ("one", "two"):
        LogFile(tmp_path / "l.log").line(text)
    words = [line.split()[1] for line in (tmp_path / "l.log").read_text().splitlines()]
    assert words == ["one", "two"]


@pytest.mark.parametrize("name", ["gone/l.log", ".", "a\0b"])
def test_a_log_that_cannot_be_written(tmp_path: Path, name: str) -> None:
    """Said before anything else happens."""
    with pytest.raises(UsageError, match="cannot be written"):
        LogFile(tmp_path / name)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """A link that somebody left there does not lead the log over another file."""
    (tmp_path / "precious").write_text("mine")
    (tmp_path / "l.log").symlink_to(tmp_path / "precious")
    with pytest.raises(UsageError):
        LogFile(tmp_path / "l.log")


def test_a_full_disk_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be logged is lost, the download goes on."""
    log = LogFile(tmp_path / "l.log")

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    log.line("x")
