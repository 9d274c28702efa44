"""`v2a install watch DIR` and `v2a uninstall watch DIR`: a watch folder at every login."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from v2a.cli import shared_options as shared
from v2a.cli.reporters import reporting
from v2a.cli.service_commands import (
    RootOption,
    end_service,
    refuse_root,
    start_service,
    tell_system,
    write_file,
)
from v2a.cli.signals import stoppable
from v2a.errors import V2AError

if TYPE_CHECKING:
    from v2a.cli.service_files import Service

FolderArgument = Annotated[Path, typer.Argument(metavar="DIR", help="Folder to watch.")]


def install_watch(
    folder: FolderArgument,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            resolve_path=True,
            help="Folder results are mirrored to. [default: Foley/ beside]",
        ),
    ] = None,
    show: Annotated[
        bool, typer.Option("--show", help="Print the file that would be written; change nothing.")
    ] = False,
    allow_root: RootOption = False,
    debug: shared.DebugOption = False,
) -> None:
    """Watch a folder at every login of this user, and now; its .v2a.toml says how."""
    with stoppable(), reporting("none"):
        if not folder.is_dir():
            raise V2AError("NOT_FOUND", path=folder)
        made = _service(folder, ["--output", str(output)] if output else [])
        if show:
            print(made.text, end="")
            return
        refuse_root(allow_root)
        if made.file.exists():
            tell_system(made.uninstall, "replaced")
        write_file(made)
        start_service(made)
    print(f"{made.file}: installed; {folder} is watched now and at every login")


def uninstall_watch(
    folder: FolderArgument, allow_root: RootOption = False, debug: shared.DebugOption = False
) -> None:
    """End the watch of a folder and start it at login no more; results and ledger stay."""
    with stoppable(), reporting("none"):
        refuse_root(allow_root)
        made = _service(folder, [])
        if not made.file.exists():
            print(f"{folder}: no watch is installed for it")
            return
        end_service(made)
    print(f"{made.file}: deleted; {folder} is watched no more at login")


def _service(folder: Path, options: list[str]) -> Service:
    """One a folder, by a name that tells it from others."""
    from v2a.cli.service_files import ServiceKind, service_of, this_system

    real = folder.resolve()
    digest = hashlib.sha256(os.fsencode(real)).hexdigest()[:8]
    words = re.sub(r"[^A-Za-z0-9]+", "-", real.name).strip("-")[:40]
    name = f"v2a-watch-{words}-{digest}" if words else f"v2a-watch-{digest}"
    kind = ServiceKind(
        name, f"local.{name}", "v2a-watch.service", "local.v2a.watch.plist", "v2a-watch.xml"
    )
    command = [sys.executable, "-m", "v2a", "watch", str(real), "--json", *options]
    return service_of(this_system(), kind, command)
