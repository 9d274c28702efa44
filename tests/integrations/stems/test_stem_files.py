"""Files of stems: whole or not there, over nothing, and a disk that is full says so."""

from __future__ import annotations

import errno
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile

from v2a.api.job_types import SceneTrack, Span, Take, TimelineClip
from v2a.errors import V2AError
from v2a_integrations.stems.stem_files import Window, window_of, write_stem
from v2a_integrations.stems.timeline_sounds import ShownScene, TimelineSound

RATE = 48_000


@pytest.fixture
def sound() -> TimelineSound:
    """A second of a scene at 25 frames a second, with half a second of handle at both ends."""
    scene = SceneTrack(
        1, Span(Fraction(0), Fraction(1)), (0, 25), (24_000, 48_000, 24_000), (("rain", 0.5),),
        "m", (Take(1, 1),), 1,
    )  # fmt: skip
    shown = ShownScene(TimelineClip(Path("/x.mp4")), "x", (0, 25))
    return TimelineSound(shown, 1, scene, (0, 25), Fraction(25), RATE)


@pytest.fixture
def raw(tmp_path: Path, sound: TimelineSound) -> Path:
    """Its stem as a job made it."""
    samples = np.random.default_rng(1).uniform(-0.5, 0.5, sum(sound.scene.samples))
    soundfile.write(tmp_path / "raw.wav", samples, RATE, "PCM_24")
    return tmp_path / "raw.wav"


def test_nothing_is_written_over(tmp_path: Path, raw: Path, sound: TimelineSound) -> None:
    """The same content is the same file; another one of that name stays, whoever's it is."""
    folder, window = tmp_path / "out", window_of(sound, True)
    folder.mkdir()
    first = write_stem(raw, sound, window, folder, "x")
    made = first.read_bytes()
    assert write_stem(raw, sound, window, folder, "x") == first
    first.write_bytes(b"somebody's own")
    second = write_stem(raw, sound, window, folder, "x")
    assert second != first and first.read_bytes() == b"somebody's own"
    assert second.read_bytes() == made and set(folder.iterdir()) == {first, second}


def test_one_that_is_stopped_leaves_nothing(
    tmp_path: Path, raw: Path, sound: TimelineSound
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(V2AError) as caught:
        write_stem(raw, sound, window_of(sound, True), folder, "x", lambda: True)
    assert caught.value.reason == "CANCELLED" and not list(folder.iterdir())


def test_a_full_disk_is_told_as_one_and_left_clean(
    small_disk: Callable[[str, int], Path], raw: Path, sound: TimelineSound
) -> None:
    disk = small_disk("disk", 1 << 20)
    long = Window(-12, 25 * 60, Fraction(25), RATE)
    with pytest.raises(OSError, match="error") as caught:
        write_stem(raw, sound, long, disk, "x")
    assert caught.value.errno == errno.ENOSPC and not list(disk.iterdir())
