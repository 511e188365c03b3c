"""Serves repositories in the foreground: `python -m rehydrate_tui.demo`."""

from __future__ import annotations

import argparse
import shlex
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from rehydrate_tui.demo.limits import Limits
from rehydrate_tui.demo.recorded_tree import repository_from_listing
from rehydrate_tui.demo.repository import Repository
from rehydrate_tui.demo.sample import sample_repositories
from rehydrate_tui.demo.server import GitHubServer

_MILLISECONDS = 1000


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until Ctrl+C; what to export goes to stdout, the rest to stderr."""
    options = _parser().parse_args(arguments)
    repositories = _repositories(options)
    limits = Limits(
        truncate_entries=options.truncate_entries, anonymous_calls=options.calls
    )
    server = GitHubServer(
        repositories,
        limits=limits,
        first_port=options.port,
        delay=options.rtt / _MILLISECONDS,
    )
    with server.running():
        for name, value in server.environment().items():
            print(f"export {name}={shlex.quote(value)}", flush=True)  # noqa: T201 - printing is what it does
        for repository in repositories:
            _tell(f"serving {repository.full_name} at {repository.default_branch}")
        _tell("Ctrl+C stops the server.")
        _wait()
    for repository in repositories:
        repository.close()
    return 0


def _wait() -> None:
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        _tell("stopped")


def _tell(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201 - printing is what it does


def _repositories(options: argparse.Namespace) -> list[Repository]:
    chosen = [Repository.from_clone(*clone) for clone in options.clone]
    chosen += [repository_from_listing(listing) for listing in options.tree]
    if options.sample or not chosen:
        chosen += sample_repositories()
    return chosen


def _clone(text: str) -> tuple[Path, str, str]:
    path, _, full_name = text.rpartition("=")
    owner, _, name = full_name.partition("/")
    if not (path and owner and name):
        raise argparse.ArgumentTypeError("a clone is given as PATH=owner/name")
    return Path(path), owner, name


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m rehydrate_tui.demo",
        description="A GitHub for this machine only. Without a choice: the sample.",
    )
    add = parser.add_argument
    add("--sample", action="store_true", help="serve the sample repositories")
    add(
        "--clone",
        action="append",
        default=[],
        type=_clone,
        metavar="PATH=owner/name",
        help="serve a local clone",
    )
    add(
        "--tree",
        action="append",
        default=[],
        type=Path,
        metavar="FILE.json.gz",
        help="serve a recorded tree listing with made-up file contents",
    )
    add("--port", type=int, default=0, help="first of five ports; 0: any free ones")
    add("--truncate-entries", type=int, default=100_000, help="limit of tree listings")
    add("--calls", type=int, default=60, help="anonymous API calls an hour")
    add("--rtt", type=float, default=0.0, metavar="MS", help="delay of every answer")
    return parser


if __name__ == "__main__":
    sys.exit(main())
