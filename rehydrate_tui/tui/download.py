"""One download from its plan to its report, whichever screen is shown meanwhile."""

from __future__ import annotations

from pathlib import Path

from rehydrate_tui.domain.limits import SizePolicy
from rehydrate_tui.domain.plan import DownloadPlan, check_plan
from rehydrate_tui.domain.report import DownloadReport, Outcome
from rehydrate_tui.engine.download import DownloadRun
from rehydrate_tui.engine.ports import Clock
from rehydrate_tui.engine.session import Session
from rehydrate_tui.tui.chosen import Chosen
from rehydrate_tui.tui.progress import ProgressPump

_LEAST_BYTES = 1_000_000
"""Below this a run says nothing about how fast the next one will be."""


class Download:
    """Carries a plan out, and tries again what failed if somebody asks for it.

    Args:
        chosen: the pinned files.
        plan: what to do with them; it must have passed `check_plan`.
        limits: what it passed.
        clock: seconds that never run backwards.
    """

    def __init__(
        self, chosen: Chosen, plan: DownloadPlan, limits: SizePolicy, clock: Clock
    ) -> None:
        self.chosen = chosen
        self.plan = plan
        self.pump = ProgressPump(plan, clock)
        self.report: DownloadReport | None = None
        """How it ended; None until the first run has."""
        self.is_running = False
        self.tries_again = False
        """Whether what failed is tried again when the run is over."""
        self._limits = limits
        self._clock = clock
        self._run: DownloadRun | None = None
        self._is_paused = False
        self._was_paused = False
        self._is_stopping = False
        self._is_patient = False

    @property
    def is_paused(self) -> bool:
        """Whether it stands still."""
        return self._is_paused

    @property
    def is_stopping(self) -> bool:
        """Whether it was told to stop."""
        return self._is_stopping

    @property
    def rate(self) -> float | None:
        """Bytes a second of the whole run; None if it was too small or stood still."""
        report = self.report
        if report is None or self._was_paused or not report.seconds:
            return None
        is_telling = report.bytes_received >= _LEAST_BYTES
        return report.bytes_received / report.seconds if is_telling else None

    async def carry_out(self, session: Session) -> DownloadReport:
        """Run to the end, and again while somebody has asked to try again.

        Raises:
            RehydrateError: a run could not go on; files that failed are in the report.
        """
        self.is_running, self._is_stopping = True, False
        try:
            while self.report is None or self.tries_again:
                await self._run_once(session)
        finally:
            self.is_running = False
        return self.report

    def toggle_pause(self) -> None:
        """Pause, or go on."""
        self._is_paused = not self._is_paused
        self._was_paused |= self._is_paused
        self.pump.skip()
        self._apply_pause()

    @property
    def is_patient(self) -> bool:
        """Whether it waits for limits as long as they last."""
        return self._is_patient

    @property
    def can_wait_longer(self) -> bool:
        """Whether a host makes everybody wait, and the run would give up on that."""
        is_limited = any(wait.is_limit for wait in self.pump.waits())
        return self.is_running and not self._is_patient and is_limited

    def wait_longer(self) -> None:
        """Wait for limits as long as they last."""
        self._is_patient = True
        if self._run is not None:
            self._run.wait_longer()

    def cancel(self) -> None:
        """Stop; what is whole stays."""
        self.tries_again, self._is_stopping = False, True
        # Whoever begins anew does not want to stand still.
        self._is_paused = False
        if self._run is not None:
            self._run.cancel()

    def try_again(self) -> None:
        """Try again what failed: at the end of the run, or when it is next begun."""
        self.tries_again = True

    async def _run_once(self, session: Session) -> None:
        before = self.report
        if before is not None:
            await self._plan_again(session)
        self._run = session.start(self.plan, self.pump, self._limits, is_attended=True)
        if self._is_patient:
            self._run.wait_longer()
        self._apply_pause()
        if self._is_stopping:
            self._run.cancel()
        try:
            report = await self._run.wait()
        finally:
            self._run = None
        self.report = before.followed_by(report) if before else report
        has_failed = bool(report.count(Outcome.FAILED))
        self.tries_again &= has_failed and not self._is_stopping

    async def _plan_again(self, session: Session) -> None:
        self.tries_again = False
        self.plan = await session.plan(
            self.chosen.manifest, Path(self.plan.destination), self.plan.policy
        )
        check_plan(self.plan, self._limits)
        self.pump = ProgressPump(self.plan, self._clock)

    def _apply_pause(self) -> None:
        if self._run is None:
            return
        if self._is_paused:
            self._run.pause()
        else:
            self._run.resume()
