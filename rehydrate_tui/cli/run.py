"""Where the command line begins; `--version` needs nothing else."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rehydrate_tui.version import __version__


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    words = sys.argv[1:] if argv is None else argv
    if [*words] == ["--version"]:
        print(__version__)  # noqa: T201 - the parser would say the same, later
        return 0
    from rehydrate_tui.cli.dispatch import dispatch

    return dispatch(words)
