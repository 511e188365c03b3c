"""rehydrate-tui: bring the files of a GitHub repository back, byte for byte.

The package in layers; an arrow points down, never up:

    __main__ > cli > api > (wiring | notebook) > (tui | headless) > (engine | github) > storage > domain > errors

- `cli` reads the arguments and chooses a front end.
- `api` has the Python functions; their names are looked up here when first used.
- `notebook` is what only a kernel has: live display, magics, secrets.
- `wiring` is the one place where the engine meets the GitHub client.
- `tui` and `headless` are the two front ends over one `engine.session.Session`.
- `engine` has the use cases; it knows the network as the protocol `engine.ports.Remote`.
- `github` is the only package that knows httpx.
- `storage` is the disk and this machine; only `storage.toml_io` knows TOML.
- `domain` is pure: values and decisions.
- `demo` is the embedded GitHub server; it shares no code with the rest.
"""

from __future__ import annotations

# What type checkers take for true, without loading typing.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from rehydrate_tui.api import (
        ReplayReport,
        StatusReport,
        UpdateReport,
        replay,
        replay_async,
        status,
        update,
    )
    from rehydrate_tui.domain.manifest import Manifest
    from rehydrate_tui.errors import (
        ConflictError,
        IntegrityError,
        LimitExceededError,
        LocalError,
        ManifestError,
        NoSpaceError,
        RateLimitedError,
        RehydrateError,
        RemoteError,
        ReplayIncompleteError,
        UsageError,
    )
    from rehydrate_tui.version import __version__

__all__ = [
    "ConflictError",
    "IntegrityError",
    "LimitExceededError",
    "LocalError",
    "Manifest",
    "ManifestError",
    "NoSpaceError",
    "RateLimitedError",
    "RehydrateError",
    "RemoteError",
    "ReplayIncompleteError",
    "ReplayReport",
    "StatusReport",
    "UpdateReport",
    "UsageError",
    "__version__",
    "replay",
    "replay_async",
    "status",
    "update",
]

_HOMES = {
    "Manifest": "rehydrate_tui.domain.manifest",
    "__version__": "rehydrate_tui.version",
}


# Type checkers see the imports above, and so the names that do not exist.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Load a public name when it is first used: importing the package is free."""
        from importlib import import_module

        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        is_error = name.endswith("Error")
        home = _HOMES.get(name) or f"{__name__}.{'errors' if is_error else 'api'}"
        value = getattr(import_module(home), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def load_ipython_extension(shell: object) -> None:
    """Add `%rehydrate` and `%%rehydrate`: `%load_ext rehydrate_tui`."""
    from rehydrate_tui.api import replay
    from rehydrate_tui.notebook.magics import register

    register(shell, replay)
