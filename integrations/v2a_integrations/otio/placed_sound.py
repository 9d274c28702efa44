"""A sound as a clip of an audio track, and where it goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from v2a_integrations.stems.timeline_sounds import HARD, Edge

if TYPE_CHECKING:
    import opentimelineio as otio


@dataclass(frozen=True)
class PlacedSound:
    """A sound clip and where it goes, in frames of the timeline."""

    frames: tuple[int, int]
    """What is heard."""
    file: tuple[int, int]
    """What its file covers, handles and all."""
    clip: otio.schema.Clip
    entry: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What the sidecar tells of it."""
    tail: Edge = HARD
    """Overlap with the next one, as a crossfade of the editor's; `HARD` if it is baked."""
