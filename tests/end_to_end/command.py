"""Runs the command line and looks at what it left behind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from rehydrate_tui.cli import main

# Line ends, and the carriage return of the one-line progress, are ours.
_CONTROL = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Finished:
    """How a call ended."""

    status: int
    out: str
    err: str


class Command:
    """Calls `cli.main`; no call may print a control character or a traceback."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *argv: str | Path) -> Finished:
        """Run one command line."""
        self._capsys.readouterr()
        status = main([str(argument) for argument in argv])
        out, err = self._capsys.readouterr()
        check_text(out)
        check_text(err)
        return Finished(status, out, err)


def check_text(text: str) -> None:
    """Fail if `text` would do something to a terminal, or shows a traceback."""
    found = _CONTROL.search(text)
    assert found is None, f"control character {found[0]!r} in {text!r}"
    assert "Traceback" not in text, text


def one_sentence(ended: Finished) -> str:
    """Return the one line that was printed, on stderr."""
    assert ended.out == ""
    lines = ended.err.splitlines()
    assert len(lines) == 1, ended.err
    assert lines[0].startswith("rehydrate-tui: ")
    return lines[0]
