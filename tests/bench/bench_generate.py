"""The main job as a user starts it: a 60 s film of eight scenes at 720p, model load included."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import soundfile

from v2a.world.films import plan_film, truth, write_film

SEED = 8_800_000


def run(pack: str = "pocket", quick: bool = False) -> dict[str, Any]:
    """Wall time of `v2a generate` against the film's length; `quick` takes a small film of 16 s."""
    count, seconds, size = (4, 4.0, (180, 320)) if quick else (8, 7.5, (720, 1280))
    plan = plan_film(
        SEED,
        (count, count),
        size,
        seconds=(seconds, seconds),
        transitions=(1, 0, 0),
        cut_backs=False,
    )
    with tempfile.TemporaryDirectory() as folder:
        film = write_film(plan, Path(folder) / "film.mp4")
        return measure(film, truth(plan).duration, len(plan.shots), pack)


def measure(film: Path, length: Fraction, scenes: int, pack: str) -> dict[str, Any]:
    """Run the installed command on `film` and read what it wrote."""
    command = [sys.executable, "-m", "v2a", "generate", "--no-daemon", str(film), "--pack", pack]
    begun = time.monotonic()
    subprocess.run([*command, "--progress", "none"], check=True, stdout=subprocess.DEVNULL)
    wall = time.monotonic() - begun
    folder = film.with_suffix(".foley")
    sidecar = json.loads((folder / "film.foley.json").read_text())
    samples = soundfile.info(folder / "film.foley.wav").frames
    return {
        "film, s": float(length),
        "scenes in the film / found": f"{scenes} / {len(sidecar['scenes'])}",
        "wall, s": round(wall, 1),
        "film length / wall": round(float(length) / wall, 2),
        "samples written / wanted": f"{samples} / {round(length * 48_000)}",
        **{f"stage {k}, s": round(v, 1) for k, v in sidecar.get("seconds", {}).items()},
    }
