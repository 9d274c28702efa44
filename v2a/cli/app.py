"""The commands put together, and the last place where an error becomes a line and an exit code."""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import Annotated, Any, cast

import typer

from v2a import __version__, errors
from v2a.cli import (
    blender_command,
    bridge_command,
    daemon_commands,
    demo_command,
    doctor_command,
    generate_command,
    jobs_commands,
    otio_command,
    packs_commands,
    scenes_command,
    service_commands,
    train_command,
    watch_command,
    watch_service_commands,
)
from v2a.cli.reporters import tell
from v2a.errors import V2AError

UsageError: type[Exception] = typer.BadParameter.__mro__[1]
"""What the parser raises for a wrong option; typer does not export it by name."""

app = typer.Typer(
    name="v2a",
    help="Puts sound on silent pictures: tracks whose clips start and end on the cuts.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command("demo")(demo_command.demo)
app.command("generate")(generate_command.generate)
app.command("scenes")(scenes_command.scenes)
app.command("otio")(otio_command.otio)
app.command("watch")(watch_command.watch)
app.command("bridge")(bridge_command.bridge)
app.command("serve")(daemon_commands.serve)
app.command("stop")(daemon_commands.stop)
app.command("ps")(daemon_commands.ps)
app.command("doctor")(doctor_command.doctor)
app.add_typer(jobs_commands.app, name="jobs")
app.add_typer(packs_commands.app, name="packs")
app.add_typer(train_command.app, name="train")
service_commands.install.command("blender")(blender_command.install_blender)
service_commands.uninstall.command("blender")(blender_command.uninstall_blender)
service_commands.install.command("watch")(watch_service_commands.install_watch)
service_commands.uninstall.command("watch")(watch_service_commands.uninstall_watch)
app.add_typer(service_commands.install, name="install")
app.add_typer(service_commands.uninstall, name="uninstall")


def _version(wanted: bool) -> None:
    if wanted:
        print(f"v2a {__version__}")
        raise typer.Exit


@app.callback()
def _options(  # pyright: ignore[reportUnusedFunction]
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


def run(arguments: list[str]) -> int:
    """Run one command; returns its exit code, with any error told in one line on stderr."""
    try:
        result = _tree().main(arguments or ["--help"], "v2a", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else errors.DONE
    except UsageError as error:
        detail = _wrong(cast(typer.BadParameter, error))
        hint = "see " + " ".join(["'v2a", *_command_words(arguments), "--help'"])
        return tell(V2AError("BAD_OPTION", detail=detail.rstrip("."), hint=hint))
    except (typer.Abort, KeyboardInterrupt):
        return tell(V2AError("CANCELLED"))
    except BrokenPipeError:  # the reader of our output left, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return errors.FAILED
    except Exception as error:
        return tell(error)


def _wrong(error: typer.BadParameter) -> str:
    """What is wrong with an option, in a sentence that begins with it; else the parser's words."""
    if type(error) is not typer.BadParameter or error.param is None:
        return error.format_message()
    what = error.message.removeprefix("Input ").removeprefix("Value error, ")
    what = what.partition(", unable to parse")[0]
    joint = " " if what.startswith(("should", "'")) else ": "
    return f"{error.param.opts[0]}{joint}{what}"


@cache
def _tree() -> Any:
    """All commands as click knows them; made once, for it takes a tenth of a second."""
    return typer.main.get_command(app)


def _command_words(arguments: list[str]) -> list[str]:
    """The command and sub-command that arguments begin with, as far as they exist."""
    words: list[str] = []
    group: Any = _tree()
    for word in arguments:
        commands: dict[str, Any] = getattr(group, "commands", {})
        if word not in commands:
            break
        words.append(word)
        group = commands[word]
    return words
