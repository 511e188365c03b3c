"""Where output goes and what can be shown there, decided once at the start."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from enum import Enum


class OutputMode(Enum):
    """The four places where a command may run."""

    CELL_TERMINAL = "cell-terminal"
    """A `!` line of a notebook: a pseudo-terminal that nobody can type into."""
    CELL_PIPE = "cell-pipe"
    """A child of a kernel on a pipe, such as `%%bash`."""
    TERMINAL = "terminal"
    PIPE = "pipe"

    @property
    def is_notebook(self) -> bool:
        """Whether the output ends up in a notebook; all of it goes to stdout then.

        Notebooks paint stderr red, which frightens people.
        """
        return self in {OutputMode.CELL_TERMINAL, OutputMode.CELL_PIPE}


class ProgressStyle(Enum):
    """How progress is shown (`--progress`)."""

    BAR = "bar"
    """A live bar on a real terminal."""
    LINE = "line"
    """One padded line, rewritten every two seconds at most."""
    LOG = "log"
    """A line at the start, at each quarter, for each failure."""
    NONE = "none"


_STYLES = {
    OutputMode.CELL_TERMINAL: ProgressStyle.LINE,
    OutputMode.CELL_PIPE: ProgressStyle.LOG,
    OutputMode.TERMINAL: ProgressStyle.BAR,
    OutputMode.PIPE: ProgressStyle.LOG,
}


def detect_output_mode(environ: Mapping[str, str], *, is_terminal: bool) -> OutputMode:
    """Tell where this process runs.

    Kernels set `FORCE_COLOR` for their children, so that variable says nothing; a
    terminal opened in JupyterLab does not have `JPY_PARENT_PID`.
    """
    is_colab = environ.get("TERM") == "xterm-color" and any(
        name.startswith("COLAB_") for name in environ
    )
    if "JPY_PARENT_PID" in environ or is_colab:
        return OutputMode.CELL_TERMINAL if is_terminal else OutputMode.CELL_PIPE
    return OutputMode.TERMINAL if is_terminal else OutputMode.PIPE


def output_mode() -> OutputMode:
    """Tell where this process runs, by its streams and its environment."""
    return detect_output_mode(os.environ, is_terminal=_is_terminal())


def _is_terminal() -> bool:
    # textual-serve draws in a browser, through pipes.
    if os.environ.get("TEXTUAL_DRIVER", "").endswith(":WebDriver"):
        return True
    # The interface reads from stdin and draws on stderr, as Textual does; closed
    # streams are None in Python.
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return all(stream is not None and stream.isatty() for stream in streams)


def progress_style(mode: OutputMode, wanted: str) -> ProgressStyle:
    """Return the style for `--progress wanted`; `auto` follows the mode."""
    return _STYLES[mode] if wanted == "auto" else ProgressStyle(wanted)
