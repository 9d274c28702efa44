"""The words of v2a as types: clips, cuts, scenes, requests and the options of every stage.

Time is exact: a `Fraction` of a second, or a 0-based frame number in presentation order. Ranges are
half-open. Arrays are NumPy; nothing here imports torch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from v2a.api.option_limits import Limit, check, limited

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EMBEDDING_SIZE = 512
"""Length of a CLIP or CLAP vector in every pack (the paper's towers and ours)."""

FRAMES = Limit(0, 1 << 40)
"""Numbers of frames: a thousand years of film, and no fewer bits than any editor counts with."""
FRAME_RATE = Limit(Fraction(0), Fraction(1000), above=True)
"""Frames per second; slow-motion cameras reach a thousand."""
SCENE_NUMBERS = Limit(1, (1 << 31) - 1)
"""As the contract counts scenes: 32 bits with a sign."""
SEEDS = Limit(0, (1 << 63) - 1)
"""As the contract and the generators of random numbers take them: 64 bits with a sign."""

CutKind = Literal["hard", "dissolve", "fade"]
Rule = Literal["robust", "paper"]


@dataclass(frozen=True)
class FrameOptions:
    """How frames are taken from a video."""

    rate: Fraction | None = limited(FRAME_RATE, Fraction(8))
    """Samples per second; None takes every frame."""
    batch: int = 32
    """Sampled frames per `FrameBatch`."""
    span: tuple[Fraction, Fraction | None] | None = None
    """[start, end) in seconds from the file's first frame (None: to its last): only that stretch is
    decoded, and frames and times count from the frame on screen at its start."""

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True)
class FrameBatch:
    """Sampled frames, scaled to the encoder's input."""

    indices: NDArray[np.int64]
    """(B,) frame numbers."""
    pixels: NDArray[np.uint8]
    """(B, size, size, 3) RGB."""


@dataclass(frozen=True)
class Clip:
    """What a whole decode has told about a video: facts, not what its header claims."""

    path: Path
    width: int
    """Pixels as shown, rotation applied."""
    height: int
    frame_rate: Fraction
    """Nominal rate, for instance 24000/1001."""
    variable_frame_rate: bool
    start: Fraction
    """Where the first frame lies on the file's own clock, in seconds."""
    frame_times: tuple[Fraction, ...] | FrameTimes
    """N + 1 times in seconds from the first frame's: one a frame, then the end of the last."""
    signatures: NDArray[np.uint8]
    """(N, K) a coarse picture of every frame, for exact cuts; see `video_to_frames`."""
    still: bool = False
    """No sampled frame differs from the first."""
    has_audio: bool = False
    warnings: tuple[str, ...] = ()
    name: str = ""
    """What its owner calls the file, where the path does not say so: an upload that was there."""
    source_times: FrameTimes | None = None
    """N times, from its first frame's, at which the file shows these frames, where the clip is not
    the whole file as it is: a stretch of it, or played at another speed."""

    @property
    def frames(self) -> int:
        """Number of frames."""
        return len(self.frame_times) - 1

    @property
    def duration(self) -> Fraction:
        """Seconds from the start of the first frame to the end of the last."""
        return self.frame_times[-1]


@dataclass(frozen=True)
class FrameTimes:
    """Exact times of frames, compact: integer ticks of one time base."""

    ticks: NDArray[np.int64]
    time_base: Fraction

    @classmethod
    def of(cls, times: Iterable[Fraction]) -> FrameTimes:
        """The same times, exactly, in ticks of the longest time base that holds them all."""
        import numpy as np

        if isinstance(times, cls):
            return times
        times = tuple(times)
        fine = lcm(*(time.denominator for time in times))
        return cls(np.array([int(time * fine) for time in times], np.int64), Fraction(1, fine))

    def __len__(self) -> int:
        return len(self.ticks)

    def __getitem__(self, index: int) -> Fraction:
        return int(self.ticks[index]) * self.time_base

    def __iter__(self) -> Iterator[Fraction]:
        return (int(tick) * self.time_base for tick in self.ticks)


@dataclass(frozen=True)
class SceneOptions:
    """How scenes are found."""

    rule: Rule = "robust"
    threshold: float = limited(Limit(0.01, 1e6), 5.0)
    """tau of the paper's rule; the robust rule scales its own limits by threshold / 5."""
    minimum_scene: Fraction = limited(Limit(Fraction(0), Fraction(3600)), Fraction(1, 4))
    """Seconds; the higher of two nearer cuts stays. A quarter keeps bursts of cuts, eight frames
    apart at 30 a second. The paper's rule has none."""
    centre: bool = True
    """Subtract the mean embedding (the paper's S_centered)."""
    whole: bool = False
    """No segmentation: one scene."""
    known_cuts: tuple[int, ...] = limited(FRAMES, ())
    """First frames of scenes an edit already knows; taken as given."""

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True)
class Cut:
    """The boundary between two scenes."""

    frame: int
    """First frame of the new scene; the middle of a gradual change."""
    kind: CutKind
    extent: tuple[int, int]
    """First and last frame touched by the change, inclusive; (frame, frame) when hard."""
    score: float
    """Strength against the threshold's unit; above the threshold for a cut that was found."""


@dataclass(frozen=True)
class Scene:
    """A stretch between cuts, frames [start_frame, end_frame)."""

    index: int
    """1-based."""
    start_frame: int
    end_frame: int
    quiet: bool = False
    """Black or unmoving picture: room tone instead of a generated sound."""


@dataclass(frozen=True)
class Segmentation:
    """Cuts, the scenes that tile the film between them, and the curve they came from."""

    cuts: tuple[Cut, ...]
    scenes: tuple[Scene, ...]
    curve: NDArray[np.float64]
    """(T - 1,) Delta-S between consecutive samples."""
    limit: NDArray[np.float64]
    """(T - 1,) what the curve had to exceed."""
    samples: NDArray[np.int64]
    """(T,) frame number of each sample."""


@dataclass(frozen=True)
class SceneText:
    """What an editor says of one scene (or of all)."""

    prompt: str | None = None
    negative: str | None = None
    weight: float = limited(Limit(0.0, 1.0), 1.0)
    """1 replaces the mapped vector by the prompt's, 0 keeps the mapped vector, between blends."""

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True)
class SceneSound:
    """A scene's way into sound: its vector, its words and where they came from."""

    vector: NDArray[np.float32]
    """(512,) unit CLAP vector."""
    negative: NDArray[np.float32] | None
    """(512,) unit vector to steer away from; None is the pack's null vector."""
    labels: tuple[tuple[str, float], ...]
    """Most likely sounds in words, score 0..1, best first."""
    mapper: str
    prompt: str | None = None


@dataclass(frozen=True)
class SamplingOptions:
    """How sound is sampled. None means the pack's own default."""

    scheduler: Literal["ddim", "dpm++"] | None = None
    steps: int | None = limited(Limit(1, 1000), None)
    guidance: float | None = limited(Limit(0.0, 100.0), None)
    batch: int | None = limited(Limit(1, 1 << 16), None)
    """Most rows of a UNet call; None lets memory decide."""
    length_multiple: Fraction | None = None
    """Generate a multiple of this many seconds and cut (the paper: 5/2); None generates exactly."""

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True)
class SoundRequest:
    """One scene to be generated."""

    vector: NDArray[np.float32]
    negative: NDArray[np.float32] | None
    duration: Fraction
    """Seconds; the result has ceil(duration * pack rate) samples."""
    seed: int
    takes: int = 1
    quiet: bool = False
    """Room tone."""
    take: int = 0
    """Number of the first take; take k sounds the same alone as among others."""


@dataclass(frozen=True)
class TrackOptions:
    """How sounds become tracks."""

    rate: int = limited(Limit(8_000, 384_000), 48_000)
    """Samples per second: from a telephone's to what sound cards reach."""
    handle: Fraction = limited(Limit(Fraction(0), Fraction(60)), Fraction(1, 2))
    """Seconds of extra sound at each end of a stem, as far as the film reaches."""
    plain: bool = False
    """Concatenate and nothing else (the paper)."""
    true_peak: float = limited(Limit(-60.0, 0.0), -1.0)
    """Ceiling, dBTP (ITU-R BS.1770)."""
    match_levels: bool = True
    outer_handles: bool = False
    """Handles also before the film's start and after its end, for joins with its neighbours."""

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True)
class Progress:
    """One step of work done."""

    stage: str
    """frames | scenes | sounds | generate | tracks"""
    fraction: float
    """0..1 of this stage."""
    scene: int | None = None
    """1-based scene, where it makes sense."""
    of: int | None = None
    eta_s: float | None = None
    """Seconds left for the whole job, once known."""
    whole: float = 0.0
    """0..1 of the whole job."""


Report = Callable[[float], None]
"""Called by a stage with its fraction done."""
ShouldStop = Callable[[], bool]
"""Asked by a stage between steps; true means stop now with `V2AError("CANCELLED")`."""


@dataclass(frozen=True)
class GenerateOptions:
    """Everything `pipeline.generate` can be told."""

    pack: str = "pocket"
    mapper: str | None = None
    device: str = "auto"
    seed: int = limited(SEEDS, 0)
    takes: int = limited(Limit(1, 64), 1)
    text: SceneText = SceneText()
    scene_texts: Mapping[int, SceneText] = limited(
        SCENE_NUMBERS, default_factory=dict[int, SceneText]
    )
    """Per scene index, over `text`."""
    normalise_frames: bool = True
    """Pool unit frame embeddings; False pools raw ones (the paper)."""
    quiet_scenes: bool = True
    """Give black and still pictures room tone."""
    frames: FrameOptions = FrameOptions()
    scenes: SceneOptions = SceneOptions()
    sampling: SamplingOptions = SamplingOptions()
    tracks: TrackOptions = TrackOptions()

    def __post_init__(self) -> None:
        check(self)


PAPER = GenerateOptions(
    normalise_frames=False,
    quiet_scenes=False,
    frames=FrameOptions(rate=None),
    scenes=SceneOptions(rule="paper", threshold=5.0, minimum_scene=Fraction(0)),
    sampling=SamplingOptions("ddim", 25, 4.5, length_multiple=Fraction(5, 2)),
    tracks=TrackOptions(handle=Fraction(0), plain=True, match_levels=False),
)
"""`--preset paper`: the paper's inference to the letter."""
