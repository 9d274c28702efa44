"""The vocabulary that ships with v2a, its shape, and the vectors kept of it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from v2a.disk import sha256
from v2a.errors import V2AError
from v2a.mapping import word_bank as banks
from v2a.mapping.vocabulary import Vocabulary, parse
from v2a.mapping.word_bank import WordBank, cache_path, make_bank, save_bank, word_bank
from v2a.packs.locate import Pack, find_pack
from v2a.packs.manifest import write_manifest
from v2a.world.kinds import KINDS

SHIPPED = Path(banks.__file__).parents[1] / "data" / "vocabulary.json"
FEW = {
    "schema": 1,
    "entries": [
        {"label": "rain", "sound": "rain falling", "cues": ["rain", "a wet street"], "group": "a"},
        {"label": "dog", "sound": "a dog barking", "cues": ["a dog"], "group": "b"},
        {"label": "silence", "sound": "silence", "cues": ["an empty room", "a wall", "dark"]},
    ],
}


@pytest.fixture(scope="module")
def shipped() -> Vocabulary:
    return parse(json.loads(SHIPPED.read_text(encoding="utf-8")))


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("V2A_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def pack(tiny_pack_folder: Path, tmp_path: Path) -> Pack:
    """The tiny pack with a vocabulary of its own."""
    folder = tmp_path / "worded"
    shutil.copytree(tiny_pack_folder, folder)
    (folder / "vocabulary.json").write_text(json.dumps(FEW))
    return recorded(find_pack(str(folder)), "vocabulary.json")


def recorded(pack: Pack, *names: str) -> Pack:
    """The pack with these files' digests in its pack.json."""
    files = {**pack.manifest.files, **{n: sha256(pack.folder / n) for n in names}}
    write_manifest(pack.folder, replace(pack.manifest, files=files))
    return find_pack(str(pack.folder))


def equal(one: WordBank, other: WordBank) -> bool:
    return np.array_equal(one.clip, other.clip) and np.array_equal(one.clap, other.clap)


class TestShipped:
    def test_it_is_large_and_every_text_is_its_own(self, shipped: Vocabulary) -> None:
        entries = shipped.entries
        assert len(entries) >= 400
        for texts in ([e.label for e in entries], [e.sound for e in entries]):
            assert len({t.casefold() for t in texts}) == len(texts)
        cues = [cue.casefold() for e in entries for cue in e.cues]
        assert len(set(cues)) == len(cues), "two sounds cannot look the same"

    def test_texts_are_short_and_tidy(self, shipped: Vocabulary) -> None:
        for e in shipped.entries:
            assert 1 <= len(e.cues) <= 4 and e.group, e
            assert len(e.label) <= 32 and len(e.sound.split()) <= 14, e
            for text in (e.label, e.sound, *e.cues):
                assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 ,'\-]*[a-zA-Z0-9]", text), text
                assert "  " not in text and len(text.split()) <= 14, text

    def test_it_speaks_like_the_pocket_world(self, shipped: Vocabulary) -> None:
        kinds = list(KINDS.values())
        for entry, kind in zip(shipped.entries, kinds, strict=False):
            assert entry.label == kind.label
            assert set(kind.cues) <= set(entry.cues)

    def test_the_file_has_one_entry_a_line(self, shipped: Vocabulary) -> None:
        lines = SHIPPED.read_text(encoding="utf-8").splitlines()
        assert lines[0] == '{"schema": 1, "entries": [' and lines[-1] == "]}"
        assert len(lines) == len(shipped.entries) + 2


class TestShape:
    def test_find_looks_past_case_and_spacing(self, shipped: Vocabulary) -> None:
        for row, entry in enumerate(shipped.entries):
            assert shipped.find(f"  {entry.label.upper().replace(' ', '   ')} ") == row
        assert shipped.find("no such sound") is None

    def test_only_what_becomes_vectors_changes_the_digest(self) -> None:
        other = json.loads(json.dumps(FEW))
        other["entries"][0]["label"], other["entries"][1]["group"] = "shower", "z"
        assert parse(other).digest == parse(FEW).digest
        other["entries"][2]["cues"].reverse()
        assert parse(other).digest != parse(FEW).digest

    def test_fields_of_later_schemas_do_no_harm(self) -> None:
        other = json.loads(json.dumps(FEW))
        other["entries"][2]["quiet"] = True
        assert parse(other) == parse(FEW)

    def test_what_is_usual_and_what_is_unknown(self) -> None:
        other = json.loads(json.dumps(FEW))
        other["entries"][0]["usual"] = 0.25
        other["entries"][2]["unknown"] = True
        found = parse(other)
        assert [entry.usual for entry in found.entries] == [0.25, 0, 0]
        assert found.unknown == 2 and parse(FEW).unknown is None
        assert found.digest == parse(FEW).digest

    @pytest.mark.parametrize(
        ("data", "complaint"),
        [
            ([], "schema 1"),
            ({"schema": 2, "entries": FEW["entries"]}, "schema 1"),
            ({"schema": 1}, "entries"),
            ({"schema": 1, "entries": []}, "at least one"),
            ({"schema": 1, "entries": ["rain"]}, "entry 1"),
            ({"schema": 1, "entries": [{"label": "a", "sound": "b", "cues": []}]}, "cues"),
            ({"schema": 1, "entries": [{"label": "a", "cues": ["b"]}]}, "sound"),
            ({"schema": 1, "entries": [{"label": "a", "sound": "b", "cues": [3]}]}, "entry 1"),
            ({"schema": 1, "entries": [FEW["entries"][0]] * 2}, "'rain' comes twice"),
            *(
                ({"schema": 1, "entries": [FEW["entries"][0] | {"usual": value}]}, "usual")
                for value in (True, "0.1", -0.1, 1, [0.1], float("nan"))
            ),
            *(
                ({"schema": 1, "entries": [FEW["entries"][0] | {"unknown": value}]}, "unknown")
                for value in (1, "yes", [])
            ),
            (
                {"schema": 1, "entries": [e | {"unknown": True} for e in FEW["entries"]]},
                "entry 2: only one entry may stand for the unknown",
            ),
        ],
    )
    def test_what_is_wrong_is_said(self, data: object, complaint: str) -> None:
        with pytest.raises(ValueError, match=complaint):
            parse(data)

    def test_a_pack_with_a_broken_vocabulary_says_so(self, pack: Pack, cache: Path) -> None:
        for text in ("{", '{"schema": 1, "entries": []}'):
            (pack.folder / "vocabulary.json").write_text(text)
            with pytest.raises(V2AError, match=r"vocabulary\.json") as caught:
                word_bank(recorded(pack, "vocabulary.json"), "cpu")
            assert caught.value.reason == "PACK_INVALID"


class TestVectors:
    def test_they_are_unit_and_in_the_entries_order(self, pack: Pack, cache: Path) -> None:
        bank = word_bank(pack, "cpu")
        assert bank.clip.shape == bank.clap.shape == (3, 512)
        np.testing.assert_allclose(np.linalg.norm(bank.clip, axis=1), 1, atol=1e-6)
        np.testing.assert_allclose(np.linalg.norm(bank.clap, axis=1), 1, atol=1e-6)
        dog = pack.clip_text("cpu")(["a photo of a dog"])[0]
        np.testing.assert_allclose(bank.clip[1], dog, atol=1e-5)
        np.testing.assert_allclose(
            bank.clap[2], pack.text_encoder("cpu")(["silence"])[0], atol=1e-5
        )

    def test_a_second_look_runs_no_tower(
        self, pack: Pack, cache: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = word_bank(pack, "cpu")
        monkeypatch.setattr(banks, "make_bank", None)
        assert equal(word_bank(pack, "cpu"), first)

    def test_other_words_or_towers_or_devices_have_another_name(self, pack: Pack) -> None:
        vocabulary = parse(FEW)
        names = {cache_path(pack, vocabulary, "cpu"), cache_path(pack, vocabulary, "cuda:0")}
        assert cache_path(pack, vocabulary, "cuda:1") in names
        fewer = Vocabulary(vocabulary.entries[:2])
        names.add(cache_path(pack, fewer, "cpu"))
        files = {**pack.manifest.files, "clip/open_clip_model.safetensors": "0" * 64}
        altered = Pack(pack.folder, replace(pack.manifest, files=files))
        names.add(cache_path(altered, vocabulary, "cpu"))
        assert len(names) == 4
        files = {**pack.manifest.files, "unet/config.json": "0" * 64}
        unaltered = Pack(pack.folder, replace(pack.manifest, files=files))
        assert cache_path(unaltered, vocabulary, "cpu") in names

    @pytest.mark.parametrize("harm", ["cut", "emptied", "flipped", "noise", "folder"])
    def test_a_damaged_file_is_made_again(self, pack: Pack, cache: Path, harm: str) -> None:
        first = word_bank(pack, "cpu")
        path = cache_path(pack, first.vocabulary, "cpu")
        whole = path.read_bytes()
        path.unlink()
        if harm == "folder":
            path.mkdir()
        else:
            flipped = whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:]
            made = {"cut": whole[:-100], "emptied": b"", "flipped": flipped, "noise": b"\xff" * 900}
            path.write_bytes(made[harm])
        assert equal(word_bank(pack, "cpu"), first)
        if harm != "folder":
            kept = banks._read(path, first.vocabulary)
            assert kept is not None and equal(kept, first)
        assert not [p for p in path.parent.iterdir() if p != path], "left something behind"

    def test_without_a_cache_it_works_all_the_same(
        self, pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "file").write_text("")
        monkeypatch.setenv("V2A_CACHE", str(tmp_path / "file" / "below"))
        assert word_bank(pack, "cpu").clap.shape == (3, 512)

    def test_vectors_shipped_with_the_pack_are_used(
        self, pack: Pack, cache: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = make_bank(pack, parse(FEW), "cpu")
        save_bank(made, pack.folder / "vocabulary.safetensors")
        shipping = recorded(pack, "vocabulary.safetensors")
        monkeypatch.setattr(banks, "make_bank", None)
        assert equal(word_bank(shipping, "cpu"), made)
        assert not (cache / "vocabulary").exists()

    def test_shipped_vectors_of_other_words_are_not(self, pack: Pack, cache: Path) -> None:
        made = make_bank(pack, Vocabulary(parse(FEW).entries[::-1]), "cpu")
        save_bank(made, pack.folder / "vocabulary.safetensors")
        shipping = recorded(pack, "vocabulary.safetensors")
        assert not equal(word_bank(shipping, "cpu"), made)
        assert word_bank(shipping, "cpu").vocabulary == parse(FEW)

    def test_many_writers_at_once_leave_one_whole_file(self, tmp_path: Path) -> None:
        code = (
            "import sys, numpy as np; from pathlib import Path;"
            "from v2a.mapping.word_bank import WordBank, save_bank, _read;"
            "from v2a.mapping.vocabulary import Vocabulary, VocabularyEntry as Entry;"
            "v = Vocabulary(tuple(Entry(str(i), str(i), ('x',), '') for i in range(300)));"
            "x = np.random.default_rng(1).normal(size=(300, 512)).astype('f4');"
            "path = Path(sys.argv[1]);"
            "bad = [save_bank(WordBank(v, x, x), path) or _read(path, v) is None"
            " for _ in range(5)];"
            "sys.exit(any(bad))"
        )
        path = tmp_path / "bank.safetensors"
        runs = [subprocess.Popen([sys.executable, "-c", code, str(path)]) for _ in range(3)]
        assert [run.wait(250) for run in runs] == [0, 0, 0]
        assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_a_text_tower_gives_the_same_over_fewer_tokens(tiny_pack: Pack) -> None:
    import torch

    from v2a.embedding.short_text import encode_short
    from v2a.packs import part_loaders

    folder, overrides = tiny_pack.folder / "clip", tiny_pack.manifest.overrides
    clip = part_loaders._whole_clip(folder, overrides).eval()
    text = part_loaders._clip_config(folder, overrides)[0]["text_cfg"]
    codes = part_loaders._clip_tokeniser(folder, text)(["", "a photo of rain", "rain " * 100])
    with torch.inference_mode():
        for some in (codes, codes[:2], codes[:1]):
            apart = encode_short(clip, some) - clip.encode_text(some)
            assert apart.abs().max() < 1e-5
