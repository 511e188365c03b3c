"""Real processes of the command line, quickly started, to be killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0


@dataclass(frozen=True)
class Ended:
    """How a process ended."""

    status: int
    """Negative for a signal."""
    output: str


class Job:
    """One running process."""

    def __init__(self, nursery: Nursery, pid: int, output: Path) -> None:
        self._nursery = nursery
        self._output = output
        self.pid = pid

    def kill(self) -> Ended:
        """End it at this very instant."""
        self.signal(signal.SIGKILL)
        return self.wait()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal; nothing happens if it has ended."""
        os.kill(self.pid, number)

    def is_over(self) -> bool:
        """Tell whether it has ended by itself."""
        stat = Path(f"/proc/{self.pid}/stat").read_text("utf-8", "replace")
        return stat.rpartition(")")[2].split()[0] == "Z"

    def until(self, condition: Callable[[], bool]) -> bool:
        """Wait for a condition; say whether it came before the end of the process."""
        while not condition():
            if self.is_over():
                return False
            os.sched_yield()
        return True

    def wait(self) -> Ended:
        """Wait for its end."""
        status = self._nursery.ask({"wait": self.pid})
        return Ended(status, self._output.read_text("utf-8", "replace"))


class Nursery:
    """Starts processes of the command line by forking; see `forked`."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._count = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.trust.forked"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(
        self,
        *argv: str | Path,
        environ: Mapping[str, str],
        last_step: int = 0,
    ) -> Job:
        """Start a command line; with `last_step` it ends itself before that step."""
        self._count += 1
        output = Path(self._folder.name) / f"{self._count}.txt"
        # It may be killed before it has opened it.
        output.touch()
        pid = self.ask(
            {
                "argv": [str(each) for each in argv],
                "environ": {**os.environ, **environ},
                "output": str(output),
                "last_step": last_step,
            }
        )
        return Job(self, pid, output)

    def run(
        self,
        *argv: str | Path,
        environ: Mapping[str, str],
        last_step: int = 0,
    ) -> Ended:
        """Run a command line to its end."""
        return self.start(*argv, environ=environ, last_step=last_step).wait()

    def ask(self, job: Mapping[str, object]) -> int:
        """Send one job and return the answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """End the process that forks."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE)
        self._process.stdout.close()
        self._folder.cleanup()
