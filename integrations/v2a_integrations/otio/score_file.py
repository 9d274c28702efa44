"""Scores a timeline file: reads, adds sound, writes. For `v2a otio` and watch folders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import v2a
from v2a.job_settings import Settings
from v2a_integrations.otio.add_foley import (
    FoleyTrackOptions,
    OnProgress,
    ScoredTimelines,
    add_foley,
    check_plan,
    take_away,
)
from v2a_integrations.otio.media_links import absolute_url, relative_url
from v2a_integrations.otio.own_tracks import STEMS
from v2a_integrations.otio.plan import PlanOptions, TimelinePlan, make_plan
from v2a_integrations.otio.plan_table import plan_document
from v2a_integrations.otio.read_timeline import BUNDLES, STANDARD, Document, read_document
from v2a_integrations.otio.save_timeline import (
    GENERATOR,
    FileOptions,
    check_place,
    format_of,
    outputs_of,
    read_sidecar,
    with_timelines,
    write_document,
    write_json,
)

if TYPE_CHECKING:
    from v2a.client import Client

SCHEMA = 1
"""Version of a timeline's sidecar; rises when a reader of before would misread it."""
SOUND = ".foley"


@dataclass(frozen=True)
class Places:
    """Paths of a result's parts."""

    out: Path | str
    """Path of the timeline; "-" for standard output."""
    stems: Path
    sidecar: Path


@dataclass(frozen=True)
class RunOptions:
    """All options of `score`."""

    settings: Settings = Settings()
    plan: PlanOptions = PlanOptions()
    file: FileOptions = FileOptions()
    transitions: bool = False
    relative_links: bool = False


@dataclass(frozen=True)
class Scored:
    """The result of a file."""

    places: Places
    added: Sequence[ScoredTimelines]

    def result(self) -> dict[str, Any]:
        """The result as `--json` prints it."""
        return {
            "timeline": str(self.places.out),
            "stems": str(self.places.stems),
            "sidecar": str(self.places.sidecar),
            "scenes": sum(len(added.scenes) for added in self.added),
            "clips": sum(len(added.plan.clips) for added in self.added),
            "skipped": [skip for added in self.added for skip in _skipped(added.plan)],
            "jobs": [added.job.name for added in self.added if added.job],
            "notes": [note for added in self.added for note in added.notes],
        }


def places_of(source: str, out: str | None, suffix: str = "") -> Places:
    """Where the results of `source` go: beside it as NAME.foley.otio, or as `out` says.

    A bundle becomes a bundle, or its media would stay behind.
    """
    suffix = suffix or ("otioz" if source.lower().endswith(".otioz") else "otio")
    if out is None:
        path = Path("timeline" if source == STANDARD else source)
        place = path.with_name(f"{path.stem.removesuffix(SOUND)}{SOUND}.{suffix}")
    else:
        place = Path("timeline.otio" if out == STANDARD else out)
    name = place.name.removesuffix(place.suffix).removesuffix(SOUND)
    written = STANDARD if out == STANDARD or (out is None and source == STANDARD) else place
    return Places(
        written, place.with_name(f"{name}{STEMS}"), place.with_name(f"{name}{SOUND}.json")
    )


def plans_of(source: str, options: RunOptions) -> list[TimelinePlan]:
    """The plans of every timeline in a file, without a daemon; raises as `read_document`."""
    document = read_document(source, options.plan.rate)
    return [make_plan(found, document.folder, options.plan) for found in document.timelines]


@dataclass(frozen=True)
class Prepared:
    """A file that can be scored: it was read, some clip gets sound, its outputs can be written."""

    source: str
    places: Places
    document: Document


def prepare(source: str, places: Places, options: RunOptions) -> Prepared:
    """Read a file and check all that needs no daemon.

    Raises as `read_document`, `check_plan` and `check_place`.
    """
    document = read_document(source, options.plan.rate)
    format_of(places.out, options.file)
    for found in document.timelines:
        check_plan(make_plan(found, document.folder, options.plan))
    if isinstance(places.out, Path):
        check_place(places.out, places.sidecar, options.file.force)
    return Prepared(source, places, document)


def score(
    prepared: Prepared,
    options: RunOptions,
    client: Client,
    on_progress: OnProgress = lambda job: None,
) -> Scored:
    """Put sound on every timeline of a file and write the result.

    Raises as `add_foley` and `write_document`; nothing is half-written.
    """
    source, places, document = prepared.source, prepared.places, prepared.document
    folder = document.folder
    tracks = FoleyTrackOptions(options.transitions, _link(places, options))
    added: list[ScoredTimelines] = []
    try:
        for found in document.timelines:
            added.append(
                add_foley(
                    found, folder, places.stems, options.settings, options.plan, tracks,
                    client, on_progress,
                )
            )  # fmt: skip
        root = with_timelines(document, [one.timeline for one in added])
        write_document(root, places.out, _links_from(prepared, options), options.file)
    except BaseException:
        take_away([stem for one in added for stem in one.stems])
        raise
    write_json(sidecar_of(source, places, added), places.sidecar)
    return Scored(places, added)


def sidecar_of(source: str, places: Places, added: Sequence[ScoredTimelines]) -> dict[str, Any]:
    """The JSON of `NAME.foley.json`: the sounds of the timeline by scene, and the skipped clips."""
    output = str(places.out) if places.out == STANDARD else Path(places.out).name
    return {
        "schema": SCHEMA,
        "generator": GENERATOR,
        "version": v2a.__version__,
        "input": source if source == STANDARD else Path(source).name,
        "output": output,
        "earlier": [name for name in outputs_of(read_sidecar(places.sidecar)) if name != output],
        "stems": places.stems.name,
        "plans": [plan_document(one.plan) for one in added],
        "scenes": [{"timeline": one.plan.name, **scene} for one in added for scene in one.scenes],
        "jobs": [one.job.name for one in added if one.job],
        "notes": [note for one in added for note in one.notes],
    }


def _links_from(prepared: Prepared, options: RunOptions) -> Path:
    """Folder where relative links start; a bundle's media is gone unless it is bundled again."""
    out, document = prepared.places.out, prepared.document
    if document.unpacked and format_of(out, options.file) not in BUNDLES:
        return Path(out).absolute().parent
    return document.folder


def _link(places: Places, options: RunOptions) -> Any:
    if not options.relative_links or not isinstance(places.out, Path):
        return absolute_url
    folder = places.out.absolute().parent
    return lambda path: relative_url(path, folder)


def _skipped(plan: TimelinePlan) -> list[Mapping[str, Any]]:
    return plan_document(plan)["skipped"]
