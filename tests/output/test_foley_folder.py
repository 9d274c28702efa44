"""`NAME.foley` appears whole or not at all, and never over what is not ours."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections import namedtuple
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
import opentimelineio as otio
import pytest
import soundfile

import v2a
from tests import scores
from tests.films import Film as Footage
from tests.films import write_film
from v2a.api.job_types import ALL_KINDS, OutputKind
from v2a.errors import V2AError
from v2a.output import foley_folder as module
from v2a.output.foley_folder import check_output, foley_folder, write_foley
from v2a.output.foley_names import LONGEST, link, safe_name
from v2a.output.sidecar import RunFacts, plain, scenes_document
from v2a.tracks.film_with_sound import SoundOrigin
from v2a.types import PAPER, FrameOptions, GenerateOptions, Report, SceneOptions
from v2a.video_to_frames import FrameReader

SCHEMA = Path(v2a.__file__).parent / "data" / "foley.schema.json"
NAMES = [
    "plain",
    'it\'s "50 %" #1 & <b>?',
    "日本語 фильм פילם",
    "-o",
    ".hidden",
    "a.b c\\d",
    "$(x)`y`",
]
FACTS = RunFacts(
    pack="pocket",
    rule="robust",
    threshold=5.0,
    takes=[
        [SoundOrigin(7), SoundOrigin(8, "a bell")],
        [SoundOrigin(2**48 - 1), SoundOrigin(2**48 - 1)],
    ],
    pack_digests={"unet/config.json": "0" * 64},
    settings=plain(GenerateOptions()),
    versions={"v2a": v2a.__version__},
    seconds={"frames": 1.25},
    warnings=["a warning"],
)


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_film(tmp_path_factory.mktemp("footage") / "film.mp4", Footage())


def write(
    video: Path, folder: Path, takes: int = 1, chosen: dict[int, int] | None = None, **how: Any
) -> dict[str, Path]:
    reader = FrameReader(video, 32, FrameOptions())
    for _ in reader:
        pass
    found = scores.scenes(reader.clip, scores.cut(25))
    made = scores.tracks(reader.clip, found, takes=takes, chosen=chosen)
    return write_foley(folder, reader.clip, found, scores.sounds(2), made, FACTS, **how)


@pytest.mark.parametrize("name", NAMES)
def test_everything_is_there_whatever_its_name(tmp_path: Path, video: Path, name: str) -> None:
    source = tmp_path / f"{name}.mp4"
    source.write_bytes(video.read_bytes())
    folder = foley_folder(tmp_path / "out", source)
    assert folder.name == f"{name}.foley"
    files = write(source, folder, takes=2)
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    stems = {f"scenes/{name}.sc00{k}{take}.wav" for k in (1, 2) for take in ("", ".take2")}
    whole = {f"{name}.foley.{end}" for end in ("wav", "mp4", "json", "html")}
    assert there == {*whole, *stems, f"{name}.otio"}
    assert {path.name for path in files.values()} == {*whole, f"{name}.otio"}
    assert [path.name for path in (tmp_path / "out").iterdir()] == [folder.name]
    assert soundfile.info(files["mix"]).frames == 96_000
    for url in _links(files["timeline"]):
        assert (folder / url).resolve().is_file()


def _links(timeline: Path) -> list[str]:
    from urllib.parse import unquote

    read = otio.adapters.read_from_file(str(timeline))
    found = [r for clip in read.find_clips() for r in clip.media_references().values()]
    return [unquote(reference.target_url) for reference in found]


def test_the_sidecar_is_as_its_schema_says(tmp_path: Path, video: Path) -> None:
    files = write(video, tmp_path / "film.foley", takes=2)
    document = json.loads(files["sidecar"].read_text("utf-8"))
    schema = json.loads(SCHEMA.read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(document, schema)
    assert document["schema"] == 1 and document["samples"] == 96_000
    assert [scene["samples"] for scene in document["scenes"]] == [[0, 48_000], [48_000, 96_000]]
    assert [scene["seed"] for scene in document["scenes"]] == [7, 2**48 - 1]
    for scene in document["scenes"]:
        for take in scene["takes"]:
            path = tmp_path / "film.foley" / take["stem"]
            assert soundfile.info(path).frames == sum(scene["handles"]) + 48_000
    assert document["warnings"] == ["a warning"] and document["seconds"]["frames"] == 1.25


def test_the_take_in_use_is_the_scene_s(tmp_path: Path, video: Path) -> None:
    files = write(video, tmp_path / "film.foley", takes=2, chosen={1: 2})
    document = json.loads(files["sidecar"].read_text("utf-8"))
    jsonschema.validate(document, json.loads(SCHEMA.read_text("utf-8")))
    one, two = document["scenes"]
    assert (one["take"], one["seed"], one["prompt"]) == (2, 8, "a bell")
    assert one["stem"] == one["takes"][1]["stem"] == "scenes/film.sc001.take2.wav"
    assert (two["take"], two["seed"], two["stem"]) == (1, 2**48 - 1, "scenes/film.sc002.wav")
    assert [(t["take"], t["seed"], t["prompt"]) for t in one["takes"]] == [
        (1, 7, None),
        (2, 8, "a bell"),
    ]
    page = files["report"].read_text("utf-8")
    assert page.index("sc001.wav") < page.index("in the mix") < page.index("sc001.take2.wav")


@pytest.mark.parametrize("wanted", [*({kind} for kind in ALL_KINDS), {"report", "video"}, set()])
def test_only_what_is_wanted_is_written(
    tmp_path: Path, video: Path, wanted: set[OutputKind]
) -> None:
    files = write(video, tmp_path / "film.foley", takes=2, kinds=wanted)
    document = json.loads(files["sidecar"].read_text("utf-8"))
    jsonschema.validate(document, json.loads(SCHEMA.read_text("utf-8")))
    assert set(files) == set(document["files"]) == wanted - {"stems"} | {"sidecar"}
    assert document["loudness"]["integrated"] is not None
    there = {path.relative_to(files["sidecar"].parent) for path in _files(tmp_path)}
    stems = {take["stem"] for scene in document["scenes"] for take in scene["takes"]}
    assert len(stems) == (4 if "stems" in wanted else 1)
    named = {Path(file) for file in {*document["files"].values(), *stems} - {None}}
    assert there == named
    for page in files.get("report"), files.get("timeline"):
        text = page.read_text("utf-8") if page else ""
        for other in ("film.foley.wav", "film.foley.mp4", "film.otio", "sc001.wav"):
            assert other not in text or Path(other) in {
                path.relative_to(path.parent) for path in there
            }


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_part_of_a_file_has_no_picture_of_its_own(tmp_path: Path, video: Path) -> None:
    reader = FrameReader(video, 32, FrameOptions(span=(Fraction(1, 2), Fraction(3, 2))))
    list(reader)
    found = scores.scenes(reader.clip)
    made = scores.tracks(reader.clip, found)
    files = write_foley(
        tmp_path / "a.foley", reader.clip, found, scores.sounds(1), made, RunFacts("p", "robust", 5)
    )
    assert "video" not in files and soundfile.info(files["mix"]).frames == 26 * 1920
    assert json.loads(files["sidecar"].read_text("utf-8"))["warnings"] == [module.ONLY_A_PART]
    assert files["report"].read_text("utf-8").count("data:image/jpeg") >= 2


def test_the_timeline_points_to_the_media_as_it_is_told(tmp_path: Path, video: Path) -> None:
    url = "file:///Volumes/Raid/A%20001.mov"
    files = write(video, tmp_path / "film.foley", media_link=url)
    timeline = otio.adapters.read_from_file(str(files["timeline"]))
    assert timeline.video_tracks()[0][0].media_reference.target_url == url


def test_the_object_of_v2a_scenes() -> None:
    paper = scores.clip(251, Fraction(24000, 1001), path=Path("/footage/a.mp4"))
    found = scores.scenes(paper, scores.cut(95))
    labels = [(("rain on a roof", 0.62),)] * 2
    document = scenes_document(paper, found, labels, "robust", 5.0, "pocket")
    assert json.loads(json.dumps(document)) == {
        "file": "a.mp4",
        "frame_rate": "24000/1001",
        "variable_frame_rate": False,
        "frames": 251,
        "start": "0",
        "duration": "251251/24000",
        "rule": "robust",
        "threshold": 5.0,
        "pack": "pocket",
        "cuts": [
            {"frame": 95, "time": "19019/4800", "kind": "hard", "extent": [95, 95], "score": 9.0}
        ],
        "scenes": [
            {
                "index": k + 1,
                "start_frame": [0, 95][k],
                "end_frame": [95, 251][k],
                "start": ["0", "19019/4800"][k],
                "end": ["19019/4800", "251251/24000"][k],
                "labels": [["rain on a roof", 0.62]],
            }
            for k in range(2)
        ],
    }


def test_settings_become_plain() -> None:
    options = PAPER
    settings = plain(options)
    assert json.loads(json.dumps(settings, allow_nan=False)) == settings
    assert settings["scenes"]["rule"] == "paper" and settings["tracks"]["handle"] == "0"
    assert plain({1: SceneOptions(), "x": float("nan")})["x"] is None


def test_the_same_sound_gives_the_same_waves(tmp_path: Path, video: Path) -> None:
    first, second = (write(video, tmp_path / name / "film.foley") for name in "ab")
    assert first["mix"].read_bytes() == second["mix"].read_bytes()


def test_ours_is_replaced_and_nothing_else(tmp_path: Path, video: Path) -> None:
    folder = tmp_path / "film.foley"
    write(video, folder)
    (folder / "old").touch()
    write(video, folder)
    assert not (folder / "old").exists()
    (folder / "film.foley.json").write_text('{"schema": 1}')
    before = sorted(folder.rglob("*"))
    with pytest.raises(V2AError, match="not made by v2a"):
        write(video, folder)
    assert sorted(folder.rglob("*")) == before
    write(video, folder, force=True)
    assert json.loads((folder / "film.foley.json").read_text())["generator"] == "v2a"
    assert os.listdir(tmp_path) == ["film.foley"]


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_what_stands_there_stays(tmp_path: Path, video: Path, kind: str) -> None:
    folder, other = tmp_path / "film.foley", tmp_path / "other"
    other.mkdir()
    (other / "precious").touch()
    if kind == "file":
        folder.write_text("precious")
    elif kind == "folder":
        other.rename(folder)
    else:
        folder.symlink_to(other)
    for how in (lambda: write(video, folder), lambda: check_output(folder, video, None, PAPER)):
        with pytest.raises(V2AError) as caught:
            how()
        assert caught.value.reason == "OUTPUT_NOT_OURS"
    assert len(list(tmp_path.iterdir())) == (1 if kind == "folder" else 2 + (kind == "link") * 0)
    write(video, folder, force=True)
    assert (folder / "film.otio").is_file() and not folder.is_symlink()
    assert kind == "folder" or (other / "precious").is_file()


class Stopped(Exception):
    pass


def _stop_at(fraction: float) -> Report:
    def report(done: float) -> None:
        if done >= fraction:
            raise Stopped

    return report


@pytest.mark.parametrize("at", [0.0, 0.5, 1.0])
def test_stopping_leaves_nothing_and_keeps_the_old(tmp_path: Path, video: Path, at: float) -> None:
    folder = tmp_path / "film.foley"
    with pytest.raises(Stopped):
        write(video, folder, report=_stop_at(at))
    assert list(tmp_path.iterdir()) == []
    write(video, folder)
    (folder / "old").touch()
    with pytest.raises(Stopped):
        write(video, folder, report=_stop_at(at))
    assert [path.name for path in tmp_path.iterdir()] == ["film.foley"]
    assert (folder / "old").exists()


def test_progress_rises_to_one(tmp_path: Path, video: Path) -> None:
    told: list[float] = []
    write(video, tmp_path / "film.foley", report=told.append)
    assert told == pytest.approx(sorted(told)) and told[-1] == 1.0


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (errno.ENOSPC, "DISK_FULL"),
        (errno.EDQUOT, "DISK_FULL"),
        (errno.EROFS, "OUTPUT_READ_ONLY"),
        (errno.EACCES, "OUTPUT_READ_ONLY"),
    ],
)
def test_the_disk_s_errors_have_their_reasons(
    tmp_path: Path, video: Path, monkeypatch: pytest.MonkeyPatch, code: int, reason: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(module, "make_timeline", fail)
    with pytest.raises(V2AError) as caught:
        write(video, tmp_path / "film.foley")
    assert caught.value.reason == reason and caught.value.message
    assert list(tmp_path.iterdir()) == []


def test_a_nearly_full_disk_is_refused_early(
    tmp_path: Path, video: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**9, 0, 70 * 10**6))
    with pytest.raises(V2AError) as caught:
        check_output(tmp_path / "film.foley", video, Fraction(60), GenerateOptions())
    assert caught.value.reason == "DISK_FULL" and "70 MB are free" in caught.value.message
    with pytest.raises(V2AError):
        write(video, tmp_path / "film.foley")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_the_way_of_folders(tmp_path: Path, video: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file" / "film.foley", tmp_path / "file" / "deep" / "film.foley"):
        with pytest.raises(V2AError) as caught:
            check_output(folder, video, Fraction(2), GenerateOptions())
        assert caught.value.reason == "OUTPUT_READ_ONLY"


def test_a_name_that_is_no_text(tmp_path: Path, video: Path) -> None:
    source = Path(os.fsdecode(os.fsencode(tmp_path) + b"/in-\xff\xfe.mp4"))
    try:
        source.write_bytes(video.read_bytes())
    except OSError:
        pytest.skip("this file system holds text only")
    folder = foley_folder(tmp_path, source)
    files = write(source, folder)
    assert folder.name == "in-__.foley" and len(files) == 5
    assert json.loads(files["sidecar"].read_text("utf-8"))["file"] == "in-\ufffd\ufffd.mp4"
    assert "../in-%FF%FE.mp4" in files["timeline"].read_text("utf-8")


def test_checking_makes_nothing_but_the_folder(tmp_path: Path, video: Path) -> None:
    check_output(tmp_path / "new" / "film.foley", video, Fraction(2), GenerateOptions())
    assert list((tmp_path / "new").iterdir()) == []


def test_names() -> None:
    assert [safe_name(name) for name in NAMES] == NAMES
    assert safe_name("a\nb\0c/d\udcff") == "a_b_c_d_"
    assert safe_name("") == safe_name(" ") == "_"
    long = safe_name("日" * 300)
    assert len(long.encode()) <= LONGEST and set(long) == {"日"}
    assert link("scenes/a b#.wav") == "scenes/a%20b%23.wav"
