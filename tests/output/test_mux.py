"""The picture is copied as it is, from any container; the sound starts with its first frame."""

from __future__ import annotations

import errno
import struct
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from tests import scores
from tests.films import Film as Footage
from tests.films import frames
from v2a.output import mux
from v2a.output.foley_names import Names
from v2a.output.wav import Broadcast, write_wav
from v2a.tracks.film_with_sound import FilmWithSound
from v2a.types import Clip, FrameOptions, TrackOptions
from v2a.video_to_frames import FrameReader

ONSET = 0.5
B_FRAMES = {"preset": "fast", "bf": "2", "g": "12"}
X264 = ("libx264", "yuv420p", B_FRAMES)
KINDS: dict[str, tuple[str, str, dict[str, str], str]] = {
    "a.mp4": (*X264, "mp4"),
    "a.mkv": (*X264, "mp4"),
    "a.ts": (*X264, "mp4"),
    "b.mkv": ("libx265", "yuv420p", {"x265-params": "log-level=none"}, "mp4"),
    "c.mkv": ("libsvtav1", "yuv420p", {"preset": "12", "svtav1-params": "lp=1"}, "mp4"),
    "a.webm": ("libvpx", "yuv420p", {"deadline": "realtime"}, "mkv"),
    "b.webm": ("libvpx-vp9", "yuv420p", {"deadline": "realtime", "cpu-used": "8"}, "mp4"),
    "a.mov": ("prores_ks", "yuv422p10le", {}, "mkv"),
    "b.mov": ("qtrle", "rgb24", {}, "mov"),
    "a.avi": ("mpeg4", "yuv420p", {"bf": "2"}, "mp4"),
    "b.avi": ("huffyuv", "yuv422p", {}, "avi"),
    "a.gif": ("gif", "rgb8", {}, "mov"),
    "a.mpg": ("mpeg2video", "yuv420p", {}, "mp4"),
    "a.mxf": ("mpeg2video", "yuv420p", {}, "mp4"),
}
"""Codec, pixel format and options of a file, and the container its picture is expected in."""


def footage(path: Path, codec: str, form: str, options: dict[str, str], shift: int = 0) -> Path:
    """Two seconds at 25 fps; `shift` moves every packet by so many frames."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 96, 64, form
        stream.options = dict(options)

        def put(packets: list[av.Packet]) -> None:
            for packet in packets:
                assert packet.time_base and packet.pts is not None and packet.dts is not None
                packet.pts += round(Fraction(shift, 25) / packet.time_base)
                packet.dts += round(Fraction(shift, 25) / packet.time_base)
                container.mux(packet)

        for number, pixels in enumerate(frames(Footage((25, 25), 96, 64))):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format=form)
            frame.pts, frame.time_base = number, Fraction(1, 25)
            put(stream.encode(frame))
        put(stream.encode(None))
    return path


def read(path: Path) -> Clip:
    reader = FrameReader(path, 32, FrameOptions())
    for _ in reader:
        pass
    return reader.clip


def scored(path: Path) -> FilmWithSound:
    """The film with a tone that starts at `ONSET`."""
    clip = read(path)
    found = scores.scenes(clip)

    def wave(scene: int, times: np.ndarray) -> np.ndarray:
        return 0.5 * np.sin(2 * np.pi * 1000 * (times - ONSET)) * (times >= ONSET)

    made = scores.tracks(clip, found, TrackOptions(match_levels=False), wave, rate=48_000)
    return FilmWithSound(clip, found, tuple(scores.sounds(1)), made, Names(path.stem))


def muxed(folder: Path, film: FilmWithSound) -> Path:
    mix = film.tracks.mix
    folder.mkdir(exist_ok=True)
    write_wav(folder / film.names.mix, mix.blocks(), len(mix), mix.rate, Broadcast("mix"))
    found = mux.write_video(folder, film, lambda fraction: None)
    assert found
    return folder / found


def heard(path: Path) -> tuple[float, float]:
    """When the sound sets in and how long it lasts, in seconds from the first picture."""
    with av.open(str(path)) as container:
        first = next(container.decode(video=0)).time
    with av.open(str(path)) as container:
        blocks = list(container.decode(audio=0))
    sound = np.concatenate([block.to_ndarray()[0].astype(float) for block in blocks])
    sound /= 32768 if blocks[0].format.name == "s16" else 1
    start = blocks[0].time
    assert start is not None and first is not None
    onset = np.flatnonzero(np.abs(sound) > 0.1)[0] / blocks[0].sample_rate
    return start - first + onset, start - first + len(sound) / blocks[0].sample_rate


def payloads(path: Path) -> Iterator[bytes]:
    with av.open(str(path)) as container:
        for packet in container.demux(video=0):
            if packet.size:
                yield bytes(packet)


@pytest.mark.parametrize("name", KINDS)
def test_the_picture_is_copied_and_the_sound_is_in_time(tmp_path: Path, name: str) -> None:
    codec, form, options, container = KINDS[name]
    try:
        path = footage(tmp_path / name, codec, form, options)
    except (av.FFmpegError, ValueError) as trouble:  # type: ignore[attr-defined]
        pytest.skip(f"no encoder here: {trouble}")
    film = scored(path)
    made = muxed(tmp_path / "out", film)
    assert made.name == f"{path.stem}.foley.{container}"
    again = read(made)
    times = [film.clip.frame_times[k] for k in range(film.clip.frames + 1)]
    assert [again.frame_times[k] for k in range(again.frames + 1)] == pytest.approx(times, abs=1e-3)
    np.testing.assert_array_equal(again.signatures, film.clip.signatures)
    if container in name:
        assert list(payloads(made)) == list(payloads(path))
    onset, length = heard(made)
    assert onset == pytest.approx(ONSET, abs=0.002)
    assert film.clip.duration <= length + 1e-3 < film.clip.duration + 0.03


@pytest.mark.parametrize("kind", ["a.mp4", "a.mov"])
@pytest.mark.parametrize("shift", [-10, 40])
def test_edit_lists_and_late_starts_are_kept_in_time(tmp_path: Path, kind: str, shift: int) -> None:
    path = footage(tmp_path / kind, *KINDS[kind][:3], shift)
    film = scored(path)
    assert film.clip.frames == (40 if shift < 0 else 50)
    made = muxed(tmp_path / "out", film)
    np.testing.assert_array_equal(read(made).signatures, film.clip.signatures)
    onset, length = heard(made)
    assert onset == pytest.approx(ONSET, abs=0.002)
    assert length == pytest.approx(float(film.clip.duration), abs=0.03)


def test_the_length_written_in_the_file_is_exact(tmp_path: Path) -> None:
    made = muxed(tmp_path / "out", scored(footage(tmp_path / "a.mp4", *X264)))
    with av.open(str(made)) as container:
        for stream in container.streams:
            assert stream.duration and stream.time_base
            assert stream.duration * stream.time_base == 2


def test_rotation_is_kept(tmp_path: Path) -> None:
    path = footage(tmp_path / "a.mp4", *X264)
    raw = bytearray(path.read_bytes())
    matrix = raw.find(b"tkhd") + 4 + 40
    raw[matrix : matrix + 36] = struct.pack(">9i", 0, 65536, 0, -65536, 0, 0, 64 << 16, 0, 1 << 30)
    path.write_bytes(raw)
    film = scored(path)
    assert (film.clip.width, film.clip.height) == (64, 96)
    again = read(muxed(tmp_path / "out", film))
    assert (again.width, again.height) == (64, 96)
    np.testing.assert_array_equal(again.signatures, film.clip.signatures)


def test_apple_players_find_their_tag(tmp_path: Path) -> None:
    film = scored(footage(tmp_path / "b.mkv", *KINDS["b.mkv"][:3]))
    assert b"hvc1" in muxed(tmp_path / "out", film).read_bytes()


def test_a_picture_that_fits_nowhere_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mux, "CONTAINERS", {"mkv": ("matroska", "aac")})
    film = scored(footage(tmp_path / "b.mov", *KINDS["b.mov"][:3]))
    with pytest.raises(AssertionError):
        muxed(tmp_path / "out", film)
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["b.foley.wav"]


def test_a_full_disk_is_not_taken_for_a_codec(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise av.error.OSError(errno.ENOSPC, "No space left on device", "x")  # type: ignore

    monkeypatch.setattr(mux, "_write", full)
    with pytest.raises(OSError, match="No space"):
        muxed(tmp_path / "out", scored(footage(tmp_path / "a.mp4", *X264)))


def test_it_can_be_stopped(tmp_path: Path) -> None:
    film = scored(footage(tmp_path / "a.mp4", *X264))
    muxed(tmp_path / "out", film)

    def stop(fraction: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        mux.write_video(tmp_path / "out", film, stop)
