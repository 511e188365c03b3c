"""`--demo`: the embedded GitHub server in front of everything else."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from rehydrate_tui.errors import UsageError

SAMPLE = "rehydrate/field-notes"

_TOKEN_VARIABLES = ("GH_TOKEN", "GITHUB_TOKEN")


@dataclass(frozen=True, slots=True)
class Demo:
    """A running embedded server."""

    environ: Mapping[str, str]
    """The caller's environment, turned to the server; tokens are left out."""
    count_api_requests: Callable[[], int]


@contextmanager
def demo_if(environ: Mapping[str, str], *, is_wanted: bool) -> Generator[Demo | None]:
    """Run the embedded server if it is wanted; see `running_demo`."""
    if not is_wanted:
        yield None
        return
    with running_demo(environ) as demo:
        yield demo


@contextmanager
def running_demo(environ: Mapping[str, str]) -> Generator[Demo]:
    """Run the embedded server with its sample repositories.

    Raises:
        UsageError: the packages of the `demo` extra are not installed.
    """
    try:
        from rehydrate_tui.demo.sample import sample_repositories
        from rehydrate_tui.demo.server import GitHubServer
    except ModuleNotFoundError as error:
        raise UsageError(
            f"--demo needs the package {error.name}, which is not installed.",
            hint="Install it with: pip install 'rehydrate-tui[demo]'",
        ) from error
    server = GitHubServer(sample_repositories())
    kept = {key: text for key, text in environ.items() if key not in _TOKEN_VARIABLES}
    with server.running():
        yield Demo(
            environ={**kept, **server.environment(), "REHYDRATE_HOST": "github.com"},
            count_api_requests=lambda: sum(
                request.origin == "api" for request in server.requests
            ),
        )
