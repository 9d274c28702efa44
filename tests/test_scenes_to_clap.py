"""Pooling, mapping, blending and naming of scenes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from v2a.disk import sha256
from v2a.errors import V2AError
from v2a.mapping.mappers import NetworkMapper, VocabularyMapper, likeness
from v2a.mapping.vocabulary import Vocabulary, VocabularyEntry
from v2a.mapping.word_bank import WordBank, save_bank, unit, word_bank
from v2a.packs.locate import Pack, find_pack
from v2a.packs.manifest import LabelScale, Mappers, write_manifest
from v2a.scenes_to_clap import MAPPERS, SceneListener, pool, slerp
from v2a.types import Scene, SceneText

WORDS = ["rain", "dog", "sea", "bell", "fire", "car", "bird", "clock"]
SILENT = SceneText()


@pytest.fixture(scope="module")
def pack(tiny_pack_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """The tiny pack with eight words and two random mappers."""
    from v2a.mapping.mapper_mlp import MapperMLP

    folder = tmp_path_factory.mktemp("packs") / "mapped"
    shutil.copytree(tiny_pack_folder, folder)
    entries = [{"label": w, "sound": f"a {w} sounding", "cues": [f"a {w}"]} for w in WORDS]
    (folder / "vocabulary.json").write_text(json.dumps({"schema": 1, "entries": entries}))
    files = {n: f"mappers/{n}.safetensors" for n in ("v2a-mlp", "scene-detector")}
    for path in files.values():
        MapperMLP().save(folder / path, half=True)
    manifest = find_pack(str(folder)).manifest
    hashes = {n: sha256(folder / n) for n in ("vocabulary.json", *files.values())}
    mappers = Mappers("scene-detector", files)
    write_manifest(folder, replace(manifest, mappers=mappers, files={**manifest.files, **hashes}))
    return find_pack(str(folder))


@pytest.fixture(scope="module")
def pooled() -> NDArray[np.float32]:
    return np.random.default_rng(3).normal(size=(6, 512)).astype(np.float32)


def random_bank(entries: int, seed: int = 5) -> WordBank:
    rng = np.random.default_rng(seed)
    words = Vocabulary(
        tuple(VocabularyEntry(str(i), str(i), (str(i),), "") for i in range(entries))
    )
    clip, clap = (unit(rng.normal(size=(entries, 512))) for _ in range(2))
    return WordBank(words, clip, clap)


def lengths(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.linalg.norm(rows, axis=-1)


def tile(*cuts: int) -> list[Scene]:
    pairs = zip(cuts, cuts[1:], strict=False)
    return [Scene(i + 1, start, end) for i, (start, end) in enumerate(pairs)]


class TestPool:
    embeddings = np.random.default_rng(1).normal(2, 3, size=(9, 512)).astype(np.float32)
    samples = np.arange(9) * 5

    def test_raw_is_the_plain_mean_of_a_scenes_samples(self) -> None:
        found = pool(self.embeddings, self.samples, tile(0, 15, 16, 45), normalise=False)
        np.testing.assert_allclose(found[0], self.embeddings[:3].mean(0), rtol=1e-4)
        np.testing.assert_allclose(found[1], self.embeddings[3], rtol=1e-6)
        np.testing.assert_allclose(found[2], self.embeddings[4:].mean(0), rtol=1e-4)

    def test_normalised_no_frame_counts_more_and_the_result_is_unit(self) -> None:
        scaled = self.embeddings * np.linspace(0.1, 50, 9, dtype=np.float32)[:, None]
        found = pool(self.embeddings, self.samples, tile(0, 20, 45))
        np.testing.assert_allclose(pool(scaled, self.samples, tile(0, 20, 45)), found, atol=1e-6)
        np.testing.assert_allclose(lengths(found), 1, atol=1e-6)

    @pytest.mark.parametrize(
        ("scene", "sample"), [((6, 7), 1), ((8, 9), 2), ((41, 45), 8), ((1, 2), 0), ((7, 9), 1)]
    )
    def test_a_scene_between_samples_takes_the_nearest(
        self, scene: tuple[int, int], sample: int
    ) -> None:
        found = pool(self.embeddings, self.samples, [Scene(1, *scene)], normalise=False)
        np.testing.assert_array_equal(found[0], self.embeddings[sample])

    @settings(max_examples=40, deadline=None)
    @given(st.sets(st.integers(1, 44), max_size=12))
    def test_scenes_do_not_see_each_other(self, cuts: set[int]) -> None:
        scenes = tile(0, *sorted(cuts), 45)
        together = pool(self.embeddings, self.samples, scenes)
        alone = [pool(self.embeddings, self.samples, [scene])[0] for scene in scenes]
        np.testing.assert_array_equal(together, alone)
        assert together.dtype == np.float32 and np.isfinite(together).all()

    def test_a_black_frames_zero_vector_does_no_harm(self) -> None:
        found = pool(np.zeros((2, 512), np.float32), np.arange(2), tile(0, 2))
        assert np.isfinite(found).all()


class TestSlerp:
    ends = unit(np.random.default_rng(2).normal(size=(2, 512)))

    def test_the_ends_are_exact(self) -> None:
        start, end = self.ends
        assert slerp(start, end, 0) is start and slerp(start, end, 1) is end

    @settings(deadline=None)
    @given(st.floats(0, 1))
    def test_between_it_is_unit_and_turns_evenly(self, weight: float) -> None:
        start, end = self.ends
        angle = np.arccos(start @ end)
        found = slerp(start, end, weight)
        assert abs(np.linalg.norm(found) - 1) < 1e-5
        assert abs(np.arccos(np.clip(start @ found, -1, 1)) - weight * angle) < 2e-3

    @pytest.mark.parametrize("sign", [1, -1])
    def test_no_way_or_no_single_way(self, sign: int) -> None:
        start = self.ends[0]
        for weight in (0.2, 0.5, 0.8):
            assert abs(np.linalg.norm(slerp(start, sign * start, weight)) - 1) < 1e-5


class TestMappers:
    @pytest.mark.parametrize("name", sorted(MAPPERS))
    def test_each_gives_unit_rows_one_by_one(
        self, pack: Pack, pooled: NDArray[np.float32], name: str
    ) -> None:
        mapper = MAPPERS[name](pack, name, word_bank(pack, "cpu"))
        found = mapper(pooled)
        assert found.shape == (6, 512) and found.dtype == np.float32
        np.testing.assert_allclose(lengths(found), 1, atol=1e-5)
        np.testing.assert_array_equal(found, mapper(pooled))
        order = np.array([3, 0, 5, 1, 4, 2])
        np.testing.assert_allclose(mapper(pooled[order]), found[order], atol=1e-5)
        np.testing.assert_allclose(mapper(pooled[2:3])[0], found[2], atol=1e-5)

    @pytest.mark.parametrize("takes", ["unit", "raw"])
    @pytest.mark.parametrize("half", [False, True])
    def test_numpy_and_torch_agree(
        self, tmp_path: Path, pooled: NDArray[np.float32], takes: str, half: bool
    ) -> None:
        from v2a.mapping.mapper_mlp import MapperMLP

        path = tmp_path / "deep" / "mapper.safetensors"
        MapperMLP(takes).save(path, half, {"data": "none"})  # type: ignore[arg-type]
        network = MapperMLP.load(path)
        assert network.takes == takes
        assert path.stat().st_size < (2.2e6 if half else 4.3e6) * 1.5
        given_in = torch.from_numpy(pooled if takes == "raw" else unit(pooled))
        with torch.inference_mode():
            wanted = torch.nn.functional.normalize(network(given_in), dim=-1).numpy()
        np.testing.assert_allclose(NetworkMapper(path)(pooled), wanted, atol=2e-5)
        louder = NetworkMapper(path)(pooled * 9)
        assert np.allclose(louder, wanted, atol=2e-5) == (takes == "unit")

    def test_the_network_is_table_one(self) -> None:
        from v2a.mapping.mapper_mlp import MapperMLP

        shapes = {n: tuple(p.shape) for n, p in MapperMLP().named_parameters()}
        assert [s for n, s in shapes.items() if n.endswith("weight")] == [
            (1024, 512),
            (512, 1024),
            (512, 512),
            (512, 512),
        ]
        assert sum(int(np.prod(s)) for s in shapes.values()) == 1_575_424

    def test_the_vocabulary_picks_what_the_picture_shows(self) -> None:
        bank = random_bank(40)
        shown = unit(bank.clip + 0.3 * random_bank(40, 6).clip)
        found = VocabularyMapper(bank)(shown)
        assert np.array_equal((found @ bank.clap.T).argmax(1), np.arange(40))

    def test_the_vocabulary_mixes_no_more_than_five(self) -> None:
        bank = random_bank(40)
        between = unit(bank.clip[:20].sum(0, keepdims=True))
        weights, *_ = np.linalg.lstsq(
            bank.clap.T.astype(float), VocabularyMapper(bank)(between)[0], rcond=None
        )
        assert (np.abs(weights) > 1e-4).sum() == 5

    def test_a_file_that_is_no_such_network_is_refused(self, tmp_path: Path) -> None:
        from safetensors.numpy import save_file

        path = tmp_path / "mapper.safetensors"
        for tensors in ({}, {"linear1.weight": np.zeros((2, 2), np.float32)}):
            save_file(tensors, path)
            with pytest.raises(ValueError):
                NetworkMapper(path)
        path.write_bytes(b"not safetensors")
        with pytest.raises(ValueError):
            NetworkMapper(path)

    def test_shares_add_up_whatever_the_length(self, pooled: NDArray[np.float32]) -> None:
        bank = random_bank(30)
        shares = likeness(pooled, bank)
        np.testing.assert_allclose(shares.sum(1), 1)
        np.testing.assert_allclose(likeness(pooled * 100, bank), shares, rtol=1e-4)


class TestListener:
    def test_the_pack_chooses_when_nobody_does(
        self, pack: Pack, pooled: NDArray[np.float32]
    ) -> None:
        told = SceneListener(pack, None, "cpu")(pooled, [SILENT] * 6)
        named = SceneListener(pack, "scene-detector", "cpu")(pooled, [SILENT] * 6)
        assert {sound.mapper for sound in told} == {"scene-detector"}
        for one, other in zip(told, named, strict=True):
            np.testing.assert_array_equal(one.vector, other.vector)
            assert one.negative is None and one.prompt is None

    def test_an_unknown_mapper_is_told_what_there_is(self, pack: Pack) -> None:
        with pytest.raises(V2AError) as caught:
            SceneListener(pack, "crystal-ball", "cpu")
        assert caught.value.reason == "NO_MAPPER"
        for name in ("crystal-ball", "scene-detector", "v2a-mlp", "vocabulary"):
            assert name in caught.value.message + caught.value.remedy

    def test_labels_come_from_the_picture_whichever_mapper(
        self, pack: Pack, pooled: NDArray[np.float32]
    ) -> None:
        texts = [SILENT, SceneText(prompt="a gong"), *[SILENT] * 4]
        told = [SceneListener(pack, name, "cpu")(pooled, texts) for name in MAPPERS]
        for same in zip(*told, strict=True):
            assert len({sound.labels for sound in same}) == 1
            words, scores = zip(*same[0].labels, strict=True)
            assert len(set(words)) == 5 and set(words) <= set(WORDS)
            assert list(scores) == sorted(scores, reverse=True)
            assert min(scores) > 0 and sum(scores) <= 1

    def test_a_scene_that_looks_like_a_cue_is_named_after_it(self, pack: Pack) -> None:
        bank = word_bank(pack, "cpu")
        told = SceneListener(pack, None, "cpu")(bank.clip, [SILENT] * 8)
        assert [sound.labels[0][0] for sound in told] == WORDS

    def test_a_scale_of_labels_changes_scores_and_nothing_else(
        self, pack: Pack, pooled: NDArray[np.float32]
    ) -> None:
        doubtful = Pack(pack.folder, replace(pack.manifest, labels=LabelScale(0.9, 1.0)))
        for mapper in MAPPERS:
            plain = SceneListener(pack, mapper, "cpu")(pooled, [SILENT] * 6)
            told = SceneListener(doubtful, mapper, "cpu")(pooled, [SILENT] * 6)
            for one, other in zip(plain, told, strict=True):
                np.testing.assert_array_equal(one.vector, other.vector)
                assert [w for w, _ in one.labels] == [w for w, _ in other.labels]
                assert {score for _, score in other.labels} == {0.0}

    def test_prompts_replace_keep_or_blend(self, pack: Pack, pooled: NDArray[np.float32]) -> None:
        listener = SceneListener(pack, None, "cpu")
        row = pooled[:1]
        mapped = listener(row, [SILENT])[0].vector
        said = pack.text_encoder("cpu")(["glass breaking"])[0]

        def at(weight: float) -> NDArray[np.float32]:
            return listener(row, [SceneText(prompt="glass  breaking ", weight=weight)])[0].vector

        np.testing.assert_allclose(at(1), said, atol=1e-6)
        np.testing.assert_array_equal(at(0), mapped)
        towards = [float(at(w) @ said) for w in (0, 0.25, 0.5, 0.75, 1)]
        assert towards == sorted(towards) and towards[0] < towards[-1]
        np.testing.assert_allclose(np.linalg.norm(at(0.4)), 1, atol=1e-5)

    def test_a_label_stands_for_its_sound(self, pack: Pack, pooled: NDArray[np.float32]) -> None:
        listener = SceneListener(pack, None, "cpu")
        told = listener(pooled[:1], [SceneText(prompt="Rain", negative="DOG")])[0]
        sounds = pack.text_encoder("cpu")(["a rain sounding", "a dog sounding"])
        np.testing.assert_allclose(told.vector, sounds[0], atol=1e-5)
        assert told.negative is not None
        np.testing.assert_allclose(told.negative, sounds[1], atol=1e-5)
        assert told.prompt == "Rain"

    def test_words_of_one_scene_leave_the_others_alone(
        self, pack: Pack, pooled: NDArray[np.float32]
    ) -> None:
        listener = SceneListener(pack, None, "cpu")
        plain = listener(pooled, [SILENT] * 6)
        texts = [SceneText("wind", "people talking", 0.5) if i == 2 else SILENT for i in range(6)]
        for i, (one, other) in enumerate(zip(listener(pooled, texts), plain, strict=True)):
            assert np.array_equal(one.vector, other.vector) == (i != 2)
            assert (one.negative is None) == (i != 2)

    def test_nothing_said_is_nothing_said(self, pack: Pack, pooled: NDArray[np.float32]) -> None:
        listener = SceneListener(pack, None, "cpu")
        told = listener(pooled[:1], [SceneText(prompt=" \n", negative="")])[0]
        np.testing.assert_array_equal(told.vector, listener(pooled[:1], [SILENT])[0].vector)
        assert told.prompt is None and told.negative is None
        assert listener(pooled[:0], []) == []

    @pytest.mark.parametrize("weight", [-0.1, 1.5, float("nan")])
    def test_a_weight_is_a_share(
        self, pack: Pack, pooled: NDArray[np.float32], weight: float
    ) -> None:
        with pytest.raises(V2AError) as caught:
            SceneListener(pack, None, "cpu")(pooled[:1], [SceneText("rain", weight=weight)])
        assert caught.value.reason == "BAD_OPTION"

    def test_a_mapper_that_only_the_pack_knows(
        self, pack: Pack, pooled: NDArray[np.float32]
    ) -> None:
        files = {**pack.manifest.mappers.files, "mine": pack.manifest.mappers.files["v2a-mlp"]}
        renamed = Pack(pack.folder, replace(pack.manifest, mappers=Mappers("mine", files)))
        told = SceneListener(renamed, None, "cpu")(pooled, [SILENT] * 6)
        known = SceneListener(pack, "v2a-mlp", "cpu")(pooled, [SILENT] * 6)
        assert told[0].mapper == "mine"
        for one, other in zip(told, known, strict=True):
            np.testing.assert_array_equal(one.vector, other.vector)

    def test_a_mapper_of_another_shape_is_an_invalid_pack(self, pack: Pack) -> None:
        files = {"odd": "null.safetensors"}
        odd = Pack(pack.folder, replace(pack.manifest, mappers=Mappers("odd", files)))
        with pytest.raises(V2AError, match="mapper odd") as caught:
            SceneListener(odd, None, "cpu")
        assert caught.value.reason == "PACK_INVALID"


class TestFarPrompts:
    """Towers that know how much of a text they know."""

    @pytest.fixture
    def listener(self, pack: Pack, monkeypatch: pytest.MonkeyPatch) -> SceneListener:
        from v2a.packs.part_loaders import TextTower

        tower = pack.text_encoder("cpu")

        def known(texts: list[str]) -> torch.Tensor:
            return torch.tensor([0.2 if "report" in text else 1.0 for text in texts])

        knowing = TextTower(tower.encode, known)
        monkeypatch.setattr(Pack, "text_encoder", lambda pack, device: knowing)
        return SceneListener(pack, None, "cpu")

    def test_they_are_told_once_with_what_is_nearest(
        self, listener: SceneListener, pooled: NDArray[np.float32]
    ) -> None:
        assert listener.doubts == []
        texts = [SceneText("a quarterly  report"), SceneText("a gong", "a quarterly report")]
        told = listener(pooled[:2], texts)
        (doubt,) = listener.doubts
        nearest = word_bank(listener._pack, "cpu")
        label = WORDS[int((nearest.clap @ told[0].vector).argmax())]
        assert doubt == (
            'the prompt "a quarterly report" is far from every sound the pack knows; '
            f'the nearest is "{label}"'
        )

    def test_what_is_known_and_labels_are_not_told(
        self, listener: SceneListener, pooled: NDArray[np.float32]
    ) -> None:
        listener(pooled[:3], [SceneText("a gong"), SceneText("Rain", "dog"), SILENT])
        assert listener.doubts == []

    def test_a_story_is_not_told_whole(
        self, listener: SceneListener, pooled: NDArray[np.float32]
    ) -> None:
        listener(pooled[:1], [SceneText("report " * 200)])
        assert len(listener.doubts[0]) < 200 and ' ..." is far' in listener.doubts[0]

    def test_towers_that_cannot_tell_say_nothing(
        self, pack: Pack, pooled: NDArray[np.float32]
    ) -> None:
        assert pack.text_encoder("cpu").known is None
        listener = SceneListener(pack, None, "cpu")
        listener(pooled[:1], [SceneText("a quarterly report")])
        assert listener.doubts == []


def test_a_pack_that_ships_its_vectors_is_heard_without_torch(pack: Pack, tmp_path: Path) -> None:
    shutil.copytree(pack.folder, tmp_path / "shipping")
    shipped = tmp_path / "shipping" / "vocabulary.safetensors"
    save_bank(word_bank(pack, "cpu"), shipped)
    files = {**pack.manifest.files, shipped.name: sha256(shipped)}
    write_manifest(shipped.parent, replace(pack.manifest, files=files))
    code = (
        "import sys, numpy as np; from v2a.packs.locate import find_pack;"
        "from v2a.scenes_to_clap import SceneListener; from v2a.types import SceneText;"
        "listen = SceneListener(find_pack(sys.argv[1]), None, 'cpu');"
        "listen(np.ones((2, 512), 'f4'), [SceneText(prompt='rain'), SceneText()]);"
        "sys.exit('torch' in sys.modules)"
    )
    child = subprocess.run([sys.executable, "-c", code, str(shipped.parent)], timeout=250)
    assert child.returncode == 0


def test_eight_bit_weights_hear_what_full_ones_hear(tmp_path: Path) -> None:
    from v2a.mapping.mapper_mlp import MapperMLP

    mapper = MapperMLP()
    mapper.save(tmp_path / "full.safetensors")
    mapper.save(tmp_path / "small.safetensors", eight_bits=True)
    pooled = np.random.default_rng(0).normal(size=(6, 512)).astype(np.float32)
    full = NetworkMapper(tmp_path / "full.safetensors")(pooled)
    small = NetworkMapper(tmp_path / "small.safetensors")(pooled)
    assert np.all((full * small).sum(1) > 0.999)
    x = torch.from_numpy(pooled)
    again = MapperMLP.load(tmp_path / "small.safetensors")(x)
    assert torch.nn.functional.cosine_similarity(again, mapper(x)).min() > 0.999
