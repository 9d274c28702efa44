"""Two hours of film, whole: its time, its scenes and the peak memory of the process."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.test_odd_input import MOST_BYTES, TWO_HOURS, check, film_of, generated
from v2a.packs.random_pack import tiny_pack


def run(quick: bool = False) -> dict[str, Any]:
    """`v2a generate` with a tiny pack; `quick` takes half an hour of film."""
    minutes = 30 if quick else TWO_HOURS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        film, pack = film_of(minutes, folder / "film.mp4"), tiny_pack(folder / "tiny")
        begun = time.monotonic()
        result, (*_, peak) = generated(film, pack)
        seconds = time.monotonic() - begun
        sidecar = json.loads(Path(result["outputs"]["sidecar"]).read_text("utf-8"))
        check(film, result, sidecar)
        return {
            "film, minutes": minutes,
            "scenes": len(sidecar["scenes"]),
            "wall, s": round(seconds),
            f"peak, GB (under {MOST_BYTES / 1e9:g})": round(peak / 1e9, 2),
        }
