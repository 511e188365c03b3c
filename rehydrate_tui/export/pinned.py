"""A manifest as the data that exported code carries: short, plain, one line a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rehydrate_tui.domain.manifest import LockedFile, Manifest, Source
from rehydrate_tui.domain.manifest_reader import check_targets
from rehydrate_tui.domain.objects import RepoId
from rehydrate_tui.errors import UsageError
from rehydrate_tui.storage.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """Everything that a hand-over needs to know."""

    manifest: Manifest
    settings: Settings
    """Where the hosts answer; looked up now, because the script cannot."""
    into: str = "."
    """The folder that the files go to when nobody says otherwise."""

    def __post_init__(self) -> None:
        if not self.manifest.is_pinned:
            raise UsageError(
                "Only a pinned manifest can be exported.",
                hint="Give each source its commit, each file its blob and size.",
            )
        check_targets(self.manifest.sources)

    @property
    def repositories(self) -> list[RepoId]:
        """The repositories, each once, in the order of the manifest."""
        return list(dict.fromkeys(each.repository for each in self.manifest.sources))

    def data(self) -> dict[str, Any]:
        """Return what `standalone.run.Run` takes."""
        hosts = {repo.host for repo in self.repositories}
        endpoints = {host: self.settings.endpoints(host) for host in sorted(hosts)}
        return {
            "into": self.into,
            "host": self.settings.host,
            "hosts": {
                host: {"raw": each.raw, "lfs": each.lfs}
                for host, each in endpoints.items()
            },
            "sources": [_source(source) for source in self.manifest.sources],
        }


def _source(source: Source) -> dict[str, Any]:
    return {
        "repository": source.repository.full_name,
        "host": source.repository.host,
        "commit": source.commit,
        "into": source.into or "",
        "files": [_row(file) for file in source.files],
    }


def _row(file: LockedFile) -> list[Any]:
    """Return path, blob, size and, where there is more to say, the rest."""
    more: dict[str, Any] = {}
    if file.to is not None:
        more["to"] = str(file.to)
    if file.executable:
        more["executable"] = True
    if file.symlink is not None:
        more["symlink"] = file.symlink
    if file.lfs is not None:
        more["lfs"] = {"oid": file.lfs.oid, "size": file.lfs.size}
    elif file.keep_pointer:
        more["lfs"] = False
    return [str(file.path), str(file.blob), file.size, *([more] if more else [])]


def literal_lines(data: dict[str, Any]) -> Iterator[str]:
    """Yield the data as Python source, made to be read: one line for each file.

    `repr` escapes what is invisible or would reorder the text.
    """
    yield "MANIFEST = {"
    for key in ("into", "host", "hosts"):
        yield f"    {key!r}: {data[key]!r},"
    yield "    'sources': ["
    for source in data["sources"]:
        head = {key: value for key, value in source.items() if key != "files"}
        yield f"        {repr(head)[:-1]}, 'files': ["
        yield from (f"            {row!r}," for row in source["files"])
        yield "        ]},"
    yield "    ],"
    yield "}"
