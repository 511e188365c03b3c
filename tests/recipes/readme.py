"""Takes the recipes out of README, where they stand once."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"

_BLOCK = re.compile(
    r"<!-- recipe: (\S+) -->\n```\w+\n(.*?)^```$", re.DOTALL | re.MULTILINE
)


def recipes() -> dict[str, str]:
    """Return every recipe by its name, as it stands there."""
    return dict(_BLOCK.findall(README.read_text("utf-8")))


def run_line(dockerfile: str) -> str:
    """Return what `RUN` gives to the shell: continued lines are one line."""
    (line,) = re.findall(r"^RUN (.*)$", dockerfile.replace("\\\n", ""), re.MULTILINE)
    return str(line)


def run_step(workflow: str) -> str:
    """Return the script of the one step of a workflow."""
    (block,) = re.findall(r"^- run: \|\n((?: {4}.*\n)+)", workflow, re.MULTILINE)
    return textwrap.dedent(block)
