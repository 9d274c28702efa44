"""A timeline's own sound tracks rendered by Blender's sequencer."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from pathlib import Path

import numpy as np
import opentimelineio as otio
import soundfile
from numpy.typing import NDArray

from tests.integrations.blender.blenders import Blender
from v2a_integrations.otio.media_links import spellings
from v2a_integrations.otio.own_tracks import own_tracks

SCRIPT = Path(__file__).with_name("vse.py")


def render(
    blender: Blender, timeline: otio.schema.Timeline, rate: Fraction, folder: Path
) -> NDArray[np.float64]:
    """(n,) the mix of the tracks at 48 kHz, as Blender makes it."""
    sounds = [
        sound
        for channel, track in enumerate(own_tracks(timeline), 1)
        for sound in _sounds(track, channel)
    ]
    wav, fps = folder / "mixed.wav", ceil(rate)
    given = {
        "fps": fps, "fps_base": float(fps / rate), "out": str(wav), "sounds": sounds,
        "frames": max(first + into + length for _, _, first, into, length in sounds),
    }  # fmt: skip
    blender.start(SCRIPT, given).result(120)
    sound, found = soundfile.read(wav, always_2d=True)
    assert found == 48_000
    return sound[:, 0]


def _sounds(track: otio.schema.Track, channel: int) -> list[tuple[str, int, int, int, int]]:
    found: list[tuple[str, int, int, int, int]] = []
    start = 0
    for item in track:
        length = int(item.duration().value)
        if isinstance(item, otio.schema.Clip):
            path = next(iter(spellings(item.media_reference.target_url)))
            into = int(item.source_range.start_time.value)
            found.append((path, channel, start - into, into, length))
        start += length
    return found
