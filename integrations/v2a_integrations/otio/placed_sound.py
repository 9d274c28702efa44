"""The type of a sound that is placed on a timeline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from v2a_integrations.stems.timeline_sounds import HARD, Edge

if TYPE_CHECKING:
    import opentimelineio as otio


@dataclass(frozen=True)
class PlacedSound:
    """A sound clip and its place, in frames of the timeline, half-open."""

    frames: tuple[int, int]
    """[start, end) that is heard."""
    file: tuple[int, int]
    """[start, end) that its file covers, handles included."""
    clip: otio.schema.Clip
    entry: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Its entry in the sidecar."""
    tail: Edge = HARD
    """Overlap with the next sound as a crossfade of the editor's; `HARD` if the fade is baked."""
