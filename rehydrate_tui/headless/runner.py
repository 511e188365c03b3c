"""The one synchronous door to the asynchronous engine.

Without a running event loop this is `asyncio.run`. Inside one, such as in a notebook
cell, the work goes to a thread with a loop of its own; the caller waits for a future.
Waiting for the thread itself would not do: an interrupt in `Thread.join` makes Python
3.11 take the thread for dead.
"""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, wait
from typing import Any, Generic, TypeVar

T = TypeVar("T")

GRACE_SECONDS = 10.0
"""How long an interrupted call waits for the work to tidy up."""

THREAD_NAME = "rehydrate"

_LEAVING_SECONDS = 1.0


def run_sync(make: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run the coroutine that `make` returns, and return its result.

    An interrupt (`KeyboardInterrupt`) cancels the work, waits until it has tidied up,
    at most `GRACE_SECONDS`, and is raised. A second one is raised at once.
    """
    if not _is_loop_running():
        is_main = threading.current_thread() is threading.main_thread()
        return asyncio.run(make()) if is_main else _run_in_new_loop(make())
    return _Background(make).result()


def _is_loop_running() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


class _Background(Generic[T]):
    """A coroutine that runs in a thread of its own, under a copied context.

    The context makes `print` and `display` end up in the right notebook cell.
    """

    def __init__(self, make: Callable[[], Coroutine[Any, Any, T]]) -> None:
        self._make = make
        self._done: Future[T] = Future()
        self._lock = threading.Lock()
        self._running: tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]] | None = None
        self._is_stopped = False

    def result(self) -> T:
        """Start, wait for the end and return what came out."""
        thread = threading.Thread(
            target=contextvars.copy_context().run,
            args=(self._work,),
            name=THREAD_NAME,
            daemon=True,
        )
        try:
            thread.start()
            return self._done.result()
        except KeyboardInterrupt:
            self._cancel()
            wait([self._done], timeout=GRACE_SECONDS)
            raise
        finally:
            if self._done.done():
                thread.join(_LEAVING_SECONDS)

    def _work(self) -> None:
        try:
            result = _run_in_new_loop(self._main())
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            self._done.set_exception(error)
        else:
            self._done.set_result(result)

    async def _main(self) -> T:
        task = asyncio.current_task()
        with self._lock:
            if self._is_stopped or task is None:
                raise asyncio.CancelledError
            self._running = (asyncio.get_running_loop(), task)
        try:
            return await self._make()
        finally:
            with self._lock:
                self._running = None

    def _cancel(self) -> None:
        with self._lock:
            self._is_stopped = True
            if self._running is not None:
                loop, task = self._running
                loop.call_soon_threadsafe(task.cancel)


def _run_in_new_loop(main: Coroutine[Any, Any, T]) -> T:
    """Do what `asyncio.run` does, also where others have replaced that function."""
    loop = asyncio.new_event_loop()
    try:
        asyncio.set_event_loop(loop)
        return loop.run_until_complete(main)
    finally:
        try:
            _cancel_all(loop)
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.run_until_complete(loop.shutdown_default_executor())
        finally:
            asyncio.set_event_loop(None)
            loop.close()


def _cancel_all(loop: asyncio.AbstractEventLoop) -> None:
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    if tasks:
        gathered = asyncio.gather(*tasks, return_exceptions=True)
        loop.run_until_complete(gathered)
