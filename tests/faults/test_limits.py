"""Limits of the hosts: waited for where that is short, seen, and never for too long."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from rehydrate_tui.demo import refusals
from rehydrate_tui.demo.builder import Content
from rehydrate_tui.demo.faults import Fault
from tests.conftest import Serve
from tests.end_to_end.command import Command
from tests.published import publish, tree_of
from tests.virtual_time import VirtualTime

A = b"a,b\n1,2\n" * 500
FILES: dict[str, Content] = {"a.csv": A, "b.txt": b"the other one\n" * 300}
MANY: dict[str, Content] = {f"{n:02}.txt": b"%d\n" % n for n in range(40)}
MakeFault = Callable[[VirtualTime], Fault]

SHORT: list[tuple[str, MakeFault, float]] = [
    ("primary", lambda _: refusals.primary_limit(reset_in=40, times=1), 40),
    ("primary 429", lambda _: refusals.primary_limit(reset_in=40, status=429, times=1), 40),
    ("seconds", lambda _: refusals.secondary_limit(retry_after=25, times=1), 25),
    ("429", lambda _: refusals.secondary_limit(retry_after=25, status=429, times=1), 25),
    ("date", lambda t: refusals.secondary_limit(retry_at=t.clock() + 30, times=1), 30),
    ("no word", lambda _: refusals.secondary_limit(times=1), 60),
]  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [row[1:] for row in SHORT],
    ids=[row[0] for row in SHORT],
)
def test_a_limit_of_the_api_is_waited_for(
    command: Command,
    serve: Serve,
    virtual_time: VirtualTime,
    fault: MakeFault,
    seconds: float,
) -> None:
    """Primary and secondary limits, told in each way: one sentence, one wait, then on."""
    server = serve(publish(FILES))
    handle = server.add_fault(fault(virtual_time))
    ended = command("--list", "ada/notes")
    assert (ended.status, handle.fired) == (0, 1)
    assert "a.csv" in ended.out
    # A date has whole seconds, and so has the reset of a quota.
    assert seconds - 2 <= sum(virtual_time.waits) <= seconds + 2
    assert len(re.findall(r"waiting \d+ s: ", ended.err)) == 1


@pytest.mark.parametrize(
    "fault",
    [
        lambda _: refusals.primary_limit(reset_in=3000),
        lambda _: refusals.secondary_limit(retry_after=3000),
        lambda t: refusals.secondary_limit(retry_at=t.clock() + 3000),
    ],
    ids=["primary", "seconds", "date"],
)
def test_a_long_limit_of_the_api_is_said_at_once(
    command: Command, serve: Serve, virtual_time: VirtualTime, fault: MakeFault
) -> None:
    """Nobody sits before a frozen cell for an hour: exit 1 with when it works again."""
    server = serve(publish(FILES))
    server.add_fault(fault(virtual_time))
    ended = command("--list", "ada/notes")
    assert ended.status == 1
    assert virtual_time.waits == []
    assert re.search(r"in \d+ minutes", ended.err)


@pytest.mark.parametrize("by", ["option", "environment", "file"])
def test_patience_can_be_set(
    command: Command,
    serve: Serve,
    dest: Path,
    manifest: Path,
    virtual_time: VirtualTime,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    by: str,
) -> None:
    """`--wait`, `REHYDRATE_WAIT` and `config.toml` say how long a run may wait."""
    notes = publish(FILES)
    server = serve(notes)
    server.add_fault(refusals.raw_throttle(retry_after=200, times=1))
    options: list[str] = []
    if by == "option":
        options = ["--wait", "250"]
    elif by == "environment":
        monkeypatch.setenv("REHYDRATE_WAIT", "250")
    else:
        monkeypatch.setenv("REHYDRATE_CONFIG_DIR", str(tmp_path))
        (tmp_path / "config.toml").write_text("wait = 250\n")
    pinned = notes.pin(manifest)
    ended = command("--replay", pinned, "--dest", dest, "--jobs", "1", *options)
    assert ended.status == 0
    assert 200 <= sum(virtual_time.waits) <= 202
    assert not [each for each in server.requests if each.origin == "api"]


@pytest.mark.parametrize("text", ["-1", "soon", "1e9", "", "9" * 400, "86401"])
def test_patience_that_is_no_number(command: Command, dest: Path, text: str) -> None:
    """A wait that cannot be understood is refused before anything else."""
    ended = command("--replay", "m.toml", "--dest", dest, f"--wait={text}")
    assert ended.status == 2
    assert not dest.exists()


def test_no_patience_takes_the_other_transport_at_once(
    command: Command,
    serve: Serve,
    dest: Path,
    manifest: Path,
    virtual_time: VirtualTime,
) -> None:
    """`--wait 0` waits for no limit; the API gives what the raw host does not."""
    notes = publish(FILES)
    server = serve(notes)
    server.add_fault(refusals.raw_throttle(retry_after=5))
    ended = command("--replay", notes.pin(manifest), "--dest", dest, "--wait", "0")
    assert ended.status == 0
    assert tree_of(dest) == FILES
    assert virtual_time.waits == []


def test_one_worker_finds_out_for_all(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """A raw host that is closed for an hour is not asked forty times, but once a worker."""
    notes = publish(MANY)
    server = serve(notes)
    throttle = server.add_fault(refusals.raw_throttle(retry_after=3600))
    ended = command("--replay", notes.pin(manifest), "--dest", dest, "--jobs", "4")
    assert ended.status == 0
    assert tree_of(dest) == MANY
    assert throttle.fired <= 4


def test_all_workers_wait_at_one_gate(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """While a limit lasts nobody asks, and it is told once, not once for each worker."""
    notes = publish(MANY)
    server = serve(notes)
    throttle = server.add_fault(refusals.raw_throttle(retry_after=30, times=1))
    ended = command("--replay", notes.pin(manifest), "--dest", dest, "--jobs", "8")
    assert ended.status == 0
    assert throttle.fired == 1
    assert ended.err.count("waiting 3") == 1
    assert not [each for each in server.requests if each.origin == "api"]


def test_the_seconds_are_seen_to_count_down(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """The one line of a notebook's cell shows the wait second by second, in place."""
    notes = publish(FILES)
    server = serve(notes)
    server.add_fault(refusals.raw_throttle(retry_after=10, times=1))
    pinned = notes.pin(manifest)
    ended = command(
        "--replay", pinned, "--dest", dest, "--jobs", "1", "--progress", "line"
    )
    assert ended.status == 0
    shown = [int(each) for each in re.findall(r"waiting (\d+) s: ", ended.err)]
    assert shown == sorted(shown, reverse=True)
    assert len(set(shown)) >= 10


def test_the_bar_shows_the_wait(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """The bar of a terminal says once why it stands, and counts beside itself."""
    notes = publish(FILES)
    server = serve(notes)
    server.add_fault(refusals.raw_throttle(retry_after=10, times=1))
    pinned = notes.pin(manifest)
    ended = command(
        "--replay", pinned, "--dest", dest, "--jobs", "1", "--progress", "bar"
    )
    assert ended.status == 0
    assert ended.err.count("The host of raw files asks to slow down") == 1


def test_a_permanent_failure_costs_five_requests_a_transport(
    command: Command, serve: Serve, dest: Path, manifest: Path
) -> None:
    """Two retry rules, one inside the other, would multiply: fifteen were asked once."""
    notes = publish({"a.csv": A})
    server = serve(notes)
    raw = server.add_fault(refusals.unavailable(origin="raw"))
    api = server.add_fault(refusals.unavailable(origin="api"))
    ended = command("--replay", notes.pin(manifest), "--dest", dest)
    assert ended.status == 1
    assert (raw.fired, api.fired) == (5, 5)
