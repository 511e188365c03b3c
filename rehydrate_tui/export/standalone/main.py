"""The command line of an exported script."""

import signal
import sys
from typing import Any, Dict, List

from rehydrate_tui.export.standalone.files import Problem, show
from rehydrate_tui.export.standalone.run import Run, say


def stop(number: int, _frame: object) -> None:
    """Leave as if interrupted: nothing half-done stays."""
    sys.exit(128 + number)


def main(manifest: Dict[str, Any], arguments: List[str]) -> int:
    """Bring everything; return 0 if all is in place, 1 if not, 130 if interrupted."""
    if arguments[1:] or "".join(arguments).startswith("-"):
        say(f"usage: {show(sys.argv[0])} [FOLDER]")
        return 2
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), stop)
    try:
        return 1 if Run(manifest, *arguments or [manifest["into"]]).run() else 0
    except Problem as problem:
        say(f"INCOMPLETE: {problem}")
        return 1
    except KeyboardInterrupt:
        say("interrupted: what is whole stays, run it again to go on from there")
        return 130
