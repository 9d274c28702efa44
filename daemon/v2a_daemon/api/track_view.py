"""What a clip became, as the contract shows it, and the files that belong to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from v2a.api.job_types import TrackCut
from v2a.v1 import job_pb2 as pb
from v2a_daemon.api.job_view import artifact_name
from v2a_daemon.children.tracks_messages import PlacedScene
from v2a_daemon.children.worker_messages import SceneSummary
from v2a_daemon.jobs.job_run import ClipOutcome
from v2a_daemon.store import ArtifactRow


def artifact_rows(job: int, clips: Sequence[ClipOutcome]) -> list[ArtifactRow]:
    """Every file of a job's clips, numbered from 1."""
    files = [(clip.todo.number, file) for clip in clips for file in clip.written.files]
    return [
        ArtifactRow(
            job, number, file.kind, file.file, file.path, file.size, file.sha256,
            clip, file.scene, file.take,
        )
        for number, (clip, file) in enumerate(files, 1)
    ]  # fmt: skip


def track_views(clips: Sequence[ClipOutcome], artifacts: Sequence[ArtifactRow]) -> list[pb.Track]:
    """The tracks of a job's clips, their takes naming the stems among the artifacts."""
    stems = {
        (row.clip, row.scene, row.take): artifact_name(row.job, row.number)
        for row in artifacts
        if row.kind == "stems"
    }
    return [_track(clip, stems) for clip in clips]


def _track(clip: ClipOutcome, stems: dict[tuple[int, int, int], str]) -> pb.Track:
    found, written = clip.found, clip.written
    return pb.Track(
        clip=clip.todo.number,
        name=clip.todo.name,
        folder=str(written.folder),
        sample_rate=written.sample_rate,
        duration=str(found.duration),
        frames=found.frames,
        frame_rate=str(found.frame_rate),
        cuts=[cut_view(cut) for cut in found.cuts],
        scenes=list(_scenes(clip, stems)),
        warnings=written.warnings,
    )


def cut_view(cut: TrackCut) -> pb.Cut:
    """A boundary between two scenes."""
    return pb.Cut(
        frame=cut.frame,
        time=str(cut.time),
        kind=cut.kind,
        first_frame=cut.extent[0],
        last_frame=cut.extent[1],
        score=cut.score,
    )


def _scenes(clip: ClipOutcome, stems: dict[tuple[int, int, int], str]) -> Iterator[pb.SceneTrack]:
    placed = {scene.scene: scene for scene in clip.written.scenes}
    for scene in clip.found.scenes:
        yield _scene(clip, scene, placed[scene.index], stems)


def _scene(
    clip: ClipOutcome,
    scene: SceneSummary,
    place: PlacedScene,
    stems: dict[tuple[int, int, int], str],
) -> pb.SceneTrack:
    record = clip.todo.clip.record
    begin = record.start if record else Fraction(0)
    return pb.SceneTrack(
        scene=scene.index,
        start=str(begin + scene.start),
        duration=str(scene.end - scene.start),
        start_frame=scene.start_frame,
        end_frame=scene.end_frame,
        lead_samples=place.lead,
        samples=place.samples,
        tail_samples=place.tail,
        labels=[pb.Label(words=words, score=score) for words, score in scene.labels],
        mapper=scene.mapper,
        takes=[
            pb.Take(
                take=wave.take,
                seed=wave.seed,
                prompt=wave.scene.prompt or "",
                artifact=stems.get((clip.todo.number, scene.index, wave.take), ""),
            )
            for wave in clip.takes.waves
            if wave.scene.index == scene.index
        ],
        take=clip.takes.chosen[scene.index],
        quiet=scene.quiet,
    )
