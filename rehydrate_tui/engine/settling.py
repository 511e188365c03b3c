"""What needs no transfer: files that are in place, kept or refused."""

from __future__ import annotations

import time
from pathlib import Path

from rehydrate_tui.domain.plan import Action, DownloadPlan, PlannedFile
from rehydrate_tui.domain.report import DownloadReport, FileOutcome, Outcome
from rehydrate_tui.engine.ledger import Ledger
from rehydrate_tui.errors import LocalError
from rehydrate_tui.storage.local_files import restore_mode
from rehydrate_tui.storage.parts import Parts
from rehydrate_tui.storage.receipts import ReceiptIndex

_SETTLED = {
    Action.SKIP: Outcome.PRESENT,
    Action.KEEP: Outcome.KEPT,
    Action.REFUSE: Outcome.FAILED,
}


def settle(plan: DownloadPlan, index: ReceiptIndex | None) -> DownloadReport:
    """Carry out a plan that brings nothing, and report on it."""
    started = time.monotonic()
    destination = Path(plan.destination)
    prepare(plan, Ledger(destination, index), Parts(destination, index))
    return DownloadReport(
        destination=plan.destination,
        outcomes=tuple(settled_outcome(each, destination) for each in plan.files),
        seconds=time.monotonic() - started,
        notes=tuple(dict.fromkeys(plan.notes)),
    )


def prepare(plan: DownloadPlan, ledger: Ledger, parts: Parts) -> None:
    """Tell the receipts what comes, and see what earlier runs left unfinished."""
    ledger.open(plan)
    wanted = {each.target: each.content for each in plan.writing}
    parts.sweep([each.target for each in plan.files], wanted)


def settled_outcome(planned: PlannedFile, destination: Path) -> FileOutcome:
    """Report on a file that needs no transfer; its executable bits are restored."""
    outcome, error = _SETTLED[planned.action], planned.error
    if planned.action is Action.SKIP and not _has_right_mode(planned):
        try:
            restore_mode(destination / planned.target, planned.file)
        except LocalError as refusal:
            outcome, error = Outcome.FAILED, refusal
    file = planned.file
    return FileOutcome(file.path, planned.target, outcome, file.content_size, error)


def _has_right_mode(planned: PlannedFile) -> bool:
    """Tell whether the executable bits are surely right; a link has none."""
    file, local = planned.file, planned.local
    if file.symlink is not None:
        return True
    return local is not None and local.is_executable is file.executable
