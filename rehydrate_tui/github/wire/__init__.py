"""An own transport under httpx's API."""

from rehydrate_tui.github.wire.transport import WireTransport

__all__ = ["WireTransport"]
