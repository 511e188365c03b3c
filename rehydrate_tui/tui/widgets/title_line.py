"""The top line: what is open, and which step of the way this is."""

from __future__ import annotations

from textual.content import Content

from rehydrate_tui.domain.text import shorten, strip_controls
from rehydrate_tui.engine.opened import OpenRepository
from rehydrate_tui.tui.widgets.split_line import SplitLine

STEPS = ("Browse", "Review", "Download", "Done")

_SHORT_ID = 7
_MAX_REF = 40


class TitleLine(SplitLine):
    """Names the open repository; the steps stand at its right end."""

    def __init__(self, step: str) -> None:
        super().__init__()
        self._step = step

    def on_mount(self) -> None:
        """Begin with the product's name."""
        self.show(Content.styled("rehydrate-tui", "bold $primary"), *self._trail())

    def show_repository(self, opened: OpenRepository) -> None:
        """Name a repository, its ref and commit."""
        repository, commit = opened.repository, opened.commit
        short = commit.oid[:_SHORT_ID]
        ref = shorten(strip_controls(commit.ref), _MAX_REF)
        at = f" @ {short}" if commit.ref == commit.oid else f" @ {ref} ({short})"
        parts = [
            Content.styled(strip_controls(str(repository.id)), "bold $primary"),
            Content.styled(at, "$foreground-muted"),
        ]
        if repository.is_private:
            parts.append(Content.styled("  private", "$text-warning"))
        self.show(Content.assemble(*parts), *self._trail())

    def _trail(self) -> tuple[Content, ...]:
        """Return the steps, and a short form for narrow terminals."""
        if self._step not in STEPS:
            return (Content.styled(self._step, "bold"),) if self._step else ()
        steps = Content(" → ").join(
            Content.styled(
                step, "bold" if step == self._step else "$foreground-disabled"
            )
            for step in STEPS
        )
        position = STEPS.index(self._step) + 1
        return steps, Content.styled(f"{self._step} {position}/{len(STEPS)}", "bold")
