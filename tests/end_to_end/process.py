"""The command line as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.end_to_end.command import Finished, check_text

ROOT = Path(__file__).parents[2]
PYTHON = sys.executable
PATIENCE = 60
"""Seconds after which a process is thought to hang."""


def start(
    *argv: str | Path,
    environ: Mapping[str, str] | None = None,
    before: Callable[[], None] | None = None,
) -> subprocess.Popen[bytes]:
    """Start `rehydrate-tui`; its output is piped, its input empty.

    `before` is called in the new process, to limit it.
    """
    return subprocess.Popen(  # noqa: S603 - the program under test
        [PYTHON, "-m", "rehydrate_tui", *map(str, argv)],
        env={**os.environ, "PYTHONPATH": str(ROOT), **(environ or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=before,  # noqa: PLW1509 - the tests start no threads of their own
    )


def finish(process: subprocess.Popen[bytes]) -> Finished:
    """Wait for the end; the output must do nothing to a terminal."""
    out, err = process.communicate(timeout=PATIENCE)
    texts = [(data or b"").decode("utf-8", "replace") for data in (out, err)]
    for text in texts:
        check_text(text)
    return Finished(process.returncode, *texts)


def run(
    *argv: str | Path,
    environ: Mapping[str, str] | None = None,
    before: Callable[[], None] | None = None,
) -> Finished:
    """Run `rehydrate-tui` to its end."""
    return finish(start(*argv, environ=environ, before=before))
