"""Plans and reports to the console, as lines or as one document."""

from __future__ import annotations

from rehydrate_tui.domain.plan import DownloadPlan, check_plan
from rehydrate_tui.domain.report import DownloadReport
from rehydrate_tui.headless.console import Console
from rehydrate_tui.headless.exit_codes import ExitCode, exit_code_of
from rehydrate_tui.headless.options import RunOptions
from rehydrate_tui.headless.summary import (
    plan_document,
    plan_lines,
    problem_lines,
    report_document,
    report_lines,
)


def tell_plan(
    plan: DownloadPlan, options: RunOptions, console: Console, command: str
) -> ExitCode:
    """Tell what a run would do.

    Raises:
        RehydrateError: it would be refused.
    """
    if options.is_json:
        console.document(command, {"dry_run": True, **plan_document(plan)})
    else:
        for line in plan_lines(plan, options.limits):
            console.result(line)
    check_plan(plan, options.limits)
    return ExitCode.COMPLETE


def tell_report(
    report: DownloadReport, options: RunOptions, console: Console, command: str
) -> ExitCode:
    """Tell how a run ended."""
    if options.is_json:
        console.document(command, report_document(report))
    elif console.is_quiet and not report.is_complete:
        for line in problem_lines(report):
            console.insist(line)
    else:
        for line in report_lines(report):
            console.say(line)
    return exit_code_of(report)
