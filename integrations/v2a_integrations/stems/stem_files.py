"""Stems as files that editors place by whole frames and find right to the sample.

A file begins on a frame of the timeline; what lies between that frame and the stem's own first
sample is silence. 48 kHz, 24-bit, no time reference: the timeline says where it goes.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import numpy as np

from v2a.disk import free_bytes, put_in_place, sha256
from v2a.errors import V2AError
from v2a_integrations.stems.timeline_sounds import HARD, TimelineSound
from v2a_integrations.stems.whole_frames import nearest_frame

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOCK = 1 << 18
"""Samples copied at a time; chosen: 5 s of sound, so little memory and a quick cancel."""
BYTES = 3
"""Bytes of a sample: files are 24-bit PCM."""
UNFIT = re.compile(r'[\\/:*?"<>|%#\x00-\x1f\x7f]')
LONGEST_NAME = 80
"""Bytes of the timeline's name in the name of a stem. Chosen: with all that follows it stays
under the 255 bytes that file systems allow, and leaves room in Windows' 260 of a whole path."""


@dataclass(frozen=True)
class Window:
    """Frames [first, last) of the timeline that a stem's file covers."""

    first: int
    last: int
    rate: Fraction
    sample_rate: int

    def sample(self, frame: int) -> int:
        """The sample of the timeline at which a frame begins."""
        return nearest_frame(frame / self.rate, Fraction(self.sample_rate))

    @property
    def samples(self) -> int:
        """How many samples the file has."""
        return self.sample(self.last) - self.sample(self.first)


def window_of(sound: TimelineSound, baked: bool) -> Window:
    """The window of a sound's file: the whole stem, or with `baked` only to where a fade ends."""
    grid = sound.rate / sound.sample_rate
    first = floor(sound.first_sample * grid)
    last = ceil((sound.first_sample + sum(sound.scene.samples)) * grid)
    if baked and sound.head != HARD:
        first = sound.frames[0] - sound.head[0]
    if baked and sound.tail != HARD:
        last = sound.frames[1] + sound.tail[1]
    # A stem may end a rounding away from its last frame: what is placed is always covered.
    return Window(
        min(first, sound.frames[0]), max(last, sound.frames[1]), sound.rate, sound.sample_rate
    )


def write_stem(
    stem: Path,
    sound: TimelineSound,
    window: Window,
    folder: Path,
    name: str,
    should_stop: Callable[[], bool] = lambda: False,
    early: int = 0,
) -> Path:
    """Write a take's stem into `folder` as `name` and a digest of its content; returns its path.

    Fades that the sound's window leaves room for are baked. The file appears whole and replaces
    nothing; one with the same content stays as it is. Its sound is `early` samples early, for an
    editor that plays it late. Raises CANCELLED, OSError.
    """
    import soundfile

    part = folder / f".{token_hex(8)}.part"
    start = sound.first_sample - window.sample(window.first) - early
    # GStreamer (Pitivi) plays nothing at all of a WAV whose data has an odd number of bytes.
    length = window.samples + window.samples % 2
    try:
        with (
            soundfile.SoundFile(stem) as source,
            soundfile.SoundFile(
                part, "w", window.sample_rate, source.channels, "PCM_24", format="WAV"
            ) as made,
        ):
            for begin in range(0, length, BLOCK):
                if should_stop():
                    raise V2AError("CANCELLED")
                end = min(begin + BLOCK, length)
                block = _read(source, begin - start, end - start)
                made.write(_faded(block, sound, window, begin))
        return _named(part, folder, name)
    except soundfile.LibsndfileError as error:  # it does not tell why a disk takes no more
        free = free_bytes(folder)
        why = errno.ENOSPC if free < BLOCK * BYTES else errno.EIO
        raise OSError(why, str(error), str(part)) from error
    finally:
        part.unlink(missing_ok=True)


def _named(part: Path, folder: Path, name: str) -> Path:
    """Move a finished file to its name with as many letters of its digest as make it unique."""
    digest = sha256(part)
    for letters in (8, 16, 64):
        path = folder / f"{name}_{digest[:letters]}.wav"
        if not path.exists():
            put_in_place(part, path)
            return path
        if sha256(path) == digest:
            return path
    raise FileExistsError(errno.EEXIST, "is there with another content", str(folder / name))


def _read(source: Any, begin: int, end: int) -> NDArray[np.int32]:
    """Samples [begin, end) of a file, (n, channels); silence where it has none."""
    first, last = max(begin, 0), min(end, source.frames)
    block = np.zeros((end - begin, source.channels), np.int32)
    if first < last:
        source.seek(first)
        block[first - begin : last - begin] = source.read(last - first, "int32", always_2d=True)
    return block


def _faded(
    block: NDArray[np.int32], sound: TimelineSound, window: Window, begin: int
) -> NDArray[np.int32]:
    """A block, (n, channels), with equal-power fades over the overlaps that are baked."""
    place = np.arange(begin, begin + len(block)) + 0.5
    gain = np.ones(len(block))
    origin = window.sample(window.first)
    if sound.head != HARD and window.first == sound.frames[0] - sound.head[0]:
        length = window.sample(sound.frames[0] + sound.head[1]) - origin
        gain *= np.sin(np.clip(place / length, 0, 1) * np.pi / 2)
    if sound.tail != HARD and window.last == sound.frames[1] + sound.tail[1]:
        length = window.samples - (window.sample(sound.frames[1] - sound.tail[0]) - origin)
        gain *= np.sin(np.clip((window.samples - place) / length, 0, 1) * np.pi / 2)
    if np.all(gain == 1):
        return block
    return np.rint(block * gain[:, None]).astype(np.int32)


def stem_name(timeline: str, sound: TimelineSound, take: int) -> str:
    """The name of a stem's file: timeline, clip, scene, take, format, frame rate; no ending."""
    rate = f"{float(sound.rate):.3f}".rstrip("0").rstrip(".").replace(".", "")
    parts: Sequence[str] = (
        safe_name(timeline),
        "FOLEY",
        f"c{sound.number:03}",
        f"sc{sound.scene.scene:03}",
        f"take{take:02}",
        f"1ch_{sound.sample_rate // 1000}k_24b_{rate}",
    )
    return "_".join(parts)


def safe_name(name: str) -> str:
    """A name without what some file system or editor refuses; "timeline" if nothing is left."""
    kept = UNFIT.sub("_", name).encode(errors="replace")[:LONGEST_NAME].decode(errors="ignore")
    return kept.strip(" .") or "timeline"
