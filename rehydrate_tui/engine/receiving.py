"""One try to receive one content: what is here of it already, and the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from rehydrate_tui.domain.progress import BytesDiscarded, BytesReceived, ProgressSink
from rehydrate_tui.domain.remote_values import Body, Resume
from rehydrate_tui.engine.pausing import Pause
from rehydrate_tui.errors import IntegrityError, RehydrateError
from rehydrate_tui.storage.arrival import Arrival
from rehydrate_tui.storage.part_file import PartFile
from rehydrate_tui.storage.parts import Parts
from rehydrate_tui.storage.receipts import PartNote

Opener = Callable[[Resume | None], AbstractAsyncContextManager[Body]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """Receives one content for one target."""

    target: str
    content: str
    """Its content id."""
    parts: Parts
    sink: ProgressSink
    count: Callable[[int], None]
    """Takes the bytes that came over the network."""
    resumes: bool
    """Whether the transport can begin in the middle; else what is here stays aside."""
    pause: Pause = field(default_factory=Pause)
    """On while the run is paused: nothing is asked for, nothing more is read."""

    @property
    def leftover(self) -> str:
        """The name of an earlier part to go on with; empty without one."""
        found = self.parts.leftover(self.target, self.content)
        return found.name if found and self.resumes else ""

    async def stream(self, part: Arrival, opener: Opener) -> None:
        """Receive into `part` until it is whole and verified.

        Raises:
            IntegrityError: it is not what was pinned.
            RemoteError: the transfer broke.
        """
        shown = 0

        def show(size: int) -> None:
            nonlocal shown
            shown += size
            self.sink.emit(BytesReceived(self.target, size))

        try:
            if isinstance(part, PartFile) and part.offset and await self._recall(part):
                show(part.offset)
                return
            await self.pause.wait()
            async with opener(self._resume(part)) as body:
                part.begin(body.offset, is_kept=await self._remember(part, body))
                if body.offset:
                    show(body.offset)
                try:
                    async for chunk in body.chunks:
                        show(len(chunk))
                        part.write(chunk)
                        if self.pause.is_on:
                            await self.pause.wait()
                finally:
                    decoded = shown - body.offset
                    self.count(body.travelled() if body.travelled else decoded)
            part.verify()
        except (RehydrateError, asyncio.CancelledError):
            if shown:
                self.sink.emit(BytesDiscarded(self.target, shown))
            raise

    async def _recall(self, part: PartFile) -> bool:
        """Read what is here; say whether it is the whole content already."""
        for _ in part.recall():
            # Hashing a large part takes a while: others go on meanwhile.
            await asyncio.sleep(0)
        if not part.is_full:
            return False
        try:
            part.verify()
        except IntegrityError:
            part.begin(0, is_kept=False)
            return False
        return True

    def _resume(self, part: Arrival) -> Resume | None:
        if not part.offset:
            return None
        found = self.parts.leftover(self.target, self.content)
        return Resume(part.offset, found.etag) if found else None

    async def _remember(self, part: Arrival, body: Body) -> bool:
        """Note of which answer the part is; say whether a later try will know."""
        if not (self.resumes and body.etag and part.is_resumable):
            return False
        note = PartNote(self.content, body.etag)
        if not body.offset:
            await asyncio.to_thread(self.parts.remember, self.target, part.name, note)
        return True
