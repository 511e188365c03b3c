"""The only writer to stdout and stderr."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TextIO

from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.errors import RehydrateError
from rehydrate_tui.headless.environment import OutputMode

SCHEMA = "rehydrate-tui/1"


@dataclass(frozen=True, slots=True)
class Console:
    """Data goes to `out`, narration to `err`; each line is made safe."""

    out: TextIO
    err: TextIO
    is_quiet: bool = False
    is_verbose: bool = False
    log: Callable[[str], None] | None = None
    """Takes every line as well, hidden ones too."""

    @classmethod
    def for_mode(
        cls,
        mode: OutputMode,
        *,
        is_json: bool = False,
        is_quiet: bool = False,
        is_verbose: bool = False,
        log: Callable[[str], None] | None = None,
    ) -> Console:
        """Return the console of this process.

        In a notebook everything goes to stdout, unless stdout is to hold JSON.
        """
        out = _writable(sys.stdout)
        err = out if mode.is_notebook and not is_json else _writable(sys.stderr)
        return cls(out, err, is_quiet, is_verbose, log)

    def result(self, line: str) -> None:
        """Print a line of the result."""
        print(strip_controls(line), file=self.out)

    def say(self, line: str) -> None:
        """Tell the person something, unless they asked for quiet."""
        self._record(line)
        if not self.is_quiet:
            self._print(line)

    def insist(self, line: str) -> None:
        """Tell the person something that `--quiet` does not hide."""
        self._record(line)
        self._print(line)

    def detail(self, line: str) -> None:
        """Tell what only `--verbose` asks for."""
        self._record(line)
        if self.is_verbose and not self.is_quiet:
            self._print(line)

    def complain(self, error: RehydrateError) -> None:
        """Print an error; this is never quiet."""
        self.insist(f"rehydrate-tui: {error}")

    def record(self, error: RehydrateError) -> None:
        """Put an error that somebody else prints into the log."""
        self._record(f"error: {error}")

    def _record(self, line: str) -> None:
        if self.log is not None:
            self.log(line)

    def _print(self, line: str) -> None:
        print(strip_controls(line), file=self.err, flush=True)

    def document(self, command: str, content: Mapping[str, Any]) -> None:
        """Print the one JSON document of a `--json` call."""
        import json

        document = {"schema": SCHEMA, "command": command, **content}
        print(json.dumps(document, indent=2, ensure_ascii=True), file=self.out)


def _writable(stream: TextIO | None) -> TextIO:
    """Return a stream that takes every character, also where the original is closed.

    A name that the encoding of a terminal or pipe lacks is shown escaped; it must not
    end a download.
    """
    if stream is None:  # pyright: ignore[reportUnnecessaryComparison] - closed
        return io.StringIO()
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")
    return stream
