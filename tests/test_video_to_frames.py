"""Video to frames: facts, samples and pixels of files of every make, most of them awkward."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from v2a.errors import V2AError
from v2a.frames.frame_clock import FrameClock, nominal_rate
from v2a.frames.sample_times import sampled
from v2a.frames.signatures import Signer
from v2a.types import Clip, FrameBatch, FrameOptions, FrameTimes
from v2a.video_to_frames import (
    CONTAINERS,
    SIGNATURE_SIZE,
    FrameReader,
    expected_duration,
    is_quiet,
    mean_luma,
    open_media,
    read_filmstrip,
)

Picture = NDArray[np.uint8]
ALL = FrameOptions(rate=None)
FAST = {"preset": "ultrafast", "crf": "10"}


def pictures(count: int, width: int = 48, height: int = 32, seed: int = 0) -> list[Picture]:
    """Smooth coloured pictures that drift, each one different."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width] / max(width, height)
    a, b, c = rng.uniform(2, 9, (3, 3))
    return [
        (128 + 100 * np.sin(x[..., None] * a + y[..., None] * b + c + 0.3 * n)).astype(np.uint8)
        for n in range(count)
    ]


def write(
    path: Path,
    shots: Iterable[Picture],
    rate: Fraction | int = 25,
    codec: str = "ffv1",
    pixels: str = "yuv444p",
    ticks: Sequence[int] | None = None,
    time_base: Fraction | None = None,
    options: dict[str, str] | None = None,
    rotation: tuple[float, bool] | None = None,
    audio: str = "",
    **kwargs: Any,
) -> Path:
    """A film of these pictures; `ticks` of `time_base` are their timestamps."""
    shots = list(shots)
    with av.open(str(path), "w", **kwargs) as container:
        sound: Any = container.add_stream("pcm_s16le", rate=8000) if audio == "first" else None
        stream: Any = container.add_stream(codec, rate=rate)
        stream.height, stream.width = shots[0].shape[:2]
        stream.pix_fmt = pixels
        stream.options = options or (FAST if codec == "libx264" else {})
        if time_base:
            stream.codec_context.time_base = stream.time_base = time_base
        if rotation:
            stream.set_display_rotation(rotation[0], hflip=rotation[1])
        if sound is not None:
            silence = av.AudioFrame.from_ndarray(np.zeros((1, 8000), np.int16), layout="mono")
            silence.sample_rate, silence.pts = 8000, 0
            container.mux(sound.encode(silence))
        for number, shot in enumerate(shots):
            frame = av.VideoFrame.from_ndarray(
                shot, format="rgba" if shot.shape[2] == 4 else "rgb24"
            )
            frame.pts = number if ticks is None else ticks[number]
            frame.time_base = time_base or 1 / Fraction(rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def read(path: Path, options: FrameOptions = ALL, size: int = 16) -> tuple[Clip, FrameBatch]:
    """The clip and all its batches as one."""
    reader = FrameReader(path, size, options)
    batches = list(reader)
    assert all(len(batch.indices) == options.batch for batch in batches[:-1])
    check(reader.clip)
    indices = np.concatenate([batch.indices for batch in batches])
    return reader.clip, FrameBatch(indices, np.concatenate([batch.pixels for batch in batches]))


def check(clip: Clip) -> None:
    """What holds for every clip."""
    times = list(clip.frame_times)
    assert times[0] == 0 and all(a < b for a, b in pairwise(times))
    assert clip.signatures.shape == (clip.frames, SIGNATURE_SIZE)
    assert clip.signatures.dtype == np.uint8
    assert clip.frame_rate > 0


def reason(path: Path) -> str:
    """Why a file is refused."""
    with pytest.raises(V2AError) as caught:
        for _ in FrameReader(path, 8):
            pass
    assert str(path.name) in caught.value.message
    return caught.value.reason


def bicubic(rgb: Picture, size: int) -> Picture:
    """open_clip's transform before its mean and std, by Pillow, with torchvision's rounding."""
    height, width = rgb.shape[:2]
    long = int(size * max(width, height) / min(width, height))
    new = (size, long) if width <= height else (long, size)
    small = np.asarray(Image.fromarray(rgb).resize(new, Image.Resampling.BICUBIC))
    top, left = (round((side - size) / 2) for side in small.shape[:2])
    return small[top : top + size, left : left + size]


# Time


NTSC = [Fraction(24000, 1001), Fraction(30000, 1001), Fraction(60000, 1001)]


@pytest.mark.parametrize("rate", [*NTSC, Fraction(25), Fraction(12), Fraction(125, 9)])
@pytest.mark.parametrize("suffix", ["mp4", "mkv", "mov", "avi"])
def test_constant_rates_are_exact(tmp_path: Path, rate: Fraction, suffix: str) -> None:
    codec = "mpeg4" if suffix == "avi" else "libx264"
    path = write(tmp_path / f"a.{suffix}", pictures(40), rate, codec, "yuv420p")
    clip, _ = read(path)
    assert clip.frames == 40
    assert not clip.variable_frame_rate
    tick = Fraction(1, 1000) if suffix == "mkv" else Fraction(0)
    assert all(abs(t - n / rate) <= tick for n, t in enumerate(clip.frame_times))
    assert abs(clip.frame_rate - rate) < Fraction(1, 1000)
    if rate in NTSC:
        assert clip.frame_rate == rate
    assert clip.warnings == ()


def test_variable_rate_keeps_every_time(tmp_path: Path) -> None:
    ticks = [0, 40, 120, 121, 200, 1000, 1033, 1100]
    path = write(
        tmp_path / "vfr.mp4",
        pictures(8),
        codec="libx264",
        pixels="yuv420p",
        ticks=ticks,
        time_base=Fraction(1, 1000),
    )
    clip, _ = read(path)
    assert clip.variable_frame_rate
    assert [clip.frame_times[n] for n in range(8)] == [Fraction(t, 1000) for t in ticks]
    assert clip.duration > Fraction(1100, 1000)


def test_a_last_frame_that_stays_counts_in_full(tmp_path: Path) -> None:
    """GIF's own delays: the last picture is held for a second."""
    path = tmp_path / "held.gif"
    shots = [Image.fromarray(shot) for shot in pictures(3)]
    shots[0].save(path, save_all=True, append_images=shots[1:], duration=[100, 50, 1000])
    clip, batch = read(path)
    assert list(clip.frame_times) == [Fraction(t, 100) for t in (0, 10, 15, 115)]
    assert batch.indices.tolist() == [0, 1, 2]
    assert read(path, FrameOptions(rate=Fraction(1)))[1].indices.tolist() == [0, 2]


def test_the_first_frame_is_zero_wherever_the_file_begins(tmp_path: Path) -> None:
    ticks = [5000 + 40 * n for n in range(6)]
    path = write(tmp_path / "late.mkv", pictures(6), ticks=ticks, time_base=Fraction(1, 1000))
    clip, _ = read(path)
    assert clip.start == 5
    assert list(clip.frame_times) == [Fraction(n, 25) for n in range(7)]


def test_edit_lists_do_not_count(tmp_path: Path) -> None:
    """B-frames put an edit list into mp4; it and the header's durations are made ten times."""
    options = {"preset": "medium", "bf": "3"}
    path = write(tmp_path / "a.mp4", pictures(30), 25, "libx264", "yuv420p", options=options)
    honest, _ = read(path)
    assert (honest.frames, honest.duration) == (30, Fraction(30, 25))
    assert honest.warnings == ()
    data = bytearray(path.read_bytes())
    for atom, at in ((b"mvhd", 20), (b"mdhd", 20), (b"tkhd", 24), (b"elst", 12)):
        place = data.index(atom) + at
        value = int.from_bytes(data[place : place + 4], "big")
        data[place : place + 4] = (10 * value).to_bytes(4, "big")
    path.write_bytes(data)
    assert list(read(path)[0].frame_times) == list(honest.frame_times)


def test_a_header_that_promises_too_much(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mkv", pictures(30))
    data = path.read_bytes()
    assert b"00:00:01.200" in data
    path.write_bytes(data.replace(b"00:00:01.200", b"00:10:01.200"))
    clip, _ = read(path)
    assert clip.duration == Fraction(30, 25)
    assert expected_duration(path) == Fraction(6012, 10)
    assert clip.warnings == ("the header promises 601.20 s, 1.20 s could be decoded",)


def test_duplicate_timestamps_in_a_file_are_spread_and_told(tmp_path: Path) -> None:
    ticks = [0, 40, 81, 120, 160, 200]
    path = write(
        tmp_path / "twice.mp4",
        pictures(6),
        codec="mpeg4",
        pixels="yuv420p",
        ticks=ticks,
        time_base=Fraction(1, 1000),
    )
    data = bytearray(path.read_bytes())
    at = data.index(b"stts") + 8
    runs = int.from_bytes(data[at : at + 4], "big")
    deltas = [at + 8 + 8 * run for run in range(runs)]
    wrong = deltas[1]  # the step of 41 becomes none: the third frame stands on the second
    data[wrong : wrong + 4] = bytes(4)
    path.write_bytes(data)
    clip, _ = read(path)
    assert clip.frames == 6
    assert any("repaired" in warning for warning in clip.warnings)


def test_without_any_timestamp_the_rate_counts() -> None:
    clock = FrameClock(Fraction(1, 1000), NTSC[0])
    for _ in range(50):
        clock.add(None)
    times = clock.finish(0)
    assert list(times) == [n / NTSC[0] for n in range(51)]
    assert clock.repaired == 50
    assert nominal_rate(times, (NTSC[0],)) == (NTSC[0], False)


def test_a_repeated_timestamp_is_spread_between_its_neighbours() -> None:
    clock = FrameClock(Fraction(1, 1000), Fraction(25))
    for pts in (100, 140, 140, 180, 220):
        clock.add(pts)
    assert clock.finish(40).ticks.tolist() == [0, 40, 60, 80, 120, 160]
    assert (clock.origin, clock.repaired) == (100, 1)


def test_a_clock_set_back_goes_on_from_where_it_was() -> None:
    clock = FrameClock(Fraction(1, 1000), Fraction(25))
    for pts in [*range(0, 4000, 40), *range(0, 400, 40)]:
        clock.add(pts)
    assert clock.finish(40).ticks.tolist() == list(range(0, 4440, 40))
    assert clock.jumps == 1


def test_a_first_frame_without_timestamp_counts_back() -> None:
    clock = FrameClock(Fraction(1, 1000), Fraction(25))
    for pts in (None, None, 1080, 1120):
        clock.add(pts)
    assert clock.finish(0).ticks.tolist() == [0, 40, 80, 120, 160]
    assert clock.origin == 1000


TIMESTAMPS = st.lists(st.none() | st.integers(-5000, 5000) | st.just(7), min_size=1, max_size=40)


@given(TIMESTAMPS, st.sampled_from([Fraction(1, 25), Fraction(1, 1000), Fraction(1, 90_000)]))
def test_times_rise_whatever_the_timestamps(stamps: list[int | None], base: Fraction) -> None:
    clock = FrameClock(base, Fraction(25))
    for stamp in stamps:
        clock.add(stamp)
    times = clock.finish(0)
    assert len(times) == len(stamps) + 1
    assert times[0] == 0 and (np.diff(times.ticks) > 0).all()
    rate, _ = nominal_rate(times, (Fraction(25),))
    assert rate > 0


@given(
    st.sampled_from([*NTSC, Fraction(24), Fraction(25), Fraction(50), Fraction(37, 3)]),
    st.sampled_from([Fraction(1, 1000), Fraction(1, 90_000), Fraction(1, 30_000)]),
    st.integers(2, 400),
    st.sampled_from([0.0, 0.49]),
)
def test_rates_are_found_behind_rounded_times(
    rate: Fraction, base: Fraction, frames: int, bias: float
) -> None:
    ticks = np.array([int(n / rate / base + Fraction(bias)) for n in range(frames + 1)])
    found, variable = nominal_rate(FrameTimes(ticks, base), (rate,))
    assert (found, variable) == (rate, False)
    guessed, variable = nominal_rate(FrameTimes(ticks, base), (None,))
    assert not variable
    assert abs(float(guessed / rate) - 1) < 0.1


# Samples


@given(
    st.lists(st.integers(1, 300), min_size=1, max_size=60),
    st.fractions(Fraction(1, 10), 40, max_denominator=30),
)
def test_sampled_is_what_is_shown_at_the_ticks(steps: list[int], rate: Fraction) -> None:
    ticks = [0, *np.cumsum(steps).tolist()]
    base = Fraction(1, 600)
    shown = {0}
    k = 0
    while k / rate < ticks[-1] * base:
        shown.add(max(n for n, tick in enumerate(ticks[:-1]) if tick * base <= k / rate))
        k += 1
    frames = ((tick, f"frame {n}") for n, tick in enumerate(ticks[:-1]))
    got = list(sampled(frames, base, rate, lambda: ticks[-1] * base))
    assert [number for number, _ in got] == sorted(shown)
    assert all(frame == f"frame {number}" for number, frame in got)


def test_samples_by_time_in_batches(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", pictures(50), 25, "libx264", "yuv420p")
    _, batch = read(path, FrameOptions(rate=Fraction(8), batch=3))
    assert batch.indices.tolist() == [int(k * 25 / 8) for k in range(16)]
    assert batch.pixels.shape == (16, 16, 16, 3)
    _, every = read(path, FrameOptions(rate=None, batch=7))
    assert every.indices.tolist() == list(range(50))
    np.testing.assert_array_equal(every.pixels[batch.indices], batch.pixels)
    _, more = read(path, FrameOptions(rate=Fraction(1000)))
    assert more.indices.tolist() == list(range(50))


# Pixels


SHAPES = [(1920, 1080), (300, 224), (224, 300), (97, 33), (20, 11), (1, 1), (64, 64), (500, 8)]


@pytest.mark.parametrize(("width", "height"), SHAPES)
@pytest.mark.parametrize("size", [64, 224])
def test_pixels_are_open_clips(tmp_path: Path, width: int, height: int, size: int) -> None:
    rng = np.random.default_rng(width)
    noise = rng.integers(0, 256, (height, width, 3), dtype=np.uint8)
    blocks = np.kron(rng.integers(0, 2, (9, 9, 3)), np.ones((height // 9 + 1, width // 9 + 1, 1)))
    shots = [noise, (255 * blocks[:height, :width]).astype(np.uint8)]
    path = write(tmp_path / "a.mkv", shots, pixels="yuv420p")
    _, batch = read(path, size=size)
    with av.open(str(path)) as container:
        for frame, got in zip(container.decode(video=0), batch.pixels, strict=True):
            want = bicubic(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8), size)
            assert np.abs(got.astype(int) - want).max() <= 2


@pytest.mark.slow
def test_pixels_equal_the_real_transform(tmp_path: Path, shared: Path) -> None:
    from open_clip.transform import image_transform

    transform: Any = image_transform(224, is_train=False, mean=(0.0,) * 3, std=(1.0,) * 3)
    for path in sorted((shared / "videos").glob("*.mp4")):
        _, batch = read(path, FrameOptions(rate=Fraction(1, 2)), 224)
        with av.open(str(path)) as container:
            decoded: Any = container.decode(container.streams.best("video"))
            for number, frame in enumerate(decoded):
                for got in batch.pixels[batch.indices == number]:
                    want = transform(frame.to_image()).numpy().transpose(1, 2, 0)
                    assert np.abs(got / 255 - want).max() < 1e-2


def test_small_pictures_need_no_torch(tmp_path: Path) -> None:
    """It takes longer to load than it would ever save; large ones have it."""
    for shape, is_there in (((96, 54), False), ((480, 270), True)):
        path = write(tmp_path / f"{shape[0]}.mkv", pictures(2, *shape))
        script = (
            "import sys; from pathlib import Path; from v2a.video_to_frames import FrameReader;"
            f"list(FrameReader(Path({str(path)!r}), 16)); print('torch' in sys.modules)"
        )
        said = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
        assert said.stdout.decode().strip() == str(is_there)


def test_pillow_stands_in_for_torch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from v2a.frames import encoder_pixels

    path = write(tmp_path / "a.mkv", pictures(2, 300, 200), rotation=(90, False))
    _, fast = read(path)
    monkeypatch.setattr(encoder_pixels, "_best_resize", lambda: encoder_pixels._resize_pillow)
    _, slow = read(path)
    assert np.abs(fast.pixels.astype(int) - slow.pixels).max() <= 1


@pytest.mark.parametrize("degrees", [0, 90, 180, -90])
@pytest.mark.parametrize("mirror", [False, True])
def test_turned_as_shown(tmp_path: Path, degrees: int, mirror: bool) -> None:
    shot = pictures(1, 60, 40)[0]
    path = write(
        tmp_path / "a.mov", [shot], codec="qtrle", pixels="rgb24", rotation=(degrees, mirror)
    )
    want = np.rot90(shot, degrees // 90)
    if mirror:
        want = want[:, ::-1]
    clip, batch = read(path)
    assert (clip.width, clip.height) == (want.shape[1], want.shape[0])
    want = np.ascontiguousarray(want)
    assert np.abs(batch.pixels[0].astype(int) - bicubic(want, 16)).max() <= 2
    strip = read_filmstrip(path, [0], want.shape[0])[0]
    assert strip.shape == want.shape
    assert np.abs(strip.astype(int) - want).mean() < 2


MATRICES = {"bt709": (1, (0.2126, 0.0722)), "bt601": (6, (0.299, 0.114))}


@pytest.mark.parametrize("matrix", MATRICES)
@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("pixels", ["yuv420p", "yuv444p10le"])
def test_matrix_and_range_are_the_frames_own(
    tmp_path: Path, matrix: str, full: bool, pixels: str
) -> None:
    colours = np.array([[200, 40, 60], [30, 180, 50], [20, 60, 210], [0, 0, 0], [255, 255, 255]])
    tag, (red, blue) = MATRICES[matrix]
    path = tmp_path / "a.mkv"
    depth = 10 if "10" in pixels else 8
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = 32, 32, pixels
        stream.codec_context.colorspace = tag
        stream.codec_context.color_range = 2 if full else 1
        for colour in colours:
            frame = av.VideoFrame(32, 32, pixels)
            for plane, value in zip(frame.planes, _ycc(colour, red, blue, full), strict=True):
                code = (value * 2 ** (depth - 8)).to_bytes(1 if depth == 8 else 2, "little")
                plane.update(code * (plane.buffer_size // len(code)))
            frame.colorspace, frame.color_range = tag, 2 if full else 1
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    clip, batch = read(path)
    assert np.abs(batch.pixels.astype(int) - colours[:, None, None]).max() <= 4
    luma = colours @ [red, 1 - red - blue, blue]
    assert np.abs(mean_luma(clip.signatures) - luma).max() <= 2


def _ycc(rgb: NDArray, red: float, blue: float, full: bool) -> list[int]:
    """Luma, Cb and Cr in 8-bit codes (ITU-T H.273)."""
    r, g, b = rgb / 255
    luma = red * r + (1 - red - blue) * g + blue * b
    chroma = ((b - luma) / (2 - 2 * blue), (r - luma) / (2 - 2 * red))
    scale, offset, colour = (255, 0, 255) if full else (219, 16, 224)
    return [round(offset + scale * luma), *(round(128 + colour * c) for c in chroma)]


# Every make of file


@pytest.mark.parametrize("pixels", ["yuv420p", "yuv420p10le", "yuva420p", "gray", "bgr0"])
@pytest.mark.parametrize("shape", [(33, 17), (17, 33), (1, 1), (2, 1), (6, 4)])
def test_odd_sizes_and_formats(tmp_path: Path, pixels: str, shape: tuple[int, int]) -> None:
    path = write(tmp_path / "a.mkv", pictures(3, *shape), pixels=pixels)
    clip, batch = read(path)
    assert (clip.width, clip.height, clip.frames) == (*shape, 3)
    assert batch.pixels.shape == (3, 16, 16, 3)


@pytest.mark.parametrize(
    ("codec", "pixels", "suffix", "options"),
    [
        ("mpeg2video", "yuv420p", "mpg", {}),
        ("mpeg2video", "yuv420p", "ts", {"flags": "+ildct+ilme"}),
        ("mpeg2video", "yuv422p", "mxf", {}),
        ("libx264", "yuv420p10le", "mov", FAST),
        ("libx264", "yuv420p", "flv", FAST),
        ("libvpx-vp9", "yuv420p", "webm", {"deadline": "realtime", "cpu-used": "8"}),
        ("mjpeg", "yuvj422p", "avi", {}),
        ("prores_ks", "yuv422p10le", "mov", {}),
        ("qtrle", "argb", "mov", {}),
    ],
)
def test_codecs_and_containers(
    tmp_path: Path, codec: str, pixels: str, suffix: str, options: dict[str, str]
) -> None:
    shots = pictures(12, 64, 48)
    path = write(tmp_path / f"a.{suffix}", shots, 25, codec, pixels, options=options)
    clip, batch = read(path)
    assert (clip.frames, clip.duration) == (12, Fraction(12, 25))
    assert not clip.variable_frame_rate
    assert clip.warnings == ()
    for shot, got in zip(shots, batch.pixels, strict=True):
        assert np.abs(got.astype(int) - bicubic(shot, 16)).mean() < 12


def test_alpha_is_dropped_and_not_blended(tmp_path: Path) -> None:
    shot = np.dstack([pictures(1, 32, 32)[0], np.zeros((32, 32), np.uint8)])
    path = write(tmp_path / "a.mov", [shot], codec="qtrle", pixels="argb")
    _, batch = read(path)
    assert np.abs(batch.pixels[0].astype(int) - bicubic(shot[:, :, :3].copy(), 16)).max() <= 2


@pytest.mark.slow
def test_8k_and_one_frame(tmp_path: Path) -> None:
    shot = np.zeros((4320, 7680, 3), np.uint8)
    shot[:2160] = 200
    path = write(tmp_path / "8k.mov", [shot], codec="mjpeg", pixels="yuvj420p")
    clip, batch = read(path, FrameOptions(), 32)
    assert (clip.frames, clip.duration, clip.still) == (1, Fraction(1, 25), True)
    assert batch.pixels[0, :15].min() > 190 and batch.pixels[0, 18:].max() < 10


def test_sound_before_the_picture(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mkv", pictures(5), audio="first")
    with av.open(str(path)) as container:
        assert container.streams[0].type == "audio"
    clip, _ = read(path)
    assert clip.has_audio and clip.frames == 5
    assert clip.warnings == ()
    assert not read(write(tmp_path / "b.mkv", pictures(5)))[0].has_audio


def test_the_better_of_two_pictures(tmp_path: Path) -> None:
    path = tmp_path / "two.mkv"
    with av.open(str(path), "w") as container:
        streams = [container.add_stream("ffv1", rate=25) for _ in range(2)]
        for stream, (width, height) in zip(streams, [(32, 18), (96, 54)], strict=True):
            stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(6):
            for stream in streams:
                shot = pictures(6, stream.width, stream.height)[number]
                frame = av.VideoFrame.from_ndarray(shot, format="rgb24")
                frame.pts, frame.time_base = number, Fraction(1, 25)
                container.mux(stream.encode(frame))
        for stream in streams:
            container.mux(stream.encode(None))
    with av.open(str(path)) as container:
        best: Any = container.streams.best("video")
        want = best.width, best.height
    clip, _ = read(path)
    assert (clip.width, clip.height) == want


def _with_cover(path: Path, film: bool) -> Path:
    from av.stream import Disposition

    with av.open(str(path), "w") as container:
        cover = container.add_stream("mjpeg", rate=25)
        cover.width, cover.height, cover.pix_fmt = 200, 200, "yuvj420p"
        cover.disposition = Disposition.attached_pic
        sound = container.add_stream("aac", rate=8000)
        stream: Any = container.add_stream("libx264", rate=25) if film else None
        if stream:
            stream.width, stream.height, stream.pix_fmt = 48, 32, "yuv420p"
        container.mux(cover.encode(av.VideoFrame(200, 200, "yuvj420p")))
        container.mux(cover.encode(None))
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        silence.sample_rate, silence.pts = 8000, 0
        container.mux(sound.encode(silence))
        container.mux(sound.encode(None))
        for number, shot in enumerate(pictures(4) if stream else ()):
            frame = av.VideoFrame.from_ndarray(shot, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(stream.encode(frame))
        if stream:
            container.mux(stream.encode(None))
    return path


def test_cover_art_is_no_film(tmp_path: Path) -> None:
    clip, _ = read(_with_cover(tmp_path / "a.mp4", film=True))
    assert (clip.width, clip.height, clip.frames) == (48, 32, 4)
    assert reason(_with_cover(tmp_path / "song.mp4", film=False)) == "NO_VIDEO"


# Damage


@pytest.mark.parametrize("suffix", ["mkv", "ts", "avi", "mp4"])
def test_a_torn_off_tail_leaves_the_rest(tmp_path: Path, suffix: str) -> None:
    codec = "mpeg4" if suffix == "avi" else "libx264"
    noise = np.random.default_rng(0).integers(0, 20, (64, 96, 3), dtype=np.uint8)
    path = write(
        tmp_path / f"a.{suffix}",
        [shot + noise for shot in pictures(50, 96, 64)],
        25,
        codec,
        "yuv420p",
        options={"b": "2M"} if suffix == "avi" else None,
        container_options={"movflags": "faststart"} if suffix == "mp4" else {},
    )
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 6 // 10])
    clip, batch = read(path)
    assert 10 < clip.frames < 50
    assert batch.indices.tolist() == list(range(clip.frames))
    if suffix != "ts":  # a broadcast has no length to fall short of
        assert clip.warnings != ()


def test_a_hole_in_the_middle_is_skipped(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", pictures(50, 96, 64), 25, "libx264", "yuv420p")
    data = bytearray(path.read_bytes())
    start = data.index(b"mdat") + 4
    middle = start + (len(data) - start) // 3
    data[middle : middle + 400] = bytes(range(200)) * 2
    path.write_bytes(data)
    clip, _ = read(path)
    assert 25 < clip.frames <= 50
    assert any("damage" in warning for warning in clip.warnings)
    assert clip.frame_times[clip.frames - 1] > 1


def test_a_picture_that_changes_size(tmp_path: Path) -> None:
    path = tmp_path / "a.ts"
    parts = [
        write(tmp_path / f"{n}.ts", pictures(5, *shape), 25, "mpeg2video", "yuv420p")
        for n, shape in enumerate([(64, 48), (96, 48)])
    ]
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    clip, batch = read(path)
    assert (clip.width, clip.height) == (64, 48)
    assert 9 <= clip.frames == len(batch.indices)
    assert any("size" in warning for warning in clip.warnings)


# Refusals


def test_refusals_have_reasons(tmp_path: Path) -> None:
    def make(name: str, data: bytes) -> Path:
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    good = write(tmp_path / "real.mkv", pictures(3))
    assert reason(tmp_path / "none.mp4") == "NOT_FOUND"
    assert reason(Path("nul\0l.mp4")) == "NOT_FOUND"
    assert reason(Path("https://example.org/a.mp4")) == "IS_URL"
    assert reason(make("empty.mp4", b"")) == "EMPTY_FILE"
    assert reason(tmp_path) == "NOT_MEDIA"
    assert reason(make("note.mp4", b"It was a dark and stormy night.\n" * 99)) == "NOT_MEDIA"
    listing = f"ffconcat version 1.0\nfile '{good.name}'\n".encode()
    assert reason(make("list.mp4", listing)) == "NOT_MEDIA"
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{good.name}\n#EXT-X-ENDLIST\n"
    assert reason(make("playlist.mp4", playlist.encode())) == "NOT_MEDIA"
    assert reason(make("picture.mp4", b"\x89PNG\r\n\x1a\n" + bytes(200))) == "NOT_MEDIA"
    assert reason(make("half.mp4", bytes([0, 0, 0, 20]) + b"ftypisom" + bytes(99))) == "NO_FRAMES"
    assert reason(make("song.mp3", b"ID3\x04" + bytes(2000))) == "NO_VIDEO"
    assert reason(make("song.wav", b"RIFF\x24\x08\x00\x00WAVEfmt " + bytes(2000))) == "NO_VIDEO"
    assert read(good)[0].frames == 3


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="has no pipes")
def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    assert reason(tmp_path / "pipe.mp4") == "NOT_MEDIA"


def test_no_permission(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mkv", pictures(1))
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    assert reason(path) == "NO_PERMISSION"


def test_sound_alone_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "sound.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), layout="mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
    assert reason(path) == "NO_VIDEO"


def test_nothing_decodes(tmp_path: Path) -> None:
    path = write(tmp_path / "a.avi", pictures(5), 25, "mpeg4", "yuv420p")
    data = bytearray(path.read_bytes())
    start, end = data.index(b"movi") + 4, data.index(b"idx1")
    for at in range(start, end):
        if data[at - 8 : at - 4] == b"00dc":
            size = int.from_bytes(data[at - 4 : at], "little")
            data[at : at + size] = bytes(size)
    path.write_bytes(data)
    assert reason(path) == "NO_FRAMES"


def test_a_picture_too_large(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mkv", pictures(1, 300, 300))
    data = path.read_bytes()
    for name in (b"\xb0", b"\xba"):  # PixelWidth, PixelHeight
        assert name + b"\x82\x01\x2c" in data
        data = data.replace(name + b"\x82\x01\x2c", name + b"\x82\xff\xff")
    path.write_bytes(data)
    assert reason(path) == "TOO_LARGE"
    with pytest.raises(V2AError, match="65535x65535"):
        open_media(path)


@settings(deadline=None, max_examples=40)
@given(st.binary(min_size=1, max_size=3000), st.integers(0, 2**32), st.sampled_from(["mp4", "ts"]))
def test_junk_is_refused_politely(
    tmp_path_factory: pytest.TempPathFactory, junk: bytes, seed: int, suffix: str
) -> None:
    path = tmp_path_factory.mktemp("junk") / f"junk.{suffix}"
    path.write_bytes(junk + np.random.default_rng(seed).bytes(seed % 5000))
    assert reason(path) in ("NOT_MEDIA", "NO_VIDEO", "NO_FRAMES")


@pytest.mark.parametrize("name", ["a b'c\"d%20#1.mp4", "take:2.mkv", "-i.mkv", "ünï 文.mkv"])
def test_names_are_only_names(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = write(
        tmp_path / f"made{Path(name).suffix}", pictures(3), codec="mpeg4", pixels="yuv420p"
    )
    try:
        made.rename(tmp_path / name)
    except OSError:
        pytest.skip("no such name on this system")
    monkeypatch.chdir(tmp_path)
    assert read(Path(name))[0].frames == 3


def test_every_container_is_known_to_the_decoder() -> None:
    known = {name for format in av.formats_available for name in format.split(",")}
    assert set(CONTAINERS) <= known


@pytest.mark.slow
@settings(deadline=None, max_examples=40)
@given(
    st.sampled_from(["mp4", "mkv", "avi", "ts", "mov"]),
    st.lists(st.tuples(st.floats(0, 0.999), st.binary(max_size=40)), min_size=1, max_size=12),
    st.floats(0.05, 1),
)
def test_mutated_files_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory,
    suffix: str,
    changes: list[tuple[float, bytes]],
    kept: float,
) -> None:
    codec = "libx264" if suffix in ("mp4", "mkv") else "mpeg4"
    folder = tmp_path_factory.mktemp("mutated")
    path = write(folder / f"a.{suffix}", pictures(12), 25, codec, "yuv420p")
    data = bytearray(path.read_bytes())
    for place, junk in changes:
        at = int(place * len(data))
        data[at : at + len(junk)] = junk
    path.write_bytes(data[: int(kept * len(data))] or b"x")
    try:
        clip, _ = read(path, FrameOptions())
        assert len(read_filmstrip(path, [0, clip.frames - 1], 8, clip)) == 2
    except V2AError as error:
        assert error.entry.exit == 4


# Coarse pictures


def test_signature_layout(tmp_path: Path) -> None:
    shot = np.zeros((64, 128, 3), np.uint8)
    shot[:32, 64:] = 255
    shot[32:, :64] = [0, 0, 255]
    clip, _ = read(write(tmp_path / "a.mkv", [shot]))
    luma = clip.signatures[0, :256].reshape(16, 16)
    blue, red = clip.signatures[0, 256:].reshape(2, 8, 8)
    assert (luma[:8, 8:] > 253).all() and (luma[:8, :8] < 2).all()
    assert (blue[4:, :4] > 250).all() and (np.abs(blue[:4].astype(int) - 128) < 2).all()
    assert (red[4:, :4] < 128).all()


@pytest.mark.parametrize(
    "pixels",
    ["yuv420p", "yuv422p10le", "yuv444p12le", "yuvj420p", "nv12", "rgb24", "p010le", "pal8"],
)
@pytest.mark.parametrize("shape", [(640, 352), (50, 38)])
def test_signatures_agree_between_formats(pixels: str, shape: tuple[int, int]) -> None:
    rgb = av.VideoFrame.from_ndarray(pictures(1, *shape)[0], format="rgb24")
    stored, tolerance = pixels, 3 if shape[0] > 100 else 11
    if pixels == "pal8":
        stored, tolerance = "rgb8", 24
    # On several threads swscale gets some chroma of a small 4:2:2 picture wrong, now and then.
    frame = rgb.reformat(format=stored, threads=1)
    got = np.frombuffer(Signer()(frame), np.uint8).astype(int)
    want = np.frombuffer(Signer()(rgb.reformat(format="yuvj444p")), np.uint8)
    assert np.abs(got - want).max() <= tolerance


def test_signatures_are_area_means() -> None:
    rng = np.random.default_rng(0)
    grey = np.clip(rng.normal(128, 30, (1080, 1920)), 0, 255).astype(np.uint8)
    frame = av.VideoFrame.from_ndarray(grey, format="gray")
    got = np.frombuffer(Signer()(frame), np.uint8)
    assert np.abs(got[:256].astype(int) - 128).max() < 6
    assert (got[256:] == 128).all()


def test_bottom_up_pictures(tmp_path: Path) -> None:
    """Raw AVI is stored from the last line up."""
    shot = np.zeros((32, 48, 3), np.uint8)
    shot[:16] = 250
    path = write(tmp_path / "a.avi", [shot] * 2, codec="rawvideo", pixels="bgr24")
    clip, batch = read(path)
    luma = clip.signatures[0, :256].reshape(16, 16)
    assert luma[:7].min() > 240 and luma[9:].max() < 10
    assert batch.pixels[0, :7].min() > 240


@pytest.mark.parametrize("codec", ["libx264", "mpeg4", "mjpeg"])
def test_still_is_told_from_moving(tmp_path: Path, codec: str) -> None:
    rng = np.random.default_rng(1)
    photo = np.asarray(
        Image.fromarray(rng.integers(0, 256, (24, 40, 3), dtype=np.uint8)).resize((320, 192))
    )
    options = {"b": "200000"} if codec != "libx264" else {"preset": "ultrafast", "crf": "30"}
    pixels = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    still = write(tmp_path / "still.avi", [photo] * 40, 25, codec, pixels, options=options)
    clip, _ = read(still)
    assert clip.still and is_quiet(clip, 0, 40)
    moved = []
    for number in range(40):
        shot = photo.copy()
        shot[80:110, 4 * number : 4 * number + 30] = (
            255 - shot[80:110, 4 * number : 4 * number + 30]
        )
        moved.append(shot)
    clip, _ = read(write(tmp_path / "moved.avi", moved, 25, codec, pixels, options=options))
    assert not clip.still and not is_quiet(clip, 0, 40)


def test_quiet_is_black_or_unmoving(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    moving = pictures(30, 64, 48)
    black = [rng.integers(0, 6, (48, 64, 3), dtype=np.uint8) for _ in range(30)]
    path = write(tmp_path / "a.mkv", [*moving, *black, *moving[:1] * 30])
    clip, _ = read(path)
    assert not is_quiet(clip, 0, 30)
    assert is_quiet(clip, 30, 60) and is_quiet(clip, 28, 60)
    assert is_quiet(clip, 60, 90)
    assert not is_quiet(clip, 0, 90) and not is_quiet(clip, 20, 60)
    assert not is_quiet(clip, 30, 30)
    assert (mean_luma(clip.signatures)[30:60] < 6).all()
    assert (mean_luma(clip.signatures)[:30] > 60).all()


# Around the pass


def test_progress_rises_to_one(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", pictures(60), 25, "libx264", "yuv420p")
    seen: list[float] = []
    for _ in FrameReader(path, 16, report=seen.append):
        pass
    assert seen == sorted(seen) and seen[-1] == 1 and len(seen) > 3
    assert 0.2 < seen[1] < 0.35


def test_stopping_between_frames(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", pictures(60), 25, "libx264", "yuv420p")
    asked = 0

    def should_stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > 10

    reader = FrameReader(path, 16, should_stop=should_stop)
    with pytest.raises(V2AError, match="cancelled") as caught:
        list(reader)
    assert (caught.value.reason, asked) == ("CANCELLED", 11)
    with pytest.raises(RuntimeError):
        _ = reader.clip


def test_the_clip_comes_last_and_a_half_read_film_is_closed(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mkv", pictures(20))
    reader = FrameReader(path, 16, FrameOptions(rate=None, batch=4))
    batches = iter(reader)
    next(batches)
    with pytest.raises(RuntimeError):
        _ = reader.clip
    batches.close()  # pyright: ignore
    assert len(list(reader)) == 5 and reader.clip.frames == 20


def test_expected_duration(tmp_path: Path) -> None:
    for suffix in ("mp4", "mkv", "avi"):
        path = write(tmp_path / f"a.{suffix}", pictures(50), 25, "mpeg4", "yuv420p")
        assert abs((expected_duration(path) or 0) - 2) <= Fraction(1, 25)
    with pytest.raises(V2AError):
        expected_duration(tmp_path / "none.mp4")


def test_media_is_closed_by_with(tmp_path: Path) -> None:
    with open_media(write(tmp_path / "a.mkv", pictures(2))) as container:
        assert container.streams.video[0].codec_context.name == "ffv1"


@pytest.mark.parametrize(
    ("codec", "suffix"), [("libx264", "mp4"), ("mpeg4", "avi"), ("ffv1", "mkv")]
)
def test_filmstrip(tmp_path: Path, codec: str, suffix: str) -> None:
    level = [40 + 37 * n % 180 for n in range(150)]
    shots = [np.full((36, 64, 3), value, np.uint8) for value in level]
    options = {"preset": "medium", "g": "25"} if codec == "libx264" else {"g": "12", "b": "1M"}
    path = write(tmp_path / f"a.{suffix}", shots, 10, codec, "yuv420p", options=options)
    clip, _ = read(path)
    wanted = [140, 0, 77, 77, 9, 149]
    for known in (None, clip):
        strip = read_filmstrip(path, wanted, 18, known)
        assert [picture.shape for picture in strip] == [(18, 32, 3)] * 6
        levels = [picture.mean() for picture in strip]
        assert np.allclose(levels, [level[n] for n in wanted], atol=6)
    assert read_filmstrip(path, [], 18) == []
    assert read_filmstrip(path, [5000], 18)[0].shape == (18, 32, 3)


@pytest.mark.slow
def test_real_footage(shared: Path) -> None:
    facts = {
        "bbb_480p_30s_24fps.mp4": (854, 480, Fraction(24), False, 720),
        "montage_known_640x360_25fps.mp4": (640, 360, Fraction(25), False, 518),
        "montage_vfr.mp4": (640, 360, Fraction(25), True, 429),
        "nasa_13013_two_streams.mp4": (480, 270, NTSC[1], False, 390),
    }
    for name, fact in facts.items():
        clip, _ = read(shared / "videos" / name, FrameOptions())
        seen = clip.width, clip.height, clip.frame_rate, clip.variable_frame_rate, clip.frames
        assert seen == fact
        assert clip.warnings == () and not clip.still
