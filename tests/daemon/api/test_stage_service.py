"""A stage called alone: what it makes for the call is nobody else's, and is gone after it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from v2a.v1 import job_pb2
from v2a.v1 import stage_service_pb2 as pb
from v2a_daemon.api.allowed_folders import Roots
from v2a_daemon.api.stage_service import StageService
from v2a_daemon.children.worker_messages import RawMade, RawRequest
from v2a_daemon.store.content_cache import ContentCache


class FakeWorkers:
    """Makes one take, and has the cache swept before anybody reads it."""

    def __init__(self, cache: ContentCache) -> None:
        self.cache = cache
        self.folder = Path()

    async def call(self, device: str, verb: str, order: RawRequest, tell: Any) -> RawMade:
        self.folder = order.folder
        np.ones(1000, "<f4").tofile(file := order.folder / "0-1.f32")
        self.cache.trim()
        return RawMade(16_000, ((0, 1, file),))


def test_takes_of_a_running_call_are_not_swept_with_the_cache(
    tmp_path: Path, tiny_pack_folder: Path
) -> None:
    cache, scratch = ContentCache(tmp_path / "cache", 0), tmp_path / "scratch"
    scratch.mkdir()
    workers = FakeWorkers(cache)
    engine: Any = SimpleNamespace(cache=cache, scratch=scratch, workers=workers)
    service = StageService(engine, Roots([tiny_pack_folder.parent]), SimpleNamespace())  # pyright: ignore
    request = pb.GenerateAudioRequest(
        settings=job_pb2.Settings(pack=str(tiny_pack_folder)),
        sounds=[pb.AudioRequest(clap_vector=[1.0] + [0.0] * 511, duration="1")],
    )

    async def call() -> bytes:
        answers = [answer async for answer in service.GenerateAudio(request, SimpleNamespace())]  # pyright: ignore
        return b"".join(answer.samples for answer in answers)

    assert asyncio.run(call()) == np.ones(1000, "<f4").tobytes()
    assert not workers.folder.is_relative_to(cache.folder)
    assert list(scratch.iterdir()) == []
