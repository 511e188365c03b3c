"""What a notebook cell does: by the package if it is installed, else by itself."""

import importlib
import json
from typing import Any, Dict, List

from rehydrate_tui.export.standalone.run import Run


class Incomplete(Exception):
    """Not everything is in place; IPython shows it on one line."""

    def _render_traceback_(self) -> List[str]:
        return [f"Incomplete: {self}"]


def toml_of(manifest: Dict[str, Any]) -> str:
    """Return the manifest as the package reads it."""
    lines = ["version = 1"]
    for source in manifest["sources"]:
        lines.append("[[source]]")
        keys = ("repository", "host", "commit", "into")
        lines += [f"{key} = {value_of(source[key])}" for key in keys if source[key]]
        for path, blob, size, *rest in source["files"]:
            more: Dict[str, Any] = dict(*rest)
            table = {"path": path, "blob": blob, "size": size, **more}
            lines.append("[[source.file]]")
            lines += [f"{key} = {value_of(value)}" for key, value in table.items()]
    return "\n".join(lines) + "\n"


def value_of(value: object) -> str:
    """Return a value in TOML, which is JSON but for the colon and one control."""
    text = json.dumps(value, ensure_ascii=False, separators=(", ", " = "))
    return text.replace("\x7f", "\\u007f")


def rehydrate(manifest: Dict[str, Any], destination: str) -> None:
    """Bring everything, or raise `Incomplete` in one line."""
    try:
        replay = importlib.import_module("rehydrate_tui").replay
    except (ImportError, AttributeError):
        replay = None
    try:
        if replay is not None:
            replay(toml_of(manifest), destination)
            return
        failed = Run(manifest, destination).run()
    except Exception as error:
        raise Incomplete(str(error)) from None
    if failed:
        raise Incomplete(f"{failed:,} files could not be brought; each is named above")
