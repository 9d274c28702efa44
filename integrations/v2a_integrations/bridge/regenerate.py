"""The order for one more take of a scene: its file covers what the first takes' files cover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from v2a.api.job_types import Job, TimelineClip, Track
from v2a.errors import V2AError
from v2a_integrations.bridge.deliver_sounds import Order
from v2a_integrations.bridge.requests import RegenerateRequest
from v2a_integrations.stems.stem_files import Window
from v2a_integrations.stems.timeline_sounds import HARD, Edge, ShownScene, TimelineSound, placed
from v2a_integrations.stems.whole_frames import nearest_frame


@dataclass(frozen=True)
class _OneClip:
    """A timeline of the one clip that holds the scene, as the job knows it."""

    clips: Sequence[ShownScene]
    rate: Fraction


def order_of(request: RegenerateRequest, done: Job) -> tuple[Order, int]:
    """The scene's sound, and the frames that the job's timeline is later than the request's.

    Raises BAD_OPTION where the job has no such scene on its timeline.
    """
    sound = _sound(request, done)
    shift = sound.frames[0] - request.frames[0]
    first, last = (frame + shift for frame in request.file_frames)
    window = Window(first, last, request.rate, sound.sample_rate)
    head = request.fade_in or _baked(sound.head, first == sound.frames[0] - sound.head[0])
    tail = request.fade_out or _baked(sound.tail, last == sound.frames[1] + sound.tail[1])
    return Order(replace(sound, head=head, tail=tail), window), shift


def _sound(request: RegenerateRequest, done: Job) -> TimelineSound:
    tracks = [track for track in done.tracks if track.clip == request.clip and track.scenes]
    for track in tracks:
        shown = _shown(track, request.rate)
        for sound in placed(_OneClip([shown], request.rate), [track]):
            if sound.scene.scene == request.scene:
                return replace(sound, number=request.clip)
    detail = f"scene: {done.name} has no scene {request.scene} of clip {request.clip}"
    raise V2AError("BAD_OPTION", detail=detail, hint="see 'v2a jobs show'")


def _shown(track: Track, rate: Fraction) -> ShownScene:
    """The clip of a track, from the start of its first scene to the end of its last."""
    start, end = track.scenes[0].place.start, track.scenes[-1].place.end
    frames = (nearest_frame(start, rate), nearest_frame(end, rate))
    return ShownScene(TimelineClip(track.folder), track.name, frames)


def _baked(edge: Edge, is_baked: bool) -> Edge:
    return edge if is_baked else HARD
