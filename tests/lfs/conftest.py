"""The command line in virtual time, as the end-to-end tests run it."""

from __future__ import annotations

from tests.end_to_end.conftest import command, dest, manifest

__all__ = ["command", "dest", "manifest"]
