"""Makes small videos of still pictures and image sequences: the daemon reads videos only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from v2a.disk import whole_file
from v2a.errors import V2AError

if TYPE_CHECKING:
    import av

WIDEST = 640
"""Most pixels of a video's width; chosen well above the 224 that the picture towers look at."""
BY_FFMPEG = {".exr": "exr_pipe", ".dpx": "dpx_pipe"}
"""Film's own formats and their demuxers; ordinary ones are Pillow's."""
STILL_RATE = Fraction(24)
"""Frames per second of the video of a single picture; any would do, 24 is film's."""


@dataclass(frozen=True)
class Stills:
    """Pictures that are shown one after the other, or a single one that is held."""

    files: tuple[Path, ...]
    rate: Fraction
    """Pictures per second."""


def render(stills: Stills, folder: Path, should_stop: Callable[[], bool] = lambda: False) -> Path:
    """Write the pictures as a video into `folder`; returns its path, the same for equal pictures.

    Raises BAD_TIMELINE for a picture that cannot be read, CANCELLED.
    """
    import av

    path = folder / f"{_key(stills)}.mkv"
    if path.exists():
        return path
    rate = stills.rate if len(stills.files) > 1 else STILL_RATE
    with (
        whole_file(path, ending=path.suffix) as part,
        av.open(str(part), "w", options={"fflags": "+bitexact"}) as container,
    ):
        stream = container.add_stream("mpeg4", rate=rate, options={"qscale": "2"})
        stream.pix_fmt = "yuv420p"
        for number, file in enumerate(stills.files):
            if should_stop():
                raise V2AError("CANCELLED")
            frame = _picture(file)
            if number == 0:
                stream.width, stream.height = _small(frame.width, frame.height)
            frame = frame.reformat(stream.width, stream.height, "yuv420p")
            frame.pts, frame.time_base = number, 1 / rate
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _key(stills: Stills) -> str:
    facts = [(str(f), f.stat().st_size, f.stat().st_mtime_ns) for f in stills.files]
    return sha256(repr((facts, stills.rate)).encode()).hexdigest()[:32]


def _small(width: int, height: int) -> tuple[int, int]:
    """The size to encode: no wider than `WIDEST`, both even."""
    scale = min(Fraction(1), Fraction(WIDEST, width))
    return max(2, int(width * scale) // 2 * 2), max(2, int(height * scale) // 2 * 2)


def _picture(file: Path) -> av.VideoFrame:
    import av
    from PIL import Image

    try:
        if file.suffix.lower() in BY_FFMPEG:
            return _film_picture(file)
        with Image.open(file) as image:
            return av.VideoFrame.from_image(image.convert("RGB"))
    except (OSError, ValueError, StopIteration, Image.DecompressionBombError) as error:
        raise V2AError(
            "BAD_TIMELINE",
            path=file,
            detail="is a picture that cannot be read",
            hint="convert it to PNG or to a video",
        ) from error


def _film_picture(file: Path) -> av.VideoFrame:
    import av

    format_name = BY_FFMPEG[file.suffix.lower()]
    options = {"protocol_whitelist": "file", "format_whitelist": format_name}
    with av.open(f"file:{file.absolute()}", format=format_name, options=options) as container:
        stream = container.streams.video[0]
        if format_name == "exr_pipe":
            stream.codec_context.options = {"apply_trc": "iec61966_2_1"}  # linear light to sRGB
        return next(iter(container.decode(stream)))
