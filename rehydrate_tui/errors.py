"""Every error the product raises on purpose.

```
RehydrateError                    message, hint, code
├── UsageError                    the call is wrong
│   └── AddressError              a pasted address names no repository
├── ManifestError                 key_path: where in the manifest
│   ├── ManifestSyntaxError       not TOML, or beyond the limits checked before parsing
│   ├── ManifestValueError        a key is missing, mistyped or unsafe
│   └── ManifestVersionError      written by a newer version
├── RemoteError                   url (never with a secret), status
│   ├── TransportError            the network failed
│   │   ├── TransportTimeoutError
│   │   ├── ConnectionFailedError
│   │   └── InterruptedStreamError
│   ├── CredentialError           a token was refused or may not do this
│   ├── NotFoundError
│   │   ├── RepositoryNotFoundError
│   │   ├── RefNotFoundError
│   │   └── PathNotFoundError
│   ├── EmptyRepositoryError      there is no commit yet
│   ├── BlockedError              taken down or blocked (403 with a reason, 451)
│   ├── RateLimitedError          retry_after, resets_at, kind
│   ├── ServerError               5xx
│   ├── ExpiredLinkError          a signed download link is too old
│   ├── OfflineError              --offline forbids to ask
│   └── PayloadError              an answer that is not what was asked for
├── IntegrityError                path, expected, actual
│   ├── SizeMismatchError
│   └── DigestMismatchError
├── LocalError                    path on this machine
│   ├── UnsafePathError           a repository path that must not be written
│   ├── DestinationError          nothing can be put below `--dest`
│   ├── ConflictError             local files differ under `--on-conflict fail`
│   ├── LimitExceededError        above --max-size
│   ├── NoSpaceError
│   └── WriteError
└── ReplayIncompleteError         report: what arrived and what did not
```

An error says what happened, where, and (in `hint`) what to do next. It knows no
renderer: front ends decide how it looks and which exit status it becomes.
"""

from __future__ import annotations

from typing import Any, ClassVar


class RehydrateError(Exception):
    """Root of the tree; `code` is stable and meant for machines."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()

    def _render_traceback_(self) -> list[str]:
        """Show one line in a notebook: where in this package it arose helps nobody."""
        text = f"{type(self).__name__}: {self}"
        return ["".join(each if each.isprintable() else "\ufffd" for each in text)]


class UsageError(RehydrateError):
    """The call itself is wrong; nothing was touched."""

    code = "usage"


class AddressError(UsageError):
    """A pasted address names no repository."""

    code = "address"


class ManifestError(RehydrateError):
    """A manifest cannot be used; `key_path` says which key, such as `source[1].into`."""

    code = "manifest"

    def __init__(self, message: str, *, key_path: str = "", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.key_path = key_path
        self.origin = ""
        """The file or address of the manifest, once it is known."""

    def __str__(self) -> str:
        where = [part for part in (self.origin, self.key_path) if part]
        return ": ".join([*where, super().__str__()])


class ManifestSyntaxError(ManifestError):
    """Not TOML, or over the limits that are checked before parsing."""

    code = "manifest-syntax"


class ManifestValueError(ManifestError):
    """A key is missing, has the wrong type or an unsafe value."""

    code = "manifest-value"


class ManifestVersionError(ManifestError):
    """The manifest comes from a newer major version."""

    code = "manifest-version"


class RemoteError(RehydrateError):
    """A server could not give what was asked; `url` carries no secret."""

    code = "remote"

    def __init__(
        self, message: str, *, url: str = "", status: int | None = None, hint: str = ""
    ) -> None:
        super().__init__(message, hint=hint)
        self.url = url
        self.status = status


class TransportError(RemoteError):
    """The network failed before an answer was complete."""

    code = "transport"


class TransportTimeoutError(TransportError):
    """Nothing arrived for too long."""

    code = "timeout"


class ConnectionFailedError(TransportError):
    """No connection: name resolution, refused, TLS."""

    code = "connection"


class InterruptedStreamError(TransportError):
    """The connection ended in the middle of an answer."""

    code = "interrupted"


class CredentialError(RemoteError):
    """A token was refused, or may not do this."""

    code = "credential"


class NotFoundError(RemoteError):
    """Absent, or private and not visible to this caller: GitHub does not say which."""

    code = "not-found"


class RepositoryNotFoundError(NotFoundError):
    """No such repository for this caller."""

    code = "repository-not-found"


class RefNotFoundError(NotFoundError):
    """No such branch, tag or commit."""

    code = "ref-not-found"


class PathNotFoundError(NotFoundError):
    """No such file at this commit."""

    code = "path-not-found"


class EmptyRepositoryError(RemoteError):
    """The repository has no commit yet."""

    code = "empty-repository"


class BlockedError(RemoteError):
    """GitHub blocks access to the repository."""

    code = "blocked"


class RateLimitedError(RemoteError):
    """Too many requests; waiting helps.

    `retry_after` is in seconds, `resets_at` in seconds since the epoch; each is None
    when the server does not say. `kind` is "primary", "secondary" or "raw".
    """

    code = "rate-limited"

    def __init__(  # noqa: PLR0913 - an error carries all that the answer said
        self,
        message: str,
        *,
        kind: str,
        retry_after: float | None = None,
        resets_at: float | None = None,
        url: str = "",
        status: int | None = None,
        hint: str = "",
    ) -> None:
        super().__init__(message, url=url, status=status, hint=hint)
        self.kind = kind
        self.retry_after = retry_after
        self.resets_at = resets_at


class ServerError(RemoteError):
    """The server failed (5xx); trying again may help."""

    code = "server"


class ExpiredLinkError(RemoteError):
    """A storage host refuses a signed link, as it does when the link is too old."""

    code = "expired-link"


class OfflineError(RemoteError):
    """It is not on this machine, and the network may not be asked."""

    code = "offline"


class PayloadError(RemoteError):
    """The answer is not what was asked for, such as an HTML page or a broken JSON."""

    code = "payload"


class IntegrityError(RehydrateError):
    """What arrived is not what was pinned."""

    code = "integrity"

    def __init__(
        self, message: str, *, path: str, expected: str, actual: str, hint: str = ""
    ) -> None:
        super().__init__(message, hint=hint)
        self.path = path
        self.expected = expected
        self.actual = actual


class SizeMismatchError(IntegrityError):
    """More or fewer bytes than pinned."""

    code = "size-mismatch"


class DigestMismatchError(IntegrityError):
    """The right number of bytes, but other ones."""

    code = "digest-mismatch"


class LocalError(RehydrateError):
    """Something on this machine stands in the way; `path` says where."""

    code = "local"

    def __init__(self, message: str, *, path: str = "", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.path = path


class UnsafePathError(LocalError):
    """A repository path that must not be written on this machine."""

    code = "unsafe-path"


class DestinationError(LocalError):
    """Nothing can be put below the destination: it is a file, or not writable."""

    code = "destination"


class ConflictError(LocalError):
    """Local files differ and `--on-conflict fail` was asked for."""

    code = "conflict"


class LimitExceededError(LocalError):
    """The download is larger than `--max-size` allows."""

    code = "limit"


class NoSpaceError(LocalError):
    """The disk is full, or would be."""

    code = "no-space"


class WriteError(LocalError):
    """The operating system refused to read or write a local file."""

    code = "write"


class ReplayIncompleteError(RehydrateError):
    """Something could not be brought; `report` has what did and what did not."""

    code = "incomplete"

    def __init__(self, message: str, *, report: Any, hint: str = "") -> None:  # noqa: ANN401 - a DownloadReport; this module imports nothing
        super().__init__(message, hint=hint)
        self.report = report
