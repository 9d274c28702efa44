"""The flow as a whole: what a run depends on, what it reports and what it leaves."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from tests.films import Film, write_film
from v2a import pipeline
from v2a.analysis import FilmScenes
from v2a.api.progress_clock import WEIGHTS, JobClock
from v2a.errors import V2AError
from v2a.packs.locate import Pack
from v2a.pipeline import embed, find, generate, hear, scene_seed, sound_requests
from v2a.types import PAPER, GenerateOptions, Progress, SamplingOptions, SceneOptions, SceneText
from v2a.video_to_frames import FrameReader

Sounds = list[NDArray[np.float64]]
LENGTHS = (25, 40, 30)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_film(tmp_path_factory.mktemp("film") / "film.mp4", Film(scenes=LENGTHS))


@pytest.fixture
def options(tiny_pack_folder: Path) -> GenerateOptions:
    """The tiny pack with the film's own cuts, whatever its random tower sees."""
    return GenerateOptions(
        pack=str(tiny_pack_folder),
        device="cpu",
        scenes=SceneOptions(threshold=1e6, known_cuts=(25, 65)),
        sampling=SamplingOptions(steps=2),
    )


def sidecar(folder: Path) -> dict[str, Any]:
    return json.loads((folder / f"{folder.stem}.foley.json").read_text("utf-8"))


def stems(folder: Path) -> Sounds:
    """Every scene without its handles, take 1."""
    found: Sounds = []
    for scene in sidecar(folder)["scenes"]:
        sound, _ = soundfile.read(folder / scene["stem"])
        begin, end = scene["handles"]
        found.append(sound[begin : len(sound) - end])
    return found


def alike(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    return one.shape == other.shape and bool(np.abs(one - other).max() < 1e-3)


def test_a_run_can_be_repeated(film: Path, options: GenerateOptions, tmp_path: Path) -> None:
    first = generate(film, tmp_path / "a", options)
    again = generate(film, tmp_path / "b", options)
    other = generate(film, tmp_path / "c", replace(options, seed=1))
    assert first == tmp_path / "a" / "film.foley"
    for a, b, c in zip(stems(first), stems(again), stems(other), strict=True):
        assert alike(a, b) and not alike(a, c)
    assert [len(stem) for stem in stems(first)] == [round(n * 1920) for n in LENGTHS]


def test_words_for_one_scene_change_that_scene_only(
    film: Path, options: GenerateOptions, tmp_path: Path
) -> None:
    options = replace(options, tracks=replace(options.tracks, match_levels=False))
    plain = generate(film, tmp_path / "a", options)
    said = replace(options, scene_texts={2: SceneText("a bell")})
    told = generate(film, tmp_path / "b", said)
    assert [scene["prompt"] for scene in sidecar(told)["scenes"]] == [None, "a bell", None]
    moved = [np.abs(a - b).max() for a, b in zip(stems(plain), stems(told), strict=True)]
    assert moved[0] < 1e-3 and moved[2] < 1e-3 and moved[1] > 10 * max(moved[0], moved[2])


def test_long_films_sound_as_short_ones(
    film: Path, options: GenerateOptions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Generated scene by scene and kept in a file instead of in memory: the same sound."""
    whole = generate(film, tmp_path / "a", options)
    monkeypatch.setattr(pipeline, "GROUP_SECONDS", 1)
    monkeypatch.setattr("v2a.wave_store.WaveStore.__init__.__defaults__", (100,))
    pieces = generate(film, tmp_path / "b", options)
    assert all(alike(a, b) for a, b in zip(stems(whole), stems(pieces), strict=True))


def test_progress_tells_every_stage_and_ends_whole(
    film: Path, options: GenerateOptions, tmp_path: Path
) -> None:
    steps: list[Progress] = []
    folder = generate(film, tmp_path, options, steps.append)
    assert list(dict.fromkeys(step.stage for step in steps)) == list(WEIGHTS)
    wholes = [step.whole for step in steps]
    assert wholes == sorted(wholes) and wholes[-1] == pytest.approx(1)
    assert {step.of for step in steps if step.stage == "generate"} == {3}
    assert set(sidecar(folder)["seconds"]) >= {"load", "frames", "scenes", "sounds", "generate"}


def test_the_sidecar_tells_how_to_repeat_it(
    film: Path, options: GenerateOptions, tmp_path: Path
) -> None:
    told = sidecar(generate(film, tmp_path, replace(options, seed=5, takes=2)))
    assert [scene["seed"] for scene in told["scenes"]] == [scene_seed(5, k) for k in (1, 2, 3)]
    assert [len(scene["takes"]) for scene in told["scenes"]] == [2, 2, 2]
    assert told["settings"]["seed"] == 5 and told["settings"]["scenes"]["known_cuts"] == [25, 65]
    assert told["pack"] and told["pack_digests"] and told["versions"]["torch"]
    assert all(scene["labels"] for scene in told["scenes"])


def test_seeds_of_scenes_differ_and_stay() -> None:
    seeds = [scene_seed(seed, index) for seed in range(20) for index in range(1, 20)]
    assert len(set(seeds)) == len(seeds)
    assert scene_seed(0, 1) == 186_059_962_863_770 and max(seeds) < 2**48


def test_the_papers_way(film: Path, tiny_pack_folder: Path, tmp_path: Path) -> None:
    """Every frame, no handles, no joins: the mix is the scenes one after the other."""
    options = replace(
        PAPER,
        pack=str(tiny_pack_folder),
        device="cpu",
        scenes=replace(PAPER.scenes, known_cuts=(25, 65)),
        sampling=replace(PAPER.sampling, steps=2),
    )
    folder = generate(film, tmp_path, options)
    told = sidecar(folder)
    assert told["rule"] == "paper" and all(scene["handles"] == [0, 0] for scene in told["scenes"])
    mix, _ = soundfile.read(folder / "film.foley.wav")
    assert np.abs(mix - np.concatenate(stems(folder))).max() < 1e-6


def test_the_papers_way_without_segmentation(
    film: Path, tiny_pack_folder: Path, tmp_path: Path
) -> None:
    """One scene, its sound generated as 5 s and cut to the film's 3.8."""
    options = replace(
        PAPER,
        pack=str(tiny_pack_folder),
        device="cpu",
        scenes=replace(PAPER.scenes, whole=True),
        sampling=replace(PAPER.sampling, steps=2),
    )
    folder = generate(film, tmp_path, options)
    (stem,) = stems(folder)
    mix, rate = soundfile.read(folder / "film.foley.wav")
    assert len(mix) == len(stem) == sum(LENGTHS) * rate // 25
    assert np.abs(mix - stem).max() < 1e-6


def test_its_parts_make_what_it_makes(
    film: Path, options: GenerateOptions, tiny_pack: Pack, tmp_path: Path
) -> None:
    """Looked at once, then heard and made with other words: as if made in one go."""
    job = JobClock()
    told = replace(options, scene_texts={2: SceneText("a bell")})
    seen = embed(film, tiny_pack, options, job)
    assert list(seen.samples) == sorted(set(seen.samples)) and seen.embeddings.shape[1] == 512
    found = hear(seen, tiny_pack, told, job)
    whole = find(film, told)
    assert found.segmentation.scenes == whole.segmentation.scenes
    for ours, theirs in zip(found.sounds, whole.sounds, strict=True):
        np.testing.assert_allclose(ours.vector, theirs.vector, atol=1e-6)
    requests = sound_requests(found, told)
    assert [request.seed for request in requests] == [scene_seed(0, k) for k in (1, 2, 3)]
    assert [request.duration for request in requests] == [
        Fraction(frames, 25) for frames in (25 + 13, 40 + 26, 30 + 13)
    ]
    assert {"load", "frames", "scenes", "sounds"} == set(job.seconds)


def test_frames_may_come_from_elsewhere(
    film: Path, options: GenerateOptions, tiny_pack: Pack
) -> None:
    """Decoded by whatever is handed in, with what it needs to report and to stop."""
    opened: list[Path] = []

    def open_frames(path: Path, *rest: Any) -> FrameReader:
        opened.append(path)
        return FrameReader(path, *rest)

    ours = embed(film, tiny_pack, options, JobClock(), open_frames)
    theirs = embed(film, tiny_pack, options, JobClock())
    assert opened == [film]
    np.testing.assert_array_equal(ours.embeddings, theirs.embeddings)
    with pytest.raises(V2AError, match="cancelled"):
        embed(film, tiny_pack, options, JobClock(should_stop=lambda: True), open_frames)


def test_finding_makes_no_sound(film: Path, options: GenerateOptions, tmp_path: Path) -> None:
    found = find(film, options)
    assert isinstance(found, FilmScenes)
    assert [scene.start_frame for scene in found.segmentation.scenes] == [0, 25, 65]
    assert found.clip.duration == Fraction(95, 25) and len(found.sounds) == 3
    assert sorted(path.name for path in film.parent.iterdir()) == ["film.mp4"]


def test_our_own_results_are_replaced(film: Path, options: GenerateOptions, tmp_path: Path) -> None:
    folder = generate(film, tmp_path, options)
    (folder / "note.txt").write_text("of the first run")
    generate(film, tmp_path, options)
    assert not (folder / "note.txt").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["film.foley"]


def test_force_replaces_what_is_not_ours(
    film: Path, options: GenerateOptions, tmp_path: Path
) -> None:
    (tmp_path / "film.foley").mkdir()
    with pytest.raises(V2AError, match="not made by v2a"):
        generate(film, tmp_path, options)
    generate(film, tmp_path, options, force=True)
    assert sidecar(tmp_path / "film.foley")["frames"] == sum(LENGTHS)
