"""Curves of the report, as arrays of bounded size whatever the length of the film."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction
from math import log
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from v2a.output.wav import read_blocks
from v2a.types import Clip, Scene, Segmentation

if TYPE_CHECKING:
    from numpy.typing import NDArray

COLUMNS = 1600
"""Most points of a curve along the time axis. Chosen: about the pixels of a wide window."""
WINDOW = 2048
"""Samples of a spectrum. Chosen: 43 ms at 48 kHz, which parts tones of 23 Hz distance."""
GROUP = 64
"""Columns of the spectrogram made at a time. Chosen: 4 MB of spectra."""
LOWEST = 60.0
"""Hz at the bottom of the spectrogram. Chosen: below, a spectrum has three bins."""
RANGE = 72.0
"""dB between the darkest and the brightest. Chosen: 12 bits, from loud to a quiet room."""


@dataclass(frozen=True)
class DrawnCurve:
    """Delta-S over the film, at most `COLUMNS` points; heights are shares of the highest."""

    places: NDArray[np.float64]
    """(P,) 0..1 along the film."""
    heights: NDArray[np.float64]
    """(P,) 0..1"""
    limits: NDArray[np.float64]
    """(P,) 0..1, NaN where there is none."""


@dataclass(frozen=True)
class DrawnWave:
    """Extremes and effective value of a sound in C equal stretches, (C,) each, -1..1."""

    low: NDArray[np.float32]
    high: NDArray[np.float32]
    effective: NDArray[np.float32]
    """Root mean square."""


def strip_frames(clip: Clip, width: int = 1920, height: int = 108) -> list[int]:
    """Frame numbers of a filmstrip of that size: one at the middle of each of its equal slots."""
    slot = min(max(height * clip.width / max(clip.height, 1), height * 0.6), height * 1.9)
    count = max(1, round(width / slot))
    return [frame_at(clip, clip.duration * (2 * k + 1) / (2 * count)) for k in range(count)]


def frame_at(clip: Clip, time: Fraction) -> int:
    """Number of the frame shown at a time in seconds; the first or last outside of the clip."""
    found = bisect_right(clip.frame_times, time) - 1  # type: ignore[arg-type]
    return min(max(found, 0), clip.frames - 1)


def scene_frame(scene: Scene) -> int:
    """Number of the frame that stands for a scene: its middle one."""
    return (scene.start_frame + scene.end_frame) // 2


def curve_of(clip: Clip, segmentation: Segmentation) -> DrawnCurve:
    """The curve that cuts were found on; of many points the highest of each stretch is kept."""
    values = np.asarray(segmentation.curve, np.float64)
    limits = np.asarray(segmentation.limit, np.float64)
    limits = np.where(np.isfinite(limits), limits, np.nan)
    if not len(values):
        return DrawnCurve(np.zeros(0), np.zeros(0), np.zeros(0))
    times = np.array(
        [float(clip.frame_times[int(n)] / clip.duration) for n in segmentation.samples]
    )
    places = (times[1:] + times[:-1]) / 2
    if len(values) > COLUMNS:
        edges = np.arange(COLUMNS) * len(values) // COLUMNS
        keep = [a + int(values[a:b].argmax()) for a, b in _pairs(edges, len(values))]
        places, values, limits = places[keep], values[keep], limits[keep]
    top = max(np.nanmax(values), np.nanmax(limits, initial=0.0), 1e-12) * 1.06
    return DrawnCurve(places, values / top, limits / top)


def wave_of(path: Path, samples: int) -> DrawnWave:
    """The extremes of a mono sound file of that many samples, read block by block."""
    columns = max(1, min(COLUMNS, samples))
    edges = -(-np.arange(columns + 1) * samples // columns)
    low, high, power = (np.zeros(columns, np.float64) for _ in range(3))
    place = 0
    for block in read_blocks(path):
        first = int(np.searchsorted(edges, place, "right")) - 1
        last = int(np.searchsorted(edges, place + len(block), "left"))
        cuts = np.maximum(edges[first:last] - place, 0)
        low[first:last] = np.minimum(low[first:last], np.minimum.reduceat(block, cuts))
        high[first:last] = np.maximum(high[first:last], np.maximum.reduceat(block, cuts))
        power[first:last] += np.add.reduceat(np.square(block, dtype=np.float64), cuts)
        place += len(block)
    effective = np.sqrt(power / np.maximum(np.diff(edges), 1))
    return DrawnWave(*(part.astype(np.float32) for part in (low, high, effective)))


def spectrum_of(
    path: Path, highest: float, rows: int = 144, columns: int = 1200
) -> NDArray[np.uint8]:
    """(rows, columns) brightness 0..255 of a mono file, log scale up to `highest` Hz, low below.

    Each column is the mean of up to four spectra from its stretch of the film.
    """
    import soundfile

    with soundfile.SoundFile(path) as file:
        rate, samples = file.samplerate, file.frames
        each = int(np.clip(samples / columns / WINDOW, 1, 4))
        centres = (np.arange(columns * each) + 0.5) * samples / (columns * each)
        bank, window = _bank(rows, rate, highest), np.hanning(WINDOW)
        levels = np.zeros((rows, columns))
        for first in range(0, columns, GROUP):
            some = centres[first * each : (first + GROUP) * each]
            parts = np.stack([_around(file, int(centre)) for centre in some])
            power = np.square(np.abs(np.fft.rfft(parts * window))).reshape(-1, each, len(bank[0]))
            levels[:, first : first + GROUP] = bank @ power.mean(axis=1).T
    decibels = 10 * np.log10(levels + 1e-12)
    top = max(float(np.percentile(decibels, 99.8)), -20.0)
    return (np.clip((decibels - top) / RANGE + 1, 0, 1)[::-1] * 255).astype(np.uint8)


def pitches(highest: float) -> list[tuple[float, str]]:
    """Marks of the spectrogram's axis: share of its height from below, and the name."""
    names = {100: "100 Hz", 500: "500", 1000: "1k", 2000: "2k", 5000: "5k", 10000: "10k"}
    span = log(highest / LOWEST)
    return [(log(hz / LOWEST) / span, name) for hz, name in names.items() if hz < 0.95 * highest]


def _around(file: object, centre: int) -> NDArray[np.float32]:
    """`WINDOW` samples around a place, zeros outside the file."""
    begin = max(0, centre - WINDOW // 2)
    file.seek(begin)  # type: ignore[attr-defined]
    found = file.read(WINDOW, dtype="float32", fill_value=0.0)  # type: ignore[attr-defined]
    return found


def _bank(rows: int, rate: int, highest: float) -> NDArray[np.float64]:
    """(rows, bins) weights that gather a spectrum into rows of equal musical width."""
    edges = np.geomspace(LOWEST, highest, rows + 2)
    bins = np.fft.rfftfreq(WINDOW, 1 / rate)
    width = bins[1]
    centre = edges[1:-1, None]
    below = np.maximum(centre - edges[:-2, None], width)
    above = np.maximum(edges[2:, None] - centre, width)
    offset = bins[None] - centre
    weights = np.clip(1 - np.where(offset < 0, -offset / below, offset / above), 0, 1)
    return weights / weights.sum(axis=1, keepdims=True)


def _pairs(edges: NDArray[np.int64], end: int) -> list[tuple[int, int]]:
    return list(zip(edges, [*edges[1:], end], strict=True))
