"""Synthetic media for timelines: of any name, rate, length and start timecode."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import ceil, floor
from pathlib import Path

import av
import numpy as np
import opentimelineio as otio
from PIL import Image

from v2a_integrations.otio.flatten import flatten
from v2a_integrations.otio.media import PICTURES, link_of
from v2a_integrations.otio.media_links import last_name, spellings
from v2a_integrations.otio.timeline_facts import rate_of

MOVIES = {".mov", ".mp4", ".mkv", ".avi", ".mxf"}


def write_footage(
    path: Path, frames: int, rate: Fraction = Fraction(24), timecode: str | None = None
) -> Path:
    """A small moving picture, 32x18 pixels."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg2video" if path.suffix == ".mxf" else "mpeg4", rate=rate)
        stream.width, stream.height, stream.pix_fmt = 32, 18, "yuv420p"
        if timecode:
            container.metadata["timecode"] = timecode
        ramp = np.arange(32 * 18, dtype=np.int64).reshape(18, 32)
        for number in range(frames):
            grey = ((ramp + 7 * number) % 256).astype(np.uint8)
            frame = av.VideoFrame.from_ndarray(np.stack([grey] * 3, -1), format="rgb24")
            frame.pts, frame.time_base = number, 1 / rate
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def footage_for(timelines: Iterable[otio.schema.Timeline], folder: Path) -> list[Path]:
    """Every file that the pictures of timelines are cut from, in one folder."""
    wanted: dict[str, list[tuple[Fraction, Fraction, Fraction]]] = {}
    for timeline in timelines:
        rate = rate_of(timeline)
        for piece in flatten(timeline).pieces:
            reference = piece.clip.media_reference
            if isinstance(reference, otio.schema.GeneratorReference):
                continue
            if isinstance(reference, otio.schema.ImageSequenceReference):
                write_pictures(reference, folder)
                continue
            ends = (piece.media, piece.media + piece.speed * (piece.end - piece.start))
            name = _file_name(piece.clip, reference)
            wanted.setdefault(name, []).append((min(ends), max(ends) + 1 / rate, rate))
    return [_write(folder / name, uses) for name, uses in wanted.items()]


def _file_name(clip: otio.schema.Clip, reference: otio.core.MediaReference) -> str:
    url = link_of(reference)
    name = last_name(next(spellings(url), url)) if url else clip.name
    suffix = Path(name).suffix.lower()
    return name if suffix in MOVIES | PICTURES else f"{name.replace('/', '')}.mov"


def _write(path: Path, uses: list[tuple[Fraction, Fraction, Fraction]]) -> Path:
    rate = uses[0][2]
    if path.suffix.lower() in PICTURES:
        return write_picture(path)
    begin = floor(min(use[0] for use in uses))
    begin = begin if begin >= 60 else 0
    timecode = f"{begin // 3600:02}:{begin // 60 % 60:02}:{begin % 60:02}:00" if begin else None
    frames = ceil((max(use[1] for use in uses) - begin) * rate) + 1
    return write_footage(path, frames, rate, timecode)


def write_pictures(reference: otio.schema.ImageSequenceReference, folder: Path) -> None:
    for number in range(reference.number_of_images_in_sequence()):
        name = last_name(reference.target_url_for_image_number(number))
        write_picture(folder / name)


def write_picture(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix.lower() != ".exr":
        Image.new("RGB", (32, 18), (90, 60, 30)).save(path)
        return path
    with av.open(str(path), "w", format="image2", options={"update": "1"}) as container:
        stream = container.add_stream("exr", rate=24)
        stream.width, stream.height, stream.pix_fmt = 32, 18, "gbrpf32le"
        grey = np.full((18, 32, 3), 90, np.uint8)
        container.mux(stream.encode(av.VideoFrame.from_ndarray(grey, format="rgb24")))
        container.mux(stream.encode(None))
    return path
