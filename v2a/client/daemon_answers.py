"""The daemon's answers beside jobs, as types: its status, packs, and results of single stages."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

from v2a.api.job_types import TrackCut
from v2a.api.option_limits import check, limited
from v2a.api.proto_codec import cut_from_wire, labels_from_wire
from v2a.types import SEEDS
from v2a.v1 import daemon_service_pb2 as daemon_pb
from v2a.v1 import pack_service_pb2 as pack_pb
from v2a.v1 import stage_service_pb2 as stage_pb

Labels = tuple[tuple[str, float], ...]
"""Words and score 0..1, best first."""


@dataclass(frozen=True)
class WorkerStatus:
    """A child of the daemon that runs models."""

    device: str
    pid: int
    state: str
    """starting, idle or busy."""
    packs: tuple[str, ...]
    memory: int
    """Bytes of main memory."""
    device_memory: int
    """Bytes on the device; 0 on a CPU."""
    until: datetime | None
    """When it ends if nothing comes."""


@dataclass(frozen=True)
class DaemonStatus:
    """A daemon's status: version, jobs, workers, disk."""

    version: str
    pid: int
    address: str
    network_address: str
    """HOST:PORT for other machines; empty where it does not listen for them."""
    started: datetime | None
    queued: int
    running: int
    workers: tuple[WorkerStatus, ...]
    cache: int
    """Bytes."""
    cache_limit: int
    """Bytes."""
    free: int
    """Bytes free where its state lies."""
    roots: tuple[Path, ...]
    """Folders that media given by path may lie in."""
    sqlite: str
    draining: bool
    restarts: int
    """Workers that had to be replaced."""
    log_file: Path
    idle_exit: datetime | None
    """When it ends if nothing comes."""


@dataclass(frozen=True)
class PackFacts:
    """A pack on the daemon's machine, or one that can be pulled."""

    name: str
    folder: Path | None
    """None while it is not installed."""
    description: str
    licence: str
    mappers: tuple[str, ...]
    loaded: bool
    """Whether it is in a worker's memory."""

    @property
    def installed(self) -> bool:
        """Whether it is on the daemon's machine."""
        return self.folder is not None


@dataclass(frozen=True)
class DetectedScene:
    """A scene as `detect_scenes` finds it."""

    index: int
    """1-based."""
    frames: tuple[int, int]
    """[start, end)."""
    start: Fraction
    """Seconds from the clip's start."""
    end: Fraction
    """Seconds from the clip's start; the first frame of the next scene."""
    labels: Labels
    quiet: bool
    clip_vector: array[float]
    """(512,) its mean CLIP vector."""
    clap_vector: array[float]
    """(512,) its unit CLAP vector."""


@dataclass(frozen=True)
class DetectedScenes:
    """The scenes of a clip and its facts, as `detect_scenes` answers."""

    frame_rate: Fraction
    variable_frame_rate: bool
    frames: int
    start: Fraction
    """Seconds on the file's own clock."""
    duration: Fraction
    cuts: tuple[TrackCut, ...]
    scenes: tuple[DetectedScene, ...]
    """In order, from the clip's start to its end."""
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class PredictedSound:
    """The sound that a mapper gives for one CLIP vector."""

    clap_vector: array[float]
    """(512,) unit."""
    labels: Labels
    negative_vector: array[float] | None
    """(512,) unit, of the negative prompt."""


@dataclass(frozen=True)
class AudioRequest:
    """One sound that `generate_audio` is to make."""

    clap_vector: array[float]
    """(512,) unit."""
    duration: Fraction
    """Seconds."""
    seed: int = limited(SEEDS, 0)
    negative_vector: array[float] | None = None

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True)
class AudioPiece:
    """A stretch of one generated sound; those of a take come in order."""

    sound: int
    """0-based place of the request in the call."""
    take: int
    """1-based."""
    rate: int
    """Samples per second."""
    samples: array[float]
    """(N,) mono."""
    last: bool
    fraction: float
    """Share 0..1 of the whole call that is done."""


class _WithTimes(Protocol):
    def HasField(self, field_name: Any) -> bool: ...  # noqa: N802 (protobuf's name)


def _time(message: _WithTimes, field: str) -> datetime | None:
    return getattr(message, field).ToDatetime(UTC) if message.HasField(field) else None


def status_from_wire(message: daemon_pb.GetStatusResponse) -> DaemonStatus:
    """The daemon's status."""
    return DaemonStatus(
        version=message.version,
        pid=message.pid,
        address=message.address,
        network_address=message.network_address,
        started=_time(message, "start_time"),
        queued=message.queued,
        running=message.running,
        workers=tuple(_worker(worker) for worker in message.workers),
        cache=message.cache_bytes,
        cache_limit=message.cache_limit_bytes,
        free=message.free_bytes,
        roots=tuple(Path(root) for root in message.roots),
        sqlite=message.sqlite_version,
        draining=message.draining,
        restarts=message.worker_restarts,
        log_file=Path(message.log_file),
        idle_exit=_time(message, "idle_exit_time"),
    )


def _worker(message: daemon_pb.Worker) -> WorkerStatus:
    return WorkerStatus(
        message.device,
        message.pid,
        message.state,
        tuple(message.packs),
        message.memory_bytes,
        message.device_memory_bytes,
        _time(message, "until"),
    )


def pack_from_wire(message: pack_pb.Pack) -> PackFacts:
    """A pack."""
    return PackFacts(
        message.name,
        Path(message.folder) if message.installed else None,
        message.description,
        message.licence,
        tuple(message.mappers),
        message.loaded,
    )


def scenes_from_wire(message: stage_pb.DetectScenesResponse) -> DetectedScenes:
    """The scenes of a clip."""
    return DetectedScenes(
        frame_rate=Fraction(message.frame_rate),
        variable_frame_rate=message.variable_frame_rate,
        frames=message.frames,
        start=Fraction(message.start),
        duration=Fraction(message.duration),
        cuts=tuple(cut_from_wire(cut) for cut in message.cuts),
        scenes=tuple(_found(scene) for scene in message.scenes),
        warnings=tuple(message.warnings),
    )


def _found(message: stage_pb.FoundScene) -> DetectedScene:
    return DetectedScene(
        message.index,
        (message.start_frame, message.end_frame),
        Fraction(message.start),
        Fraction(message.end),
        labels_from_wire(message.labels),
        message.quiet,
        array("f", message.clip_vector),
        array("f", message.clap_vector),
    )


def sound_from_wire(message: stage_pb.PredictedSound) -> PredictedSound:
    """The sound of one CLIP vector, from a message."""
    negative = array("f", message.negative_vector) if message.negative_vector else None
    labels = labels_from_wire(message.labels)
    return PredictedSound(array("f", message.clap_vector), labels, negative)


def audio_to_wire(request: AudioRequest) -> stage_pb.AudioRequest:
    """A sound to make, as a message."""
    return stage_pb.AudioRequest(
        clap_vector=request.clap_vector,
        negative_vector=request.negative_vector or (),
        duration=str(request.duration),
        seed=request.seed,
    )


def piece_from_wire(message: stage_pb.GenerateAudioResponse) -> AudioPiece:
    """A stretch of sound."""
    samples = array("f", message.samples)  # the contract's little-endian, as every machine of ours
    return AudioPiece(
        message.sound, message.take, message.sample_rate, samples, message.last, message.fraction
    )
