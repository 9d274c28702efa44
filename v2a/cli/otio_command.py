"""`v2a otio`: a timeline in, the same timeline with sound on its cuts out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from v2a import errors
from v2a.api.job_types import Job
from v2a.api.json_text import to_json
from v2a.cli import otio_arguments as words
from v2a.cli import shared_options as shared
from v2a.cli.daemon_progress import tell_progress
from v2a.cli.detach_prompt import left_or_cancelled
from v2a.cli.reporters import Reporter, as_v2a_error, reporting
from v2a.cli.signals import stoppable
from v2a.client import connect
from v2a.errors import V2AError
from v2a.job_settings import Settings
from v2a.types import SceneText

if TYPE_CHECKING:
    from v2a.client import Client
    from v2a_integrations.otio.score_file import Places, Prepared, RunOptions, Scored


def otio(
    timelines: Annotated[
        list[str], typer.Argument(metavar="IN", help="Timelines; '-' is standard input.")
    ],
    out: Annotated[
        str | None,
        typer.Option("-o", "--out", help="A file, '-', or a folder. [default: IN.foley.otio]"),
    ] = None,
    output_format: Annotated[
        str | None, typer.Option("--output-format", help="Ending of the adapter to write with.")
    ] = None,
    bundle: Annotated[
        bool, typer.Option("--bundle", help="Write one .otioz with all media in it.")
    ] = False,
    schema: Annotated[
        str, typer.Option("--schema", help="For readers of an older OpenTimelineIO: 0.14.")
    ] = "",
    links: Annotated[
        Literal["absolute", "relative"], typer.Option("--links", help="How stems are pointed to.")
    ] = "absolute",
    transitions: Annotated[
        bool, typer.Option("--transitions", help="Crossfades of the editor's, on one track.")
    ] = False,
    tracks: Annotated[
        list[str] | None,
        typer.Option("--tracks", help="Video track that counts, by name or number. Repeatable."),
    ] = None,
    clips: Annotated[
        list[str] | None,
        typer.Option("--clips", help="Clips that get sound, as 'interview*'. Repeatable."),
    ] = None,
    span: Annotated[
        str | None,
        typer.Option(
            "--range", help="Stretch that gets sound: 10-25 (s), 250f-625f, or from-to timecode."
        ),
    ] = None,
    rate: Annotated[
        str | None, typer.Option("--rate", help="Frames per second, where IN does not say.")
    ] = None,
    relink: Annotated[
        list[Path] | None,
        typer.Option("--relink", help="Folder in which moved media is found by name. Repeatable."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be done, and do nothing.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Write over a timeline that v2a did not make.")
    ] = False,
    preset: shared.PresetOption = None,
    pack: shared.PackOption = "pocket",
    prompt: shared.PromptOption = None,
    negative: shared.NegativeOption = None,
    seed: shared.SeedOption = 0,
    takes: shared.TakesOption = 1,
    steps: shared.StepsOption = None,
    rule: shared.RuleOption = None,
    threshold: shared.ThresholdOption = None,
    min_scene: shared.MinSceneOption = None,
    whole: shared.WholeOption = False,
    device: shared.DeviceOption = "auto",
    cancel_on_exit: shared.CancelOnExitOption = False,
    progress: shared.ProgressOption = "bar",
    as_json: shared.JsonOption = False,
    debug: shared.DebugOption = False,
) -> int:
    """Put sound on timelines: .otio, and EDL, FCP 7 XML, AAF and XGES with v2a[timeline].

    Writes IN.foley.otio with audio tracks after those that were there, the stems beside it.
    """
    from v2a_integrations.otio.plan import PlanOptions
    from v2a_integrations.otio.save_timeline import FileOptions
    from v2a_integrations.otio.score_file import RunOptions

    with stoppable(), reporting(progress) as reporter:
        settings = Settings(
            preset=preset, pack=words.pack_folder(pack), device=device, seed=seed, takes=takes,
            rule=rule, threshold=threshold, minimum_scene=shared.min_scene(min_scene),
            steps=steps, text=SceneText(prompt, negative), whole=whole,
        )  # fmt: skip
        settings.options()  # a wrong one is told before anything is read
        options = RunOptions(
            settings,
            PlanOptions(
                tracks or (),
                clips or (),
                words.span(span),
                words.folders(relink or ()),
                words.rate(rate),
                whole,
            ),
            FileOptions("otioz" if bundle else output_format or "", schema, force),
            transitions,
            links == "relative",
        )
        if dry_run:
            return _show_plans(timelines, options, as_json, reporter)
        places = words.places(timelines, out, options)
        return _score_all(timelines, places, options, cancel_on_exit, as_json, reporter)


def _show_plans(
    sources: Sequence[str], options: RunOptions, as_json: bool, reporter: Reporter
) -> int:
    from v2a_integrations.otio.plan_table import plan_document, print_plan
    from v2a_integrations.otio.score_file import plans_of

    failed: list[V2AError] = []
    for source in sources:
        try:
            plans = plans_of(source, options)
        except V2AError as error:
            failed.append(error)
            reporter.error(error)
            continue
        for plan in plans:
            if as_json:
                document = {"file": source, **plan_document(plan)}
                print(to_json(document), flush=True)
            else:
                print_plan(plan)
    return _code(failed, sources, reporter)


def _score_all(
    sources: Sequence[str],
    places: Sequence[Places],
    options: RunOptions,
    cancel_on_exit: bool,
    as_json: bool,
    reporter: Reporter,
) -> int:
    """Score one timeline after the other, going on past those that fail."""
    from v2a_integrations.otio.score_file import prepare

    failed: list[V2AError] = []
    ready: list[Prepared] = []
    for source, place in zip(sources, places, strict=True):
        try:
            ready.append(prepare(source, place, options))
        except V2AError as error:
            failed.append(error)
            reporter.error(error)
    if not ready:  # no daemon starts for nothing
        return _code(failed, sources, reporter)
    with connect(start=True) as client:
        for number, prepared in enumerate(ready, 1):
            reporter.begin(prepared.source, number, len(ready))
            try:
                scored = _score(client, prepared, options, cancel_on_exit, reporter)
            except (Exception, KeyboardInterrupt) as error:
                failed.append(as_v2a_error(error))
                reporter.error(failed[-1])
                if failed[-1].entry.exit == errors.INTERRUPTED:
                    break
                continue
            result = scored.result()
            reporter.done(result)
            if str(prepared.places.out) != "-":
                print(to_json(result)) if as_json else _print(result)
    return _code(failed, sources, reporter)


def _score(
    client: Client,
    prepared: Prepared,
    options: RunOptions,
    cancel_on_exit: bool,
    reporter: Reporter,
) -> Scored:
    from v2a_integrations.otio.score_file import score

    running: list[str] = []

    def tell(job: Job) -> None:
        running[:] = [] if job.done else [job.name]
        tell_progress(job, reporter)

    try:
        return score(prepared, options, client, tell)
    except KeyboardInterrupt as interrupt:
        reporter.close()
        raise left_or_cancelled(client, running, interrupt, cancel_on_exit) from None


def _print(result: dict[str, object]) -> None:
    print(f"{result['timeline']}: {result['scenes']} scenes on {result['clips']} clips")
    print(f"  {result['stems']}  the stems")
    print(f"  {result['sidecar']}  cuts, labels, seeds, locks")
    for skip in result["skipped"]:  # type: ignore[attr-defined]
        print(f"  skipped: {skip['clip'] or 'a clip without a name'}: {skip['reason']}")
    for note in result["notes"]:  # type: ignore[attr-defined]
        print(f"  note: {note}")


def _code(failed: Sequence[V2AError], sources: Sequence[str], reporter: Reporter) -> int:
    if not failed:
        return errors.DONE
    if len(sources) == 1 or failed[-1].entry.exit == errors.INTERRUPTED:
        return failed[-1].entry.exit
    some = V2AError("SOME_FAILED", failed=len(failed), total=len(sources))
    reporter.error(some)
    return some.entry.exit
