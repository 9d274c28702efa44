"""What a newcomer runs first: `make demo`, from the installed command to the files to open."""

from __future__ import annotations

import json
import os
import re
import subprocess
from fractions import Fraction
from pathlib import Path

import pytest
import soundfile

from tests.conftest import ROOT
from v2a.cli.app import run
from v2a.world.films import demo_plan, truth


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_make_demo(tmp_path: Path) -> None:
    """All five scenes are found to the frame and named, and the last lines name files there are."""
    if not (ROOT / "v2a" / "data" / "pocket" / "pack.json").is_file():
        pytest.skip("this checkout has no pocket pack")
    # -o: the set-up is not what is tested here, nor should a test install anything.
    command = ["make", "-o", ".venv/.installed", "demo", f"OUT={tmp_path / 'out'}"]
    # As a newcomer types it: called by another make it would tell of folders as well.
    env = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    for name in ("MFLAGS", "V2A_NO_DAEMON"):
        env.pop(name, None)
    try:
        result = subprocess.run(
            command, cwd=ROOT, env=env, check=True, capture_output=True, text=True
        )
    finally:
        run(["stop"])  # the daemon that it started
    first, *lines = result.stdout.splitlines()
    assert re.search(r"demo\.foley: 5 scenes in \d+\.\d s", first)
    files = [Path(line.strip().split("  ")[0]) for line in lines]
    assert len(files) >= 5 and all(file.is_file() for file in files)
    told = json.loads(next(f for f in files if f.suffix == ".json").read_text("utf-8"))
    film = truth(demo_plan(7))
    for cut, true in zip(told["cuts"], film.cuts, strict=True):
        begin, end = true.extent
        assert begin <= cut["frame"] <= end
    named = [scene["labels"][0][0] for scene in told["scenes"]]
    assert named == [scene.label for scene in film.scenes]
    sound = next(f for f in files if f.suffix == ".wav")
    assert soundfile.info(sound).frames == Fraction(told["duration"]) * 48_000


def test_a_demo_that_cannot_be_written(
    tiny_pack_folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    out = tmp_path / "file" / "out"
    code = run(["demo", "-o", str(out), "--pack", str(tiny_pack_folder), "--progress", "none"])
    captured = capfd.readouterr()
    assert code == 1 and captured.err.count("\n") == 1 and "cannot be written" in captured.err
    assert os.listdir(tmp_path) == ["file"]
