"""Takes become tracks and files: the last stage, for one clip of a job."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

from v2a import pipeline
from v2a.analysis import FilmScenes
from v2a.api.job_types import OutputKind, Upload
from v2a.audio_to_tracks import Tracks, handles, make_tracks
from v2a.disk import sha256, write_whole
from v2a.output.foley_folder import foley_folder, no_video, write_foley
from v2a.output.foley_names import Names
from v2a.output.output_folder import ENDING
from v2a.output.sidecar import RunFacts
from v2a.packs.locate import find_pack
from v2a.tracks.film_with_sound import SoundOrigin
from v2a.types import Clip, SceneSound
from v2a_daemon.children.child_loop import Turn
from v2a_daemon.children.tracks_messages import (
    PlacedScene,
    TakeFile,
    TracksRequest,
    TracksResult,
    WrittenFile,
)
from v2a_daemon.injected_faults import strike
from v2a_daemon.stages.analysis_file import load_scenes, load_sounds
from v2a_daemon.stages.take_file import load_wave
from v2a_daemon.store.output_stamp import remember


def write(request: TracksRequest, turn: Turn) -> TracksResult:
    """Write NAME.foley of a clip, all of it or nothing; raises what `write_foley` does."""
    strike("tracks", request)
    found, takes = load_scenes(request.found), _takes(request)
    clip, cuts, scenes = found.clip, found.segmentation.cuts, found.segmentation.scenes
    clip, options = (
        replace(clip, path=_called(request), name=_upload_name(request)),
        request.options,
    )
    clip = replace(clip, warnings=_warnings(request, clip))
    film = (clip, found.segmentation, _sounds(request, takes))
    lead = [before for before, _ in handles(clip, scenes, options.tracks, cuts)]
    waves = [[load_wave(take.wave) for take in scene] for scene in takes]
    rate = find_pack(options.pack).manifest.sound.sample_rate
    turn.check()
    tracks = make_tracks(*film, waves, lead, rate, options.tracks, request.chosen)

    def report(fraction: float) -> None:
        turn.check()
        turn.tell(fraction)

    folder = foley_folder(request.folder, request.media, request.name)
    results: list[TracksResult] = []

    def before(part: Path, files: Mapping[str, Path]) -> None:
        results.append(_result(request, clip, tracks, folder, part, files))
        write_whole(request.memory, remember(results[0], part))

    write_foley(
        folder,
        *film,
        tracks,
        _facts(request, found, takes),
        request.force,
        report,
        kinds=request.kinds,
        media_link=request.clip.media_link,
        before=before,
    )
    strike("written", request)
    return results[0]


def _called(request: TracksRequest) -> Path:
    """The media by the name its owner calls it, which may be a link's."""
    given = request.clip.media
    if isinstance(given, Path) and given.resolve() == request.media:
        return given
    return request.media


def _upload_name(request: TracksRequest) -> str:
    """What its owner calls an upload, whose content may have come under another name before."""
    given = request.clip.media
    return given.name if isinstance(given, Upload) else ""


def _takes(request: TracksRequest) -> list[list[TakeFile]]:
    """[scene][take]"""
    takes: dict[int, list[TakeFile]] = {}
    for take in sorted(request.takes, key=lambda take: (take.scene, take.take)):
        takes.setdefault(take.scene, []).append(take)
    return list(takes.values())


def _sounds(request: TracksRequest, takes: Sequence[Sequence[TakeFile]]) -> list[SceneSound]:
    """The scenes' sounds, each of the take in use."""
    used = [
        next(take for take in scene if take.take == request.chosen.get(take.scene, 1))
        for scene in takes
    ]
    heard = {path: load_sounds(path) for path in {take.found for take in used}}
    return [heard[take.found][take.scene - 1] for take in used]


def _warnings(request: TracksRequest, clip: Clip) -> tuple[str, ...]:
    """A clip's warnings, and those of takes that were made with other words."""
    others = {take.found for take in request.takes} - {request.found}
    said = [w for path in sorted(others) for w in load_scenes(path).clip.warnings]
    return tuple(dict.fromkeys([*clip.warnings, *said]))


def _facts(
    request: TracksRequest, found: FilmScenes, takes: Sequence[Sequence[TakeFile]]
) -> RunFacts:
    facts = pipeline.facts(
        found, request.options, request.pack_name, request.pack_digests, request.seconds
    )
    origins = [[SoundOrigin(take.seed, take.prompt) for take in scene] for scene in takes]
    return replace(facts, takes=origins)


def _result(
    request: TracksRequest,
    clip: Clip,
    tracks: Tracks,
    folder: Path,
    part: Path,
    files: Mapping[str, Path],
) -> TracksResult:
    """What `folder` will hold, read where it still is."""
    unfit = "video" in request.kinds and "video" not in files
    return TracksResult(
        folder=folder,
        files=tuple(_written(folder, part, files, tracks, "stems" in request.kinds)),
        sample_rate=tracks.rate,
        samples=len(tracks.mix),
        scenes=tuple(
            PlacedScene(stem.scene, stem.start, stem.lead, stem.length, stem.tail)
            for stem in tracks.mix.stems
        ),
        warnings=(*clip.warnings, *([no_video(clip)] if unfit else [])),
    )


def _written(
    folder: Path, part: Path, files: Mapping[str, Path], tracks: Tracks, stems: bool
) -> Iterator[WrittenFile]:
    """Every file with its hash."""
    for kind, path in files.items():
        yield _file(folder, part, kind, path)
    if stems:
        names = Names(folder.name.removesuffix(ENDING))
        for stem in tracks.stems:
            path = part / names.stem(stem.scene, stem.take)
            yield _file(folder, part, "stems", path, stem.scene, stem.take)


def _file(
    folder: Path, part: Path, kind: str, path: Path, scene: int = 0, take: int = 0
) -> WrittenFile:
    return WrittenFile(
        kind=cast(OutputKind, kind),
        file=path.relative_to(part).as_posix(),
        path=folder / path.relative_to(part),
        size=path.stat().st_size,
        sha256=sha256(path),
        scene=scene,
        take=take,
    )
