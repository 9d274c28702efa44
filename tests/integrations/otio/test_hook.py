"""OpenTimelineIO's own tools with our hook: only if asked twice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import opentimelineio as otio
import pytest

import v2a_integrations.otio
from tests.films import Film, write_film
from tests.fixtures_daemons import RunningDaemon
from tests.integrations.otio.timelines import clip, span, timeline, track

MANIFEST = Path(v2a_integrations.otio.__file__).with_name("plugin_manifest.json")


def convert(folder: Path, env: dict[str, str], *words: str) -> otio.schema.Timeline:
    """What `otioconvert` makes of cut.otio, with our manifest."""
    tool = Path(sys.executable).with_name("otioconvert")
    command = [str(tool), "-i", "cut.otio", "-o", "out.otio", *words]
    env = {**env, "OTIO_PLUGIN_MANIFEST_PATH": str(MANIFEST)}
    subprocess.run(command, cwd=folder, env=env, check=True, timeout=120)
    return otio.adapters.read_from_file(str(folder / "out.otio"))


def test_without_being_asked_it_does_nothing(tmp_path: Path) -> None:
    timeline(track(clip("a", 5))).to_json_file(str(tmp_path / "cut.otio"))
    assert not convert(tmp_path, dict(os.environ)).audio_tracks()


@pytest.mark.slow
def test_asked_it_puts_sound_on_what_is_written(daemon: RunningDaemon, tmp_path: Path) -> None:
    write_film(tmp_path / "film.mp4", Film(width=64, height=36))
    made = timeline(track(clip("one", 30, 5, 25, "film.mp4", span(0, 50, 25))), name="cut")
    made.to_json_file(str(tmp_path / "cut.otio"))
    told = ["-H", "v2a=yes", "-H", f"v2a_pack={daemon.pack}"]
    found = convert(tmp_path, daemon.env, *told)
    assert [lane.name for lane in found.audio_tracks()] == ["v2a Foley A", "v2a Foley B"]
    assert len(list((tmp_path / "out.stems.foley").glob("*.wav"))) == 2
