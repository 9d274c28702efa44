"""Odd input that must work: the smallest, the largest, the broken and the strangely named."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import soundfile

from tests.films import Film, frames, repeat, write_film
from v2a.cli.app import run

Made = dict[str, Any]


@pytest.fixture
def generate(tiny_pack_folder: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., Made]:
    """`v2a generate --json` with the tiny pack on one film that must work: its sidecar."""

    def call(film: Path, *arguments: object) -> Made:
        capfd.readouterr()
        given = ["generate", "--no-daemon", "--pack", str(tiny_pack_folder), "--device", "cpu"]
        code = run([*given, "--steps", "1", "--json", str(film), *map(str, arguments)])
        captured = capfd.readouterr()
        assert code == 0, captured.err
        result = json.loads(captured.out)
        sidecar = json.loads(Path(result["outputs"]["sidecar"]).read_text("utf-8"))
        check(film, result, sidecar)
        return sidecar

    return call


def check(film: Path, result: Made, sidecar: Made) -> None:
    """What must be true of every result: all files, exact length, scenes that tile the film."""
    assert Path(result["folder"]).parent == film.parent
    for output in result["outputs"].values():
        assert Path(output).is_file()
    heard = soundfile.info(result["outputs"]["mix"])
    exact = Fraction(sidecar["duration"]) * 48_000
    assert heard.samplerate == 48_000 and heard.subtype == "PCM_24"
    assert heard.frames == int(exact + Fraction(1, 2))
    scenes = sidecar["scenes"]
    edges = [scene["start_frame"] for scene in scenes] + [sidecar["frames"]]
    assert edges[0] == 0 and [scene["end_frame"] for scene in scenes] == edges[1:]
    assert all(a < b for a, b in zip(edges, edges[1:], strict=False))
    assert not [path for path in film.parent.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize(
    "film",
    [
        Film(scenes=(1,)),
        Film(scenes=(1,), width=2, height=2),
        Film(scenes=(3,), rate=Fraction(60_000, 1001)),
        Film(scenes=(20,), width=54, height=96),
        Film(scenes=(10, 10), width=33, height=17, codec="mpeg4"),
    ],
    ids=["one frame (0.04 s)", "tiny", "0.05 s", "portrait", "odd size"],
)
def test_short_and_small(generate: Callable[..., Made], tmp_path: Path, film: Film) -> None:
    sidecar = generate(write_film(tmp_path / "film.mp4", film))
    assert sidecar["frames"] == sum(film.scenes)


def test_one_pixel(generate: Callable[..., Made], tmp_path: Path) -> None:
    film = Film(scenes=(5,), width=1, height=1, codec="ffv1", pixel_format="bgr0")
    assert generate(write_film(tmp_path / "film.mkv", film))["frames"] == 5


@pytest.mark.slow
def test_8k(generate: Callable[..., Made], tmp_path: Path) -> None:
    film = Film(scenes=(2,), width=7680, height=4320)
    assert generate(write_film(tmp_path / "film.mp4", film))["frames"] == 2


def test_a_broken_tail_is_scored_as_far_as_it_decodes(
    generate: Callable[..., Made], tmp_path: Path
) -> None:
    film = write_film(tmp_path / "film.mkv", Film(scenes=(50,), codec="mpeg4"))
    whole = film.read_bytes()
    film.write_bytes(whole[: len(whole) * 6 // 10])
    sidecar = generate(film)
    assert 5 < sidecar["frames"] < 50 and sidecar["warnings"]


def test_errors_in_the_middle(generate: Callable[..., Made], tmp_path: Path) -> None:
    film = write_film(tmp_path / "film.mp4", Film(scenes=(50,), codec="mpeg4"))
    data = bytearray(film.read_bytes())
    middle = len(data) // 3
    data[middle : middle + 40] = bytes(40)
    film.write_bytes(data)
    sidecar = generate(film)
    assert sidecar["frames"] > 30


@pytest.mark.parametrize(
    "name", ['it\'s "quoted" & spaced.mp4', "雨の日 дождь مطر 🎬.mp4", "-o.mp4"]
)
def test_names_in_every_script(generate: Callable[..., Made], tmp_path: Path, name: str) -> None:
    film = write_film(tmp_path / name, Film(scenes=(5,)))
    assert generate(film)["file"] == name
    assert (tmp_path / f"{film.stem}.foley" / f"{film.stem}.foley.wav").is_file()


@pytest.mark.parametrize("look", ["black", "still"])
def test_black_and_still_pictures_give_quiet_room_tone(
    generate: Callable[..., Made], tmp_path: Path, look: str
) -> None:
    film = write_film(tmp_path / "film.mp4", Film(scenes=(50,), look=look))
    sidecar = generate(film)
    assert [scene["quiet"] for scene in sidecar["scenes"]] == [True]
    assert [scene["labels"] for scene in sidecar["scenes"]] == [[["room tone", 1.0]]]
    sound, _ = soundfile.read(tmp_path / "film.foley" / "film.foley.wav")
    assert 0 < np.sqrt(np.mean(sound**2)) < 10 ** (-45 / 20)


def test_a_film_that_has_sound_already(generate: Callable[..., Made], tmp_path: Path) -> None:
    """Its own sound is left out of the results; audio before video in the file is no trouble."""
    path = tmp_path / "film.mkv"
    with av.open(str(path), "w") as container:
        sound = container.add_stream("aac", rate=16_000, layout="mono")
        picture = container.add_stream("mpeg4", rate=25)
        picture.width, picture.height, picture.pix_fmt = 96, 54, "yuv420p"
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        silence.sample_rate = 16_000
        container.mux(sound.encode(silence))
        container.mux(sound.encode(None))
        for number, pixels in enumerate(frames(Film(scenes=(12,)))):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(picture.encode(frame))
        container.mux(picture.encode(None))
    assert generate(path)["frames"] == 12


@pytest.mark.slow
def test_hundreds_of_cuts(generate: Callable[..., Made], tmp_path: Path) -> None:
    """Cuts an edit knows are taken as they are, however many and however close."""
    film = write_film(tmp_path / "film.mp4", Film(scenes=(2,) * 300, width=32, height=18))
    cuts = [argument for frame in range(2, 600, 2) for argument in ("--cut", frame)]
    assert len(generate(film, *cuts)["scenes"]) == 300


TWO_HOURS, MOST_BYTES = 120, 2e9
"""Minutes of film, and what its making may take at its peak."""


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_two_hours_by_ten_minutes_and_twenty(tiny_pack_folder: Path, tmp_path: Path) -> None:
    """What ten minutes more cost in memory, held for two hours; the whole film is a bench.

    The cost is counted in what Python and NumPy allocate, to the byte: what the system gives a
    process differs by more from run to run.
    """
    traced, peak = {}, 0
    for minutes in (10, 20):
        (tmp_path / str(minutes)).mkdir()
        film = film_of(minutes, tmp_path / str(minutes) / "film.mp4")
        result, facts = generated(film, tiny_pack_folder, TRACED)
        traced[minutes], tracing, peak = facts[-3:]
        peak -= tracing
        sidecar = json.loads(Path(result["outputs"]["sidecar"]).read_text("utf-8"))
        check(film, result, sidecar)
        assert Fraction(sidecar["duration"]) == 60 * minutes
        assert len(sidecar["scenes"]) >= minutes
    a_minute = max(0, traced[20] - traced[10]) / 10
    two_hours = peak + (TWO_HOURS - 20) * a_minute
    print(f"{a_minute / 1e6:.1f} MB a minute, {two_hours / 1e9:.2f} GB for two hours")
    assert two_hours < MOST_BYTES


def film_of(minutes: int, path: Path) -> Path:
    """A small film of three scenes a minute."""
    look = Film(scenes=(500, 500, 500), width=48, height=28)
    return repeat(path, write_film(path.with_name("minute.mp4"), look), minutes)


PLAIN = ("-m", "v2a")
TRACED = (
    "-c",
    """
import sys, tracemalloc
tracemalloc.start()
from v2a.cli.app import run
code = run(sys.argv[1:])
print(tracemalloc.get_traced_memory()[1], tracemalloc.get_tracemalloc_memory(), file=sys.stderr)
sys.exit(code)
""",
)
"""Python's words for v2a, and for one that tells its most bytes and what telling took."""


def generated(film: Path, pack: Path, words: tuple[str, ...] = PLAIN) -> tuple[Made, list[int]]:
    """What `v2a generate --json` prints of a film, in a process of its own, and its peaks, bytes.

    The last is the system's; those that the words tell come before it.
    """
    command = [sys.executable, *words, "generate", str(film), "--pack", str(pack), "--no-daemon"]
    command += ["--device", "cpu", "--steps", "1", "--json", "--progress", "none"]
    printed, told = own_peaks(command)
    return json.loads(printed), told


def own_peaks(command: list[str]) -> tuple[bytes, list[int]]:
    """What a command that must succeed prints; the numbers it tells on standard error, and last
    its own peak memory in bytes.

    Run by a small process of its own: the kernel counts what this process has held, and its
    other children, into the peak of a child that it starts itself.
    """
    small = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); "
    small += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", small, *command], check=True, capture_output=True)
    unit = 1 if sys.platform == "darwin" else 1024
    *told, peak = (int(word) for word in done.stderr.split() if word.isdigit())
    return done.stdout, [*told, peak * unit]
