"""What the Python functions return: values that show themselves well in a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from rehydrate_tui.domain.changes import ManifestUpdate
from rehydrate_tui.domain.limits import SizePolicy
from rehydrate_tui.domain.manifest import Manifest
from rehydrate_tui.domain.plan import DownloadPlan
from rehydrate_tui.domain.report import DownloadReport
from rehydrate_tui.domain.status import StatusReport as StatusFound
from rehydrate_tui.headless.status import status_document, status_lines, summary_line
from rehydrate_tui.headless.summary import (
    plan_document,
    plan_lines,
    report_document,
    report_lines,
)
from rehydrate_tui.headless.update import update_document, update_lines, update_summary
from rehydrate_tui.notebook import markup
from rehydrate_tui.notebook.kernel import cell_number

MAX_LINES = 40
"""Lines that a report shows; `files` and `to_dict()` have everything."""

Outcome = Literal[
    "fetched", "present", "kept", "cancelled", "failed",
    "fetch", "update", "overwrite", "backup", "keep", "refuse",
]  # fmt: skip
"""How a file ended, or with `dry_run` what would be done; as in `--json`."""

State = Literal["present", "missing", "edited", "outdated"]


@dataclass(kw_only=True)
class Shown:
    """Shows its lines, in a notebook and elsewhere."""

    lines: Sequence[str] = field(repr=False, compare=False)
    """The report in words; the last line is the result."""
    _cell: int | None = field(default=None, init=False, repr=False, compare=False)

    def __str__(self) -> str:
        """Return all lines that are shown."""
        return "\n".join(markup.plain(line) for line in self.lines)

    def __repr__(self) -> str:
        """Return the result in one line."""
        return f"<{type(self).__name__}: {markup.plain(self.lines[-1])}>"

    def _repr_html_(self) -> str:
        return markup.lines(self.lines)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self._repr_html_()}

    def _ipython_display_(self) -> None:
        """Stay quiet in the cell whose progress display ended with these very lines.

        To IPython the error means: show it in the usual way.
        """
        if self._cell is None or self._cell != cell_number():
            raise NotImplementedError

    def mark_shown(self) -> None:
        """Remember that the running cell shows this already."""
        self._cell = cell_number()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayFile:
    """One file of a replay."""

    path: str
    """In the repository."""
    target: str
    """Below the destination folder, `/` between segments."""
    outcome: Outcome
    size: int
    """Bytes on disk when the file is in place."""
    error: str | None = None
    """Why it is missing, in a sentence."""
    code: str | None = None
    """The same for machines, such as `path-not-found`."""
    backup: str | None = None
    """Where the local file that was in the way now is."""


@dataclass(kw_only=True, repr=False)
class ReplayReport(Shown):
    """What a replay brought, kept and could not bring."""

    destination: str
    """The folder, as it was given."""
    is_complete: bool
    """Whether everything is in place; kept local edits count as in place."""
    is_dry_run: bool
    files: tuple[ReplayFile, ...]
    """One for each file of the manifest, in its order."""
    bytes_received: int
    """Bytes of file content that came over the network (dry run: would come)."""
    seconds: float
    notes: tuple[str, ...]
    """Sentences worth reading."""
    document: dict[str, Any] = field(repr=False, compare=False)

    @classmethod
    def of_report(cls, report: DownloadReport) -> ReplayReport:
        """Return the public form of a run."""
        document = report_document(report)
        return cls(
            lines=_bounded(report_lines(report)),
            destination=report.destination,
            is_complete=report.is_complete,
            is_dry_run=False,
            files=tuple(ReplayFile(**file) for file in document["files"]),
            bytes_received=report.bytes_received,
            seconds=report.seconds,
            notes=report.notes,
            document=document,
        )

    @classmethod
    def of_plan(cls, plan: DownloadPlan, limits: SizePolicy) -> ReplayReport:
        """Return the public form of a plan that is not carried out."""
        document = plan_document(plan)
        return cls(
            lines=_bounded(plan_lines(plan, limits)),
            destination=plan.destination,
            is_complete=document["complete"],
            is_dry_run=True,
            files=tuple(ReplayFile(**file) for file in document["files"]),
            bytes_received=plan.bytes_to_fetch,
            seconds=0.0,
            notes=plan.notes,
            document=document,
        )

    def having(self, *outcomes: Outcome) -> tuple[ReplayFile, ...]:
        """Return the files that ended with one of `outcomes`."""
        return tuple(file for file in self.files if file.outcome in outcomes)

    @property
    def failures(self) -> tuple[ReplayFile, ...]:
        """The files that are missing, each with its `error` if there is one."""
        return self.having("failed", "cancelled", "refuse")

    @property
    def kept(self) -> tuple[ReplayFile, ...]:
        """The files that were edited here and left alone."""
        return self.having("kept", "keep")

    def to_dict(self) -> dict[str, Any]:
        """Return what `--json` prints, without its `schema` and `command`."""
        return self.document


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusFile:
    """One file of a manifest, as it is now."""

    path: str
    target: str
    state: State
    upstream: Literal["same", "changed", "gone"] | None
    """What became of it in the repository; None unless `remote` was asked for."""
    size: int
    """Bytes on disk when the pinned file is in place."""
    note: str | None


@dataclass(kw_only=True, repr=False)
class StatusReport(Shown):
    """What is here, missing, edited, and with `remote` what moved on upstream."""

    destination: str
    is_clean: bool
    """Whether every file is in place (and, with `remote`, up to date)."""
    files: tuple[StatusFile, ...]
    notes: tuple[str, ...]
    document: dict[str, Any] = field(repr=False, compare=False)

    @classmethod
    def of(cls, found: StatusFound) -> StatusReport:
        """Return the public form."""
        document = status_document(found)
        lines = [*status_lines(found, every=False), *found.notes, summary_line(found)]
        return cls(
            lines=_bounded(lines),
            destination=found.destination,
            is_clean=found.is_clean,
            files=tuple(StatusFile(**file) for file in document["files"]),
            notes=found.notes,
            document=document,
        )

    def having(self, *states: State) -> tuple[StatusFile, ...]:
        """Return the files in one of `states`."""
        return tuple(file for file in self.files if file.state in states)

    def to_dict(self) -> dict[str, Any]:
        """Return what `--json` prints, without its `schema` and `command`."""
        return self.document


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateFile:
    """One entry that an update adds, changes or takes out."""

    repository: str
    path: str
    target: str
    change: Literal["added", "changed", "removed"]
    old_size: int | None
    """Bytes on disk as pinned before."""
    size: int | None
    """Bytes on disk as pinned now."""
    reason: str | None
    """Why it was taken out; what is on disk stays."""


@dataclass(kw_only=True, repr=False)
class UpdateReport(Shown):
    """How a manifest changes when its sources follow their refs."""

    is_changed: bool
    saved: str | None
    """Where the new manifest was written."""
    manifest: Manifest
    """The manifest with the new pins."""
    files: tuple[UpdateFile, ...]
    """The entries that differ, and no others."""
    notes: tuple[str, ...]
    document: dict[str, Any] = field(repr=False, compare=False)

    @classmethod
    def of(cls, found: ManifestUpdate, saved: str) -> UpdateReport:
        """Return the public form."""
        document = update_document(found, saved)
        lines = [*update_lines(found), *found.notes, update_summary(found, saved)]
        return cls(
            lines=_bounded(lines),
            is_changed=found.is_changed,
            saved=saved or None,
            manifest=found.manifest,
            files=tuple(UpdateFile(**file) for file in document["files"]),
            notes=found.notes,
            document=document,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return what `--json` prints, without its `schema` and `command`."""
        return self.document


def _bounded(lines: Iterable[str]) -> tuple[str, ...]:
    """Keep the first lines and the last: a report must not fill a notebook."""
    every = tuple(lines)
    left = len(every) - MAX_LINES
    if left <= 0:
        return every
    return (*every[: MAX_LINES - 2], f"… {left + 1:,} more lines", every[-1])
