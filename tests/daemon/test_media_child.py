"""The media child: the same frames as in process, and a clean error for whatever it is given."""

from __future__ import annotations

import hashlib
import io
import os
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import psutil
import pytest

from tests.films import Film, write_film
from v2a.errors import V2AError
from v2a.types import FrameOptions
from v2a.video_to_frames import FrameReader
from v2a_daemon.children import media_reader, media_records
from v2a_daemon.children.media_reader import ChildFrameReader, MediaCrash
from v2a_daemon.children.process_limits import MediaLimits

LIMITS = MediaLimits(hours=1, pixels=1 << 24, streams=16, memory=4 << 30, cpu_s=60, stall_s=30)
MINE = ("NOT_MEDIA", "NO_VIDEO", "NO_FRAMES", "TOO_LARGE", "MEDIA_LIMIT", "EMPTY_FILE")


def outcome(path: Path, limits: MediaLimits = LIMITS) -> str:
    """The reason why a file gives nothing; "" where it gives frames."""
    reader = ChildFrameReader(path, 32, limits=limits)
    try:
        batches = list(reader)
    except V2AError as error:
        assert str(path) in error.message and "\n" not in error.message
        return error.reason
    assert sum(len(batch.indices) for batch in batches) > 0 and reader.clip.frames > 0
    return ""


def children() -> list[psutil.Process]:
    """Media children of this process's own: the tests' daemon has children, too."""
    found: list[psutil.Process] = []
    for child in psutil.Process().children():
        with suppress(psutil.Error):  # one that ends just now is none of these: they are waited for
            if "v2a_daemon.children.media_child" in child.cmdline():
                found.append(child)
    return found


@pytest.mark.parametrize(
    "options",
    [
        FrameOptions(batch=7),
        FrameOptions(None, batch=7),
        FrameOptions(None, batch=7, span=(Fraction(1, 3), Fraction(2))),
        FrameOptions(batch=7, span=(Fraction(3, 2), None)),
    ],
)
def test_frames_are_those_of_the_reader_in_process(tmp_path: Path, options: FrameOptions) -> None:
    film, told = write_film(tmp_path / "a film: 1 é.mp4", Film(scenes=(30, 41))), list[float]()
    here = FrameReader(film, 48, options)
    there = ChildFrameReader(film, 48, options, told.append)
    for one, other in zip(here, there, strict=True):
        assert np.array_equal(one.indices, other.indices)
        assert np.array_equal(one.pixels, other.pixels)
    one, other = here.clip, there.clip
    assert list(one.frame_times) == list(other.frame_times)
    assert list(one.source_times or ()) == list(other.source_times or ())
    assert np.array_equal(one.signatures, other.signatures)
    plain = {"frame_times": (), "signatures": None, "source_times": None}
    assert replace(one, **plain) == replace(other, **plain)
    assert told[-1] == 1.0


def test_leaving_early_and_cancelling_leave_no_process(tmp_path: Path) -> None:
    film = write_film(tmp_path / "film.mp4", Film(scenes=(200,)))
    options = FrameOptions(None, batch=4)
    for batch in ChildFrameReader(film, 32, options):
        assert len(batch.indices) == 4
        break
    asked = iter([False] * 2 + [True] * 1000)
    with pytest.raises(V2AError) as error:
        list(ChildFrameReader(film, 32, options, should_stop=lambda: next(asked)))
    assert error.value.reason == "CANCELLED" and not children()


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("exit@media", "WORKER_CRASHED"),
        ("kill@media", "WORKER_CRASHED"),
        ("hang@media", "MEDIA_LIMIT"),
    ],
)
def test_a_child_that_fails_by_itself_says_nothing_against_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str, reason: str
) -> None:
    film = write_film(tmp_path / "film.mp4", Film())
    monkeypatch.setenv("V2A_FAULT", fault)
    # A child that is only slow to start is not one that hangs.
    limits = replace(LIMITS, stall_s=3 if fault.startswith("hang") else 120)
    with pytest.raises(V2AError) as error:
        list(ChildFrameReader(film, 32, limits=limits))
    assert error.value.reason == reason and not children()
    assert isinstance(error.value, MediaCrash) == (reason == "WORKER_CRASHED")
    assert "damaged" not in f"{error.value.message} {error.value.remedy}"


LIFE = "import sys; sys.stdout.buffer.write(b'%s'); sys.stdout.flush(); import os, signal, time; "
DEATHS = {
    "the decoder crashes": ("os.kill(os.getpid(), signal.SIGSEGV)", "NO_FRAMES"),
    "the decoder aborts": ("os.abort()", "NO_FRAMES"),
    "it is led to lie": (
        "sys.stdout.write('0000'); sys.stdout.flush(); time.sleep(60)",
        "NO_FRAMES",
    ),
    "somebody kills it": ("os.kill(os.getpid(), signal.SIGKILL)", "WORKER_CRASHED"),
    "somebody ends it": ("os.kill(os.getpid(), signal.SIGTERM)", "WORKER_CRASHED"),
    "it breaks": ("raise ZeroDivisionError", "WORKER_CRASHED"),
    "it ends": ("pass", "WORKER_CRASHED"),
}


@pytest.mark.parametrize("lived", [True, False], ids=["with the file open", "before"])
@pytest.mark.parametrize("death", DEATHS)
def test_only_a_death_over_the_file_is_the_file_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, death: str, lived: bool
) -> None:
    """A child of the test's own that says what a child says before it opens a file, or not."""
    does, reason = DEATHS[death]
    sign = head('{"kind":"progress","fraction":0.0}') if lived else b""
    code = LIFE % "".join(f"\\x{byte:02x}" for byte in sign) + does
    start = subprocess.Popen

    def own(command: object, **options: Any) -> Any:
        return start([sys.executable, "-c", code], **options)

    monkeypatch.setattr(media_reader.subprocess, "Popen", own)
    monkeypatch.setattr(media_reader, "END_S", 1.0 if death == "it is led to lie" else 60.0)
    with pytest.raises(MediaCrash) as error:
        list(ChildFrameReader(tmp_path / "film.mp4", 32, limits=replace(LIMITS, stall_s=120)))
    assert error.value.reason == (reason if lived else "WORKER_CRASHED")
    assert "film.mp4" in error.value.message


# -- limits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        (replace(LIMITS, hours=1 / 3600), "hours"),
        (replace(LIMITS, pixels=96 * 54 - 1), "pixels"),
        (replace(LIMITS, streams=0), "streams"),
        (replace(LIMITS, frames=40), "frames"),
        (replace(LIMITS, memory=64 << 20), "memory"),
        (replace(LIMITS, cpu_s=0), "processor time"),
    ],
)
def test_every_limit_is_told(tmp_path: Path, limits: MediaLimits, says: str) -> None:
    film = write_film(tmp_path / "film.mp4", Film())
    with pytest.raises(V2AError) as error:
        list(ChildFrameReader(film, 32, limits=limits))
    assert error.value.reason == "MEDIA_LIMIT" and says in error.value.message


# -- hostile files --------------------------------------------------------------------------------


def many_streams(path: Path) -> None:
    with av.open(str(path), "w") as out:
        streams = [out.add_stream("libx264", rate=25) for _ in range(40)]
        for stream in streams:
            stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        for stream in streams:
            frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), "rgb24")
            out.mux(stream.encode(frame))
            out.mux(stream.encode(None))


def endless(path: Path) -> None:
    """A Matroska film that says it lasts for thirty thousand years."""
    with av.open(str(path), "w", format="matroska") as out:
        stream = out.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), "rgb24")
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    content = bytearray(path.read_bytes())
    at = content.index(b"\x44\x89\x88") + 3
    content[at : at + 8] = struct.pack(">d", 1e15)  # milliseconds
    # The track's own length, a tag, would be believed more.
    path.write_bytes(content.replace(b"DURATION", b"DURATIOM"))


def huge_header(path: Path) -> None:
    """The track's header and the picture's own say 65535 x 65535."""
    content = bytearray(write_film(path, Film(codec="mjpeg", pixel_format="yuvj420p")).read_bytes())
    for at in [k for k in range(len(content) - 9) if content[k : k + 2] == b"\xff\xc0"]:
        content[at + 5 : at + 9] = b"\xff\xff\xff\xff"
    path.write_bytes(content)


def no_rate(path: Path) -> None:
    """Every frame lasts no time at all."""
    content = bytearray(write_film(path, Film()).read_bytes())
    at = content.index(b"stts") + 12
    content[at : at + 4] = struct.pack(">I", 0)
    path.write_bytes(content)


def variable(path: Path) -> None:
    with av.open(str(path), "w", format="matroska") as out:
        stream = out.add_stream("libx264", rate=25, options={"bf": "0"})
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for at in (0, 7, 400, 401, 5000):
            frame = av.VideoFrame.from_ndarray(np.full((64, 64, 3), at % 255, np.uint8), "rgb24")
            frame.pts, frame.time_base = at, Fraction(1, 1000)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


def sound_only(path: Path) -> None:
    with av.open(str(path), "w") as out:
        stream = out.add_stream("aac", rate=16_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        frame.sample_rate = 16_000
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


def gif(width: int, height: int, frames: int) -> Callable[[Path], object]:
    """A film of few bytes that claims a picture of any size."""
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    one = b"\x21\xf9\x04\0\x01\0\0\0" + b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0)
    one += b"\x02\x02\x44\x01\0"
    return lambda path: path.write_bytes(head + one * frames + b"\x3b")


def bomb(path: Path) -> None:
    """A PNG of 60 KB in a film that unpacks to 4000 x 4000 pixels, a thousand times over."""
    rows = zlib.compress(b"\0" * (4000 * 3 + 1) * 4000, 9)

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 4000, 4000, 8, 2, 0, 0, 0))
    png = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    with av.open(str(path), "w", format="mov") as out:
        stream = out.add_stream("png", rate=25)
        stream.width, stream.height, stream.pix_fmt = 4000, 4000, "rgb24"
        for number in range(1000):
            packet = av.Packet(png)
            packet.stream, packet.pts, packet.dts = stream, number, number
            packet.time_base, packet.is_keyframe = Fraction(1, 25), True
            out.mux(packet)


CONCAT = "ffconcat version 1.0\nfile 'secret.mp4'\n"
HLS = "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nsecret.mp4\n#EXT-X-ENDLIST\n"
SDP = "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n"
HOSTILE: dict[str, tuple[Callable[[Path], object], tuple[str, ...]]] = {
    "ffconcat": (
        lambda p: p.write_text("ffconcat version 1.0\nfile 'secret.mp4'\n"),
        ("NOT_MEDIA",),
    ),
    "hls": (lambda p: p.write_text(HLS), ("NOT_MEDIA",)),
    "sdp": (lambda p: p.write_text(SDP), ("NOT_MEDIA",)),
    "many streams": (many_streams, ("MEDIA_LIMIT",)),
    "sound only": (sound_only, ("NO_VIDEO",)),
    "65535 x 65535": (gif(65_535, 65_535, 3), ("TOO_LARGE", "NO_FRAMES", "MEDIA_LIMIT")),
    "16000 x 16000": (gif(16_000, 16_000, 3), ("MEDIA_LIMIT",)),
    "empty": (Path.touch, ("EMPTY_FILE",)),
    "noise": (lambda p: p.write_bytes(np.random.default_rng(1).bytes(100_000)), ("NOT_MEDIA",)),
    "endless": (endless, ("MEDIA_LIMIT",)),
    "a picture without end": (huge_header, ("TOO_LARGE", "NO_FRAMES", "MEDIA_LIMIT")),
    "no rate": (no_rate, ("",)),
    "variable": (variable, ("",)),
    "one frame": (lambda p: write_film(p, Film(scenes=(1,))), ("",)),
    "tiny gif": (gif(8, 8, 2), ("",)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files(tmp_path: Path, name: str) -> None:
    make, reasons = HOSTILE[name]
    write_film(tmp_path / "secret.mp4", Film())
    film = tmp_path / "film.mp4"
    make(film)
    begun = time.monotonic()
    assert outcome(film) in reasons
    assert time.monotonic() - begun < 30 and not children()


@pytest.mark.slow
def test_a_bomb_is_bounded_by_its_processor_time(tmp_path: Path) -> None:
    bomb(film := tmp_path / "film.mov")
    assert film.stat().st_size < 80 << 20
    assert outcome(film, replace(LIMITS, cpu_s=3)) == "MEDIA_LIMIT" and not children()


@pytest.mark.parametrize("name", ["ffconcat", "hls"])
def test_the_child_opens_no_other_file(tmp_path: Path, name: str) -> None:
    """Another file that is named is a pipe: whoever opened it would wait for ever."""
    os.mkfifo(tmp_path / "secret.mp4")
    HOSTILE[name][0](tmp_path / "film.mp4")
    assert outcome(tmp_path / "film.mp4", replace(LIMITS, stall_s=20)) == "NOT_MEDIA"


MUTANTS = 10


@pytest.mark.slow
def test_damaged_files_end_cleanly(tmp_path: Path) -> None:
    """Bytes of a whole film altered by seed, a third of the copies cut short as well."""
    whole = write_film(tmp_path / "whole.mp4", Film(scenes=(20, 20))).read_bytes()
    film = tmp_path / "film.mp4"
    for seed in range(MUTANTS):
        rng = np.random.default_rng(seed)
        content = bytearray(whole)
        for at in rng.integers(0, len(content), rng.integers(1, 60)):
            content[at] = rng.integers(256)
        if seed % 3 == 0:
            content = content[: int(rng.integers(1, len(content)))]
        film.write_bytes(content)
        assert outcome(film) in ("", *MINE), seed
    assert not children()


# -- a child that lies ----------------------------------------------------------------------------


def said(*parts: bytes) -> list[media_records.Record]:
    """What is believed of a child's output."""
    expected = media_records.Expected(Path("film.mp4"), 4, 8, MediaLimits(frames=100))
    return list(media_records.read(io.BytesIO(b"".join(parts)), expected))


def head(text: str) -> bytes:
    return media_records.LENGTH.pack(len(text)) + text.encode()


CLIP = (
    '{"kind":"clip","frames":%s,"width":4,"height":4,"frame_rate":"%s","time_base":"1/25",'
    '"start":"0","variable_frame_rate":false,"still":false,"has_audio":false,"warnings":[]}'
)
LIES = {
    "nothing": b"",
    "half a length": b"\0\0",
    "a length without end": b"\xff\xff\xff\xff",
    "no JSON": head("pickle"),
    "another kind": head('{"kind":"exec"}'),
    "a fraction beyond 1": head('{"kind":"progress","fraction":7}'),
    "no number": head('{"kind":"progress","fraction":NaN}'),
    "more than is said": head('{"kind":"progress","fraction":0.5,"path":"/etc/passwd"}'),
    "a batch without end": head('{"kind":"batch","count":999999999}'),
    "a batch cut off": head('{"kind":"batch","count":2}') + b"\0" * 20,
    "frames twice": head('{"kind":"batch","count":2}') + b"\0" * (2 * 8 + 2 * 48),
    "too many frames": head(CLIP % (10**15, "25")),
    "an endless number": head(CLIP % (1, "1e999999999")),
    "division by nothing": head(CLIP % (1, "1/0")),
    "times that stand still": head(CLIP % (1, "25")) + b"\0" * 2000,
    "a reason of its own": head('{"kind":"trouble","reason":"DAEMON_LOST"}'),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lying_child_is_not_believed(lie: str) -> None:
    with pytest.raises(media_records.Untrusted):
        said(LIES[lie])


def test_what_a_child_says_is_shown_as_one_line() -> None:
    text = '{"kind":"trouble","reason":"MEDIA_LIMIT","detail":"a\\n\\u001b[31mb"}'
    (error,) = said(head(text))
    assert isinstance(error, V2AError) and error.reason == "MEDIA_LIMIT"
    assert "\n" not in error.message and "\x1b" not in error.message


def test_a_name_that_is_no_unicode(tmp_path: Path) -> None:
    if sys.platform in ("win32", "darwin"):
        pytest.skip("file names are Unicode here")
    film = write_film(tmp_path / "film.mp4", Film())
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.mp4"))
    film.rename(odd)
    digest = hashlib.sha256(odd.read_bytes()).hexdigest()
    assert outcome(odd) == "" and hashlib.sha256(odd.read_bytes()).hexdigest() == digest
