"""`v2a packs`: list, fetch, check and make up packs."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from v2a import errors
from v2a.api.json_text import to_json
from v2a.api.progress_clock import JobClock
from v2a.cli import shared_options as shared
from v2a.cli.reporters import Mode, Reporter, reporting
from v2a.cli.signals import stoppable
from v2a.types import SEEDS, Report

if TYPE_CHECKING:
    from v2a.packs.locate import Pack

app = typer.Typer(help="List, fetch, check and make up packs.")


@app.command("list")
def list_(as_json: shared.JsonOption = False, debug: shared.DebugOption = False) -> None:
    """Show the packs that are here and those that can be fetched."""
    with reporting("none"):
        from v2a.packs.hub_catalogue import CATALOGUE
        from v2a.packs.locate import list_packs

        here = list_packs()
        names = {pack.folder.name for pack in here}
        rows = [_installed(pack) for pack in here]
        rows += [
            {
                "name": entry.name,
                "installed": False,
                "version": entry.version,
                "description": entry.description,
                "licence": entry.licence.name,
                "commercial": entry.licence.commercial,
            }
            for entry in CATALOGUE.values()
            if entry.name not in names
        ]
        print(to_json(rows)) if as_json else _print_list(rows)


@app.command()
def pull(
    name: Annotated[str, typer.Argument(help="A pack that 'v2a packs list' shows.")],
    accept_licence: Annotated[
        bool, typer.Option("--accept-licence", help="Accept its licence without being asked.")
    ] = False,
    revision: Annotated[
        str | None, typer.Option("--revision", help="Not the pinned one; recorded all the same.")
    ] = None,
    progress: shared.ProgressOption = "bar",
    debug: shared.DebugOption = False,
) -> None:
    """Fetch a pack from the model hub, once its licence is accepted; starts where it stopped."""
    # Before the hub's library is loaded: the one command that may use a network.
    os.environ["HF_HUB_OFFLINE"] = "0"

    def ask(terms: str) -> bool:
        print(terms, file=sys.stderr)
        return accept_licence or (
            sys.stdin.isatty() and typer.confirm("Do you accept these terms?", err=True)
        )

    with _telling("pull", name, progress) as (reporter, report):
        from v2a.packs.locate import packs_folder
        from v2a.packs.pull import pull as fetch

        folder = fetch(name, packs_folder(), ask, report, revision)
        reporter.done({"pack": name, "folder": str(folder)})
    print(folder)


@app.command()
def verify(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME|DIR]…", help="All packs by default.")
    ] = None,
    progress: shared.ProgressOption = "bar",
    debug: shared.DebugOption = False,
) -> int:
    """Check every file of packs against what their pack.json records."""
    code = errors.DONE
    with reporting("none"):
        from v2a.packs.locate import find_pack, list_packs

        packs = [find_pack(name) for name in names] if names else list_packs()
    for pack in packs:
        with _telling("verify", pack.name, progress) as (reporter, report):
            faults = pack.verify(report)
            for fault in faults:
                reporter.error(fault)
                code = fault.entry.exit
            if not faults:
                reporter.done({"pack": pack.name, "folder": str(pack.folder)})
        if not faults:
            print(f"{pack.name}: {len(pack.manifest.files)} files, all as recorded")
    return code


@app.command()
def random(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    like: Annotated[str, typer.Option("--like", help="paper, pocket or tiny.")] = "paper",
    seed: Annotated[int, shared.number(SEEDS, "--seed", help="Of the random weights.")] = 0,
    full_precision: Annotated[
        bool, typer.Option("--full-precision", help="32-bit weights instead of 16-bit.")
    ] = False,
    debug: shared.DebugOption = False,
) -> None:
    """Write a pack of the right shape with random weights: true loading, true speed, noise."""
    with stoppable(), reporting("none"):
        from v2a.packs.random_pack import random_pack

        print(random_pack(like, folder, seed, half=not full_precision))


@contextmanager
def _telling(stage: str, name: str, mode: Mode) -> Generator[tuple[Reporter, Report]]:
    """A reporter and the report of one stage, for work on one pack that can be stopped."""
    with stoppable() as should_stop, reporting(mode) as reporter:
        reporter.begin(name, 1, 1)
        job = JobClock(reporter.progress, should_stop, {stage: 1.0})
        with job.stage(stage) as report:
            yield reporter, report


def _installed(pack: Pack) -> dict[str, Any]:
    manifest = pack.manifest
    files = (pack.folder / name for name in manifest.files)
    return {
        "name": pack.name,
        "installed": True,
        "version": manifest.version,
        "description": manifest.description,
        "licence": manifest.licence.name,
        "commercial": manifest.licence.commercial,
        "mapper": manifest.mappers.default,
        "mappers": sorted({"vocabulary", *manifest.mappers.files}),
        "bytes": sum(path.stat().st_size for path in files if path.exists()),
        "folder": str(pack.folder),
    }


def _print_list(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        size = f"{row['bytes'] / 1e6:.0f} MB" if row["installed"] else "not here"
        print(f"{row['name']:10} {size:>9}  {row['description']}")
        use = "" if row["commercial"] else "; not for commercial use"
        print(f"{'':20}  licence: {row['licence']}{use}")
        if row["installed"]:
            print(f"{'':20}  mappers: {', '.join(row['mappers'])} (default {row['mapper']})")
            print(f"{'':20}  {row['folder']}")
        else:
            print(f"{'':20}  get it with: v2a packs pull {row['name']}")
