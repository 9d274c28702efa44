"""The WAV files are what they say: RIFF or RF64, exact sizes, 24 bits, a version 2 bext chunk."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from v2a.output.wav import Broadcast, WavWriter, read_blocks, to_pcm24, write_wav
from v2a.tracks.loudness import Loudness

TOLD = Broadcast(
    'scène 3, take 1: "rain"', 2**33 + 5, "v2a;pocket", Loudness(-23.04, 4.5, -20, -21.5, -1.04)
)


def chunks(path: Path) -> dict[bytes, bytes]:
    """Chunks of a RIFF file by name, `data` with the size its ds64 gives."""
    raw, place, found = path.read_bytes(), 12, {}
    while place < len(raw):
        name, size = struct.unpack_from("<4sI", raw, place)
        if name == b"data" and size == 0xFFFFFFFF:
            size = struct.unpack_from("<Q", found[b"ds64"], 8)[0]
        found[name] = raw[place + 8 : place + 8 + size]
        assert len(found[name]) == size
        place += 8 + size + size % 2
    assert place == len(raw)
    return found


@pytest.mark.parametrize("samples", [0, 1, 2, 4801])
@pytest.mark.parametrize("riff_limit", [0xFFFFFFFF, 100])
def test_sizes_and_samples(tmp_path: Path, samples: int, riff_limit: int) -> None:
    wave = np.random.default_rng(0).uniform(-1, 1, samples).astype(np.float32)
    with WavWriter(tmp_path / "a.wav", samples, 48_000, TOLD, riff_limit) as wav:
        wav.write(wave[: samples // 2])
        wav.write(wave[samples // 2 :])
    raw, found = (tmp_path / "a.wav").read_bytes(), chunks(tmp_path / "a.wav")
    size = len(raw) - 8
    if riff_limit == 100:
        assert raw[:8] == b"RF64\xff\xff\xff\xff"
        assert struct.unpack("<QQQI", found[b"ds64"]) == (size, samples * 3, samples, 0)
    else:
        assert raw[:8] == b"RIFF" + struct.pack("<I", size)
    assert struct.unpack("<HHIIHH", found[b"fmt "]) == (1, 1, 48_000, 144_000, 3, 24)
    assert len(found[b"data"]) == samples * 3
    read, rate = soundfile.read(tmp_path / "a.wav", dtype="float64")
    assert rate == 48_000 and soundfile.info(tmp_path / "a.wav").subtype == "PCM_24"
    np.testing.assert_allclose(read, wave, atol=2**-24)


def test_the_broadcast_chunk(tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", [np.zeros(10, np.float32)], 10, 48_000, TOLD)
    bext = chunks(tmp_path / "a.wav")[b"bext"]
    assert bext[:256].rstrip(b"\0") == b'sc?ne 3, take 1: "rain"'
    assert bext[256:288].rstrip(b"\0") == b"v2a"
    assert struct.unpack_from("<QH", bext, 338) == (2**33 + 5, 2)
    assert struct.unpack_from("<5h", bext, 412) == (-2304, 450, -104, -2000, -2150)
    assert bext[602:] == b"A=PCM,F=48000,W=24,M=mono,T=v2a;pocket\r\n"


def test_what_is_not_measured_says_so(tmp_path: Path) -> None:
    silent = Loudness(-np.inf, 0, -np.inf, -np.inf, -np.inf)
    for told, unknown in ((Broadcast("x"), 5), (Broadcast("x", loudness=silent), 4)):
        write_wav(tmp_path / "a.wav", [], 0, 48_000, told)
        values = struct.unpack_from("<5h", chunks(tmp_path / "a.wav")[b"bext"], 412)
        assert values.count(0x7FFF) == unknown


def test_what_is_known_only_at_the_end_is_written_too(tmp_path: Path) -> None:
    with WavWriter(tmp_path / "a.wav", 3, 48_000, replace(TOLD, loudness=None)) as wav:
        wav.write(np.full(3, 0.5, np.float32))
        wav.broadcast = TOLD
    bext = chunks(tmp_path / "a.wav")[b"bext"]
    assert struct.unpack_from("<h", bext, 412) == (-2304,)
    assert soundfile.read(tmp_path / "a.wav")[0].tolist() == [0.5, 0.5, 0.5]


def test_full_scale_is_held_not_wrapped() -> None:
    held = to_pcm24(np.array([2, 1, -1, -2, 0, 2**-23], np.float32))
    assert held == bytes.fromhex("ffff7f ffff7f 000080 000080 000000 010000")


def test_the_same_sound_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in "ab":
        write_wav(tmp_path / name, [np.ones(5, np.float32)], 5, 48_000, TOLD)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_blocks_are_read_back(tmp_path: Path) -> None:
    wave = np.linspace(-0.5, 0.5, 1000, dtype=np.float32)
    write_wav(tmp_path / "a.wav", [wave], 1000, 48_000, TOLD)
    blocks = list(read_blocks(tmp_path / "a.wav", 300))
    assert [len(block) for block in blocks] == [300, 300, 300, 100]
    np.testing.assert_allclose(np.concatenate(blocks), wave, atol=2**-23)


def test_too_few_samples_are_a_mistake(tmp_path: Path) -> None:
    with (
        pytest.raises(AssertionError),
        WavWriter(tmp_path / "a.wav", 3, 48_000, Broadcast("x")) as wav,
    ):
        wav.write(np.ones(2, np.float32))


def test_what_begins_before_the_film_counts_from_the_midnight_before(tmp_path: Path) -> None:
    told = Broadcast("a", time_reference=-24_000)
    write_wav(tmp_path / "a.wav", [np.zeros(10, np.float32)], 10, 48_000, told)
    bext = chunks(tmp_path / "a.wav")[b"bext"]
    assert struct.unpack_from("<Q", bext, 338) == (24 * 3600 * 48_000 - 24_000,)
