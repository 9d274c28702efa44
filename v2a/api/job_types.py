"""The words of jobs as types: clips of a timeline in, tracks on their cuts out.

What the client takes and gives; on the wire they are the messages of `protos/v2a/v1/job.proto`.
Times are exact seconds, frames 0-based in presentation order, ranges half-open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Literal

from v2a.api.option_limits import Limit, check, limited
from v2a.errors import V2AError
from v2a.job_settings import Settings
from v2a.types import FRAME_RATE, FRAMES, SCENE_NUMBERS, CutKind, SceneText

JobState = Literal["queued", "running", "succeeded", "failed", "cancelled"]
ENDED: frozenset[JobState] = frozenset({"succeeded", "failed", "cancelled"})
"""States that a job never leaves."""

OutputKind = Literal["mix", "stems", "timeline", "video", "sidecar", "report"]
ALL_KINDS: frozenset[OutputKind] = frozenset(
    {"mix", "stems", "timeline", "video", "sidecar", "report"}
)


@dataclass(frozen=True)
class Span:
    """A stretch of time, seconds."""

    start: Fraction
    duration: Fraction

    @property
    def end(self) -> Fraction:
        """Where it ends."""
        return self.start + self.duration


OPEN_END = Fraction(-1)
"""A span's duration that goes as far as there is media."""


@dataclass(frozen=True)
class Upload:
    """Media that was brought to the daemon: what `upload` of the client gives."""

    id: str
    name: str = ""
    """As its owner calls it: the same content may have come under another name before."""


@dataclass(frozen=True)
class TimelineClip:
    """A stretch of media on a timeline."""

    media: Path | Upload
    source: Span | None = None
    """What is used, from the media's first frame; None is all, duration 0 holds one frame."""
    record: Span | None = None
    """Where it lies on the timeline; None begins at 0 and lasts as long as the source. Another
    length than the source's plays the media faster or slower."""
    reversed: bool = False
    frame_rate: Fraction | None = limited(FRAME_RATE, None)
    """The timeline's; None keeps the media's own frames."""
    known_cuts: tuple[int, ...] = limited(FRAMES, ())
    """First frames of scenes that the edit knows, in frames of the clip as it is seen."""
    text: SceneText | None = None
    """Words for every scene of this clip, in place of the settings'."""
    scene_texts: Mapping[int, SceneText] = limited(
        SCENE_NUMBERS, default_factory=dict[int, SceneText]
    )
    name: str = ""
    """NAME of the results; empty is the media's stem, made distinct within the job."""
    media_link: str = ""
    """How written timelines point to the media; empty derives it."""
    whole: bool = False
    """One scene."""

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True)
class Output:
    """Where results go."""

    folder: Path | None = None
    """Each clip's NAME.foley is written there; None leaves it with the daemon."""
    force: bool = False
    kinds: frozenset[OutputKind] = ALL_KINDS


@dataclass(frozen=True)
class JobSpec:
    """A job to do."""

    clips: Sequence[TimelineClip]
    settings: Settings = Settings()
    output: Output = Output()
    title: str = ""
    priority: int = limited(Limit(0, 9), 0)
    """0 is ordinary, 1 the most urgent, then 2 up to 9."""

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True)
class JobProgress:
    """How far a job is."""

    stage: str = "queued"
    fraction: float = 0.0
    """Of this stage."""
    whole: float = 0.0
    clip: int = 0
    scene: int = 0
    scenes: int = 0
    eta_s: float | None = None


@dataclass(frozen=True)
class Artifact:
    """A file that a job made."""

    name: str
    """What `download` of the client takes."""
    kind: OutputKind
    file: str
    """Relative to the clip's NAME.foley."""
    path: Path
    """On the daemon's machine."""
    size: int
    """Bytes."""
    sha256: str
    clip: int
    scene: int = 0
    take: int = 0


@dataclass(frozen=True)
class Take:
    """One rendering of a scene."""

    take: int
    """1-based."""
    seed: int
    prompt: str | None = None
    artifact: str = ""
    """Name of its stem's artifact, where stems were asked for."""


@dataclass(frozen=True)
class SceneTrack:
    """One scene on the timeline, with its sound."""

    scene: int
    """1-based within its clip."""
    place: Span
    """On the timeline."""
    frames: tuple[int, int]
    """[start, end) in frames of the clip as it is seen."""
    samples: tuple[int, int, int]
    """Handle before, scene, handle after."""
    labels: tuple[tuple[str, float], ...]
    mapper: str
    takes: tuple[Take, ...]
    take: int
    """The one in use, 1-based."""
    quiet: bool = False


@dataclass(frozen=True)
class TrackCut:
    """A boundary between two scenes of a clip."""

    frame: int
    time: Fraction
    """Seconds in the clip."""
    kind: CutKind
    extent: tuple[int, int]
    score: float


@dataclass(frozen=True)
class Track:
    """What one clip became."""

    clip: int
    """1-based."""
    name: str
    folder: Path
    """NAME.foley on the daemon's machine."""
    sample_rate: int
    duration: Fraction
    frames: int
    frame_rate: Fraction
    cuts: tuple[TrackCut, ...]
    scenes: tuple[SceneTrack, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Job:
    """A job and all that is known of it."""

    name: str
    """"jobs/17"."""
    state: JobState
    sequence: int = 0
    progress: JobProgress = JobProgress()
    error: V2AError | None = None
    tracks: tuple[Track, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    title: str = ""
    priority: int = 0
    attempt: int = 0
    cancel_requested: bool = False
    parent: str = ""
    created: datetime | None = None
    started: datetime | None = None
    ended: datetime | None = None
    seconds: Mapping[str, float] = field(default_factory=dict[str, float])

    @property
    def done(self) -> bool:
        """Whether it has ended, however."""
        return self.state in ENDED
