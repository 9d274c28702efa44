"""`v2a scenes`, `v2a packs` and `v2a generate` on several files, as a user types them."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.films import Film, write_film
from v2a.cli.app import run
from v2a.errors import DONE, FAILED

Outcome = tuple[int, str, str]


@pytest.fixture
def cli(tiny_pack_folder: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Runs a command in process, with the tiny pack where it takes one."""

    def call(command: str, *arguments: object) -> Outcome:
        capfd.readouterr()
        pack = ["--pack", str(tiny_pack_folder), "--device", "cpu"]
        words = [command, *(pack if command in ("generate", "scenes") else [])]
        code = run([*words, *map(str, arguments)])
        captured = capfd.readouterr()
        return code, captured.out, captured.err

    return call


def test_scenes_as_json(cli: Callable[..., Outcome], one_film: Path, tmp_path: Path) -> None:
    picture = tmp_path / "curve.png"
    code, out, err = cli("scenes", one_film, "--json", "--cut", 25, "--plot", picture)
    assert (code, err) == (DONE, "")
    told = json.loads(out)
    assert set(told) == {
        *("file", "frame_rate", "variable_frame_rate", "frames", "start", "duration"),
        *("rule", "threshold", "pack", "cuts", "scenes"),
    }
    assert (told["frame_rate"], told["frames"], told["duration"]) == ("25", 50, "2")
    assert [cut["frame"] for cut in told["cuts"]] == [25]
    assert set(told["cuts"][0]) == {"frame", "time", "kind", "extent", "score"}
    first, last = told["scenes"]
    assert (first["index"], first["start_frame"], first["end_frame"]) == (1, 0, 25)
    assert (last["start"], last["end"]) == ("1", "2")
    assert all(isinstance(words, str) and 0 <= score <= 1 for words, score in first["labels"])
    assert Image.open(picture).size == (2080, 720)


def test_scenes_as_a_table(cli: Callable[..., Outcome], one_film: Path) -> None:
    code, out, _ = cli("scenes", one_film, "--cut", 25)
    assert code == DONE and "50 frames at 25 per second" in out
    assert "00:01.000" in out and "25-49" in out
    code, out, _ = cli("scenes", one_film, "--whole")
    assert code == DONE and "0-49" in out


def test_a_still_scene_is_room_tone(cli: Callable[..., Outcome], tmp_path: Path) -> None:
    film = write_film(tmp_path / "a.mp4", Film(scenes=(25,), width=64, height=36, look="black"))
    _, out, _ = cli("scenes", film)
    assert "room tone (still or black)" in " ".join(out.split())
    told = json.loads(cli("scenes", film, "--json")[1])
    assert [scene["labels"] for scene in told["scenes"]] == [[["room tone", 1.0]]]


def test_guesses_are_told_as_such(
    cli: Callable[..., Outcome], one_film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tower of random weights knows nothing, and any film is as strange to it as another."""
    for limit in (0.0, 1.1):
        monkeypatch.setattr("v2a.mapping.scene_labels.UNSURE", limit)
        _, out, _ = cli("scenes", one_film, "--whole")
        assert ("unsure; nearest:" in " ".join(out.split())) == (limit > 1)


def test_a_plot_that_cannot_be_written(cli: Callable[..., Outcome], one_film: Path) -> None:
    code, _, err = cli("scenes", one_film, "--plot", one_film / "x.png")
    assert code == FAILED and err.count("\n") == 1 and "cannot be written" in err


def test_many_files_and_a_bad_one_among_them(cli: Callable[..., Outcome], tmp_path: Path) -> None:
    footage, out = tmp_path / "footage", tmp_path / "out"
    (footage / "deep").mkdir(parents=True)
    small = Film(scenes=(5,), width=32, height=18)
    for name in ("a.mp4", "deep/a.mp4", "deep/c.mkv"):
        write_film(footage / name, small)
    (footage / "b.mp4").write_text("no film")
    code, text, err = cli("generate", footage, "-o", out, "--steps", 1, "--progress", "json")
    assert code == FAILED
    assert sorted(os.listdir(out)) == ["a.foley", "a.mp4.foley", "c.foley"]
    assert "b.mp4" in text and "is not a video" in text and "c.foley" in text
    events = [json.loads(line) for line in err.splitlines()]
    ends = [event for event in events if "done" in event or "error" in event]
    assert ["done" if "done" in event else event["error"]["reason"] for event in ends] == [
        *("done", "NOT_MEDIA", "done", "done", "SOME_FAILED"),
    ]
    assert ends[0]["file"] == str(footage / "a.mp4")


def test_results_as_json_lines(cli: Callable[..., Outcome], tmp_path: Path) -> None:
    film = write_film(tmp_path / "a.mp4", Film(scenes=(5,), width=32, height=18))
    code, out, err = cli("generate", film, "--steps", 1, "--json", "--takes", 2)
    (line,) = out.splitlines()
    told = json.loads(line)
    assert (code, err, told["scenes"], told["duration"]) == (DONE, "", 1, "1/5")
    assert set(told["outputs"]) == {"mix", "timeline", "video", "sidecar", "report"}
    assert (tmp_path / "a.foley" / "scenes" / "a.sc001.take2.wav").is_file()


def test_the_list_of_packs(
    cli: Callable[..., Outcome],
    tiny_pack_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("V2A_PACKS", str(tmp_path))
    shutil.copytree(tiny_pack_folder, tmp_path / "mine")
    code, out, err = cli("packs", "list", "--json")
    assert (code, err) == (DONE, "")
    rows = {row["name"]: row for row in json.loads(out)}
    assert rows["paper"]["installed"] is False and rows["paper"]["commercial"] is False
    (mine,) = (row for row in rows.values() if row.get("folder") == str(tmp_path / "mine"))
    assert mine["bytes"] > 0 and "vocabulary" in mine["mappers"]
    code, out, _ = cli("packs", "list")
    assert code == DONE and "v2a packs pull paper" in out and "not for commercial use" in out


def test_packs_are_verified(
    cli: Callable[..., Outcome], tiny_pack_folder: Path, tmp_path: Path
) -> None:
    code, out, err = cli("packs", "verify", tiny_pack_folder)
    assert (code, err) == (DONE, "") and "all as recorded" in out
    spoilt = tmp_path / "spoilt"
    shutil.copytree(tiny_pack_folder, spoilt)
    (spoilt / "vae" / "config.json").unlink()
    (spoilt / "unet" / "config.json").write_text("{}")
    code, out, err = cli("packs", "verify", spoilt)
    assert (code, out) == (FAILED, "")
    assert sorted(err.splitlines()) == sorted(
        line for line in err.splitlines() if line.startswith("v2a: pack ")
    )
    assert "lacks its part vae/config.json" in err
    assert "has a part unet/config.json that is not what" in err


def test_packs_of_random_weights(cli: Callable[..., Outcome], tmp_path: Path) -> None:
    code, out, _ = cli("packs", "random", tmp_path / "noise", "--like", "tiny")
    assert (code, out) == (DONE, f"{tmp_path / 'noise'}\n")
    code, _, err = cli("packs", "random", tmp_path / "noise", "--like", "tiny")
    assert code == FAILED and err.count("\n") == 1
    code, _, err = cli("packs", "random", tmp_path / "other", "--like", "magic")
    assert code == 2 and "paper, pocket, tiny" in err
