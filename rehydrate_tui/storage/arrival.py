"""A file while it arrives: on disk if it is large, else in memory."""

from __future__ import annotations

from rehydrate_tui.storage.part_file import PartFile
from rehydrate_tui.storage.whole_file import WholeFile

Arrival = PartFile | WholeFile
"""Both take bytes, check them and put them under their name in one step."""
