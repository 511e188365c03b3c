"""What a terminal in a notebook needs before Textual is imported; Textual is not, here."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, MutableMapping

from rehydrate_tui.errors import UsageError

_JUPYTER = ("JUPYTER_SERVER_URL", "JUPYTER_SERVER_ROOT")
_MULTIPLEXER = ("TMUX", "STY")
_CANNOT_DRAW = {"dumb", "unknown"}
_COLOUR_WISHES = ("COLORTERM", "NO_COLOR", "TEXTUAL_COLOR_SYSTEM")


def check_terminal(environ: Mapping[str, str]) -> None:
    """Refuse a terminal that cannot be drawn on.

    Raises:
        UsageError: `TERM` says so.
    """
    if environ.get("TERM") in _CANNOT_DRAW:
        raise UsageError(
            f"This terminal (TERM={environ['TERM']}) cannot show the interface.",
            hint="Use --plain: it does the same, line by line.",
        )


def prepare_terminal(
    environ: MutableMapping[str, str] | None = None, *, is_terminal: bool | None = None
) -> None:
    """Correct the environment for browser terminals; call it before importing `tui.app`.

    Args:
        environ: what to correct; the process's own by default.
        is_terminal: whether standard output is one; found out by default.
    """
    environ = os.environ if environ is None else environ
    if sys.stdout.isatty() if is_terminal is None else is_terminal:
        # terminado exports the size at the start; Textual believes it for ever after.
        environ.pop("COLUMNS", None)
        environ.pop("LINES", None)
    if _draws_true_colour_unsaid(environ):
        environ["COLORTERM"] = "truecolor"
    # Every frame travels through a web socket, and terminado replays the last thousand.
    environ.setdefault("TEXTUAL_ANIMATIONS", "none")


def is_ascii_wanted(environ: Mapping[str, str], encoding: str) -> bool:
    """Tell whether to draw in ASCII: asked for, or the terminal takes nothing else.

    Args:
        environ: `REHYDRATE_ASCII` is 1 or 0; unset: the encoding decides.
        encoding: that of standard output.
    """
    wish = environ.get("REHYDRATE_ASCII", "").lower()
    if wish:
        return wish not in {"0", "no", "off", "false"}
    return not encoding.lower().replace("-", "").startswith("utf")


def _draws_true_colour_unsaid(environ: MutableMapping[str, str]) -> bool:
    """Tell whether this is JupyterLab's xterm.js, which draws 24 bit and does not say so."""
    return (
        any(name in environ for name in _JUPYTER)
        and environ.get("TERM", "").startswith("xterm")
        and not any(name in environ for name in (*_MULTIPLEXER, *_COLOUR_WISHES))
    )
