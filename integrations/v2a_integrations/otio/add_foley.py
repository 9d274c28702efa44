"""Puts sound on a timeline: plan, job, stems, tracks. For scripts and the command line.

import opentimelineio as otio
from v2a_integrations.otio import add_foley

timeline = otio.adapters.read_from_file("cut.otio")
added = add_foley(timeline, Path("."), Path("cut.stems.foley"))
otio.adapters.write_to_file(added.timeline, "cut.foley.otio")
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from v2a.api.job_types import Job, JobSpec, Output, Take, TimelineClip
from v2a.client.daemon_roots import is_inside
from v2a.errors import V2AError
from v2a.job_settings import Settings
from v2a_integrations.otio.audio_tracks import replace_tracks
from v2a_integrations.otio.media_links import absolute_url
from v2a_integrations.otio.own_tracks import OwnTracks, kept, moved, own_sounds
from v2a_integrations.otio.placed_sound import PlacedSound
from v2a_integrations.otio.plan import PlanOptions, TimelinePlan, make_plan
from v2a_integrations.otio.save_timeline import telling
from v2a_integrations.otio.timeline_facts import spelled
from v2a_integrations.otio.track_clips import Link, laid
from v2a_integrations.stems.stem_files import Window, stem_name, window_of, write_stem
from v2a_integrations.stems.still_videos import render
from v2a_integrations.stems.timeline_sounds import TimelineSound, placed
from v2a_integrations.stems.track_lanes import checkerboard, one_lane

if TYPE_CHECKING:
    import opentimelineio as otio

    from v2a.client import Client

OnProgress = Callable[[Job], None]


@dataclass(frozen=True)
class FoleyTrackOptions:
    """How sound is laid on the timeline."""

    transitions: bool = False
    """One track with crossfades of the editor's, instead of two in turn with fades baked in."""
    link: Link = absolute_url
    """How timelines point to a stem."""


@dataclass(frozen=True)
class ScoredTimelines:
    """A timeline with sound, and what was done."""

    timeline: otio.schema.Timeline
    """A copy: the one that was given is untouched."""
    plan: TimelinePlan
    scenes: tuple[Mapping[str, Any], ...]
    """The sidecar's entry of every sound that is on the timeline now."""
    job: Job | None
    """None where no clip was without a sound."""
    stems: tuple[Path, ...] = ()
    """Files that this call wrote, without those that were there already."""
    notes: tuple[str, ...] = ()


def add_foley(
    timeline: otio.schema.Timeline,
    folder: Path,
    stems: Path,
    settings: Settings | None = None,
    options: PlanOptions | None = None,
    tracks: FoleyTrackOptions | None = None,
    client: Client | None = None,
    on_progress: OnProgress = lambda job: None,
) -> ScoredTimelines:
    """Put sound on what a timeline shows, through the daemon (started if none runs).

    `folder` is where its relative links start, `stems` where the sounds are written. Sounds of an
    earlier call are replaced, except for scenes that are locked and those outside the clips and
    the range that `options` choose. Raises NOTHING_TO_SCORE, BAD_TIMELINE and the job's errors.
    """
    options, tracks = options or PlanOptions(), tracks or FoleyTrackOptions()
    plan = make_plan(timeline, folder, options)
    check_plan(plan)
    earlier = own_sounds(timeline, folder, plan.rate)
    with ExitStack() as stack:
        if client is None:
            from v2a.client import connect

            client = stack.enter_context(connect(start=True))
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="v2a-otio-")))
        spec = _spec(plan, settings or Settings(), client, scratch)
        job = client.wait(client.create_job(spec).name, on_progress)
        sounds = placed(plan, job.tracks)
        rate = spelled(timeline, plan.rate)
        held, notes = _held(earlier, plan, options, rate)
        fresh = [sound for sound in sounds if not _covered(sound, held)]
        files = stack.enter_context(_Files(client, job, scratch, stems, plan.name))
        made = [files.lay(sound, tracks, rate) for sound in fresh]
    scored = timeline.clone()
    arrange = one_lane if tracks.transitions else checkerboard
    everything = [*made, *held]
    replace_tracks(scored, arrange(everything), plan.rate, rate)
    entries = tuple(laid.entry for laid in sorted(everything, key=lambda laid: laid.frames))
    return ScoredTimelines(scored, plan, entries, job, tuple(files.written), tuple(notes))


def check_plan(plan: TimelinePlan) -> None:
    """Raise NOTHING_TO_SCORE, naming a clip and its reason where there is one."""
    if plan.clips:
        return
    why = "it shows no picture"
    if plan.skipped:
        first = plan.skipped[0]
        why = f"{first.clip or 'a clip without a name'}: {first.reason}"
    hint = "see all with --dry-run; media that has moved is found with --relink FOLDER"
    raise V2AError("NOTHING_TO_SCORE", path=plan.name, detail=why, hint=hint)


def _spec(plan: TimelinePlan, settings: Settings, client: Client, scratch: Path) -> JobSpec:
    """The spec of a plan's job; media that the daemon cannot read itself is uploaded."""
    roots = client.status().roots if client.here else ()
    uploads: dict[Path, Any] = {}
    clips: list[TimelineClip] = []
    for planned in plan.clips:
        media = planned.clip.media
        assert isinstance(media, Path)
        if planned.stills or not is_inside(media, roots):
            if media not in uploads:
                film = render(planned.stills, scratch) if planned.stills else media
                uploads[media] = client.upload(film)
            clips.append(replace(planned.clip, media=uploads[media]))
        else:
            clips.append(replace(planned.clip, media=media.absolute()))
    handle = max(plan.handle, settings.handle or Fraction(0))
    wanted = replace(settings, handle=handle, outer_handles=True)
    output = Output(kinds=frozenset({"stems", "sidecar"}))
    return JobSpec(clips, wanted, output, title=plan.name)


def _held(
    earlier: Sequence[OwnTracks], plan: TimelinePlan, options: PlanOptions, rate: float
) -> tuple[list[PlacedSound], list[str]]:
    """Earlier sounds that stay, and notes: locked ones, and those outside what `options` choose."""
    held: list[PlacedSound] = []
    notes: list[str] = []
    partial = bool(options.clips or options.span or options.tracks)
    for own in earlier:
        found = kept(own, plan, rate) if own.locked else None
        asked = any(_meet(own.frames, planned.frames) for planned in plan.clips)
        if found is None and partial and not asked:
            found = moved(own, (*own.frames, own.frames[0]), rate)
        if found is not None:
            held.append(found)
        elif own.locked:
            notes.append(f"{own.clip.name}: is locked, but its picture is no longer seen")
    return held, notes


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _covered(sound: TimelineSound, held: Sequence[PlacedSound]) -> bool:
    """Whether earlier sounds that stay cover most of a new one's frames."""
    first, last = sound.frames
    shared = sum(max(0, min(last, h.frames[1]) - max(first, h.frames[0])) for h in held)
    return 2 * shared > last - first


class _Files:
    """Writes the stems of a job where the timeline points to, and deletes them after an error."""

    def __init__(self, client: Client, job: Job, scratch: Path, folder: Path, name: str) -> None:
        self.written: list[Path] = []
        """Files that were not there before, which an error deletes."""
        self._client = client
        self._artifacts = {artifact.name: artifact for artifact in job.artifacts}
        self._scratch = scratch
        self._folder = folder
        self._name = name
        self._before = {path.name for path in folder.glob("*.wav")}

    def __enter__(self) -> _Files:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            take_away(self.written)

    def lay(self, sound: TimelineSound, tracks: FoleyTrackOptions, rate: float) -> PlacedSound:
        """Write a sound's takes as files; returns the clip that plays them."""
        window = window_of(sound, not tracks.transitions)
        stems = {take.take: self._stem(sound, window, take) for take in sound.scene.takes}
        return laid(sound, window, stems, tracks.link, rate, baked=not tracks.transitions)

    def _stem(self, sound: TimelineSound, window: Window, take: Take) -> Path:
        artifact = self._artifacts[take.artifact]
        raw = self._client.download(artifact, self._scratch / f"{artifact.sha256}.wav")
        with telling(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            named = stem_name(self._name, sound, take.take)
            path = write_stem(raw, sound, window, self._folder, named)
        raw.unlink()
        if path.name not in self._before:
            self.written.append(path)
        return path


def take_away(stems: Sequence[Path]) -> None:
    """Delete stems that no timeline points to, and their folder if that leaves it empty."""
    for path in stems:
        path.unlink(missing_ok=True)
    for folder in {path.parent for path in stems}:
        with suppress(OSError):
            folder.rmdir()
