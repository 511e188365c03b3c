"""Chromium as the system has it, headless, with nothing of anybody in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    # The plain test command collects this folder, and does not install Playwright.
    from playwright.async_api import Page

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_LOOPBACK_ONLY = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
_PATIENCE = 30_000
"""Milliseconds that a condition in the page may take to come true."""


@asynccontextmanager
async def open_page(
    profile: Path, *, width: int = 1280, height: int = 800
) -> AsyncGenerator[Page]:
    """Open a browser with one page; names other than loopback resolve never."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch_persistent_context(
            profile,
            executable_path=find_chromium(),
            args=[*_ARGUMENTS, _LOOPBACK_ONLY],
            viewport={"width": width, "height": height},
        )
        (page,) = browser.pages
        page.set_default_timeout(_PATIENCE)
        yield page
        await browser.close()


def find_chromium() -> str:
    """Return the system's Chromium; without one the test is skipped, in CI it fails."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is not None:
        return found
    reason = f"No browser is installed (looked for {', '.join(_NAMES)})."
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
