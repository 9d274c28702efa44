"""`v2a install blender` and `v2a uninstall blender`: the add-on in the Blenders of this machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from v2a.cli import shared_options as shared
from v2a.cli.reporters import Reporter, reporting
from v2a.cli.signals import stoppable
from v2a.errors import V2AError

if TYPE_CHECKING:
    from v2a_installers.blender.installed_blenders import Blender

ProgramsOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--blender", metavar="PATH", help="A Blender: program, folder or app. Repeatable."
    ),
]
AllOption = Annotated[
    bool, typer.Option("--all", help="Every Blender found; so it is unless --blender names some.")
]
NEXT = "start it again if it is open, then Video Editing, sidebar (N), tab Foley"


def install_blender(
    blender: ProgramsOption = None,
    every: AllOption = False,
    zip_folder: Annotated[
        Path | None,
        typer.Option(
            "--zip",
            file_okay=False,
            help="Install nothing; write the zips, and a page to drag the add-on from, here.",
        ),
    ] = None,
    debug: shared.DebugOption = False,
) -> None:
    """Put the add-on "Generate Foley" into Blender: sound for the strips of its sequencer."""
    with stoppable(), reporting("none") as reporter:
        if zip_folder is not None:
            _write_page(zip_folder)
            return
        from v2a_installers.blender.install_addon import install

        def one(found: Blender) -> None:
            install(found)
            print(f"{found.name} ({found.program}): Generate Foley is installed; {NEXT}")

        _each(_chosen(blender, every), one, reporter)


def uninstall_blender(
    blender: ProgramsOption = None,
    every: AllOption = False,
    debug: shared.DebugOption = False,
) -> None:
    """Take the add-on out again; sounds and strips that it made stay."""
    with stoppable(), reporting("none") as reporter:
        from v2a_installers.blender.install_addon import uninstall
        from v2a_installers.blender.settings_folders import delete_leftovers

        def one(found: Blender) -> None:
            said = "is taken out" if uninstall(found) else "was not installed"
            print(f"{found.name} ({found.program}): Generate Foley {said}")

        named = blender and not every
        try:
            _each(_chosen(blender, every), one, reporter)
        except V2AError as error:
            if named or error.reason != "NO_BLENDER":
                raise
        if not named:
            for folder in delete_leftovers():
                print(f"{folder}: deleted")


def _chosen(named: Sequence[Path] | None, every: bool) -> list[Blender]:
    """The Blenders that were named, and those found where none was named or all are wanted."""
    from v2a_installers.blender.installed_blenders import ask, on_this_machine

    chosen = [ask(program) for program in named or ()]
    if every or not named:
        programs = {blender.program for blender in chosen}
        chosen += [found for found in on_this_machine() if found.program not in programs]
    if not chosen:
        raise V2AError("NO_BLENDER")
    return chosen


def _each(blenders: Sequence[Blender], do: Callable[[Blender], None], reporter: Reporter) -> None:
    """Do it for every Blender, past those where it fails; the first failure's code is the end's."""
    first: V2AError | None = None
    for blender in blenders:
        try:
            do(blender)
        except V2AError as error:
            reporter.error(error)
            first = first or error
    if first:
        raise typer.Exit(first.entry.exit)


def _write_page(folder: Path) -> None:
    from v2a_installers.blender.drag_page import write_page

    page, _, extension, legacy = write_page(folder)
    print(f"{page}: open it and drag the add-on into Blender, or put the folder on a server")
    print(f"{extension}: for Blender 4.2 and newer")
    print(f"{legacy}: for Blender 3.4 to 4.1")
