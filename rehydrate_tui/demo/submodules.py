"""Where a submodule lives: the address in .gitmodules of the same commit."""

from __future__ import annotations

import posixpath
from io import BytesIO

from dulwich.config import ConfigFile, parse_submodules

from rehydrate_tui.demo.repository import Repository


def submodule_address(repository: Repository, commit: str, path: bytes) -> str | None:
    """Return the address of a submodule as written, relative ones included."""
    found = repository.find(commit, b".gitmodules")
    if found is None or found.entry.kind != "blob":
        return None
    try:
        config = ConfigFile.from_file(BytesIO(repository.objects.blob(found.entry.oid)))
    except ValueError:
        return None
    for submodule_path, url, _name in parse_submodules(config):
        if submodule_path == path:
            return url.decode("utf-8", "replace")
    return None


def absolute_address(repository: Repository, address: str) -> str:
    """Resolve a relative submodule address: to a path below the web host's root.

    Returns:
        `/owner/name.git` for a relative address, else the address itself.
    """
    if not address.startswith(("./", "../")):
        return address
    return posixpath.normpath(posixpath.join(f"/{repository.full_name}", address))
