"""The only writer to stdout and stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
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

    @classmethod
    def for_mode(
        cls,
        mode: OutputMode,
        *,
        is_json: bool = False,
        is_quiet: bool = False,
        is_verbose: bool = False,
    ) -> Console:
        """Return the console of this process.

        In a notebook everything goes to stdout, unless stdout is to hold JSON.
        """
        err = sys.stdout if mode.is_notebook and not is_json else sys.stderr
        return cls(sys.stdout, err, is_quiet, is_verbose)

    def result(self, line: str) -> None:
        """Print a line of the result."""
        print(strip_controls(line), file=self.out)

    def say(self, line: str) -> None:
        """Tell the person something, unless they asked for quiet."""
        if not self.is_quiet:
            print(strip_controls(line), file=self.err, flush=True)

    def detail(self, line: str) -> None:
        """Tell what only `--verbose` asks for."""
        if self.is_verbose:
            self.say(line)

    def complain(self, error: RehydrateError) -> None:
        """Print an error; this is never quiet."""
        text = strip_controls(f"rehydrate-tui: {error}")
        print(text, file=self.err, flush=True)

    def document(self, command: str, content: Mapping[str, Any]) -> None:
        """Print the one JSON document of a `--json` call."""
        document = {"schema": SCHEMA, "command": command, **content}
        print(json.dumps(document, indent=2, ensure_ascii=True), file=self.out)
