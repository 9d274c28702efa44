"""From a selected strip to a mixdown, in three Blenders, through a real daemon."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from tests.films import Film, write_film
from tests.fixtures_daemons import RunningDaemon
from tests.integrations.blender.blenders import Blender
from tests.integrations.blender.users import surroundings

FIRST, TRIM, CUTS = 11, 10, (60, 130, 180)
"""Blender's frame of the film's first frame, frames trimmed off, ends of the film's scenes."""
LATE = 2
"""Samples after its frame at which Blender itself may start a sound strip."""


def test_sounds_lie_on_the_cuts_and_are_heard_there(
    blender: Blender, daemon: RunningDaemon, tmp_path: Path
) -> None:
    folder = daemon.root / f"{tmp_path.name}-{blender.version}"
    folder.mkdir()
    film = write_film(folder / "film.mp4", Film(scenes=(60, 70, 50)))
    given = {
        "film": str(film),
        "end": 220,
        "frame": FIRST,
        "trim": TRIM,
        "pack": str(daemon.pack),
        "file": str(folder / "edit.blend"),
        "mix": str(folder / "mix.wav"),
    }
    told = blender.run("whole", given, environment=surroundings(daemon, folder))
    assert told["jobs"] == [["done", ""]]
    assert "pocket" in told["packs"], "the panel offers what v2a has"
    sounds = told["sounds"]
    ends = [FIRST + TRIM, *(FIRST + cut for cut in CUTS)]
    assert [sound["frames"] for sound in sounds] == [list(pair) for pair in pairwise(ends)]
    assert {Path(sound["file"]).parent for sound in sounds} == {(folder / "foley").resolve()}
    assert all(sound["channel"] > 1 for sound in sounds)
    mix = _mono(folder / "mix.wav")
    for sound in sounds:
        late = _late(mix, sound)
        assert 0 <= late <= LATE, (sound, late)


def _late(mix: np.ndarray, sound: dict[str, Any]) -> int:
    """Samples by which a sound is heard after its frame: where the mix is most like its file."""
    stem = _mono(Path(sound["file"]))
    first, last = ((frame - 1) * 1920 for frame in sound["frames"])
    inside = int((sound["frames"][0] - sound["content"]) * 1920)
    middle = slice(first + 4800, last - 4800)
    wanted = stem[inside + 4800 : inside + (last - first) - 4800]
    shifts = range(-8, 9)
    errors = [np.abs(mix[middle.start + k : middle.stop + k] - wanted).sum() for k in shifts]
    best = int(np.argmin(errors))
    assert np.abs(wanted).max() > 1e-3, "a silent stem tells nothing"
    return shifts[best]


def _mono(path: Path) -> np.ndarray:
    samples, rate = soundfile.read(path, always_2d=True)
    assert rate == 48000
    return samples[:, 0]
