"""`v2a generate` through the daemon is `v2a generate` in process, wherever the film lies."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import opentimelineio as otio
import pytest
import soundfile

from tests.films import Film, write_film
from tests.fixtures_daemons import RunningDaemon
from v2a.client.runtime_files import read_runtime
from v2a.errors import BAD_MEDIA, DONE, FAILED, USAGE

Outcome = tuple[int, str, str]
SMALL = Film(scenes=(10, 10), width=64, height=36)
QUICK = ("--steps", 1, "--cut", 10)


@pytest.fixture
def seen(daemon: RunningDaemon, tmp_path: Path) -> Path:
    """A folder that the daemon sees."""
    folder = daemon.root / tmp_path.name
    folder.mkdir(exist_ok=True)
    return folder


def picture_of(folder: Path) -> Path:
    """The file that the timeline in a folder plays."""
    (timeline,) = folder.glob("*.otio")
    clip = next(iter(otio.adapters.read_from_file(str(timeline)).find_clips()))
    return (folder / clip.media_reference.target_url).resolve()


@pytest.mark.parametrize("near", [True, False], ids=["by path", "uploaded"])
def test_as_in_process(cli: Callable[..., Outcome], seen: Path, tmp_path: Path, near: bool) -> None:
    """The same line of JSON, the same files, the same sound."""
    footage = seen if near else tmp_path
    film = write_film(footage / "film.mp4", SMALL)
    there, here = footage / "there", footage / "here"
    told = {}
    for out, more in ((there, ()), (here, ("--no-daemon",))):
        code, text, err = cli("generate", film, "-o", out, *QUICK, "--json", *more)
        assert (code, err) == (DONE, "")
        told[out] = json.loads(text.replace(str(out), "OUT"))
        assert told[out].pop("seconds") > 0
    assert told[there] == told[here]
    files = [sorted(str(p.relative_to(out)) for p in out.rglob("*")) for out in (there, here)]
    assert files[0] == files[1]
    assert picture_of(there / "film.foley") == picture_of(here / "film.foley") == film
    for stem in (here / "film.foley" / "scenes").iterdir():
        mine, theirs = (
            soundfile.read(out / "film.foley" / "scenes" / stem.name)[0] for out in (here, there)
        )
        assert np.allclose(mine, theirs, atol=1e-3)


def test_many_files_and_bad_ones_among_them(
    cli: Callable[..., Outcome], seen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.mp4", "c.mkv", "d.mp4", "e.mp4"):
        write_film(seen / name, Film(scenes=(5,), width=32, height=18))
    (seen / "b.mp4").write_text("no film", "utf-8")
    monkeypatch.chdir(seen.parent)
    code, out, err = cli("generate", seen.name, "-o", seen / "out", "--steps", 1)
    first, last = err.splitlines()
    assert code == FAILED and last == "v2a: 1 of 5 files failed; see the lines above"
    assert first.startswith(f"v2a: {seen.name}/b.mp4 is not a video")
    assert sorted(os.listdir(seen / "out")) == [f"{name}.foley" for name in "acde"]
    rows = [line.split()[0] for line in out.splitlines() if ".m" in line]
    assert rows == [f"{seen.name}/{name}" for name in ("a.mp4", "b.mp4", "c.mkv", "d.mp4", "e.mp4")]
    assert f"{seen.name}/b.mp4 is not a video" in out and str(seen / "b.mp4") not in out


def test_what_stops_every_file_is_said_once(cli: Callable[..., Outcome], seen: Path) -> None:
    for name in ("a.mp4", "b.mp4"):
        write_film(seen / name, Film(scenes=(5,), width=32, height=18))
    code, out, err = cli("generate", seen, "--pack", "no-such-pack")
    assert (code, out, err.count("\n")) == (FAILED, "", 1) and "no-such-pack" in err


def test_a_folder_that_is_not_ours_is_left_alone(
    cli: Callable[..., Outcome], seen: Path, tmp_path: Path
) -> None:
    for footage in (seen, tmp_path):
        film = write_film(footage / "film.mp4", SMALL)
        (footage / "film.foley").mkdir()
        (footage / "film.foley" / "mine.txt").touch()
        code, _, err = cli("generate", film, *QUICK)
        assert code == FAILED and "was not made by v2a" in err
        assert os.listdir(footage / "film.foley") == ["mine.txt"]
        code, _, _ = cli("generate", film, *QUICK, "--force")
        assert code == DONE and not (footage / "film.foley" / "mine.txt").exists()


def test_nothing_to_do_starts_nothing(
    cli: Callable[..., Outcome], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("V2A_RUNTIME", str(tmp_path / "runtime"))
    code, _, err = cli("generate", tmp_path / "nothing.mp4")
    assert code == USAGE and "does not exist" in err
    assert read_runtime() is None


def test_no_film_is_not_uploaded(
    cli: Callable[..., Outcome], daemon: RunningDaemon, tmp_path: Path
) -> None:
    (tmp_path / "a.mp4").write_text("no film at all", "utf-8")
    code, _, err = cli("generate", tmp_path / "a.mp4")
    assert code == BAD_MEDIA and f"{tmp_path}/a.mp4 is not a video" in err
    uploaded = daemon.state / "uploads"
    assert not [path for path in uploaded.rglob("a.mp4") if path.read_bytes() == b"no film at all"]


def test_a_demo(cli: Callable[..., Outcome], seen: Path) -> None:
    code, out, err = cli("demo", "-o", seen / "demo", "--progress", "none")
    assert (code, err) == (DONE, "") and "demo.foley" in out.splitlines()[0]
    assert (seen / "demo" / "demo.foley" / "demo.otio").is_file()
