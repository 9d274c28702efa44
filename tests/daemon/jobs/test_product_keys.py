"""Keys of products: another version never finds what this one made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

import v2a
from v2a import versions
from v2a.api.job_types import TimelineClip, Upload
from v2a.job_settings import Settings
from v2a.packs.locate import find_pack
from v2a_daemon.children.tracks_messages import TracksRequest
from v2a_daemon.children.worker_messages import SceneSummary
from v2a_daemon.jobs import product_keys
from v2a_daemon.jobs.job_spec import ClipToDo
from v2a_daemon.jobs.product_keys import ProductKeys
from v2a_daemon.stages import analysis_file

FILM = Path("/footage/film.mp4")
SCENE = SceneSummary(
    1, 0, 60, Fraction(0), Fraction(12, 5), False, (("rain", 0.5),), "v2a-mlp", None, "00",
    Fraction(12, 5), 60, 1,
)  # fmt: skip


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    """Versions are asked for once a process."""
    versions.shaping_versions.cache_clear()
    yield
    versions.shaping_versions.cache_clear()


def request(keys: ProductKeys, media: Path | Upload = FILM) -> TracksRequest:
    todo = ClipToDo(1, TimelineClip(media), FILM, "film")
    return TracksRequest(
        Path("found.npz"), todo.clip, FILM, "film", Path("out"), False, keys.options(todo), [],
        "tiny", {}, Path("memory.json"),
    )  # fmt: skip


def all_keys(pack: Path) -> dict[str, str]:
    keys = ProductKeys(Settings(pack=str(pack)), find_pack(str(pack)))
    todo = ClipToDo(1, TimelineClip(FILM), FILM, "film")
    return {
        "frames": keys.frames(todo, "content"),
        "found": keys.found(todo, "frames"),
        "take": keys.take(todo, SCENE, 1, 0),
        "output": keys.output(request(keys)),
    }


@pytest.mark.parametrize("name", ["v2a", "av", "torch", "numpy", "open_clip_torch", "timm", "soxr"])
def test_another_version_has_other_keys(
    tiny_pack_folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    before = all_keys(tiny_pack_folder)
    assert all_keys(tiny_pack_folder) == before
    versions.shaping_versions.cache_clear()
    if name == "v2a":
        monkeypatch.setattr(v2a, "__version__", "9.9")
    else:
        real = versions.version
        monkeypatch.setattr(versions, "version", lambda n: "9.9" if n == name else real(n))
    after = all_keys(tiny_pack_folder)
    assert all(after[kind] != before[kind] for kind in before)


def test_another_format_of_the_analysis_has_other_keys(
    tiny_pack_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = all_keys(tiny_pack_folder)
    monkeypatch.setattr(product_keys, "FORMAT", analysis_file.FORMAT + 1)
    after = all_keys(tiny_pack_folder)
    assert after["frames"] != before["frames"] and after["found"] != before["found"]


def test_results_that_tell_another_name_are_others(tiny_pack_folder: Path) -> None:
    """The same bytes, brought twice under two names, or reached by two links."""
    keys = ProductKeys(Settings(pack=str(tiny_pack_folder)), find_pack(str(tiny_pack_folder)))
    media = [FILM, Path("/footage/link.mp4"), Upload("00", "a.mp4"), Upload("00", "b.mp4")]
    assert len({keys.output(request(keys, given)) for given in media}) == len(media)
    moved = replace(request(keys), seconds={"find": 3.0})
    assert keys.output(moved) == keys.output(request(keys))


def test_an_output_remembered_in_another_way_is_forgotten() -> None:
    from v2a_daemon.store.output_stamp import recall

    for memory in ("", "{}", "[1, 2]", "\ud800", b"\xff\x00", '[{"folder": "out"}, []]', "null"):
        assert recall(memory) is None
