"""Addresses at which nobody answers."""

from __future__ import annotations

import socket


def refused_port() -> str:
    """Return an address of this machine where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def no_such_name() -> str:
    """Return an address whose name does not resolve."""
    return "https://github.invalid"
