"""A session of the command line: its event loop, and what it connects to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from rehydrate_tui.cli.options import Options
from rehydrate_tui.engine.session import Session
from rehydrate_tui.headless.console import Console
from rehydrate_tui.headless.exit_codes import ExitCode
from rehydrate_tui.headless.progress import WaitSink
from rehydrate_tui.storage.credentials import find_token
from rehydrate_tui.storage.receipts import ReceiptIndex
from rehydrate_tui.wiring import Connecting, no_token, open_session

Call = Callable[[Session], Awaitable[ExitCode]]


def in_session(
    options: Options,
    call: Call,
    console: Console,
    *,
    is_demo: bool,
    index: ReceiptIndex | None = None,
) -> ExitCode:
    """Run a call in a session of its own; `index` is used if it is open already.

    Raises:
        RehydrateError: what the call raises.
    """
    return asyncio.run(_with_session(options, call, console, index, is_demo=is_demo))


def connecting(options: Options) -> Connecting:
    """Return how the session reaches the world."""
    return Connecting(
        wait=options.wait, cache=options.cache, is_offline=options.is_offline
    )


async def _with_session(
    options: Options,
    call: Call,
    console: Console,
    index: ReceiptIndex | None,
    *,
    is_demo: bool,
) -> ExitCode:
    session = open_session(
        options.settings,
        jobs=options.jobs,
        connecting=replace(
            connecting(options), log=console.detail, watch=WaitSink(console)
        ),
        token_of=no_token if is_demo else find_token,
        index=index,
    )
    try:
        return await call(session)
    finally:
        await session.aclose()
