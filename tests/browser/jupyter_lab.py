"""A real JupyterLab on loopback that knows its own folder and nothing else."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.browser.waiting import until

_LEAVING_SECONDS = 10.0

_ARGUMENTS = (
    "--no-browser",
    "--allow-root",
    "--ServerApp.ip=127.0.0.1",
    "--ServerApp.port=0",
    "--ServerApp.use_redirect_file=False",
    # It asks the network for nothing: no news, no versions, no extensions.
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
    "--LanguageServerManager.autodetect=False",
    # The page then has `jupyterapp`, and with it the text of a terminal.
    "--LabApp.expose_app_in_browser=True",
    '--ServerApp.terminado_settings={"shell_command": ["sh"]}',
)


@dataclass(frozen=True)
class JupyterLab:
    """A running server."""

    url: str
    token: str
    folder: Path
    """What its file browser shows; notebooks and terminals start here."""

    def address(self, path: str = "") -> str:
        """Return the address of the page, with one file open."""
        place = f"lab/tree/{path}" if path else "lab"
        return f"{self.url}{place}?token={self.token}"


@asynccontextmanager
async def running_lab(folder: Path, home: Path) -> AsyncGenerator[JupyterLab]:
    """Run JupyterLab on `folder`; its settings and everything else live in `home`."""
    token = secrets.token_hex()
    environ = _environment(home, token)
    _write_settings(home / "settings")
    with (home / "lab.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "jupyterlab", *_ARGUMENTS),
            cwd=folder,
            env=environ,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        # The file is written when the socket listens; what connects early waits there.
        found: list[dict[str, Any]] = []
        await until(
            lambda: process.returncode is not None or _servers(home, found),
            f"JupyterLab; see {home / 'lab.log'}",
        )
        assert found, (home / "lab.log").read_text("utf-8")
        yield JupyterLab(url=found[0]["url"], token=token, folder=folder)
    finally:
        await _end(process)


async def _end(process: asyncio.subprocess.Process) -> None:
    """Stop the server; one that is starting a kernel just then would wait for ever."""
    if process.returncode is None:
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _LEAVING_SECONDS)
    except asyncio.TimeoutError:
        process.kill()  # its kernels see that and end by themselves
        await process.wait()


def _servers(home: Path, found: list[dict[str, Any]]) -> bool:
    for path in (home / "runtime").glob("jpserver-*.json"):
        try:
            found.append(json.loads(path.read_text("utf-8")))
        except ValueError:
            continue  # half written
    return bool(found)


def _environment(home: Path, token: str) -> dict[str, str]:
    folders = {
        "HOME": home,
        "IPYTHONDIR": home / "ipython",
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": home / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
    }
    scripts = Path(sys.executable).parent
    return {
        **os.environ,
        **{name: str(path) for name, path in folders.items()},
        "JUPYTER_TOKEN": token,
        "JUPYTER_PREFER_ENV_PATH": "1",
        "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
        "PS1": "$ ",
    }


def _write_settings(folder: Path) -> None:
    """Answer the question that JupyterLab asks at its first start."""
    extension = folder / "@jupyterlab/apputils-extension"
    extension.mkdir(parents=True)
    no_news = {"fetchNews": "false", "checkForUpdates": False}
    settings = extension / "notification.jupyterlab-settings"
    settings.write_text(json.dumps(no_news), "utf-8")
