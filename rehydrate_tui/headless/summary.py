"""Plans and reports as plain lines and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rehydrate_tui.domain.limits import SizePolicy, format_size
from rehydrate_tui.domain.plan import Action, DownloadPlan
from rehydrate_tui.domain.report import DownloadReport, Outcome
from rehydrate_tui.domain.routing import describe_route
from rehydrate_tui.domain.transport_cost import Route, Transport

MAX_NAMED = 20
"""Kept files named one by one in a summary; of those that failed each one is."""

_ACTION_WORDS = {
    Action.FETCH: "to fetch",
    Action.UPDATE: "to update, unedited here",
    Action.OVERWRITE: "to fetch over a local edit",
    Action.BACKUP: "to fetch, the local edit becomes a backup",
    Action.SKIP: "already here",
    Action.KEEP: "edited here and kept",
    Action.REFUSE: "refused",
}

_OUTCOME_WORDS = {
    Outcome.FETCHED: "fetched and verified",
    Outcome.PRESENT: "already here",
    Outcome.KEPT: "edited here and kept",
    Outcome.CANCELLED: "not brought, the run was stopped",
    Outcome.FAILED: "failed",
}


def plan_lines(plan: DownloadPlan, limits: SizePolicy) -> Iterator[str]:
    """Yield what a plan will do, for `--dry-run`."""
    for action, words in _ACTION_WORDS.items():
        count = plan.count(action)
        if count:
            yield f"{count_files(count)} ({format_size(plan.size(action))}) {words}"
    for planned in plan.writing:
        word = limits.size_word(planned.file.content_size)
        if word:
            size = format_size(planned.file.content_size)
            yield f"{word}: {planned.target} ({size})"
    for planned in plan.having(Action.REFUSE):
        yield f"refused: {planned.error}"
    yield from plan.notes
    yield from transport_lines(plan)
    free = plan.free_bytes - plan.bytes_to_write
    yield f"{format_size(plan.bytes_to_fetch)} over the network, {_calls(plan)}"
    yield f"{format_size(max(0, free))} free in {plan.destination} afterwards"


def _calls(plan: DownloadPlan) -> str:
    """Say what a run costs of the API quota; a manifest does not tell what is private.

    A private repository's archive is signed for by the API, and what that lacks comes
    from the API as well.
    """
    contents = {each.content_key for each in plan.writing if each.file.symlink is None}
    archives = sum(each.transport is Transport.ARCHIVE for each in plan.routes)
    most = len(contents) + archives
    return f"no API calls (if private, up to {most:,})" if most else "no API calls"


def transport_lines(plan: DownloadPlan) -> Iterator[str]:
    """Yield how the files come, for each commit, and why."""
    for route in plan.routes:
        which = f" ({route.repo})" if len(plan.routes) > 1 else ""
        yield f"Transport{which}: {describe_route(route)}. {route.why}"


def report_lines(report: DownloadReport) -> Iterator[str]:
    """Yield the summary of a run: three to six lines when all went well."""
    for outcome, words in _OUTCOME_WORDS.items():
        count = report.count(outcome)
        if count:
            yield f"{count_files(count)} ({format_size(report.size(outcome))}) {words}"
    kept = [file.target for file in report.having(Outcome.KEPT)]
    yield from (f"kept: {target}" for target in kept[:MAX_NAMED])
    if len(kept) > MAX_NAMED:
        yield f"kept: {len(kept) - MAX_NAMED:,} more"
    yield from _failures(report)
    for file in report.outcomes:
        if file.backup:
            yield f"backup: {file.target} is now {file.backup}"
    yield from report.notes
    yield _last_line(report)


def problem_lines(report: DownloadReport) -> Iterator[str]:
    """Yield what is missing and why: the part of the summary that is never hidden."""
    yield from _failures(report)
    yield _last_line(report)


def _failures(report: DownloadReport) -> Iterator[str]:
    for file in report.having(Outcome.FAILED):
        yield f"failed: {file.error or file.target}"


def _last_line(report: DownloadReport) -> str:
    place, seconds = report.destination, report.seconds
    if report.is_complete:
        received = format_size(report.bytes_received)
        fetched = report.size(Outcome.FETCHED)
        if fetched > report.bytes_received > 0:
            received = f"{format_size(fetched)} in place, {received}"
        return f"complete in {place}: {received} received in {seconds:.1f} s"
    lacking = report.count(Outcome.FAILED) + report.count(Outcome.CANCELLED)
    return (
        f"INCOMPLETE in {place}: {count_files(lacking)} missing; run it again to go on"
    )


def count_files(count: int) -> str:
    """Write a number of files for people."""
    return "1 file" if count == 1 else f"{count:,} files"


def plan_document(plan: DownloadPlan) -> dict[str, Any]:
    """Return the JSON form of a plan."""
    files = [
        {
            "path": planned.file.path,
            "target": planned.target,
            "outcome": planned.action.value,
            "size": planned.file.content_size,
            "error": None if planned.error is None else str(planned.error),
        }
        for planned in plan.files
    ]
    totals = {
        action.value: {"files": plan.count(action), "bytes": plan.size(action)}
        for action in Action
    }
    return {
        "complete": not plan.writing and not plan.count(Action.REFUSE),
        "destination": plan.destination,
        "totals": {**totals, "bytes_to_fetch": plan.bytes_to_fetch},
        "transports": [_route_document(route) for route in plan.routes],
        "notes": list(plan.notes),
        "files": files,
    }


def _route_document(route: Route) -> dict[str, Any]:
    tree = route.wanted.tree
    return {
        "repository": str(route.repo),
        "commit": route.commit,
        "transport": route.transport.value,
        "seconds": round(route.estimate.seconds, 1),
        "requests": route.estimate.requests,
        "files": route.wanted.files,
        "bytes": route.wanted.size,
        "tree": None if tree is None else {"files": tree.files, "bytes": tree.size},
        "why": route.why,
    }


def report_document(report: DownloadReport) -> dict[str, Any]:
    """Return the JSON form of a report."""
    files = [
        {
            "path": file.path,
            "target": file.target,
            "outcome": file.outcome.value,
            "size": file.size,
            "error": None if file.error is None else str(file.error),
            "code": None if file.error is None else file.error.code,
            "backup": file.backup or None,
        }
        for file in report.outcomes
    ]
    totals = {
        outcome.value: {"files": report.count(outcome), "bytes": report.size(outcome)}
        for outcome in Outcome
    }
    return {
        "complete": report.is_complete,
        "destination": report.destination,
        "totals": {**totals, "bytes_received": report.bytes_received},
        "notes": list(report.notes),
        "files": files,
    }
