"""The secrets of Colab and Kaggle.

Neither platform runs here. What stands in for them are modules of the names and with
the functions that the platforms document, found on the kernel's path.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rehydrate_tui.demo.accounts import Account
from rehydrate_tui.demo.server import GitHubServer
from rehydrate_tui.notebook.secrets import Secrets
from tests.conftest import Serve
from tests.notebook.conftest import Kernel, running_kernel
from tests.published import publish, tree_of

FILES = {"a.csv": b"a\n", "b.csv": b"b\n"}
TOKEN = "ghp_made_up_for_this_test"

COLAB = """
import pathlib, threading
class SecretNotFoundError(Exception): pass
def get(key):
    with pathlib.Path("asked.txt").open("a") as log:
        print(key, threading.current_thread().name, file=log)
    if key == "GITHUB_TOKEN":
        return SECRET
    raise SecretNotFoundError(key)
"""
KAGGLE = """
import pathlib
class UserSecretsClient:
    def get_secret(self, label):
        with pathlib.Path("asked.txt").open("a") as log:
            print(label, file=log)
        if label == "GH_TOKEN":
            return SECRET
        raise RuntimeError(label)
"""


@pytest.fixture
def private(serve: Serve, tmp_path: Path) -> GitHubServer:
    """A private repository that one token may read, pinned by `m.toml`."""
    notes = publish(FILES, private=True)
    server = serve(notes)
    server.tokens[TOKEN] = Account("ada")
    notes.pin(tmp_path / "m.toml")
    return server


@pytest.fixture
def platform(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Kernel]:
    """A kernel on whose path the modules of a platform lie."""
    variable, modules = request.param
    monkeypatch.setenv(variable, "made up")
    for name, text in modules.items():
        path = tmp_path / "platform" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("SECRET", repr(TOKEN)), "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "platform"))
    with running_kernel(tmp_path) as kernel:
        yield kernel


NEVER = "def get(key):\n    raise SystemExit('never ask Colab on Kaggle')\n"
ON_COLAB = (
    "COLAB_RELEASE_TAG",
    {"google/colab/__init__.py": "", "google/colab/userdata.py": COLAB},
)
ON_KAGGLE = (
    "KAGGLE_KERNEL_RUN_TYPE",
    {
        "kaggle_secrets.py": KAGGLE,
        "google/colab/__init__.py": "",
        "google/colab/userdata.py": NEVER,
    },
)
NOWHERE = ("ELSEWHERE", ON_COLAB[1])


@pytest.mark.parametrize("platform", [ON_COLAB, ON_KAGGLE], indirect=True)
def test_a_secret_opens_a_private_repository(
    private: GitHubServer, platform: Kernel, tmp_path: Path
) -> None:
    """It is read once for all calls, sent to the API only, and shown nowhere."""
    cells = [
        platform.run("import rehydrate_tui as r\nr.replay('m.toml', 'd')"),
        platform.run("r.replay('m.toml', 'e'); r.status('m.toml', 'd', remote=True)"),
    ]
    assert tree_of(tmp_path / "d") == tree_of(tmp_path / "e") == FILES
    asked = (tmp_path / "asked.txt").read_text("utf-8").split("\n")
    assert sum(line.startswith("GH_TOKEN") for line in asked) == 1
    carriers = {
        each.origin
        for each in private.requests
        if TOKEN in "".join(each.headers.values())
    }
    assert carriers == {"api"}
    assert TOKEN not in str(cells)


@pytest.mark.parametrize("platform", [ON_COLAB], indirect=True)
def test_the_environment_comes_first(
    private: GitHubServer, platform: Kernel, tmp_path: Path
) -> None:
    """With GH_TOKEN set nobody asks the page."""
    platform.run(f"import os; os.environ['GH_TOKEN'] = {TOKEN!r}")
    platform.run("import rehydrate_tui as r\nr.replay('m.toml', 'd')")
    assert tree_of(tmp_path / "d") == FILES
    assert not (tmp_path / "asked.txt").exists()


@pytest.mark.parametrize("platform", [NOWHERE], indirect=True)
def test_other_kernels_do_not_ask(
    private: GitHubServer, platform: Kernel, tmp_path: Path
) -> None:
    """The modules alone are no page: a kernel elsewhere would wait for nothing."""
    cell = platform.run(
        "import rehydrate_tui as r\nr.replay('m.toml', 'd')", fails=True
    )
    assert cell.error.ename == "ReplayIncompleteError"
    assert not (tmp_path / "asked.txt").exists()


@pytest.mark.parametrize("platform", [ON_COLAB], indirect=True)
def test_a_child_of_the_kernel_does_not_ask(
    private: GitHubServer, platform: Kernel, tmp_path: Path
) -> None:
    """Only the kernel can reach the page, so the command line never tries."""
    cell = platform.run("!rehydrate-tui --replay m.toml --dest d\nprint(_exit_code)")
    assert cell.stdout.splitlines()[-1] == "1"
    assert not (tmp_path / "asked.txt").exists()


def test_a_page_that_never_answers_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the timeout the run goes on without a token, and never asks again."""
    (tmp_path / "kaggle_secrets.py").write_text(
        "import threading\nasked = []\nnever = threading.Event()\n"
        "class UserSecretsClient:\n"
        "    def get_secret(self, label):\n"
        "        asked.append(label)\n"
        "        never.wait()\n",
        "utf-8",
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    secrets = Secrets(timeout=0.05)
    environ = {"KAGGLE_KERNEL_RUN_TYPE": "Interactive"}
    assert secrets.token(environ) is None
    assert secrets.token(environ) is None
    import kaggle_secrets  # type: ignore[import-not-found]  # made above

    assert kaggle_secrets.asked == ["GH_TOKEN"]
    kaggle_secrets.never.set()
