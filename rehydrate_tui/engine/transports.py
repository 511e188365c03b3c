"""When another transport may have what one did not give, and what is said in the end."""

from __future__ import annotations

from collections.abc import Sequence

from rehydrate_tui.domain.digest import blob_oid
from rehydrate_tui.domain.plan import PlannedFile
from rehydrate_tui.domain.text import strip_controls
from rehydrate_tui.engine.ports import Remote
from rehydrate_tui.errors import (
    DigestMismatchError,
    IntegrityError,
    NotFoundError,
    PayloadError,
    RateLimitedError,
    RehydrateError,
    ServerError,
    TransportError,
)

_TWO = 2
_ONE_TRANSPORT_ONLY = (
    IntegrityError,
    PayloadError,
    RateLimitedError,
    ServerError,
    TransportError,
)


def may_differ_elsewhere(error: RehydrateError, remote: Remote) -> bool:
    """Tell whether the next transport may do better.

    A private repository is absent for the raw host, which is asked without token.
    """
    if isinstance(error, NotFoundError):
        return remote.is_authenticated
    return isinstance(error, _ONE_TRANSPORT_ONLY)


def worst(failures: Sequence[RehydrateError]) -> RehydrateError:
    """Return the error to report: the first, or both ids when two transports differ."""
    mismatches = [each for each in failures if isinstance(each, DigestMismatchError)]
    if len(mismatches) < _TWO:
        return failures[0]
    first, second = mismatches
    return DigestMismatchError(
        f"“{strip_controls(first.path)}”: pinned is {first.expected}, but the raw host "
        f"sent {first.actual} and the API {second.actual}.",
        path=first.path,
        expected=first.expected,
        actual=first.actual,
        hint="Nothing was written. A proxy may change what passes through it.",
    )


def check_link_text(place: PlannedFile, text: str) -> None:
    """Hold the text of a link that the manifest brings against its pinned id.

    Raises:
        DigestMismatchError: it is another one.
    """
    expected = place.file.blob or ""
    actual = blob_oid(text.encode("utf-8", "surrogateescape"), like=expected)
    if actual != expected:
        raise DigestMismatchError(
            f"“{strip_controls(place.target)}”: the link's text is {actual}, "
            f"pinned is {expected}.",
            path=place.target,
            expected=expected,
            actual=actual,
            hint="The manifest was changed by hand: correct symlink or blob.",
        )
