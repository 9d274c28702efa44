"""Bad input: one clear line, the right exit code, and nothing half-written."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
import torch

from tests.films import Film, write_film
from tests.rights import as_ordinary_user
from v2a.cli.app import run
from v2a.errors import BAD_MEDIA, FAILED, USAGE

Outcome = tuple[int, str]
Generate = Callable[..., Outcome]


@pytest.fixture
def generate(tiny_pack_folder: Path, capfd: pytest.CaptureFixture[str]) -> Generate:
    """`v2a generate` with the tiny pack: exit code and what stderr holds; stdout must be empty."""

    def call(*arguments: object) -> Outcome:
        capfd.readouterr()
        given = ["generate", "--no-daemon", "--pack", str(tiny_pack_folder), "--device", "cpu"]
        code = run([*given, "--steps", "1", *map(str, arguments)])
        captured = capfd.readouterr()
        assert captured.out == ""
        return code, captured.err

    return call


def is_one_line(text: str) -> bool:
    return text.startswith("v2a: ") and text.count("\n") == 1 and "; " in text


def left_in(folder: Path) -> list[str]:
    """Everything in a folder, hidden things too."""
    return sorted(os.listdir(folder))


def sound_file(path: Path) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=16_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        frame.sample_rate = 16_000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def no_frames(path: Path) -> None:
    """A film whose every packet is noise; the container is whole."""
    write_film(path, Film(scenes=(5,)))
    data = bytearray(path.read_bytes())
    begin = data.index(b"mdat") + 4
    end = data.find(b"moov", begin)
    noise = np.random.default_rng(0).integers(0, 256, (end if end > 0 else len(data)) - 4 - begin)
    data[begin : begin + len(noise)] = noise.astype(np.uint8).tobytes()
    path.write_bytes(data)


def truncated(path: Path) -> None:
    write_film(path, Film())
    path.write_bytes(path.read_bytes()[:200])


def script_naming_another(path: Path) -> None:
    write_film(path.with_name("real.mp4"), Film())
    path.write_text("ffconcat version 1.0\nfile 'real.mp4'\n")


BAD_FILES: dict[str, tuple[Callable[[Path], object], int, str]] = {
    "not a video": (lambda path: path.write_bytes(b"MZ" * 5000), BAD_MEDIA, "not a video"),
    "text": (lambda path: path.write_text("hello " * 100), BAD_MEDIA, "not a video"),
    "empty": (Path.touch, BAD_MEDIA, "is empty"),
    "audio only": (sound_file, BAD_MEDIA, "no picture"),
    "no frames": (no_frames, BAD_MEDIA, "decoded"),
    "truncated": (truncated, BAD_MEDIA, ""),
    "script": (script_naming_another, BAD_MEDIA, "not a video"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_files(generate: Generate, tmp_path: Path, name: str) -> None:
    make, exit_code, says = BAD_FILES[name]
    film, out = tmp_path / "film.mp4", tmp_path / "out"
    make(film)
    out.mkdir()
    code, err = generate(film, "-o", out)
    assert code == exit_code
    assert is_one_line(err) and str(film) in err and says in err
    assert left_in(out) == []


@pytest.mark.parametrize("name", BAD_FILES)
def test_scenes_refuses_them_too(
    tiny_pack_folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    make, exit_code, says = BAD_FILES[name]
    film = tmp_path / "film.mp4"
    make(film)
    before = left_in(tmp_path)
    capfd.readouterr()
    code = run(["scenes", "--pack", str(tiny_pack_folder), "--device", "cpu", str(film)])
    captured = capfd.readouterr()
    assert (code, captured.out) == (exit_code, "")
    assert is_one_line(captured.err) and str(film) in captured.err and says in captured.err
    assert left_in(tmp_path) == before


def test_missing_and_urls(generate: Generate, tmp_path: Path) -> None:
    for given, says in ((tmp_path / "no.mp4", "does not exist"), ("https://a.b/c.mp4", "is a URL")):
        code, err = generate(given)
        assert code == USAGE and is_one_line(err) and says in err and str(given) in err


def test_a_folder_without_footage(generate: Generate, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    code, err = generate(tmp_path)
    assert code == BAD_MEDIA and is_one_line(err) and "holds no video file" in err


def test_no_permission(generate: Generate, tiny_film: Path) -> None:
    for closed, mode in ((tiny_film, 0o644), (tiny_film.parent, 0o755)):
        closed.chmod(0)
        with as_ordinary_user():
            code, err = generate(closed)
        closed.chmod(mode)
        assert code == FAILED and is_one_line(err) and "permission denied" in err
    assert left_in(tiny_film.parent) == [tiny_film.name]


def test_read_only_output(generate: Generate, tiny_film: Path) -> None:
    folder = tiny_film.parent
    folder.chmod(0o555)
    for out in (folder, folder / "new", tiny_film / "out"):
        with as_ordinary_user():
            code, err = generate(tiny_film, "-o", out)
        assert code == FAILED and is_one_line(err) and "cannot be written" in err
    folder.chmod(0o755)
    assert left_in(folder) == [tiny_film.name]


def test_full_disk_is_refused_early(generate: Generate, tiny_film: Path) -> None:
    """The film's picture is copied into the results, and this one is larger than the disk."""
    free = shutil.disk_usage(tiny_film).free
    try:
        os.truncate(tiny_film, free + (1 << 30))
    except OSError:
        pytest.skip("no sparse files here")
    code, err = generate(tiny_film)
    assert code == FAILED and is_one_line(err) and "MB are needed" in err
    assert left_in(tiny_film.parent) == [tiny_film.name]


def test_an_output_that_is_not_ours_is_kept(generate: Generate, tiny_film: Path) -> None:
    theirs = tiny_film.with_suffix(".foley")
    theirs.mkdir()
    (theirs / "precious.txt").write_text("mine")
    code, err = generate(tiny_film)
    assert code == FAILED and is_one_line(err) and "was not made by v2a" in err and "--force" in err
    assert (theirs / "precious.txt").read_text() == "mine"
    assert left_in(tiny_film.parent) == [theirs.name, tiny_film.name]


@pytest.mark.parametrize(
    ("part", "spoil", "says"),
    [
        ("unet/diffusion_pytorch_model.safetensors", Path.unlink, "lacks its part"),
        ("clip/open_clip_model.safetensors", Path.unlink, "lacks its part"),
        (
            "vae/diffusion_pytorch_model.safetensors",
            lambda path: path.write_bytes(path.read_bytes()[:-1] + b"\xff"),
            "is not what its pack.json records",
        ),
        ("pack.json", Path.unlink, "is not installed"),
        ("pack.json", lambda path: path.write_text("{"), "pack.json"),
    ],
)
def test_a_spoilt_pack_is_named(
    generate: Generate,
    tiny_pack_folder: Path,
    tiny_film: Path,
    tmp_path: Path,
    part: str,
    spoil: Callable[[Path], object],
    says: str,
) -> None:
    pack = tmp_path / "spoilt"
    shutil.copytree(tiny_pack_folder, pack)
    spoil(pack / part)
    code, err = generate(tiny_film, "--pack", pack)
    assert code == FAILED and is_one_line(err) and says in err
    assert part.rpartition("/")[2] in err or part == "pack.json"
    assert left_in(tiny_film.parent) == [tiny_film.name]


def test_a_device_and_a_mapper_that_are_not_there(generate: Generate, tiny_film: Path) -> None:
    code, err = generate(tiny_film, "--device", "cuda:99")
    assert code == FAILED and is_one_line(err) and "cuda:99" in err and "--device cpu" in err
    if not torch.cuda.is_available():
        code, err = generate(tiny_film, "--device", "cuda")
        assert code == FAILED and is_one_line(err) and "--device cpu" in err
    code, err = generate(tiny_film, "--mapper", "crystal-ball")
    assert code == USAGE and is_one_line(err) and "crystal-ball" in err and "vocabulary" in err
    code, err = generate(tiny_film, "--pack", "no-such-pack")
    assert code == FAILED and is_one_line(err) and "no-such-pack" in err


def test_words_for_a_scene_that_is_not_there(generate: Generate, tiny_film: Path) -> None:
    code, err = generate(tiny_film, "--whole", "--scene-prompt", "9=rain")
    assert code == USAGE and is_one_line(err) and "scene 9" in err
    assert left_in(tiny_film.parent) == [tiny_film.name]


def test_errors_as_json(generate: Generate, tmp_path: Path) -> None:
    code, err = generate(tmp_path / "no.mp4", "--progress", "json")
    (line,) = err.splitlines()
    assert code == USAGE
    assert json.loads(line)["error"]["reason"] == "NOT_FOUND"
    assert set(json.loads(line)["error"]) == {"reason", "message", "remedy"}
