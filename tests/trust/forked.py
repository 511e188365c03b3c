"""The other side of `processes.Nursery`: forks the command line, once for each job.

Every job is a process of its own, which can be killed, or which ends itself without
another word just before its n-th step that changes the disk. Importing happens once, in
the process that forks: it has one thread and no socket.
"""

from __future__ import annotations

import json
import os
import signal
import ssl
import sys
import traceback
from collections.abc import Callable
from typing import Any

import anyio._backends._asyncio  # noqa: F401 - loads it
import httpx

# Loaded before the first fork; a replay would load it when it fetches.
import rehydrate_tui.github  # noqa: F401 - loads it
from rehydrate_tui.cli import main
from rehydrate_tui.storage.receipts import ReceiptIndex

KILLED = 137

# Reading all certificates takes longer than the rest of a run, and the server speaks
# plain HTTP. Making a client loads what httpx loads late.
_CERTIFICATES = httpx.create_ssl_context()
httpx.AsyncClient(verify=_CERTIFICATES)

_CHANGES = {
    "os.chmod",
    "os.link",
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.symlink",
    "os.truncate",
    "os.utime",
    "sqlite3.connect",
}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


def _certificates(*_: object, **__: object) -> ssl.SSLContext:
    return _CERTIFICATES


class Steps:
    """Counts the steps that change the disk and ends the process before one of them."""

    def __init__(self, last: int) -> None:
        self._left = last
        self._write = os.write

    def arm(self) -> None:
        """Begin to count: system calls, writes, transactions."""
        os.write = self._half_write
        change = ReceiptIndex._run_many

        def counted(index: ReceiptIndex, *arguments: Any) -> None:  # noqa: ANN401 - anything, as the original takes it
            self._step()
            change(index, *arguments)
            self._step()

        ReceiptIndex._run_many = counted  # type: ignore[assignment, method-assign]  # counted instead
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in _CHANGES or (event == "open" and arguments[2] & _WRITING):
            self._step()

    def _half_write(self, descriptor: int, data: Any, /) -> int:  # noqa: ANN401 - anything, as the original takes it
        """Write, or write a half and end."""
        self._step(lambda: self._write(descriptor, data[: len(data) // 2]))
        return self._write(descriptor, data)

    def _step(self, last_deed: Callable[[], object] = bool) -> None:
        self._left -= 1
        if self._left == 0:
            last_deed()
            os._exit(KILLED)


def run(job: dict[str, Any]) -> None:
    """Be the job; never returns."""
    status = 99
    try:
        output = os.open(job["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.environ.clear()
        os.environ.update(job["environ"])
        if job["last_step"]:
            Steps(job["last_step"]).arm()
        status = main(job["argv"])
    except BaseException:  # noqa: BLE001 - the other side asks for no traceback
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def serve() -> None:
    """Take jobs from standard input, one in a line, until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    httpx.create_ssl_context = _certificates
    while line := sys.stdin.readline():
        job = json.loads(line)
        if "wait" in job:
            _, status = os.waitpid(job["wait"], 0)
            answer = os.waitstatus_to_exitcode(status)
        else:
            answer = os.fork()
            if answer == 0:
                signal.signal(signal.SIGINT, signal.default_int_handler)
                run(job)
        print(answer, flush=True)  # noqa: T201 - this is the answer


if __name__ == "__main__":
    serve()
