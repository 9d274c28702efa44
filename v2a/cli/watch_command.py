"""`v2a watch`: footage and timelines that are dropped in a folder get their sound by themselves."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from v2a import errors
from v2a.api.option_limits import Limit
from v2a.cli import shared_options as shared
from v2a.cli.reporters import reporting

if TYPE_CHECKING:
    from v2a_integrations.watch_folder.watcher import WatchOptions

WAITS = Limit(0.0, 86_400.0)
"""Seconds; who waits more than a day for a file to be whole has forgotten the watch."""
LOOKS = Limit(0.1, 86_400.0)
"""Seconds; ten looks a second are all that a disk should be asked for."""
KIND_WORDS = {"mux": ["video"], "stems": ["stems", "timeline"], "sidecar_only": ["sidecar"]}
"""What --mux, --stems and --sidecar-only ask for."""


def watch(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to watch.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", help="Folder results are mirrored to. [default: Foley/ beside]"),
    ] = None,
    settle: Annotated[
        float,
        shared.number(WAITS, "--settle", help="Seconds without change until a file is whole."),
    ] = 5.0,
    interval: Annotated[
        float, shared.number(LOOKS, "--interval", help="Seconds from look to look.")
    ] = 2.0,
    once: Annotated[
        bool, typer.Option("--once", help="End when all there is has been done.")
    ] = False,
    status: Annotated[
        bool, typer.Option("--status", help="Show what became of every file.")
    ] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Try again what failed.")] = False,
    rescore: Annotated[
        bool, typer.Option("--rescore", help="Make again the results that were deleted.")
    ] = False,
    mux: Annotated[bool, typer.Option("--mux", help="Only the film with its sound.")] = False,
    stems: Annotated[bool, typer.Option("--stems", help="Only stems and their timeline.")] = False,
    sidecar_only: Annotated[
        bool, typer.Option("--sidecar-only", help="Only cuts, labels and seeds.")
    ] = False,
    preset: shared.PresetOption = None,
    pack: Annotated[str | None, typer.Option("--pack", help="A pack's name or folder.")] = None,
    prompt: shared.PromptOption = None,
    negative: shared.NegativeOption = None,
    seed: shared.UnsetSeedOption = None,
    takes: shared.UnsetTakesOption = None,
    steps: shared.StepsOption = None,
    rule: shared.RuleOption = None,
    threshold: shared.ThresholdOption = None,
    whole: shared.WholeOption = False,
    device: shared.DeviceOption = "auto",
    as_json: shared.JsonOption = False,
    debug: shared.DebugOption = False,
) -> int:
    """Watch a folder: whatever is dropped in gets its sound, in Foley/ beside it.

    A folder's .v2a.toml goes over these options; see docs/watch.md. Ctrl-C ends the watch, what is
    on its way goes on in the daemon.
    """
    from v2a_integrations.watch_folder.watcher import WatchOptions

    kinds = [
        kind
        for said, name in ((mux, "mux"), (stems, "stems"), (sidecar_only, "sidecar_only"))
        if said
        for kind in KIND_WORDS[name]
    ]
    said = {
        "outputs": kinds or None, "preset": preset, "pack": None if pack is None else _pack(pack),
        "prompt": prompt, "negative": negative, "seed": seed, "takes": takes, "steps": steps,
        "rule": rule, "threshold": threshold, "whole": whole or None, "device": device,
    }  # fmt: skip
    with reporting("none"):
        return _run(
            folder, output, {key: value for key, value in said.items() if value is not None},
            WatchOptions(settle, interval, once), status, retry, rescore, as_json,
        )  # fmt: skip


def _run(
    path: Path,
    output: Path | None,
    said: dict[str, Any],
    options: WatchOptions,
    status: bool,
    retry: bool,
    rescore: bool,
    as_json: bool,
) -> int:
    from v2a_integrations.watch_folder import watch_run
    from v2a_integrations.watch_folder.watch_display import print_lines, shower

    root = watch_run.folder_at(path)
    if retry or rescore:
        asked = asyncio.run(watch_run.ask_again(root, retry, rescore))
        if watch_run.is_watched(root):
            print(f"{root}: {asked} files are scored again by the process that watches it")
            return errors.DONE
    if status:
        print_lines(asyncio.run(watch_run.status(root)), as_json)
        return errors.DONE
    show = shower(str(root), as_json)
    try:
        asyncio.run(
            _until_told(watch_run.watch(root, output and output.absolute(), said, options, show))
        )
    finally:
        show.close()
    return errors.DONE


async def _until_told(work: Coroutine[Any, Any, None]) -> None:
    """Do it until Ctrl-C or termination, which is how a watch ends; a second one is abrupt."""
    loop, task = asyncio.get_running_loop(), asyncio.create_task(work)

    def stop() -> None:
        task.cancel()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows, where an interrupt ends the loop
            loop.add_signal_handler(number, stop)
    with suppress(asyncio.CancelledError):
        await task


def _pack(name: str) -> str:
    """A pack's folder as the daemon finds it; a name as it is."""
    path = Path(name).expanduser()
    return str(path.absolute()) if path.name != name else name
