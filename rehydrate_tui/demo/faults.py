"""Faults on demand: what the network and GitHub can do to a client.

A fault describes; `gateway` and `delivery` carry it out. The named
constructors of GitHub's own refusals are in `refusals`.
"""

from __future__ import annotations

import fnmatch
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One misbehaviour and the requests that it befalls."""

    origin: str | None = None
    """`api`, `raw`, `codeload`, `lfs`, `storage`; None for all of them."""
    path: str | re.Pattern[str] = "*"
    """A glob over the whole path, or a compiled expression searched in it; both
    are tried on the path as sent and on the decoded one."""
    method: str | None = None
    times: int | None = None
    """How many requests it befalls; None for all of them."""
    after: int = 0
    """How many matching requests pass unharmed first."""
    status: int | None = None
    """Answer with this status instead of asking the origin."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """Headers to add or replace."""
    body: bytes | None = None
    """Answer with this body; the status is 200 if none is given."""
    content_type: str | None = None
    drop: bool = False
    """Reset the connection without any answer."""
    cut_after: int | None = None
    """Close the connection after so many bytes of the body."""
    stall_after: int | None = None
    """Fall silent after so many bytes of the body, the connection staying open."""
    delay: float = 0.0
    """Seconds to wait before the answer begins."""
    bytes_per_second: float | None = None
    corrupt: bool = False
    """Send wrong bytes of the right number."""
    length: int | None = None
    """Cut or pad the body to this length, the headers agreeing."""

    def befalls(self, origin: str, method: str, path: str) -> bool:
        """Tell whether a request is meant; `path` is still percent-encoded."""
        if self.origin not in {None, origin} or self.method not in {None, method}:
            return False
        return any(self._matches(text) for text in {path, unquote(path)})

    @property
    def answers_itself(self) -> bool:
        """Whether the origin is not asked at all."""
        return self.status is not None or self.body is not None

    @property
    def rewrites_body(self) -> bool:
        """Whether the body is changed, which only works on uncompressed bytes."""
        return self.corrupt or self.length is not None

    def _matches(self, text: str) -> bool:
        if isinstance(self.path, str):
            return fnmatch.fnmatchcase(text, self.path)
        return self.path.search(text) is not None


class FaultHandle:
    """A fault that was added; counts its victims and can be removed."""

    def __init__(self, plan: FaultPlan, fault: Fault) -> None:
        self._plan = plan
        self.fault = fault
        self.matched = 0

    @property
    def fired(self) -> int:
        """How many requests it has befallen."""
        limit = self.fault.times
        beyond = max(0, self.matched - self.fault.after)
        return beyond if limit is None else min(beyond, limit)

    def remove(self) -> None:
        """Take the fault away."""
        self._plan.remove(self)


class FaultPlan:
    """The faults in force; the first one added that matches wins."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._handles: list[FaultHandle] = []

    def add(self, fault: Fault) -> FaultHandle:
        """Put a fault in force."""
        handle = FaultHandle(self, fault)
        with self._lock:
            self._handles.append(handle)
        return handle

    def remove(self, handle: FaultHandle) -> None:
        """Take one fault away; harmless if it is gone already."""
        with self._lock:
            self._handles = [item for item in self._handles if item is not handle]

    def clear(self) -> None:
        """Take all faults away."""
        with self._lock:
            self._handles.clear()

    def strike(self, origin: str, method: str, path: str) -> Fault | None:
        """Find the fault that befalls a request, and count it."""
        with self._lock:
            for handle in self._handles:
                if handle.fault.befalls(origin, method, path) and _is_due(handle):
                    return handle.fault
        return None


def _is_due(handle: FaultHandle) -> bool:
    before = handle.fired
    handle.matched += 1
    return handle.fired > before
