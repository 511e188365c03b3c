"""The status line: what is ticked, what fits, what is left of the quota. It never lies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone

from textual.content import Content

from rehydrate_tui.domain.limits import format_size
from rehydrate_tui.domain.quota import Quota
from rehydrate_tui.tui.widgets.split_line import SplitLine

_FEW_CALLS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Everything that the line tells."""

    files: int
    size: int
    free: int | None
    """Free bytes before anything is brought; None: the system does not say."""
    reserve: int
    """Bytes that must stay free."""
    quota: Quota | None
    is_truncated: bool = False


class StatusLine(SplitLine):
    """One line at the bottom of the browser: the basket at the left, the quota at the right."""

    def show_status(self, status: Status) -> None:
        """Tell the state anew."""
        left = Content.styled(" │ ", "$foreground-disabled").join(_basket(status))
        self.show(left, *(_quota(status.quota) if status.quota else ()))


def _basket(status: Status) -> list[Content]:
    parts = [_ticked(status), _space(status)]
    if status.is_truncated:
        parts.append(Content.styled("incomplete listing", "bold $text-warning"))
    return [part for part in parts if part]


def _ticked(status: Status) -> Content:
    if not status.files:
        return Content.styled("nothing ticked", "$foreground-muted")
    files = f"{status.files:,} file{'' if status.files == 1 else 's'}"
    return Content.styled(f"{files} · {format_size(status.size)} ticked", "bold")


def _space(status: Status) -> Content:
    if status.free is None:
        return Content()
    after = status.free - status.size
    if not status.size:
        return Content(f"{format_size(status.free)} free")
    if after < status.reserve:
        text = f"does not fit: {format_size(status.free)} free"
        return Content.styled(text, "bold $text-error")
    return Content(f"{format_size(after)} free after")


def _quota(quota: Quota) -> tuple[Content, ...]:
    """Return the quota in words, and a short form for narrow terminals."""
    at = datetime.fromtimestamp(quota.resets_at, tz=timezone.utc).astimezone()
    left = f"API {quota.remaining}/{quota.limit} left"
    style = "$text-warning" if quota.remaining < _FEW_CALLS else "$foreground-muted"
    texts = (f"{left}, resets {at:%H:%M}", left, f"API {quota.remaining}")
    return tuple(Content.styled(text, style) for text in texts)
