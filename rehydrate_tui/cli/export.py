"""`--export` and `--into`: a manifest handed over to where this package is not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from rehydrate_tui.cli.options import Options
from rehydrate_tui.domain.manifest import Manifest
from rehydrate_tui.engine.session import Session
from rehydrate_tui.errors import UsageError
from rehydrate_tui.export.access import check_access
from rehydrate_tui.export.forms import Form, cells_of, parse_form, text_of
from rehydrate_tui.export.notebook_file import put_first
from rehydrate_tui.export.pinned import Pinned
from rehydrate_tui.export.writing import write_export
from rehydrate_tui.headless.console import Console
from rehydrate_tui.headless.environment import OutputMode
from rehydrate_tui.headless.exit_codes import ExitCode
from rehydrate_tui.headless.local_manifests import expand_user, is_address, read_local
from rehydrate_tui.headless.manifests import read_remote

Call = Callable[[Session], Awaitable[ExitCode]]


def export_call(
    words: list[str], options: Options, _: OutputMode, console: Console
) -> Call:
    """Return the call of `--export`.

    Raises:
        UsageError: no such form, or options that do not go together.
    """
    form, name = _form_and_manifest(words)
    arguments = options.arguments
    notebook = expand_user(arguments.into) if arguments.into else None
    output = expand_user(arguments.output) if arguments.output else None
    _check_targets(form, name, notebook, output)
    local = None if is_address(name) else read_local(name)
    host = options.settings.host

    async def call(session: Session) -> ExitCode:
        read = local or await read_remote(session, name, host=host)
        manifest = await _pinned(session, read, console)
        pinned = Pinned(
            manifest=manifest, settings=options.settings, into=arguments.dest or "."
        )
        for note in await asyncio.to_thread(check_access, pinned, form):
            console.say(note)
        document: dict[str, Any] = {
            "form": form.value,
            "files": manifest.file_count,
            "bytes": manifest.content_size,
        }
        if notebook is not None:
            document |= _put_into(notebook, pinned, form, console)
        else:
            document |= _write(output, pinned, form, console)
        if arguments.json:
            console.document("export", document)
        elif "text" in document:
            console.out.write(document["text"])
        is_whole = not any(source.refused for source in manifest.sources)
        return ExitCode.COMPLETE if is_whole else ExitCode.INCOMPLETE

    return call


def _form_and_manifest(words: list[str]) -> tuple[Form, str]:
    """Read `[FORM] MANIFEST`; a cell when nobody says otherwise."""
    if len(words) == 1 and words[0] not in {form.value for form in Form}:
        return Form.CELL, words[0]
    if len(words) != len(("FORM", "MANIFEST")):
        raise UsageError(
            "--export takes a form and a manifest.",
            hint="Such as --export cell manifest.toml.",
        )
    return parse_form(words[0]), words[1]


def _check_targets(
    form: Form, name: str, notebook: Path | None, output: Path | None
) -> None:
    if notebook is not None and output is not None:
        raise UsageError("--into and --output do not go together.", hint="Choose one.")
    if notebook is not None and not form.is_for_notebooks:
        raise UsageError(
            f"--into takes cells, and --export {form.value} makes a script.",
            hint="Use --export cell or --export magic.",
        )
    if (
        output is not None
        and Path(name).exists()
        and output.resolve() == Path(name).resolve()
    ):
        raise UsageError(
            "--output would replace the manifest itself.", hint="Choose another name."
        )


async def _pinned(session: Session, manifest: Manifest, console: Console) -> Manifest:
    if manifest.is_pinned:
        return manifest
    pinned = await session.pin(manifest)
    console.say("The manifest is not pinned, so the API was asked for the rest.")
    for source in pinned.sources:
        for error in source.refused:
            console.say(f"left out: {error.message}")
    return pinned


def _put_into(
    path: Path, pinned: Pinned, form: Form, console: Console
) -> dict[str, Any]:
    has_changed = put_first(path, cells_of(pinned, form))
    words = "put into" if has_changed else "already in"
    console.say(f"{words} {path}")
    return {"output": str(path), "changed": has_changed}


def _write(
    output: Path | None, pinned: Pinned, form: Form, console: Console
) -> dict[str, Any]:
    text = text_of(pinned, form)
    if output is None:
        return {"text": text}
    write_export(output, text, form)
    console.say(f"saved {output}")
    return {"output": str(output)}
