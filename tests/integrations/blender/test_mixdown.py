"""Blender's own mixdown holds every stem where the daemon says that it belongs, to the sample."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.films import Film, write_film
from tests.fixtures_daemons import RunningDaemon
from tests.integrations.blender.blenders import Blender, find
from tests.integrations.blender.users import surroundings
from v2a_integrations.stems.whole_frames import nearest_frame

pytestmark = pytest.mark.slow

RATE = 48_000
PAN = 0.5**0.5
"""What Blender leaves of a mono sound on either side."""
BLOCK = 1024
"""Samples that Blender mixes at a time."""
LATE = range(-6, 7)
STEP = 2.0**-21
"""What roundings of mixing and of 24 bits may leave."""


@pytest.fixture(scope="module")
def films(daemon: RunningDaemon) -> dict[str, str]:
    slow, fast = Film(scenes=(23, 27), rate=Fraction(25)), Film(scenes=(30, 20), rate=Fraction(50))
    folder = daemon.root / "films"
    folder.mkdir(exist_ok=True)
    return {
        "slow": str(write_film(folder / "slow.mp4", slow)),
        "fast": str(write_film(folder / "fast.mp4", fast)),
    }


@pytest.fixture(scope="module")
def old_edits(films: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """Timelines with strips that only users and older Blenders retime; empty without a 3.4."""
    folder = tmp_path_factory.mktemp("edits")
    found = find("3.4", folder)
    if isinstance(found, str):
        return ""
    found.start("lays_edits", {**films, "blend": str(folder / "old.blend")}).result()
    return str(folder / "old.blend")


def test_every_stem_is_heard_to_the_sample(
    blender: Blender, daemon: RunningDaemon, films: dict[str, str], old_edits: str, tmp_path: Path
) -> None:
    given = {**films, "pack": str(daemon.pack), "old": old_edits, "out": str(tmp_path)}
    given["blend"] = str(tmp_path / "edit.blend")
    told = blender.run("mixes", given, environment=surroundings(daemon, tmp_path))
    cases = {"whole", "trimmed", "mixed"} | ({"retimed", "MetaStrip"} if old_edits else set())
    for name, made in told.items():
        assert made["job"]["state"] == "done" and not made["moved"], made["job"]
        assert {strip["clip"] for strip in made["strips"]} == cases, name
        assert all(strip["path"].startswith("//foley/") for strip in made["strips"])
        off = [sample_off(daemon, strip, made) for strip in made["strips"]]
        print(f"Blender {blender.version} at {name}: {len(off)} strips, off by {sorted(set(off))}")
        assert set(off) == {0}


def sample_off(daemon: RunningDaemon, strip: dict[str, Any], made: dict[str, Any]) -> int:
    """Samples by which a strip's stem is heard late, found where mixdown and stem are equal."""
    with daemon.client() as client:
        job = client.job(strip["job"])
    track = next(track for track in job.tracks if track.clip == strip["number"])
    scene = next(scene for scene in track.scenes if scene.scene == strip["scene"])
    files = {artifact.name: artifact.path for artifact in job.artifacts}
    stem, _ = soundfile.read(files[scene.takes[0].artifact])
    mixed, rate = soundfile.read(made["mix"])
    assert rate == RATE and np.abs(stem).max() > 0.001, "silence tells nothing"
    first = nearest_frame(scene.place.start, Fraction(RATE))
    frames = Fraction(made["rate"])
    heard = [nearest_frame(frame / frames, Fraction(RATE)) for frame in strip["frames"]]
    assert abs(heard[0] - first) <= 1, "frame-aligned"
    # What lies before goes on into the block in which it ends: Blender looks at ends too late.
    a, b = heard[0] + BLOCK + 8, heard[1] - 8
    base = scene.samples[0] - first
    off = {late: np.abs(mixed[a:b, 0] - PAN * part(stem, base - late, a, b)) for late in LATE}
    found = [late for late, differences in off.items() if differences.max() < STEP]
    assert len(found) == 1, f"{strip['name']} is not in the mixdown: {found}"
    return found[0]


def part(stem: np.ndarray, shift: int, a: int, b: int) -> np.ndarray:
    """Samples [a, b) of the timeline of a stem whose sample `shift` is the timeline's first."""
    return stem[a + shift : b + shift]
