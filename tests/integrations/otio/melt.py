"""A timeline's own sound tracks rendered by melt, an editor's engine, by way of MLT XML."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree as Xml

import numpy as np
import opentimelineio as otio
import soundfile
from numpy.typing import NDArray

from v2a_integrations.otio.media_links import spellings
from v2a_integrations.otio.own_tracks import own_tracks

MELT = shutil.which("melt") or shutil.which("melt-7")


def render(timeline: otio.schema.Timeline, rate: Fraction, folder: Path) -> NDArray[np.float64]:
    """(n,) the sum of the tracks at 48 kHz, as melt plays them."""
    project, wav = folder / "project.mlt", folder / "rendered.wav"
    Xml.ElementTree(_project(own_tracks(timeline), rate)).write(project)
    consumer = [f"avformat:{wav}", "vn=1", "acodec=pcm_s24le", "ar=48000", "channels=1"]
    _run([str(MELT), str(project), "-silent", "-consumer", *consumer])
    sound, found = soundfile.read(wav, always_2d=True)
    assert found == 48_000
    return sound[:, 0]


def _run(command: list[str]) -> None:
    """One melt to its end. Where much else runs, 7.12 may wait for a consumer that never began."""
    env = {"PATH": "/usr/bin:/bin", "QT_QPA_PLATFORM": "offscreen"}
    *tries, longest = (20, 20, 20, 40, 150)
    for seconds in tries:
        with suppress(subprocess.TimeoutExpired):
            subprocess.run(command, check=True, capture_output=True, timeout=seconds, env=env)
            return
    subprocess.run(command, check=True, capture_output=True, timeout=longest, env=env)


def _project(tracks: list[otio.schema.Track], rate: Fraction) -> Xml.Element:
    mlt = Xml.Element("mlt", LC_NUMERIC="C")
    size = {"width": "64", "height": "36", "progressive": "1"}
    fps = {"frame_rate_num": str(rate.numerator), "frame_rate_den": str(rate.denominator)}
    Xml.SubElement(
        mlt, "profile", {**size, **fps, "sample_aspect_num": "1", "sample_aspect_den": "1"}
    )
    for number, track in enumerate(tracks):
        _playlist(mlt, track, f"track{number}")
    tractor = Xml.SubElement(mlt, "tractor", id="main")
    for number in range(len(tracks)):
        Xml.SubElement(tractor, "track", producer=f"track{number}")
    for number in range(1, len(tracks)):
        mix = Xml.SubElement(tractor, "transition")
        for name, value in (
            ("a_track", 0),
            ("b_track", number),
            ("mlt_service", "mix"),
            ("sum", 1),
            ("always_active", 1),
        ):
            Xml.SubElement(mix, "property", name=name).text = str(value)
    return mlt


def _playlist(mlt: Xml.Element, track: otio.schema.Track, name: str) -> None:
    playlist = Xml.Element("playlist", id=name)
    for number, item in enumerate(track):
        length = int(item.duration().value)
        if isinstance(item, otio.schema.Gap):
            Xml.SubElement(playlist, "blank", length=str(length))
            continue
        producer = Xml.SubElement(mlt, "producer", id=f"{name}.{number}")
        path = next(iter(spellings(item.media_reference.target_url)))
        for key, value in (("resource", path), ("mlt_service", "avformat"), ("video_index", "-1")):
            Xml.SubElement(producer, "property", name=key).text = value
        first = int(item.source_range.start_time.value)
        span = {"in": str(first), "out": str(first + length - 1)}
        Xml.SubElement(playlist, "entry", {"producer": producer.attrib["id"], **span})
    mlt.append(playlist)


def onsets(sound: NDArray[np.float64]) -> list[int]:
    """Samples at which something begins after silence."""
    loud = np.flatnonzero(np.abs(sound) > 0.05)
    return [int(place) for k, place in enumerate(loud) if k == 0 or place - loud[k - 1] > 100]
