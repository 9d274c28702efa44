"""What a clip's tracks are made of, and what was written: between the server and the tracks child.

Plain and frozen, as `orders` are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter

from v2a.api.job_types import ALL_KINDS, OutputKind, TimelineClip
from v2a.types import GenerateOptions


@dataclass(frozen=True)
class TakeFile:
    """A take that is there."""

    scene: int
    """1-based."""
    take: int
    """1-based."""
    seed: int
    prompt: str | None
    found: Path
    """The `analysis_file` whose vector it was made from."""
    wave: Path


@dataclass(frozen=True)
class TracksRequest:
    """Make a clip's tracks of its takes and write its NAME.foley."""

    found: Path
    clip: TimelineClip
    media: Path
    name: str
    """NAME of the results."""
    folder: Path
    """NAME.foley is written there."""
    force: bool
    options: GenerateOptions
    takes: Sequence[TakeFile]
    pack_name: str
    pack_digests: Mapping[str, str]
    memory: Path
    """Takes what was written (see `written`), before NAME.foley has its name: whoever dies then
    leaves the daemon knowing."""
    kinds: frozenset[OutputKind] = ALL_KINDS
    chosen: Mapping[int, int] = field(default_factory=dict[int, int])
    """The take in use of each scene; 1 where nothing is said."""
    seconds: Mapping[str, float] = field(default_factory=dict[str, float])
    """Spent in each stage so far."""


@dataclass(frozen=True)
class WrittenFile:
    """A file of a NAME.foley."""

    kind: OutputKind
    file: str
    """Relative to the folder, with forward slashes."""
    path: Path
    size: int
    """Bytes."""
    sha256: str
    scene: int = 0
    take: int = 0


@dataclass(frozen=True)
class PlacedScene:
    """Where a scene's sound lies on the clip's mix, in samples of its rate."""

    scene: int
    start: int
    """First sample of the scene, without its handle."""
    lead: int
    """Handle before it."""
    samples: int
    tail: int
    """Handle after it."""


@dataclass(frozen=True)
class TracksResult:
    """What was written."""

    folder: Path
    """NAME.foley."""
    files: tuple[WrittenFile, ...]
    sample_rate: int
    samples: int
    """Of the mix."""
    scenes: tuple[PlacedScene, ...]
    warnings: tuple[str, ...]

    def to_json(self) -> bytes:
        """UTF-8 JSON."""
        return _RESULT.dump_json(self)

    @staticmethod
    def from_json(text: bytes) -> TracksResult:
        """The result that `to_json` wrote; ValueError for anything else."""
        return _RESULT.validate_json(text)


_RESULT = TypeAdapter(TracksResult)
