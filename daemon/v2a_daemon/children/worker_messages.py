"""What travels between the server and its children: requests one way, plain facts the other.

Frozen and made of plain data, so that the server reads them without torch and without NumPy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, with_config

from v2a.api.job_types import TimelineClip, TrackCut
from v2a.types import GenerateOptions, SamplingOptions, SceneText


@dataclass(frozen=True)
class ScenesRequestMessage:
    """Find a clip's scenes and what each one sounds like."""

    media: Path
    content: str
    """SHA-256 of the file."""
    clip: TimelineClip
    options: GenerateOptions
    """`pack` is a folder's path here."""
    cache: Path
    """The content cache's folder; the film looked at is its `frames/<frames_key>.npz`."""
    frames_key: str
    out: Path
    """The arrays' path of the `analysis_file` that takes what was found."""
    hours: float = 24.0
    """Longest media that is read."""


@dataclass(frozen=True)
class SceneSummary:
    """One scene as the server needs it."""

    index: int
    """1-based."""
    start_frame: int
    end_frame: int
    start: Fraction
    """Seconds in the clip."""
    end: Fraction
    quiet: bool
    labels: tuple[tuple[str, float], ...]
    mapper: str
    prompt: str | None
    vector_digest: str
    """SHA-256 of the bytes of vector and negative."""
    duration: Fraction
    """Seconds to generate, handles included."""
    latent_frames: int
    """Of one window; scenes that agree in it share every step of the model."""
    windows: int


@with_config(ConfigDict(ser_json_inf_nan="strings"))
@dataclass(frozen=True)
class ScenesSummary:
    """What was found, as the server needs it."""

    frame_rate: Fraction
    variable_frame_rate: bool
    frames: int
    start: Fraction
    """Where the first frame lies on the file's own clock, seconds."""
    duration: Fraction
    """Seconds of the clip as it is seen."""
    width: int
    """Pixels as shown."""
    height: int
    warnings: tuple[str, ...]
    cuts: tuple[TrackCut, ...]
    scenes: tuple[SceneSummary, ...]

    def to_json(self) -> bytes:
        """UTF-8 JSON; fractions are strings."""
        return _SUMMARY.dump_json(self)

    @staticmethod
    def from_json(text: bytes) -> ScenesSummary:
        """The summary that `to_json` wrote; ValueError for anything else."""
        return _SUMMARY.validate_json(text)


_SUMMARY = TypeAdapter(ScenesSummary)


@dataclass(frozen=True)
class SoundOrder:
    """One take of one scene to be generated."""

    found: Path
    """The `analysis_file` that holds its vector."""
    scene: int
    """1-based."""
    seed: int
    """Of the scene."""
    take: int
    """Which of the seed's sounds, 0-based."""
    duration: Fraction
    """Seconds, handles included."""
    latent_frames: int
    quiet: bool
    pack: Path
    device: str
    sampling: SamplingOptions
    out: Path
    """The `take_file` that takes the wave."""


Vector = tuple[float, ...]
"""512 numbers."""


@dataclass(frozen=True)
class ClapRequest:
    """What CLIP vectors sound like."""

    pack: Path
    mapper: str | None
    device: str
    vectors: Sequence[Vector]
    texts: Sequence[SceneText]
    """One a vector."""


@dataclass(frozen=True)
class ClapSound:
    """What one vector sounds like."""

    vector: Vector
    """CLAP's, unit."""
    negative: Vector | None
    labels: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class RawOrder:
    """One sound to be made of a CLAP vector."""

    vector: Vector
    negative: Vector | None
    duration: Fraction
    """Seconds."""
    seed: int


@dataclass(frozen=True)
class RawRequest:
    """Sounds to be made of CLAP vectors, each take into a file of its own."""

    pack: Path
    device: str
    sampling: SamplingOptions
    takes: int
    sounds: Sequence[RawOrder]
    folder: Path
    """Takes the files."""


@dataclass(frozen=True)
class RawMade:
    """Sounds that were made."""

    rate: int
    """Samples per second."""
    files: tuple[tuple[int, int, Path], ...]
    """Sound (0-based), take (1-based), and a file of little-endian 32-bit floats, nothing else."""


@dataclass(frozen=True)
class LoadRequest:
    """Bring a pack's parts into a device's memory."""

    pack: Path
    device: str


@dataclass(frozen=True)
class WorkerVitals:
    """How a child feels, as told by its last answer to a ping."""

    rss: int = 0
    """Bytes of memory."""
    device_bytes: int = 0
    packs: tuple[str, ...] = ()
    """Names of those whose parts are in memory."""
