"""A clip looked at through the media child, its embeddings kept, its scenes found and summed up."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import replace
from functools import partial

from v2a import pipeline
from v2a.analysis import FilmEmbeddings, FilmScenes
from v2a.api.job_types import TrackCut
from v2a.api.progress_clock import JobClock
from v2a.diffusion.latent_lengths import Geometry, extent
from v2a.frames.retime import needed_span, played
from v2a.packs.locate import Pack
from v2a.tracks.sample_grid import scene_times
from v2a.types import Clip, Cut, GenerateOptions, Progress, SceneSound
from v2a_daemon.children.child_loop import Turn
from v2a_daemon.children.media_reader import ChildFrameReader, MediaCrash
from v2a_daemon.children.process_limits import MediaLimits
from v2a_daemon.children.worker_messages import ScenesRequestMessage, ScenesSummary, SceneSummary
from v2a_daemon.stages.analysis_file import Unreadable, load_frames, save_frames, save_scenes
from v2a_daemon.stages.loaded_models import Models


def find_scenes(models: Models, request: ScenesRequestMessage, turn: Turn) -> ScenesSummary:
    """What is found of a clip, kept at `request.out` with its summary."""
    pack, seen = pipeline.check(request.options), look(models, request, turn)
    seen = played(seen, request.clip)
    found = pipeline.hear(seen, pack, request.options, _clock(turn))
    summary = summarise(found, request.options, pack)
    save_scenes(found, summary, request.out)
    return summary


def look(models: Models, request: ScenesRequestMessage, turn: Turn) -> FilmEmbeddings:
    """The frames of the clip's media as embeddings: from the cache, else decoded and kept there.

    Of its stretch alone, and as the media has them; `played` makes the clip of it.
    """
    kept = request.cache / "frames" / f"{request.frames_key}.npz"
    with suppress(Unreadable):
        return load_frames(kept, request.media)
    pack = models.pack(request.options.pack, request.options.device)
    frames = replace(request.options.frames, span=needed_span(request.clip))
    options = replace(request.options, frames=frames)
    open_frames = partial(ChildFrameReader, limits=MediaLimits(hours=request.hours))

    def embed() -> FilmEmbeddings:
        media, clock = request.media, _clock(turn)
        return pipeline.embed(media, pack, options, clock, open_frames)

    try:
        seen = embed()
    except MediaCrash:  # a file that leads its decoder astray does so again
        seen = embed()
    save_frames(seen, kept)
    return seen


def summarise(found: FilmScenes, options: GenerateOptions, pack: Pack) -> ScenesSummary:
    """What the server needs of it."""
    clip = found.clip
    return ScenesSummary(
        frame_rate=clip.frame_rate,
        variable_frame_rate=clip.variable_frame_rate,
        frames=clip.frames,
        start=clip.start,
        duration=clip.duration,
        width=clip.width,
        height=clip.height,
        warnings=clip.warnings,
        cuts=tuple(_cut(clip, cut) for cut in found.segmentation.cuts),
        scenes=tuple(_scenes(found, options, Geometry.of(pack))),
    )


def _scenes(found: FilmScenes, options: GenerateOptions, geometry: Geometry) -> list[SceneSummary]:
    requests = pipeline.sound_requests(found, options)
    summaries = []
    for scene, sound, asked in zip(found.segmentation.scenes, found.sounds, requests, strict=True):
        start, end = scene_times(found.clip, scene)
        size = extent(geometry, asked.duration, options.sampling.length_multiple)
        summaries.append(
            SceneSummary(
                index=scene.index,
                start_frame=int(scene.start_frame),
                end_frame=int(scene.end_frame),
                start=start,
                end=end,
                quiet=scene.quiet,
                labels=sound.labels,
                mapper=sound.mapper,
                prompt=sound.prompt,
                vector_digest=_digest(sound),
                duration=asked.duration,
                latent_frames=size.frames,
                windows=size.windows,
            )
        )
    return summaries


def _digest(sound: SceneSound) -> str:
    sha = hashlib.sha256(sound.vector.tobytes())
    if sound.negative is not None:
        sha.update(sound.negative.tobytes())
    return sha.hexdigest()


def _cut(clip: Clip, cut: Cut) -> TrackCut:
    """NumPy's numbers become Python's: the server has no NumPy."""
    frame, (first, last) = int(cut.frame), cut.extent
    extent = int(first), int(last)
    return TrackCut(frame, clip.frame_times[frame], cut.kind, extent, float(cut.score))


def _clock(turn: Turn) -> JobClock:
    def tell(progress: Progress) -> None:
        turn.tell(progress.fraction, stage=progress.stage)

    return JobClock(tell, turn.should_stop, pipeline.FIND_STAGES)
