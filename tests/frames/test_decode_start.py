"""A stretch of a file is the slice of the whole, wherever decoding begins."""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from random import Random

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.films import Film, frames
from v2a.errors import V2AError
from v2a.frames.decode_start import find_entry
from v2a.frames.filmstrip import read_filmstrip
from v2a.types import Clip, FrameOptions
from v2a.video_to_frames import FrameReader

SHOTS = Film(scenes=(50, 45, 40), width=64, height=48)
H264 = {"preset": "veryfast", "g": "30", "bf": "3"}
OPEN = H264 | {"x264-params": "open-gop=1:keyint=30:min-keyint=30:scenecut=0"}
REFRESH = {"preset": "veryfast", "x264-params": "intra-refresh=1:keyint=30"}
H265 = {"preset": "ultrafast", "x265-params": "keyint=30:open-gop=1:log-level=0"}
REALTIME = {"deadline": "realtime", "cpu-used": "8", "g": "40"}
FILMS: dict[str, tuple[str, str, dict[str, str]]] = {
    "h264.mp4": ("libx264", "yuv420p", H264),
    "h264.mkv": ("libx264", "yuv420p", H264),
    "h264.ts": ("libx264", "yuv420p", H264),
    "h264.flv": ("libx264", "yuv420p", H264),
    "open.mp4": ("libx264", "yuv420p", OPEN),
    "open.mkv": ("libx264", "yuv420p", OPEN),
    "refresh.mp4": ("libx264", "yuv420p", REFRESH),
    "h265.mp4": ("libx265", "yuv420p", H265),
    "vp9.webm": ("libvpx-vp9", "yuv420p", REALTIME),
    "mpeg2.mpg": ("mpeg2video", "yuv420p", {"g": "12", "bf": "2"}),
    "mpeg2.mxf": ("mpeg2video", "yuv420p", {"g": "12", "bf": "2"}),
    "mpeg4.avi": ("mpeg4", "yuv420p", {"g": "30"}),
    "prores.mov": ("prores_ks", "yuv422p10le", {}),
    "ffv1.mkv": ("ffv1", "yuv420p", {"g": "10"}),
    "plain.gif": ("gif", "rgb8", {}),
}
Read = tuple[Clip, NDArray[np.int64], NDArray[np.uint8]]


def film(path: Path, steps: list[int] | None = None, begin: int = 0, **how: str) -> Path:
    """A film of `FILMS`; `steps` are milliseconds from frame to frame, `begin` those before."""
    codec, pixels, options = FILMS[path.name.partition("-")[2]]
    ticks = list(accumulate(steps, initial=begin)) if steps else None
    base = Fraction(1, 1000) if ticks else Fraction(1, 25)
    try:
        with av.open(str(path), "w", options=how) as container:
            stream = container.add_stream(codec, rate=25, options=options)
            stream.width, stream.height, stream.pix_fmt = SHOTS.width, SHOTS.height, pixels
            stream.codec_context.time_base = base
            for number, shot in enumerate(frames(SHOTS)):
                frame = av.VideoFrame.from_ndarray(shot, format="rgb24")
                frame.pts, frame.time_base = ticks[number] if ticks else number, base
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
    except (av.FFmpegError, ValueError) as trouble:
        pytest.skip(f"no encoder here: {trouble}")
    return path


def read(path: Path, span: tuple[Fraction, Fraction | None] | None = None) -> Read:
    reader = FrameReader(path, 16, FrameOptions(rate=None, span=span))
    batches = list(reader)
    indices = np.concatenate([batch.indices for batch in batches])
    return reader.clip, indices, np.concatenate([batch.pixels for batch in batches])


def check(path: Path, seed: int, count: int = 6) -> None:
    """Compare random stretches, and those that trip, with slices of the whole."""
    whole, _, pixels = read(path)
    times, rng = list(whole.frame_times), Random(seed)
    spans: list[tuple[Fraction, Fraction | None]] = []
    for _ in range(count):
        start = Fraction(rng.randrange(int(1000 * whole.duration)), 1000)
        spans.append((start, start + Fraction(rng.randrange(2000), 1000)))
    frame = times[rng.randrange(whole.frames)]
    spans += [(frame, frame), (frame, None), (times[-2], times[-1]), (times[-1] + 9, None)]
    for start, end in spans:
        first = max(k for k in range(whole.frames) if times[k] <= start)
        beyond = [k for k in range(whole.frames) if end is not None and times[k] >= end]
        last = next((k for k in beyond if k > first), whole.frames)
        clip, indices, seen = read(path, (start, end))
        assert list(clip.frame_times) == [t - times[first] for t in times[first : last + 1]]
        assert clip.start == whole.start + times[first]
        np.testing.assert_array_equal(clip.signatures, whole.signatures[first:last])
        np.testing.assert_array_equal(seen, pixels[first:last])
        np.testing.assert_array_equal(indices, np.arange(last - first))
        assert clip.source_times is not None
        assert list(clip.source_times) == times[first:last]


@pytest.mark.parametrize("name", FILMS)
def test_a_stretch_is_a_slice_of_the_whole(tmp_path: Path, name: str) -> None:
    check(film(tmp_path / f"a-{name}"), len(name))


@pytest.mark.parametrize("begin", [0, 3700])
@pytest.mark.parametrize("name", ["h264.mp4", "h264.mkv", "open.mp4"])
def test_also_at_a_variable_rate_that_begins_late(tmp_path: Path, name: str, begin: int) -> None:
    steps = [Random(begin).choice([20, 33, 40, 80, 120]) for _ in range(sum(SHOTS.scenes) - 1)]
    check(film(tmp_path / f"a-{name}", steps, begin), begin)


def test_also_in_fragments(tmp_path: Path) -> None:
    check(film(tmp_path / "a-h264.mp4", movflags="frag_keyframe+empty_moov"), 3)


def test_also_behind_an_edit_list(tmp_path: Path) -> None:
    """Half a second of pictures lies before the first that is shown."""
    path = tmp_path / "edit.mp4"
    with (
        av.open(str(film(tmp_path / "a-h264.mp4"))) as source,
        av.open(str(path), "w") as out,
    ):
        stream = source.streams.video[0]
        copy, hidden = out.add_stream_from_template(stream), int(1 / (2 * (stream.time_base or 1)))
        for packet in source.demux(stream):
            if packet.dts is not None and packet.pts is not None:
                packet.pts, packet.dts = packet.pts - hidden, packet.dts - hidden
                packet.stream = copy
                out.mux(packet)
    assert read(path)[0].frames < sum(SHOTS.scenes)
    check(path, 4)


def test_far_stretches_are_sought(tmp_path: Path) -> None:
    """Where a key frame lies before; never where frames only become whole on the way."""
    assert find_entry(film(tmp_path / "a-h264.mp4"), Fraction(4)) is not None
    assert find_entry(film(tmp_path / "a-open.mkv"), Fraction(4)) is not None
    assert find_entry(tmp_path / "a-h264.mp4", Fraction(1)) is None
    assert find_entry(film(tmp_path / "a-h264.ts"), Fraction(4)) is None
    assert find_entry(film(tmp_path / "a-refresh.mp4"), Fraction(4)) is None
    with pytest.raises(V2AError, match="does not exist"):
        find_entry(tmp_path / "none.mp4", Fraction(4))


def test_sampled_as_if_it_were_the_file(tmp_path: Path) -> None:
    path = film(tmp_path / "a-h264.mp4")
    options = FrameOptions(rate=Fraction(5), span=(Fraction("3.21"), Fraction("4.4")))
    reader = FrameReader(path, 16, options)
    indices = np.concatenate([batch.indices for batch in reader])
    assert indices.tolist() == [0, 5, 10, 15, 20, 25]
    assert reader.clip.frames == 30 and reader.clip.frame_rate == 25


def test_all_of_a_file_is_no_part_of_it(tmp_path: Path) -> None:
    path = film(tmp_path / "a-h264.mp4")
    whole, part = read(path)[0], read(path, (Fraction(0), Fraction(135, 25)))[0]
    assert part.source_times is None and part.warnings == ()
    assert list(part.frame_times) == list(whole.frame_times)
    longer = read(path, (Fraction(2), Fraction(20)))[0]
    assert longer.warnings == ("the part asked for lasts 18.00 s, 3.40 s could be decoded",)


def test_pictures_of_a_stretch_are_found_again(tmp_path: Path) -> None:
    path = film(tmp_path / "a-open.mp4")
    clip, _, _ = read(path, (Fraction(3), Fraction(5)))
    strip = read_filmstrip(path, [40, 0, 17], 48, clip)
    whole = read_filmstrip(path, [115, 75, 92], 48)
    for ours, theirs in zip(strip, whole, strict=True):
        np.testing.assert_array_equal(ours, theirs)
