"""What exported code cannot bring is refused before it is exported."""

from __future__ import annotations

from rehydrate_tui.errors import UsageError
from rehydrate_tui.export.forms import Form
from rehydrate_tui.export.pinned import Pinned
from rehydrate_tui.export.probe import probe


def check_access(pinned: Pinned, form: Form) -> list[str]:
    """Ask whether the files can be had without a token; return what to tell.

    Raises:
        UsageError: they cannot, and a script of this form carries none.
    """
    findings = probe(pinned)
    if not findings.absent:
        return findings.notes
    names = ", ".join(map(str, findings.absent))
    words = f"{names} cannot be read without an account: it is private, or gone."
    if form.works_with_token:
        needed = "The cell needs rehydrate-tui and a token where it runs."
        return [*findings.notes, f"{words} {needed}"]
    raise UsageError(
        words,
        hint="A script carries no token. Use --replay with GH_TOKEN set, or --export magic.",
    )
