"""Real recordings: patterns of files a kind; what lies in `sounds/` has folds, named by a digit.

The folder of recordings holds `sounds/`, `effects/` and `beds/`, or is such a `sounds` itself. A
file of `sounds/` is of the fold that its name begins with; the others are of every fold.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from v2a.training.sound_kinds import SOUND_KINDS

Wave = NDArray[np.float32]
TABLE = "ATTRIBUTION.csv"
FOLDED, UNFOLDED = "sounds", ("effects", "beds")
RATE = 16_000
"""Samples per second, the sound model's."""
FRAME = 0.02
"""Seconds over which a level is taken. Chosen: a period of 50 Hz."""
SILENCE = 1e-4
"""Root mean square below which a frame is padding. Chosen: -80 dBFS, a few steps of 16 bits."""
QUIETER = {"texture": 0.15, "event": 0.003, "quiet": 0.0}
"""Share of the loud level below which a frame at either end is padding too. Chosen: a texture loses
its fades, an event keeps its dying away."""
MARGIN = 0.02
"""Seconds kept before and after the sound. Chosen: one frame, so that no attack is cut."""
LOUDNESS = {"texture": 0.08, "event": 0.08, "quiet": 0.01}
"""Root mean square of the louder half of a normalised recording. Chosen: -22 dBFS leaves events
room below `CEILING`, a quiet room stays 18 dB lower."""
CEILING = 0.95
"""Highest magnitude of a normalised recording. Chosen just below full scale."""
JOIN = 0.1
"""Seconds of the crossfade where a texture is looped. Chosen: longer than its grains."""
PAUSES = (0.15, 0.8)
"""Least and most seconds between an event and its repeat. Chosen: as barks or calls follow."""
HUSH = 0.016
"""Loudest background of a pause, root mean square. Chosen: some recordings have no quiet moment,
and a pause shall be one, 14 dB below `LOUDNESS`."""
SHORT = 1.2
"""Seconds: events shorter than this are one hit each, and follow each other as hits do. Chosen."""
BEATS = (0.28, 1.3)
"""Least and most seconds from one hit to the next. Chosen: from a run to slow blows."""
UNEVEN = 0.1
"""Relative spread of these seconds. Chosen: steps and blows are nearly regular."""
HITS = 4
"""Different files that one series of hits takes turns with. Chosen: they sound of one place."""
ALIVE = 0.4
"""Least loudness of a crop beside its whole recording, if eight draws find one. Chosen: a gap is no
example of its kind."""


class Recordings:
    """The recordings below `folder`, as mono waves at `rate` Hz, trimmed and levelled."""

    def __init__(self, folder: Path, rate: int = RATE) -> None:
        self.folder = folder
        self.rate = rate
        self._files = {
            kind.name: [f for pattern in kind.recorded for f in self._found(pattern)]
            for kind in SOUND_KINDS.values()
        }

    def _found(self, pattern: str) -> list[Path]:
        """Files of a pattern, sorted by name."""
        if not (self.folder / FOLDED).is_dir():
            pattern = pattern.removeprefix(f"{FOLDED}/")
        return sorted(self.folder.glob(pattern))

    def _in(self, file: Path, folds: set[str]) -> bool:
        inside = file.relative_to(self.folder).parts[0]
        return inside in UNFOLDED or file.name[0] in folds

    def files(self, kind: str, folds: Sequence[int]) -> list[Path]:
        """The files of a kind in these folds, sorted by name within each pattern."""
        wanted = {str(f) for f in folds}
        return [f for f in self._files[kind] if self._in(f, wanted)]

    def clips(self, kind: str, folds: Sequence[int]) -> list[Wave]:
        """The waves of a kind in these folds, without their padding, levelled; read-only."""
        return [self._wave(f, kind) for f in self.files(kind, folds)]

    def crop(
        self, kind: str, seconds: float, rng: np.random.Generator, folds: Sequence[int]
    ) -> Wave:
        """(round(seconds * rate),) of a random recording of a kind that has files in these folds.

        A short texture is looped with crossfades; a short event repeats after pauses that hold the
        recording's own background. A crop of a long recording is seldom one of its gaps.
        """
        files = self.files(kind, folds)
        at = int(rng.integers(len(files)))
        wave = self._wave(files[at], kind)
        length = round(seconds * self.rate)
        looped = SOUND_KINDS[kind].form == "texture"
        if not looped and len(wave) < SHORT * self.rate and self._is_hit(files[at]):
            near = [f for f in files[max(0, at - HITS + 1) : at + 1] if self._is_hit(f)]
            hits = [w for f in near if len(w := self._wave(f, kind)) < SHORT * self.rate]
            return _series(hits, length, rng, self.rate)
        if len(wave) < length:
            wave = (
                _loop(wave, length, self.rate) if looped else _repeat(wave, length, rng, self.rate)
            )
        least = ALIVE * float(np.sqrt(np.mean(wave**2)))
        for _ in range(8):
            start = int(rng.integers(0, len(wave) - length + 1))
            cut = wave[start : start + length]
            if float(np.sqrt(np.mean(cut**2))) >= least:
                break
        return cut.copy()

    def attribution(self, folds: Sequence[int]) -> list[str]:
        """A line a recording in these folds: file, title, author, source, licence where listed."""
        used = {file for kind in self._files for file in self.files(kind, folds)}
        listed: dict[Path, str] = {}
        for part in ("", FOLDED, *UNFOLDED):
            listed |= _attributed(self.folder / part)
        return [listed.get(f, f.relative_to(self.folder).as_posix()) for f in sorted(used)]

    def _is_hit(self, file: Path) -> bool:
        return file.relative_to(self.folder).parts[0] == "effects"

    def _wave(self, file: Path, kind: str) -> Wave:
        return _read(file, SOUND_KINDS[kind].form, self.rate)


def _attributed(folder: Path) -> dict[Path, str]:
    """The rows of a folder's table by their files."""
    if not (folder / TABLE).is_file():
        return {}
    with (folder / TABLE).open(newline="", encoding="utf-8") as lines:
        rows = list(csv.reader(lines))[1:]
    return {folder / row[0]: ", ".join(v for v in row if v) for row in rows if row}


@lru_cache(maxsize=512)
def _read(path: Path, form: str, rate: int) -> Wave:
    samples, own = soundfile.read(path, dtype="float32", always_2d=True)
    wave = soxr.resample(samples.mean(axis=1), own, rate)
    wave = _trimmed(wave - wave.mean(), form, rate)
    level = _loud(_levels(wave, rate))
    wave = wave * (LOUDNESS[form] / max(level, 1e-4))
    peak = float(np.abs(wave).max(initial=0))
    wave = (wave * min(1.0, CEILING / max(peak, 1e-6))).astype(np.float32)
    wave.flags.writeable = False
    return wave


def _levels(wave: Wave, rate: int) -> NDArray[np.float64]:
    """Root mean square of each whole frame; of the whole if it is shorter than one."""
    size = max(1, min(len(wave), round(FRAME * rate)))
    frames = wave[: len(wave) // size * size].reshape(-1, size).astype(np.float64)
    return np.sqrt((frames**2).mean(axis=1))


def _loud(levels: NDArray[np.float64]) -> float:
    """Root mean square of the louder half."""
    half = np.sort(levels)[len(levels) // 2 :]
    return float(np.sqrt((half**2).mean())) if len(half) else 0.0


def _trimmed(wave: Wave, form: str, rate: int) -> Wave:
    """Without the padding at either end; a wave that is all padding stays whole."""
    levels = _levels(wave, rate)
    least = max(SILENCE, QUIETER[form] * _loud(levels[levels > SILENCE]))
    heard = np.flatnonzero(levels > least)
    if not len(heard):
        return wave
    size, margin = round(FRAME * rate), round(MARGIN * rate) if form == "event" else 0
    return wave[max(0, heard[0] * size - margin) : (heard[-1] + 1) * size + margin]


def _loop(wave: Wave, length: int, rate: int) -> Wave:
    """Repeat with equal-power crossfades."""
    join = max(1, min(round(JOIN * rate), len(wave) // 4))
    angle = np.linspace(0, np.pi / 2, join, dtype=np.float32)
    up, down = np.sin(angle), np.cos(angle)
    out = wave
    while len(out) < length:
        seam = out[-join:] * down + wave[:join] * up
        out = np.concatenate([out[:-join], seam, wave[join:]])
    return out.astype(np.float32)


def _repeat(wave: Wave, length: int, rng: np.random.Generator, rate: int) -> Wave:
    """Repeat with pauses of the recording's background, which goes on under the soft edges."""
    edge = min(round(0.0125 * rate), len(wave) // 4)
    angle = np.linspace(0, np.pi / 2, edge)
    ramp, under = np.sin(angle).astype(np.float32), np.cos(angle).astype(np.float32)
    event = wave.copy()
    event[:edge] *= ramp
    event[-edge:] *= ramp[::-1]
    starts = [0 if rng.uniform() < 0.5 else round(float(rng.uniform(*PAUSES)) * rate)]
    while starts[-1] + len(event) < length:
        starts.append(starts[-1] + len(event) + round(float(rng.uniform(*PAUSES)) * rate))
    out = np.zeros(starts[-1] + len(event), np.float32)
    hush = np.ones(len(out), np.float32)
    for start in starts:
        out[start : start + len(event)] += event
        hush[start + edge : start + len(event) - edge] = 0
        hush[start : start + edge] = under
        hush[start + len(event) - edge : start + len(event)] = under[::-1]
    return (out + hush * _background(wave, len(out), rng, rate)).astype(np.float32)


def _series(hits: list[Wave], length: int, rng: np.random.Generator, rate: int) -> Wave:
    """Hits of one kind one after the other, nearly regular, each a little louder or softer."""
    out = np.zeros(length, np.float32)
    beat = float(np.exp(rng.uniform(*np.log(BEATS))))
    at = float(rng.uniform(0, 0.5 * beat))
    while at * rate < length:
        hit = hits[int(rng.integers(len(hits)))] * 10 ** (rng.uniform(-4, 0) / 20)
        start = int(at * rate)
        part = hit[: length - start]
        out[start : start + len(part)] += part
        at += beat * max(0.3, 1 + UNEVEN * float(rng.standard_normal()))
    return out


def _background(wave: Wave, length: int, rng: np.random.Generator, rate: int) -> Wave:
    """Noise with the spectrum of the quietest tenth of a second of the recording."""
    size = max(2, min(len(wave), round(0.1 * rate)))
    starts = np.arange(0, len(wave) - size + 1, max(1, size // 4))
    quiet = min((wave[s : s + size] for s in starts), key=lambda x: float(np.mean(x**2)))
    gain = np.abs(np.fft.rfft(quiet * np.hanning(size))) * np.sqrt(8 / 3 / size)
    whole = 1 << (length - 1).bit_length()
    gains = np.interp(np.fft.rfftfreq(whole), np.fft.rfftfreq(size), gain)
    made = np.fft.irfft(np.fft.rfft(rng.standard_normal(whole)) * gains, whole)[:length]
    return (made * min(1.0, HUSH / max(float(made.std()), 1e-9))).astype(np.float32)
