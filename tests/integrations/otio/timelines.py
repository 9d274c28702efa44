"""Timelines in a line or two."""

from __future__ import annotations

import opentimelineio as otio


def span(start: float, length: float, rate: float = 24) -> otio.opentime.TimeRange:
    return otio.opentime.TimeRange(
        otio.opentime.RationalTime(start, rate), otio.opentime.RationalTime(length, rate)
    )


def clip(
    name: str,
    frames: int,
    start: int = 0,
    rate: float = 24,
    url: str = "",
    available: otio.opentime.TimeRange | None = None,
    speed: float = 1.0,
    enabled: bool = True,
) -> otio.schema.Clip:
    """A clip of a file (or of missing media) that uses `frames` frames from `start` on."""
    reference = otio.schema.ExternalReference(url, available) if url else None
    made = otio.schema.Clip(name, reference, span(start, frames, rate))
    made.enabled = enabled
    if speed != 1.0:
        made.effects.append(otio.schema.LinearTimeWarp(time_scalar=speed))
    return made


def gap(frames: int, rate: float = 24) -> otio.schema.Gap:
    return otio.schema.Gap(source_range=span(0, frames, rate))


def track(*children: otio.core.Composable, name: str = "") -> otio.schema.Track:
    return otio.schema.Track(name, list(children), kind=otio.schema.TrackKind.Video)


def timeline(*tracks: otio.schema.Track, name: str = "cut") -> otio.schema.Timeline:
    """Tracks, the lowest first."""
    made = otio.schema.Timeline(name)
    made.tracks.extend(tracks)
    return made
