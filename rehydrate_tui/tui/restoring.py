"""One file brought back through the same engine as all others. Knows no widget."""

from __future__ import annotations

from pathlib import Path

from rehydrate_tui.domain.limits import SizePolicy
from rehydrate_tui.domain.manifest import Manifest
from rehydrate_tui.domain.plan import ConflictPolicy, check_plan
from rehydrate_tui.domain.progress import NullSink
from rehydrate_tui.domain.report import FileOutcome
from rehydrate_tui.engine.session import Session
from rehydrate_tui.storage.disk import make_destination
from rehydrate_tui.tui.workspace import Workspace


async def restore_file(
    session: Session,
    workspace: Workspace,
    node: int,
    destination: Path,
    policy: ConflictPolicy,
    limits: SizePolicy,
) -> FileOutcome:
    """Bring one file of the tree to its place, and tell how that ended.

    Raises:
        RehydrateError: it is refused, and nothing was touched.
    """
    locked = await session.lock(workspace.opened, [node])
    source = workspace.adopt(locked.source)
    plan = await session.plan(Manifest(sources=(source,)), destination, policy)
    check_plan(plan, limits)
    make_destination(destination)
    report = await session.start(plan, NullSink(), limits).wait()
    return report.outcomes[0]
