"""A whole timeline heard through GES, the engine of Pitivi, from the project that we write."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import opentimelineio as otio
import soundfile
from numpy.typing import NDArray

from v2a_integrations.otio.save_timeline import FileOptions, write_document

LAUNCH = shutil.which("ges-launch-1.0")
INSPECT = shutil.which("gst-inspect-1.0")
PLUGINS = ("wavenc", "avdec_mpeg4", "audiomixer")
"""What it takes to render sound of a timeline whose pictures are those of the tests."""
WAV = "audio/x-wav:audio/x-raw,rate=48000,channels=1"


def why_not() -> str:
    """Why it cannot render here; empty if it can."""
    if LAUNCH is None:
        return "ges-launch-1.0 is not installed (apt install ges1.0-tools)"
    if INSPECT is None:
        return ""
    missing = [name for name in PLUGINS if subprocess.run([INSPECT, "--exists", name]).returncode]
    return f"GStreamer has no {', '.join(missing)} (good and libav plugins)" if missing else ""


def render(timeline: otio.schema.Timeline, media: Path, folder: Path) -> NDArray[np.float64]:
    """(n,) the sound of all tracks at 48 kHz; relative links start in `media`."""
    project, wav = folder / "project.xges", folder / "ges.wav"
    write_document(timeline, project, media, FileOptions())
    words = ["--outputuri", wav.as_uri(), "--format", WAV, "--track-types", "audio"]
    own = {name: str(folder / name) for name in ("HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME")}
    for place in own.values():
        Path(place).mkdir(mode=0o700, exist_ok=True)
    # With a display it would open a window to preview, and a link that it cannot load hangs it.
    rest = {name: said for name, said in os.environ.items() if "DISPLAY" not in name}
    result = subprocess.run(
        [str(LAUNCH), "--load", str(project), *words],
        env=rest | own, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr
    sound, found = soundfile.read(wav, always_2d=True)
    assert found == 48_000
    return sound[:, 0]
