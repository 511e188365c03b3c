"""Long fuzzing with Atheris, by hand: `python -m tests.fuzz.campaign TARGET [RUNS]`.

Atheris is not among the test dependencies: it has wheels for few Pythons.
"""

from __future__ import annotations

import importlib
import sys

RUNS = 100_000


def main(name: str, runs: int = RUNS) -> None:
    """Feed one target, guided by the branches that inputs reach."""
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["rehydrate_tui"]):
        targets = importlib.import_module("tests.fuzz.targets")
    atheris.Setup([sys.argv[0], f"-atheris_runs={runs}"], targets.TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:3]))
