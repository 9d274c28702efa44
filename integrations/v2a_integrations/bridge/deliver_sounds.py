"""Writes a finished job's sounds into a folder of the editor's, and describes each as JSON."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from v2a.api.job_types import Artifact, Job, Take
from v2a.client import AsyncClient
from v2a.disk import OTHER_DISK, check_free, disk_errors
from v2a_integrations.bridge.daemon_connection import DaemonConnection
from v2a_integrations.bridge.running_request import RunningRequest
from v2a_integrations.stems.timeline_sounds import HARD, TimelineSound
from v2a_integrations.stems.track_lanes import checkerboard

if TYPE_CHECKING:
    from v2a_integrations.bridge.mixer import Mixer
    from v2a_integrations.stems.stem_files import Window

BYTES = 3
"""Bytes of a sample: stems are 24-bit PCM."""
SPARE = 16_000_000
"""Bytes left free on the disk; chosen, so that an editor can still save its own file."""


@dataclass(frozen=True)
class Order:
    """A sound, and the frames that the files of its takes cover."""

    sound: TimelineSound
    window: Window
    late: int = 0
    """Samples by which the editor plays its file late (negative: early)."""

    @property
    def key(self) -> tuple[int, int]:
        """The number of its clip in the job, and of the scene in the clip, both from 1."""
        return (self.sound.number, self.sound.scene.scene)

    @property
    def frames(self) -> tuple[int, int]:
        """[start, end) in frames of the timeline that are heard, overlaps included."""
        sound = self.sound
        return (sound.frames[0] - sound.head[0], sound.frames[1] + sound.tail[1])

    @property
    def file(self) -> tuple[int, int]:
        """[start, end) in frames of the timeline that its file covers, handles included."""
        return (self.window.first, self.window.last)


def orders_of(sounds: Sequence[TimelineSound], crossfade: bool) -> list[Order]:
    """Orders for sounds, fades baked into their files; without `crossfade` no sounds overlap."""
    from v2a_integrations.stems.stem_files import window_of

    if not crossfade:
        sounds = [replace(sound, head=HARD, tail=HARD) for sound in sounds]
    return [Order(sound, window_of(sound, baked=True)) for sound in sounds]


def timed(order: Order, mixer: Mixer | None, shift: int) -> Order:
    """The order with the samples by which Blender's mixer plays it late; unchanged without `mixer`.

    `shift`: frames by which the job's timeline is later than the program's.
    """
    if mixer is None:
        return order
    late = mixer.late(order.file[0] - shift, order.frames[0] - shift)
    return replace(order, late=late)


def lanes_of(orders: Sequence[Order]) -> dict[tuple[int, int], int]:
    """The lane of every sound from 0, by its `key`; sounds on one lane do not overlap."""
    return {order.key: number for number, lane in enumerate(checkerboard(orders)) for order in lane}


def check_folder(folder: Path) -> None:
    """Make the folder and try to write there; raises OUTPUT_READ_ONLY, DISK_FULL."""
    with disk_errors(folder, SPARE, OTHER_DISK):
        folder.mkdir(parents=True, exist_ok=True)
        check_free(folder, SPARE, OTHER_DISK)
        probe = folder / f".v2a-{token_hex(8)}"
        probe.touch()
        probe.unlink()


@dataclass(frozen=True)
class Delivery:
    """Brings the files of a finished job from its daemon into a folder."""

    daemon: DaemonConnection
    handle: RunningRequest
    job: Job
    folder: Path
    title: str
    scratch: Path

    async def all(
        self, orders: Sequence[Order], on_fraction: Callable[[float], None]
    ) -> list[dict[int, Path]]:
        """Write the files of every sound's takes, one dict {take: path} an order.

        `on_fraction` gets the share that is done, 0 to 1. Raises DISK_FULL, OUTPUT_READ_ONLY,
        CANCELLED, and the daemon's errors.
        """
        artifacts = {artifact.name: artifact for artifact in self.job.artifacts}
        await asyncio.to_thread(self._check_room, orders)
        made: list[dict[int, Path]] = []
        for number, order in enumerate(orders):
            takes = order.sound.scene.takes
            made.append({take.take: await self._one(order, take, artifacts) for take in takes})
            on_fraction((number + 1) / len(orders))
        return made

    async def _one(self, order: Order, take: Take, artifacts: Mapping[str, Artifact]) -> Path:
        artifact = artifacts[take.artifact]
        raw = self.scratch / f"{artifact.sha256}.wav"

        async def fetch(client: AsyncClient) -> Path:
            return await client.download(artifact, raw)

        await self.daemon.ask(fetch, self.handle.waiting)
        try:
            return await self.handle.in_thread(lambda: self._write(order, take, raw))
        finally:
            raw.unlink(missing_ok=True)

    def _write(self, order: Order, take: Take, raw: Path) -> Path:
        from v2a_integrations.stems.stem_files import stem_name, write_stem

        with disk_errors(self.folder, order.window.samples * BYTES + SPARE, OTHER_DISK):
            self.folder.mkdir(parents=True, exist_ok=True)
            name = stem_name(self.title, order.sound, take.take)
            return write_stem(
                raw, order.sound, order.window, self.folder, name,
                self.handle.stop.is_set, order.late,
            )  # fmt: skip

    def _check_room(self, orders: Sequence[Order]) -> None:
        need = sum(o.window.samples * BYTES * len(o.sound.scene.takes) for o in orders) + SPARE
        check_free(self.folder, need, OTHER_DISK)


def told(
    order: Order, files: Mapping[int, Path], clip: str, lane: int, shift: int
) -> dict[str, Any]:
    """A sound as JSON; frames, half-open, are `shift` less than the job's."""
    sound, window, scene = order.sound, order.window, order.sound.scene
    return {
        "clip": clip,
        "number": sound.number,
        "scene": scene.scene,
        "frames": [frame - shift for frame in sound.frames],
        "file_frames": [window.first - shift, window.last - shift],
        "lane": lane,
        "fade_in": list(sound.head),
        "fade_out": list(sound.tail),
        "take": scene.take,
        "takes": [
            {
                "take": take.take,
                "seed": take.seed,
                "prompt": take.prompt or "",
                "file": os.fspath(files[take.take]),
            }
            for take in scene.takes
        ],
        "labels": [[words, round(score, 4)] for words, score in scene.labels],
        "words": sound.words,
        "quiet": scene.quiet,
    }
