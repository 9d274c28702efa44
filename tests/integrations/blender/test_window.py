"""Blender with a window: the Video Editing workspace comes up with the tab "Foley" and a job."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from PIL import Image

from tests.conftest import ROOT
from tests.films import Film, write_film
from tests.integrations.blender.blenders import Blender

SCRIPT = Path(__file__).parent / "scripts" / "window.py"
SIZE = (1600, 1000)
FULL, EMPTY = (71, 114, 179), (84, 84, 84)
"""The colours of a slider in Blender's theme."""
SECONDS = 120
pytestmark = pytest.mark.slow


@pytest.fixture
def display() -> Iterator[str]:
    """A screen that nobody sees."""
    missing = [name for name in ("Xvfb", "import") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"no {' and no '.join(missing)} (Debian: apt install xvfb imagemagick)")
    read, write = os.pipe()
    screen = f"{SIZE[0]}x{SIZE[1]}x24"
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", screen, "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as told:
        number = told.readline().strip()  # empty where the server ended instead
    try:
        assert number, "Xvfb does not start"
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()


def edit(folder: Path) -> dict[str, Any]:
    """Three strips, a job that gave two of them sound, and one at half way."""
    write_film(folder / "film.mp4", Film(scenes=(50, 50)))
    soundfile.write(folder / "rain.wav", np.zeros((96_000, 2)), 48_000)
    take = {"take": 1, "seed": 1, "prompt": "", "file": str(folder / "rain.wav")}
    sound = {"number": 1, "scene": 1, "lane": 0, "words": "rain", "labels": [["rain", 0.8]]}
    places = {"frames": [0, 25], "file_frames": [0, 40], "clip": "film", "takes": [take]}
    return {
        "fps": 25,
        "size": [320, 180],
        "frame": 10,
        "clips": [[str(folder / "film.mp4"), 0, 40], [str(folder / "film.mp4"), 40, 90]],
        "sounds": [sound | places],
        "done": "film",
        "going": "film.001",
        "taller": 0,
        "wider": 0,
    }


def half_bars(picture: np.ndarray) -> int:
    """Lines of a picture that run through a slider filled to its half, above or below its text."""
    half = 0
    for line in picture:
        ends = np.flatnonzero(np.any(line[1:] != line[:-1], axis=1)) + 1
        runs = np.split(line, ends)
        for full, empty in pairwise(runs):
            like = tuple(full[0]) == FULL and tuple(empty[0]) == EMPTY
            half += like and len(full) > 60 and abs(len(full) - len(empty)) <= 0.06 * len(full)
    return half


def test_the_workspace_with_a_job_at_half_way(
    display: str, blender_34: Blender, tmp_path: Path
) -> None:
    """Every panel is drawn by Blender itself, without a word of complaint."""
    result, log = tmp_path / "result.json", tmp_path / "log.txt"
    window = ["--window-geometry", "0", "0", *map(str, SIZE)]
    options = ["--factory-startup", "--enable-event-simulate", *window, "--python", str(SCRIPT)]
    command = [blender_34.command[0], *options, "--", json.dumps(edit(tmp_path)), str(result)]
    extra = {"DISPLAY": display, "LIBGL_ALWAYS_SOFTWARE": "1"}
    with log.open("w") as told:
        process = subprocess.Popen(
            command, env=blender_34.home() | extra, stdout=told, stderr=subprocess.STDOUT
        )
    try:
        until = time.monotonic() + SECONDS
        while not result.exists() and process.poll() is None and time.monotonic() < until:
            time.sleep(0.2)
        assert result.exists(), log.read_text()[-2000:]
        assert json.loads(result.read_text()) == {"result": {"in_front": True}}
        shot = tmp_path / "shot.png"
        taken = ["import", "-display", display, "-window", "root", str(shot)]
        while process.poll() is None and time.monotonic() < until:
            subprocess.run(taken, check=True, timeout=60)
            picture = np.asarray(Image.open(shot).convert("RGB"))
            if half_bars(picture) > 1:
                break
            time.sleep(0.5)
        assert half_bars(picture) > 1, f"no bar at half way; see {shot}"
    finally:
        process.kill()
        process.wait()
    assert "Traceback" not in log.read_text() and "Error" not in log.read_text()


def test_the_picture_of_the_docs() -> None:
    file = ROOT / "docs" / "blender.png"
    assert file.stat().st_size < 300_000
    picture = np.asarray(Image.open(file).convert("RGB"))
    assert picture.shape == (SIZE[1], SIZE[0], 3) and half_bars(picture) > 1
