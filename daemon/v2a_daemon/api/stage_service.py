"""StageService: each stage alone, for people who script."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc.aio

from v2a.api import job_types, proto_codec
from v2a.job_settings import Settings
from v2a.packs.locate import Pack
from v2a.types import EMBEDDING_SIZE, SEEDS, SceneText
from v2a.v1 import job_pb2
from v2a.v1 import stage_service_pb2 as pb
from v2a.v1.stage_service_pb2_grpc import StageServiceServicer
from v2a_daemon.api.allowed_folders import Roots
from v2a_daemon.api.named_packs import find_pack_within
from v2a_daemon.api.track_view import cut_view
from v2a_daemon.children.worker_messages import (
    ClapRequest,
    RawMade,
    RawOrder,
    RawRequest,
    ScenesSummary,
    Vector,
)
from v2a_daemon.jobs.job_run import Engine, JobRun
from v2a_daemon.jobs.job_spec import ClipToDo, Spec
from v2a_daemon.store.uploads import Uploads

if TYPE_CHECKING:
    from v2a.pipeline import FilmScenes

MOST_VECTORS, MOST_SOUNDS, MOST_SECONDS = 4096, 256, 7200
CHUNK = 256 << 10
Context = grpc.aio.ServicerContext[Any, Any]


class StageService(StageServiceServicer):
    """Stages over gRPC."""

    def __init__(self, engine: Engine, roots: Roots, uploads: Uploads) -> None:
        self._engine, self._roots, self._uploads = engine, roots, uploads

    async def DetectScenes(
        self, request: pb.DetectScenesRequest, context: Context
    ) -> pb.DetectScenesResponse:
        """A clip's scenes, from the cache where it holds them."""
        settings, _ = await self._pack(request.settings)
        clip = proto_codec.clip_from_wire(request.clip)
        media = (
            self._uploads.path(clip.media.id)
            if isinstance(clip.media, job_types.Upload)
            else await asyncio.to_thread(self._roots.readable, str(clip.media))
        )
        text = settings.text if clip.text is None else clip.text
        scene_texts = {**settings.scene_texts, **clip.scene_texts}
        clip = replace(clip, text=text, scene_texts=scene_texts)
        todo = ClipToDo(1, clip, media, media.stem)
        run = JobRun(self._engine, 0, Spec((todo,), settings, job_types.Output()), False, _ignore)
        with run.held:
            path, summary = await run.find(todo)
            return _scenes(summary, await asyncio.to_thread(_load, path))

    async def PredictClap(
        self, request: pb.PredictClapRequest, context: Context
    ) -> pb.PredictClapResponse:
        """CLAP vectors and words of CLIP vectors."""
        settings, pack = await self._pack(request.settings)
        count = len(request.clip_vectors)
        if not 1 <= count <= MOST_VECTORS:
            raise proto_codec.bad_field("clip_vectors", f"are {count}, not 1 to {MOST_VECTORS}")
        if len(request.texts) not in (0, count):
            raise proto_codec.bad_field("texts", f"are {len(request.texts)} for {count} vectors")
        vectors = [_vector(row.values, "clip_vectors") for row in request.clip_vectors]
        texts = [proto_codec.text_from_wire(text) for text in request.texts] or [
            SceneText()
        ] * count
        order = ClapRequest(pack.folder, settings.mapper, settings.device, vectors, texts)
        heard = await self._engine.workers.call(settings.device, "hear", order)
        return pb.PredictClapResponse(
            sounds=[
                pb.PredictedSound(
                    clap_vector=sound.vector,
                    negative_vector=sound.negative or (),
                    labels=[job_pb2.Label(words=w, score=s) for w, s in sound.labels],
                )
                for sound in heard
            ]
        )

    async def GenerateAudio(
        self, request: pb.GenerateAudioRequest, context: Context
    ) -> AsyncIterator[pb.GenerateAudioResponse]:
        """Progress while sound is made, then every take in pieces."""
        settings, pack = await self._pack(request.settings)
        count = len(request.sounds)
        if not 1 <= count <= MOST_SOUNDS:
            raise proto_codec.bad_field("sounds", f"are {count}, not 1 to {MOST_SOUNDS}")
        fractions: asyncio.Queue[float] = asyncio.Queue()
        with tempfile.TemporaryDirectory(dir=self._engine.scratch) as folder:
            order = RawRequest(
                pack=pack.folder,
                device=settings.device,
                sampling=settings.options().sampling,
                takes=settings.takes,
                sounds=[_order(sound, k) for k, sound in enumerate(request.sounds)],
                folder=Path(folder),
            )
            call = asyncio.create_task(
                self._engine.workers.call(
                    settings.device,
                    "raw",
                    order,
                    lambda told: fractions.put_nowait(told["fraction"]),
                )
            )
            try:
                while not call.done() or not fractions.empty():
                    try:
                        fraction = await asyncio.wait_for(fractions.get(), 0.2)
                        yield pb.GenerateAudioResponse(fraction=fraction)
                    except TimeoutError:
                        continue
                made: RawMade = await call
            finally:
                call.cancel()
            for sound, take, file in made.files:
                async for samples, last in _pieces(file):
                    yield pb.GenerateAudioResponse(
                        sound=sound, take=take, sample_rate=made.rate,
                        samples=samples, last=last, fraction=1.0,
                    )  # fmt: skip

    async def _pack(self, message: job_pb2.Settings) -> tuple[Settings, Pack]:
        settings = proto_codec.settings_from_wire(message)
        return settings, await asyncio.to_thread(find_pack_within, settings.pack, self._roots)


def _ignore(_: job_types.JobProgress) -> None:
    """Nobody watches a stage."""


def _vector(values: Sequence[float], field: str) -> Vector:
    """A vector; BAD_OPTION for one of another length or without a direction."""
    if len(values) != EMBEDDING_SIZE:
        raise proto_codec.bad_field(field, f"has {len(values)} numbers, not {EMBEDDING_SIZE}")
    if not 1e-12 < sum(value * value for value in values) < 1e12:  # not NaN either
        raise proto_codec.bad_field(field, "has no direction")
    return tuple(values)


def _order(sound: pb.AudioRequest, number: int) -> RawOrder:
    field = f"sounds[{number}]"
    duration = proto_codec.exact(sound.duration, f"{field}.duration")
    if not 0 < duration <= MOST_SECONDS:
        raise proto_codec.bad_field(
            f"{field}.duration", f"is not above 0 and at most {MOST_SECONDS} s"
        )
    SEEDS.require(f"{field}.seed", sound.seed)
    away = sound.negative_vector
    return RawOrder(
        _vector(sound.clap_vector, f"{field}.clap_vector"),
        _vector(away, f"{field}.negative_vector") if away else None,
        duration,
        sound.seed,
    )


async def _pieces(file: Path) -> AsyncIterator[tuple[bytes, bool]]:
    """A raw file in pieces, the last one marked."""
    with await asyncio.to_thread(file.open, "rb") as raw:
        piece = await asyncio.to_thread(raw.read, CHUNK)
        while piece:
            following = await asyncio.to_thread(raw.read, CHUNK)
            yield piece, not following
            piece = following


def _load(path: Path) -> FilmScenes:
    from v2a_daemon.stages.analysis_file import load_scenes

    return load_scenes(path)


def _scenes(summary: ScenesSummary, found: FilmScenes) -> pb.DetectScenesResponse:
    return pb.DetectScenesResponse(
        frame_rate=str(summary.frame_rate),
        variable_frame_rate=summary.variable_frame_rate,
        frames=summary.frames,
        start=str(summary.start),
        duration=str(summary.duration),
        warnings=summary.warnings,
        cuts=[cut_view(cut) for cut in summary.cuts],
        scenes=[
            pb.FoundScene(
                index=scene.index,
                start_frame=scene.start_frame,
                end_frame=scene.end_frame,
                start=str(scene.start),
                end=str(scene.end),
                labels=[job_pb2.Label(words=w, score=s) for w, s in scene.labels],
                quiet=scene.quiet,
                clip_vector=pooled.tolist(),
                clap_vector=sound.vector.tolist(),
            )
            for scene, sound, pooled in zip(summary.scenes, found.sounds, found.pooled, strict=True)
        ],
    )
