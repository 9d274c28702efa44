"""`v2a install service` and `v2a uninstall service`: the daemon at every login of this user."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from v2a.cli import shared_options as shared
from v2a.cli.daemon_commands import end_daemon
from v2a.cli.daemon_options import (
    ListenOption,
    RootsOption,
    TlsCertOption,
    TlsKeyOption,
    arguments,
)
from v2a.cli.reporters import reporting
from v2a.cli.signals import stoppable
from v2a.disk import write_whole
from v2a.errors import V2AError

if TYPE_CHECKING:
    from v2a.cli.service_files import Service

install = typer.Typer(help="Make v2a a part of this system.")
uninstall = typer.Typer(help="Take it out again.")
RootOption = Annotated[
    bool, typer.Option("--allow-root", help="As root, where there is nobody else.")
]


@install.callback()
@uninstall.callback()
def _group() -> None:  # pyright: ignore[reportUnusedFunction]
    pass  # with a callback, `service` stays a sub-command though it is the only one


@install.command("service")
def install_service(
    show: Annotated[
        bool, typer.Option("--show", help="Print the file that would be written; change nothing.")
    ] = False,
    root: RootsOption = None,
    listen: ListenOption = None,
    tls_cert: TlsCertOption = None,
    tls_key: TlsKeyOption = None,
    allow_root: RootOption = False,
    debug: shared.DebugOption = False,
) -> None:
    """Start the daemon at every login of this user, and now."""
    with stoppable(), reporting("none"):
        from v2a.cli.service_files import service, this_system

        given = arguments(root=root, listen=listen, tls_cert=tls_cert, tls_key=tls_key)
        made = service(this_system(), given)
        if show:
            print(made.text, end="")
            return
        refuse_root(allow_root)
        write_file(made)
        end_daemon()  # one that a command started holds the place
        start_service(made)
    print(f"{made.file}: installed; the daemon runs now and at every login")


@uninstall.command("service")
def uninstall_service(
    allow_root: RootOption = False,
    debug: shared.DebugOption = False,
) -> None:
    """End the daemon and start it at login no more; its jobs and results stay."""
    with stoppable(), reporting("none"):
        from v2a.cli.service_files import service, this_system

        refuse_root(allow_root)
        made = service(this_system())
        if not made.file.exists():
            print("no service is installed")
            return
        end_service(made)
    print(f"{made.file}: deleted; the daemon starts no more at login")


def refuse_root(allowed: bool) -> None:
    """Raise BAD_OPTION for root, whose services are nobody's."""
    if sys.platform != "win32" and os.geteuid() == 0 and not allowed:
        raise V2AError(
            "BAD_OPTION",
            detail="the daemon serves a person, and root is none",
            hint="run this as the user who edits, or give --allow-root in a container",
        )


def write_file(made: Service) -> None:
    """Write a service's file, whole; raises OUTPUT_READ_ONLY, DISK_FULL."""
    write_whole(made.file, made.text, encoding=made.encoding)


def start_service(made: Service) -> None:
    """Have the system take a service's file and start it; a file that it refuses is deleted."""
    try:
        tell_system(made.install, "installed")
    except V2AError:
        made.file.unlink(missing_ok=True)
        raise


def end_service(made: Service) -> None:
    """Have the system end a service and forget it, and delete its file."""
    tell_system(made.uninstall, "taken out")
    made.file.unlink()
    tell_system(made.after, "taken out")


def tell_system(commands: Sequence[Sequence[str]], done: str) -> None:
    """Run the system's own commands; raises SERVICE_REFUSED with what one of them said."""
    for command in commands:
        hint = f"'{' '.join(command)}' shows more; 'v2a serve --background' needs no service"
        try:
            result = subprocess.run(command, capture_output=True, text=True, check=False)
        except OSError as error:
            detail = f"{command[0]} is not there"
            raise V2AError("SERVICE_REFUSED", done=done, detail=detail, hint=hint) from error
        if result.returncode:
            said = (result.stderr or result.stdout).strip().splitlines()
            detail = said[-1] if said else f"{command[0]} ended with {result.returncode}"
            raise V2AError("SERVICE_REFUSED", done=done, detail=detail, hint=hint)
