"""`rehydrate_tui.replay` and its sisters in real notebooks."""

from __future__ import annotations

from pathlib import Path

import pytest

from rehydrate_tui.demo.faults import Fault
from tests.conftest import Serve
from tests.notebook.conftest import Kernel, running_kernel, texts
from tests.published import Published, publish, tree_of

FILES = {"data/a.csv": b"a,b\n" * 400, "b.txt": b"b\n"}

SMALL = 600
"""Bytes of output that a cell may add to a saved notebook."""


@pytest.fixture
def notes(serve: Serve, tmp_path: Path) -> Published:
    """A repository that is served, pinned by `m.toml`."""
    found = publish(FILES)
    serve(found)
    found.pin(tmp_path / "m.toml")
    return found


def test_replay_works_in_a_cell_twice_in_a_row(
    notes: Published, kernel: Kernel, tmp_path: Path
) -> None:
    """A loop runs in a kernel; the first call brings the files, the second none."""
    first = kernel.run("import rehydrate_tui\nrehydrate_tui.replay('m.toml', 'd')")
    again = kernel.run("report = rehydrate_tui.replay('m.toml', 'd')")
    assert tree_of(tmp_path / "d") == FILES
    assert "2 files (1.6 kB) fetched and verified" in texts([first])
    assert "2 files (1.6 kB) already here" in texts([again])
    for cell in (first, again):
        assert len(cell.shown) == 1, "the report is not shown twice in one cell"
        assert (cell.stdout, cell.stderr) == ("", "")
        assert cell.size < SMALL
    later = kernel.run("report")
    assert "complete in d" in later.shown[0]["text/plain"]
    assert "<b>complete in d" in later.shown[0]["text/html"]


def test_await_works_in_a_cell(
    notes: Published, kernel: Kernel, tmp_path: Path
) -> None:
    """`replay_async` runs on the kernel's own loop and ends the same way."""
    cell = kernel.run(
        "import rehydrate_tui\n"
        "report = await rehydrate_tui.replay_async('m.toml', 'd')\n"
        "print(report.is_complete, len(report.files), report.bytes_received > 0)"
    )
    assert cell.stdout == "True 2 True\n"
    assert tree_of(tmp_path / "d") == FILES
    assert len(cell.shown) == 1
    assert cell.size < SMALL


def test_a_failure_is_one_line_and_a_report(
    notes: Published, kernel: Kernel, tmp_path: Path
) -> None:
    """ReplayIncompleteError shows no internals; its report has all the rest."""
    text = (tmp_path / "m.toml").read_text("utf-8").replace("b.txt", "gone.txt")
    (tmp_path / "m.toml").write_text(text, "utf-8")
    failed = kernel.run(
        "import rehydrate_tui\nrehydrate_tui.replay('m.toml', 'd')", fails=True
    )
    assert failed.error.ename == "ReplayIncompleteError"
    (line,) = failed.error.traceback
    assert "\n" not in line
    assert line.startswith("ReplayIncompleteError: 1 of 2 files could not be brought")
    assert "gone.txt" in line
    assert "INCOMPLETE in d" in failed.shown[0]["text/plain"]
    assert failed.stderr == ""
    assert failed.size < 3 * SMALL
    caught = kernel.run(
        "try:\n    rehydrate_tui.replay('m.toml', 'd', progress='none')\n"
        "except rehydrate_tui.ReplayIncompleteError as error:\n"
        "    report = error.report\n"
        "print([(f.path, f.code) for f in report.failures], len(report.files))"
    )
    assert caught.stdout == "[('gone.txt', 'path-not-found')] 2\n"


def test_a_saved_notebook_stays_small(
    serve: Serve, kernel: Kernel, tmp_path: Path
) -> None:
    """Three hundred files that trickle in leave one output of a few lines."""
    many = publish({f"data/{n:04}.bin": b"%d" % n * 500 for n in range(300)})
    server = serve(many)
    server.add_fault(Fault(origin="raw", path="*/0000.bin", bytes_per_second=500))
    many.pin(tmp_path / "many.toml")
    # The environment was set after the kernel began.
    variables = {**server.environment()}
    kernel.run(f"import os; os.environ.update({variables!r})")
    cell = kernel.run("import rehydrate_tui; rehydrate_tui.replay('many.toml', 'd')")
    assert len(cell.outputs) == 1
    assert "300 files" in texts([cell])
    assert cell.size < SMALL


def test_progress_can_be_chosen(notes: Published, kernel: Kernel) -> None:
    """Another style than the display writes to stdout, never to the red stderr."""
    kernel.run("import rehydrate_tui")
    expected = {"none": "", "log": "fetching 2 files", "line": "complete in line"}
    for style, said in expected.items():
        cell = kernel.run(
            f"r = rehydrate_tui.replay('m.toml', '{style}', progress='{style}')"
        )
        assert cell.shown == []
        assert said in cell.stdout
        assert bool(cell.stdout) is bool(said)
        assert cell.stderr == ""


def test_the_environment_sets_the_default(notes: Published, kernel: Kernel) -> None:
    """REHYDRATE_PROGRESS and REHYDRATE_MAX_SIZE hold where the call says nothing."""
    kernel.run("import os, rehydrate_tui; os.environ['REHYDRATE_PROGRESS'] = 'none'")
    assert kernel.run("r = rehydrate_tui.replay('m.toml', 'd')").outputs == []
    kernel.run("os.environ['REHYDRATE_MAX_SIZE'] = '1kB'")
    cell = kernel.run("rehydrate_tui.replay('m.toml', 'e')", fails=True)
    assert cell.error.ename == "LimitExceededError"


def test_it_works_under_a_patched_asyncio_and_in_threads(
    notes: Published, kernel: Kernel, tmp_path: Path
) -> None:
    """Others' patches of the loop and calls from worker threads change nothing."""
    plain = kernel.run(
        "import rehydrate_tui\n"
        "from concurrent.futures import ThreadPoolExecutor\n"
        "def bring(n):\n"
        "    return rehydrate_tui.replay('m.toml', f't{n}', progress='none')\n"
        "with ThreadPoolExecutor(3) as pool:\n"
        "    print([r.is_complete for r in pool.map(bring, range(3))])"
    )
    assert plain.stdout == "[True, True, True]\n"
    patched = kernel.run(
        "import asyncio, nest_asyncio\nnest_asyncio.apply()\n"
        "print(rehydrate_tui.replay('m.toml', 'n', progress='none').is_complete)\n"
        "async def cell():\n"
        "    return rehydrate_tui.replay('m.toml', 'm', progress='none')\n"
        "print(asyncio.run(cell()).is_complete)\n"
        "print((await rehydrate_tui.replay_async('m.toml', 'k')).is_complete)\n"
        "with ThreadPoolExecutor(3) as pool:\n"
        "    print([r.is_complete for r in pool.map(bring, range(3, 6))])\n"
        "import threading\n"
        "print([t.name for t in threading.enumerate() if 'rehydrate' in t.name])"
    )
    assert patched.stdout == "True\nTrue\nTrue\n[True, True, True]\n[]\n"
    assert patched.stderr == ""
    for folder in ("t0", "t5", "n", "m", "k"):
        assert tree_of(tmp_path / folder) == FILES


TWO_THREADS = """
import threading, rehydrate_tui
gate, reports = threading.Barrier(2), []
def bring(folder):
    gate.wait()
    reports.append(rehydrate_tui.replay('m.toml', folder))
threads = [threading.Thread(target=bring, args=[name]) for name in {folders}]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print([report.is_complete for report in reports])
"""


@pytest.mark.parametrize("folders", [("d", "e"), ("d", "d")])
def test_two_threads_replay_at_once(
    notes: Published, kernel: Kernel, tmp_path: Path, folders: tuple[str, str]
) -> None:
    """Each shows its own progress in the cell; one folder for both is no trouble."""
    cell = kernel.run(TWO_THREADS.format(folders=folders))
    assert cell.stdout == "[True, True]\n"
    assert cell.stderr == ""
    for folder in folders:
        assert tree_of(tmp_path / folder) == FILES
        assert f"complete in {folder}" in texts([cell])
    assert cell.size < 3 * SMALL


def test_a_call_after_a_failed_one_goes_on(
    serve: Serve, kernel: Kernel, tmp_path: Path
) -> None:
    """What a failure left is not fetched again, and nothing of it stays in the way."""
    found = publish(FILES)
    server = serve(found)
    found.pin(tmp_path / "m.toml")
    variables = dict(server.environment())
    kernel.run(f"import os, rehydrate_tui; os.environ.update({variables!r})")
    fault = server.add_fault(Fault(path="*/b.txt", status=404))
    failed = kernel.run("rehydrate_tui.replay('m.toml', 'd')", fails=True)
    assert failed.error.ename == "ReplayIncompleteError"
    fault.remove()
    server.clear_requests()
    again = kernel.run("rehydrate_tui.replay('m.toml', 'd')")
    assert "1 file (2 B) fetched and verified" in texts([again])
    assert [each.path.rpartition("/")[2] for each in server.requests] == ["b.txt"]
    assert tree_of(tmp_path / "d") == FILES


def test_status_and_update_show_themselves(
    notes: Published, kernel: Kernel, tmp_path: Path
) -> None:
    """Both work in a cell, and their values are shown as a few lines."""
    notes.pin(tmp_path / "m.toml", ref='"main"')
    notes.builder.commit({"b.txt": b"newer\n"})
    kernel.run("import rehydrate_tui as r; r.replay('m.toml', 'd', progress='none')")
    status = kernel.run("r.status('m.toml', 'd', remote=True)")
    assert status.shown[0]["text/plain"].splitlines() == [
        "outdated  b.txt (changed upstream)",
        "1 present, 1 outdated in d",
    ]
    update = kernel.run("u = r.update('m.toml'); u")
    assert "changed  b.txt (2 B -> 6 B)" in update.shown[0]["text/plain"]
    assert all("text/html" in cell.shown[0] for cell in (status, update))
    assert kernel.run("print(r.update('m.toml').is_changed)").stdout == "False\n"
    assert kernel.run("print(r.status(u.manifest, 'd').is_clean)").stdout == "False\n"


def test_the_terminal_interface_in_a_cell_is_a_sentence(
    notes: Published, kernel: Kernel
) -> None:
    """`!rehydrate-tui` says what to do instead and exits with 2."""
    cell = kernel.run("!rehydrate-tui\nprint(_exit_code)")
    *said, status = cell.stdout.splitlines()
    assert status == "2"
    assert "Open a terminal, or use --replay" in " ".join(said)
    assert cell.size < SMALL


def test_replay_by_the_command_in_a_cell(
    notes: Published, kernel: Kernel, tmp_path: Path
) -> None:
    """`!rehydrate-tui --replay` brings the same, quietly enough, without stderr."""
    cell = kernel.run("!rehydrate-tui --replay m.toml --dest d\nprint(_exit_code)")
    assert cell.stdout.splitlines()[-1] == "0"
    assert cell.stderr == ""
    assert tree_of(tmp_path / "d") == FILES


def test_kernels_do_not_load_the_terminal_interface(
    notes: Published, tmp_path: Path
) -> None:
    """Neither importing the package nor a whole replay loads Textual."""
    with running_kernel(tmp_path) as kernel:
        cell = kernel.run(
            "import sys\nimport rehydrate_tui\n"
            "heavy = {'httpx', 'tomli', 'pathspec', 'textual', 'asyncio'}\n"
            "print(sorted(n for n in sys.modules if n.startswith('rehydrate_tui')))\n"
            "rehydrate_tui.replay('m.toml', 'd')\n"
            "print('textual' in sys.modules)"
        )
    assert cell.stdout == "['rehydrate_tui']\nFalse\n"
