"""The whole flow on one page; no arithmetic lives here, each stage is a file of its own.

video ─▶ frames ─▶ embeddings ─▶ scenes ─▶ CLAP vectors ─▶ audio ─▶ tracks
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from v2a.analysis import FilmEmbeddings, FilmScenes, OpenFrames
from v2a.api.progress_clock import JobClock, parts
from v2a.errors import V2AError
from v2a.types import (
    GenerateOptions,
    Progress,
    Scene,
    SceneText,
    Segmentation,
    ShouldStop,
    SoundRequest,
)

if TYPE_CHECKING:
    from v2a.output.sidecar import RunFacts
    from v2a.packs.locate import Pack
    from v2a.wave_store import Wave, WaveStore

OnProgress = Callable[[Progress], None]
FIND_STAGES = {"frames": 85.0, "scenes": 5.0, "sounds": 10.0}
"""Percent of the time that each stage of `find` is expected to take. Chosen: decoding and embedding
outweigh the rest."""
GROUP_SECONDS = 600
"""Most seconds of sound generated at once. Chosen: enough for full batches, and 38 MB at 16 kHz."""


def check(options: GenerateOptions) -> Pack:
    """The pack of these options, its files checked; raises PACK_…, NO_MAPPER and NO_DEVICE."""
    from v2a.packs.locate import find_pack, resolve_device
    from v2a.packs.manifest import VOCABULARY_MAPPER
    from v2a.packs.verify import check as check_files

    pack = find_pack(options.pack)
    check_files(pack.folder, pack.manifest, pack.manifest.files)
    if options.mapper not in (None, VOCABULARY_MAPPER):
        pack.mapper_file(options.mapper)
    resolve_device(options.device)
    return pack


def find(
    path: Path,
    options: GenerateOptions,
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
) -> FilmScenes:
    """A film's scenes and the sound each one suggests, without making any audio.

    Raises as `check` and `FrameReader` do, and BAD_OPTION for words given to a missing scene.
    """
    pack, job = check(options), JobClock(on_progress, should_stop, FIND_STAGES)
    return hear(embed(path, pack, options, job), pack, options, job)


def generate(
    path: Path,
    out_dir: Path,
    options: GenerateOptions,
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
    *,
    name: str | None = None,
    force: bool = False,
) -> Path:
    """Put sound on a film; returns the folder `out_dir/NAME.foley`, NAME being the film's stem.

    The folder appears whole or not at all; with `force` also over one that v2a did not make.
    Raises every reason of `errors.TABLE` that names a film, a pack, a device or an output.
    """
    from v2a.audio_to_tracks import make_tracks
    from v2a.output.foley_folder import check_output, foley_folder, write_foley
    from v2a.video_to_frames import expected_duration
    from v2a.wave_store import WaveStore

    job = JobClock(on_progress, should_stop)
    folder = foley_folder(out_dir, path, name)
    check_output(folder, path, expected_duration(path), options, force)
    pack = check(options)
    with WaveStore(out_dir) as store:
        found = hear(embed(path, pack, options, job), pack, options, job)
        made = _generate(found, pack, options, job, store)
        with job.stage("tracks") as report:
            film = (found.clip, found.segmentation, found.sounds)
            tracks = make_tracks(*film, *made, options.tracks)
            told = facts(found, options, pack.name, pack.manifest.files, job.seconds)
            write_foley(folder, *film, tracks, told, force, report)
    return folder


def embed(
    path: Path,
    pack: Pack,
    options: GenerateOptions,
    job: JobClock,
    open_frames: OpenFrames | None = None,
) -> FilmEmbeddings:
    """A film's embeddings; `open_frames` None decodes its frames here, with `FrameReader`."""
    import numpy as np

    from v2a.frames_to_embeddings import ImageEncoder
    from v2a.video_to_frames import FrameReader

    with job.timed("load"):
        encoder = ImageEncoder(pack, options.device)
    with job.stage("frames") as report:
        opened = open_frames or FrameReader
        reader = opened(path, encoder.size, options.frames, report, job.should_stop)
        seen = [(batch.indices, encoder(batch.pixels)) for batch in reader]
        samples, embeddings = (np.concatenate(parts) for parts in zip(*seen, strict=True))
    return FilmEmbeddings(reader.clip, samples, embeddings)


def hear(seen: FilmEmbeddings, pack: Pack, options: GenerateOptions, job: JobClock) -> FilmScenes:
    """The scenes of a film from its embeddings, and the sound of each."""
    from v2a.embeddings_to_scenes import find_scenes
    from v2a.mapping.scene_labels import name_quiet
    from v2a.packs import weight_wheels
    from v2a.scenes_to_clap import SceneListener, pool
    from v2a.video_to_frames import is_quiet

    with job.stage("scenes"):
        found = find_scenes(seen.embeddings, seen.samples, seen.clip, options.scenes)
        if options.quiet_scenes:
            found = _hush(found, partial(is_quiet, seen.clip))
    texts = _texts(found.scenes, options)
    with job.stage("sounds"):
        pooled = pool(seen.embeddings, seen.samples, found.scenes, options.normalise_frames)
        listener = SceneListener(pack, options.mapper, options.device)
        sounds = name_quiet(found.scenes, listener(pooled, texts))
    said = (*seen.clip.warnings, *weight_wheels.warnings(pack.manifest.wheels), *listener.doubts)
    return FilmScenes(replace(seen.clip, warnings=said), found, sounds, pooled)


def sound_requests(found: FilmScenes, options: GenerateOptions) -> list[SoundRequest]:
    """One request a scene, in order; durations in seconds, handles included."""
    from v2a.audio_to_tracks import handles

    scenes, times = found.segmentation.scenes, found.clip.frame_times
    reach = handles(found.clip, scenes, options.tracks, found.segmentation.cuts)
    return [
        SoundRequest(
            vector=sound.vector,
            negative=sound.negative,
            duration=lead + times[scene.end_frame] - times[scene.start_frame] + tail,
            seed=scene_seed(options.seed, scene.index),
            takes=options.takes,
            quiet=scene.quiet,
        )
        for scene, sound, (lead, tail) in zip(scenes, found.sounds, reach, strict=True)
    ]


def scene_seed(seed: int, index: int) -> int:
    """A scene's seed, 48 bits, from the film's seed and the scene's number only."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{index}".encode()).digest()[:6], "big")


def facts(
    found: FilmScenes,
    options: GenerateOptions,
    pack_name: str,
    pack_digests: Mapping[str, str],
    seconds: Mapping[str, float],
) -> RunFacts:
    """The facts of a run for the sidecar; `seconds` spent in each stage so far."""
    from v2a.output.sidecar import RunFacts
    from v2a.tracks.film_with_sound import SoundOrigin
    from v2a.versions import shaping_versions

    made = zip(found.segmentation.scenes, found.sounds, strict=True)
    return RunFacts(
        pack=pack_name,
        rule=options.scenes.rule,
        threshold=options.scenes.threshold,
        takes=[
            [SoundOrigin(scene_seed(options.seed, scene.index), sound.prompt)] * options.takes
            for scene, sound in made
        ],
        pack_digests=pack_digests,
        settings=vars(options),
        versions=shaping_versions(),
        seconds=seconds,
    )


def _hush(segmentation: Segmentation, is_quiet: Callable[[int, int], bool]) -> Segmentation:
    """The segmentation with black and unmoving scenes marked."""
    scenes = (
        replace(scene, quiet=is_quiet(scene.start_frame, scene.end_frame))
        for scene in segmentation.scenes
    )
    return replace(segmentation, scenes=tuple(scenes))


def _texts(scenes: Sequence[Scene], options: GenerateOptions) -> list[SceneText]:
    """The editor's text for each scene; BAD_OPTION for a number above the last scene's."""
    for index in options.scene_texts:
        if index > len(scenes):
            raise V2AError(
                "BAD_OPTION",
                detail=f"words are given for scene {index}, and the film has {len(scenes)}",
                hint="see 'v2a scenes' for their numbers",
            )
    return [options.scene_texts.get(scene.index, options.text) for scene in scenes]


def _generate(
    found: FilmScenes, pack: Pack, options: GenerateOptions, job: JobClock, store: WaveStore
) -> tuple[list[list[Wave]], list[Fraction], int]:
    """[scene][take] waves, seconds each begins before its scene, and their rate."""
    from v2a.audio_to_tracks import handles
    from v2a.clap_to_audio import SoundModel

    scenes = found.segmentation.scenes
    reach = handles(found.clip, scenes, options.tracks, found.segmentation.cuts)
    groups = list(_groups(sound_requests(found, options)))
    model = SoundModel(pack, options.device)
    audio: list[list[Wave]] = []
    with job.stage("generate", len(scenes)) as report:
        for group, part in zip(groups, parts(report, [_seconds(g) for g in groups]), strict=True):
            waves = model.generate(group, options.sampling, part, job.should_stop)
            audio += [[store.keep(wave) for wave in takes] for takes in waves]
    return audio, [lead for lead, _ in reach], model.rate


def _groups(requests: Sequence[SoundRequest]) -> Iterator[Sequence[SoundRequest]]:
    """Neighbouring requests together, up to `GROUP_SECONDS` of sound."""
    begin = 0
    for k in range(1, len(requests) + 1):
        if k == len(requests) or _seconds(requests[begin : k + 1]) > GROUP_SECONDS:
            yield requests[begin:k]
            begin = k


def _seconds(requests: Sequence[SoundRequest]) -> Fraction:
    return sum((request.duration * request.takes for request in requests), Fraction(0))
