"""`v2a jobs`: what the daemon keeps of jobs, and what can be done with them."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

from v2a import errors
from v2a.api.job_types import Job, JobState
from v2a.api.json_text import to_json
from v2a.api.option_limits import Limit
from v2a.cli import shared_options as shared
from v2a.cli.job_listing import job_document, print_job, print_jobs
from v2a.cli.reporters import Mode, Reporter, reporting
from v2a.cli.signals import stoppable
from v2a.errors import V2AError
from v2a.types import SCENE_NUMBERS, SEEDS, Progress, SceneText

if TYPE_CHECKING:
    from v2a.client import Client

app = typer.Typer(help="Look at the daemon's jobs, watch, cancel, retry and fetch them.")

PAGES = Limit(1, 1_000_000)
"""Jobs in a list: more than a daemon is ever told to keep."""
NameArgument = Annotated[str, typer.Argument(metavar="JOB", help="Its number, as 'list' shows.")]
NamesArgument = Annotated[list[str], typer.Argument(metavar="JOB…", help="Numbers of jobs.")]
WaitOption = Annotated[bool, typer.Option("--wait", help="Watch the new job to its end.")]


@app.command("list")
def list_(
    state: Annotated[
        list[str] | None, typer.Option("--state", help="Only such jobs. Repeatable.")
    ] = None,
    limit: Annotated[int, shared.number(PAGES, "--limit", help="The newest so many.")] = 20,
    as_json: shared.JsonOption = False,
    debug: shared.DebugOption = False,
) -> None:
    """List jobs, newest first."""
    with _daemon() as (client, _):
        found = list(client.jobs(_states(state or ()), limit))
    if as_json:
        print(to_json([job_document(job) for job in found]))
    else:
        print_jobs(found)


@app.command()
def show(
    job: NameArgument, as_json: shared.JsonOption = False, debug: shared.DebugOption = False
) -> None:
    """Show a job: its scenes and takes, or what went wrong."""
    with _daemon() as (client, _):
        found = client.job(_name(job))
    print(to_json(job_document(found))) if as_json else print_job(found)


@app.command()
def watch(
    jobs: NamesArgument,
    progress: shared.ProgressOption = "bar",
    as_json: shared.JsonOption = False,
    debug: shared.DebugOption = False,
) -> int:
    """Follow jobs to their end; leaving does not touch them."""
    with _daemon(progress) as (client, reporter):
        return max(
            _follow(client, _name(job), reporter, k, len(jobs), as_json)
            for k, job in enumerate(jobs, 1)
        )


@app.command()
def cancel(jobs: NamesArgument, debug: shared.DebugOption = False) -> None:
    """Ask jobs to end; no error for those that have."""
    with _daemon() as (client, _):
        for job in jobs:
            found = client.cancel(_name(job))
            print(f"{found.name}: {found.state if found.done else 'ends at its next step'}")


@app.command()
def retry(
    job: NameArgument,
    wait: WaitOption = False,
    progress: shared.ProgressOption = "bar",
    as_json: shared.JsonOption = False,
    debug: shared.DebugOption = False,
) -> int:
    """Do a job that failed or was cancelled again, as a new one; what was finished is kept."""
    with _daemon(progress) as (client, reporter):
        return _begun(client, client.retry(_name(job)), wait, reporter, as_json)


@app.command()
def regenerate(
    job: NameArgument,
    scene: Annotated[int, shared.number(SCENE_NUMBERS, "--scene", help="Which scene.")],
    clip: Annotated[
        int, shared.number(SCENE_NUMBERS, "--clip", help="Of which clip of the job.")
    ] = 1,
    seed: Annotated[
        int | None,
        shared.number(SEEDS, "--seed", help="Of the new take. [default: a new one]"),
    ] = None,
    prompt: shared.PromptOption = None,
    negative: shared.NegativeOption = None,
    prompt_weight: shared.WeightOption = 1.0,
    wait: WaitOption = False,
    progress: shared.ProgressOption = "bar",
    as_json: shared.JsonOption = False,
    debug: shared.DebugOption = False,
) -> int:
    """Make one more take of one scene, as a new job; all other sounds stay as they are."""
    said = prompt is not None or negative is not None
    text = SceneText(prompt, negative, prompt_weight) if said else None
    with _daemon(progress) as (client, reporter):
        begun = client.regenerate_scene(_name(job), scene, clip, seed, text)
        return _begun(client, begun, wait, reporter, as_json)


@app.command()
def delete(jobs: NamesArgument, debug: shared.DebugOption = False) -> None:
    """Forget jobs that have ended, with the results that lie with the daemon."""
    with _daemon() as (client, _):
        for job in jobs:
            client.delete(_name(job))
            print(f"{_name(job)}: deleted")


@app.command()
def download(
    job: NameArgument,
    out: Annotated[
        Path, typer.Option("-o", "--out", help="Folder for NAME.foley of each clip.")
    ] = Path(),
    force: Annotated[
        bool, typer.Option("--force", help="Write over a NAME.foley that v2a did not make.")
    ] = False,
    progress: shared.ProgressOption = "bar",
    debug: shared.DebugOption = False,
) -> None:
    """Fetch the results of a job into NAME.foley folders here."""
    with _daemon(progress) as (client, reporter):
        from v2a.client.fetch_results import fetch

        found = client.job(_name(job))
        if not found.done:
            raise V2AError("JOB_NOT_ENDED", name=found.name)
        if found.state != "succeeded":
            raise found.error or V2AError("JOB_NOT_DONE", name=found.name, state="been cancelled")
        for track in found.tracks:
            reporter.begin(track.name, track.clip, len(found.tracks))
            fetched = fetch(
                client, found, track, out, force,
                lambda done: reporter.progress(Progress("download", done, whole=done)),
            )  # fmt: skip
            reporter.done({"folder": str(fetched)})
            print(fetched)


@contextmanager
def _daemon(mode: Mode = "none") -> Generator[tuple[Client, Reporter]]:
    """The daemon that runs, for one command; none is started for a look."""
    with stoppable(), reporting(mode) as reporter:
        from v2a.client import connect

        with connect() as client:
            yield client, reporter


def _name(given: str) -> str:
    """A job's name, from that or from its number."""
    return f"jobs/{given}" if given.isdecimal() else given


def _states(given: Sequence[str]) -> list[JobState]:
    known = get_args(JobState)
    if wrong := [state for state in given if state not in known]:
        detail = f"--state {wrong[0]} is no state"
        raise V2AError("BAD_OPTION", detail=detail, hint=f"give one of {', '.join(known)}")
    return cast(list[JobState], list(given))


def _begun(client: Client, job: Job, wait: bool, reporter: Reporter, as_json: bool) -> int:
    if wait:
        return _follow(client, job.name, reporter, 1, 1, as_json)
    print(to_json(job_document(job)) if as_json else job.name)
    return errors.DONE


def _follow(
    client: Client, name: str, reporter: Reporter, number: int, total: int, as_json: bool
) -> int:
    """Tell of a job until it has ended; returns its exit code."""
    from v2a.cli.daemon_progress import tell_progress

    reporter.begin(name, number, total)
    ended: Job | None = None
    for ended in client.watch(name):
        tell_progress(ended, reporter)
    if ended is None or ended.error or ended.state != "succeeded":
        error = ended.error if ended and ended.error else V2AError("CANCELLED")
        reporter.error(error)
        return error.entry.exit
    reporter.done({"job": name})
    print(to_json(job_document(ended))) if as_json else print_job(ended)
    return errors.DONE
