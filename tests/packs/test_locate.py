"""Packs: what pack.json says, how parts are found, checked, read, fetched and made up."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.local_hub import COMMIT, Hub, serve
from v2a.errors import V2AError
from v2a.packs import locate
from v2a.packs.locate import Pack, find_pack
from v2a.packs.manifest import (
    FILE_NAME,
    LabelScale,
    Overrides,
    parse_manifest,
    read_manifest,
    write_manifest,
)


@pytest.fixture
def copy(tiny_pack_folder: Path, tmp_path: Path) -> Path:
    """A tiny pack of one's own to spoil."""
    return shutil.copytree(tiny_pack_folder, tmp_path / "copy")


def reason(call: Callable[[], object]) -> tuple[str, str]:
    """Reason and message of the error that `call` must raise."""
    with pytest.raises(V2AError) as caught:
        call()
    return caught.value.reason, caught.value.message


def rewrite(folder: Path, **changes: object) -> Pack:
    """Change pack.json of a folder and find the pack again."""
    write_manifest(folder, replace(read_manifest(folder), **changes))  # type: ignore[arg-type]
    return find_pack(str(folder))


class TestManifest:
    def test_written_and_read_again_is_the_same(self, copy: Path, tmp_path: Path) -> None:
        manifest = replace(
            read_manifest(copy),
            overrides=Overrides(True, (4, 8)),
            scenes={"floor": 0.5},
            labels=LabelScale(0.6, 0.7),
        )
        write_manifest(tmp_path, manifest)
        assert read_manifest(tmp_path) == manifest

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("schema", 2),
            ("name", None),
            ("name", 7),
            ("licence.commercial", "no"),
            ("sound.sample_rate", 0),
            ("sound.hop", True),
            ("sound.window_seconds", 5.12),
            ("sound.window_seconds", "five"),
            ("sound.window_seconds", "1/0"),
            ("sound.shortest_seconds", "99"),
            ("sound.overlap_seconds", "4"),
            ("sampling.scheduler", "euler"),
            ("sampling.steps", 0),
            ("sampling.guidance", "4"),
            ("mappers.default", "nobody"),
            ("files.unet/config.json", "abc"),
            ("files.../../etc/passwd", "0" * 64),
            ("files./etc/passwd", "0" * 64),
            ("overrides.attention_heads", [0]),
            ("scenes.floor", "low"),
            ("source.unet", "hub"),
        ],
    )
    def test_a_bad_field_is_named(self, copy: Path, field: str, value: object) -> None:
        data = json.loads((copy / FILE_NAME).read_text())
        inner, _, key = field.rpartition(".") if "files." not in field else ("files", "", field[6:])
        place = data
        for name in inner.split(".") if inner else []:
            place = place[name]
        place[key] = value
        why, message = reason(lambda: parse_manifest("p", data))
        assert why == "PACK_INVALID"
        assert f"'{field}'" in message

    @pytest.mark.parametrize(
        ("labels", "field"),
        [
            ([0.6, 0.7], "labels"),
            ({"known": 0.7}, "labels.strange"),
            ({"strange": 0.7, "known": "high"}, "labels.known"),
            ({"strange": 0.7, "known": 0.7}, "labels.strange"),
            ({"strange": -2, "known": 0.7}, "labels.strange"),
        ],
    )
    def test_a_bad_scale_of_labels_is_named(self, copy: Path, labels: object, field: str) -> None:
        data = {**json.loads((copy / FILE_NAME).read_text()), "labels": labels}
        why, message = reason(lambda: parse_manifest("p", data))
        assert why == "PACK_INVALID" and f"'{field}'" in message

    def test_not_json_and_not_an_object(self, tmp_path: Path) -> None:
        for text in ("{", "[]"):
            (tmp_path / FILE_NAME).write_text(text)
            assert reason(lambda: read_manifest(tmp_path))[0] == "PACK_INVALID"


class TestFinding:
    def test_by_path_by_name_and_not_at_all(
        self, copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("V2A_PACKS", str(tmp_path))
        assert find_pack(str(copy)).folder == find_pack("copy").folder == copy.resolve()
        assert copy.resolve() in [p.folder for p in locate.list_packs()]
        assert reason(lambda: find_pack("nobody"))[0] == "PACK_NOT_FOUND"
        assert reason(lambda: find_pack(str(tmp_path)))[0] == "PACK_NOT_FOUND"

    def test_devices(self) -> None:
        assert locate.resolve_device("cpu") == "cpu"
        assert locate.resolve_device("auto").partition(":")[0] in {"cpu", "cuda", "mps"}
        for name in ("tpu", "cuda:99", "cuda:x", "cpu:1", ""):
            assert reason(lambda name=name: locate.resolve_device(name))[0] == "NO_DEVICE"


class TestIntegrity:
    WEIGHTS = "unet/diffusion_pytorch_model.safetensors"

    def test_a_whole_pack_has_no_faults(self, tiny_pack: Pack) -> None:
        heard: list[float] = []
        assert tiny_pack.verify(heard.append) == []
        assert heard == sorted(heard)
        assert heard[-1] == 1.0

    def test_a_missing_part_is_named(self, copy: Path) -> None:
        (copy / self.WEIGHTS).unlink()
        pack = find_pack(str(copy))
        assert [f.reason for f in pack.verify()] == ["PACK_PART_MISSING"]
        why, message = reason(lambda: pack.unet("cpu"))
        assert why == "PACK_PART_MISSING"
        assert self.WEIGHTS in message

    def test_an_altered_part_is_named_and_other_parts_still_load(self, copy: Path) -> None:
        path = copy / self.WEIGHTS
        data = bytearray(path.read_bytes())
        data[-1] ^= 1
        path.write_bytes(data)
        pack = find_pack(str(copy))
        assert [f.facts["part"] for f in pack.verify()] == [self.WEIGHTS]
        why, message = reason(lambda: pack.unet("cpu"))
        assert why == "PACK_PART_ALTERED"
        assert self.WEIGHTS in message
        assert pack.vae("cpu") is not None

    def test_a_part_that_pack_json_does_not_record_is_missing(self, copy: Path) -> None:
        kept = {n: h for n, h in read_manifest(copy).files.items() if not n.startswith("vae/")}
        assert reason(lambda: rewrite(copy, files=kept).vae("cpu"))[0] == "PACK_PART_MISSING"

    def test_unchanged_files_are_hashed_once(
        self, copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from v2a.packs import verify

        monkeypatch.setenv("V2A_CACHE", str(tmp_path / "cache"))
        hashed: list[str] = []

        def count(path: Path, report: object = None) -> str:
            hashed.append(path.name)
            return sha256(path)

        sha256 = verify.sha256
        monkeypatch.setattr(verify, "sha256", count)
        pack = find_pack(str(copy))
        pack.part_path("vae")
        assert len(hashed) == 2
        pack.part_path("vae")
        assert len(hashed) == 2
        os.utime(copy / "vae" / "config.json")
        pack.part_path("vae")
        assert len(hashed) == 3

    def test_an_unreadable_record_of_hashes_does_not_matter(
        self, copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "hashes.json").write_text("[")
        monkeypatch.setenv("V2A_CACHE", str(tmp_path))
        assert find_pack(str(copy)).part_path("vae").is_dir()

    def test_broken_weights_that_were_recorded_so_are_told_as_an_invalid_pack(
        self, copy: Path
    ) -> None:
        from v2a.packs.verify import hash_all

        (copy / self.WEIGHTS).write_bytes(b"no weights")
        files = {**read_manifest(copy).files, **hash_all(copy, [self.WEIGHTS])}
        why, message = reason(lambda: rewrite(copy, files=files).unet("cpu"))
        assert why == "PACK_INVALID"
        assert "unet" in message


class TestParts:
    def test_a_part_is_read_once(self, tiny_pack: Pack) -> None:
        assert tiny_pack.unet("cpu") is tiny_pack.unet("cpu")
        before = tiny_pack.unet("cpu")
        locate.forget_parts()
        assert tiny_pack.unet("cpu") is not before

    def test_half_on_disk_is_float32_on_the_cpu(self, tiny_pack: Pack) -> None:
        from safetensors import safe_open

        with safe_open(tiny_pack.folder / TestIntegrity.WEIGHTS, "pt") as file:
            assert file.get_tensor("conv_in.weight").dtype == torch.float16
        for part in (tiny_pack.unet("cpu"), tiny_pack.vae("cpu"), tiny_pack.vocoder("cpu")):
            assert isinstance(part, torch.nn.Module)
            assert {p.dtype for p in part.parameters()} == {torch.float32}
            assert not any(p.requires_grad for p in part.parameters())

    def test_text_towers_give_unit_vectors_that_differ(self, tiny_pack: Pack) -> None:
        for tower in (tiny_pack.clip_text("cpu"), tiny_pack.text_encoder("cpu")):
            vectors = tower(["rain on a roof", "a dog", ""])
            assert vectors.shape == (3, 512)
            assert vectors.dtype == np.float32
            np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
            assert np.abs(vectors[0] - vectors[1]).max() > 1e-3
            np.testing.assert_allclose(tower(["a dog"])[0], vectors[1], atol=1e-5)
            assert tower([]).shape == (0, 512)

    def test_texts_longer_than_the_tower_are_cut(self, tiny_pack: Pack) -> None:
        for tower in (tiny_pack.clip_text("cpu"), tiny_pack.text_encoder("cpu")):
            assert np.isfinite(tower(["wind " * 500])).all()

    def test_the_null_vector_is_clap_of_no_words_unless_the_pack_has_its_own(
        self, copy: Path
    ) -> None:
        pack = find_pack(str(copy))
        own = pack.null_vector("cpu")
        assert np.linalg.norm(own) == pytest.approx(1, abs=1e-5)
        left = {n: h for n, h in pack.manifest.files.items() if n != "null.safetensors"}
        spoken = rewrite(copy, files=left).null_vector("cpu")
        np.testing.assert_allclose(spoken, pack.text_encoder("cpu")([""])[0], atol=1e-6)
        assert np.abs(own - spoken).max() > 1e-3

    def test_geometry_comes_from_the_pack(self, tiny_pack: Pack) -> None:
        assert tiny_pack.latent_factor == 8
        assert tiny_pack.latent_seconds == Fraction(8 * 160, 16_000)

    def test_no_mapper(self, tiny_pack: Pack) -> None:
        why, message = reason(lambda: tiny_pack.mapper_file("v2a-mlp"))
        assert why == "NO_MAPPER"
        assert "v2a-mlp" in message

    def test_a_tokeniser_without_its_files_is_refused(self, copy: Path) -> None:
        """Left alone, transformers would make up five entries and read all texts alike."""
        (copy / "tokenizer" / "tokenizer.json").unlink()
        left = {n: h for n, h in read_manifest(copy).files.items() if "tokenizer/" not in n}
        config = "tokenizer/tokenizer_config.json"
        left[config] = read_manifest(copy).files[config]
        assert reason(lambda: rewrite(copy, files=left).text_encoder("cpu"))[0] in {
            "PACK_PART_MISSING",
            "PACK_INVALID",
        }

    def test_a_tokeniser_of_the_wrong_size_is_refused(self, copy: Path) -> None:
        from v2a.packs.random_pack import byte_tokeniser
        from v2a.packs.verify import hash_all

        byte_tokeniser(copy / "tokenizer", 262)
        files = read_manifest(copy).files
        names = [n for n in files if n.startswith("tokenizer/")]
        pack = rewrite(copy, files={**files, **hash_all(copy, names)})
        why, message = reason(lambda: pack.text_encoder("cpu"))
        assert why == "PACK_INVALID"
        assert "262" in message

    def test_the_image_tower_is_open_clips_and_holds_no_text(self, tiny_pack: Pack) -> None:
        import open_clip

        whole: Any = open_clip.create_model(f"local-dir:{tiny_pack.folder / 'clip'}")
        tower = tiny_pack.image_encoder("cpu")
        theirs, ours = whole.visual.state_dict(), tower.module.state_dict()
        assert theirs.keys() == ours.keys()
        assert all(torch.equal(theirs[name], ours[name]) for name in theirs)
        assert (tower.size, tower.mean) == (64, open_clip.OPENAI_DATASET_MEAN)

    def test_quick_gelu_is_forced_where_the_pack_says_so(self, copy: Path) -> None:
        from open_clip.transformer import QuickGELU

        def activations(pack: Pack) -> set[type]:
            modules = pack.image_encoder("cpu").module.modules()
            return {type(m) for m in modules if "GELU" in type(m).__name__}

        pack = find_pack(str(copy))
        assert activations(pack) == {torch.nn.GELU}
        plain = pack.clip_text("cpu")(["rain"])
        forced = rewrite(copy, overrides=Overrides(quick_gelu=True))
        assert activations(forced) == {QuickGELU}
        assert np.abs(forced.clip_text("cpu")(["rain"]) - plain).max() > 1e-4


class TestHeads:
    """diffusers calls the number of heads `attention_head_dim`; the configs on the hub say 8."""

    @staticmethod
    def heads(unet: torch.nn.Module) -> dict[int, int]:
        """Channels of an attention layer to its heads."""
        layers = [m for m in unet.modules() if type(m).__name__ == "Attention"]
        return {m.inner_dim: m.heads for m in layers}  # type: ignore[misc]

    def test_the_papers_unet_has_one_head_per_32_channels(self) -> None:
        from diffusers import UNet2DConditionModel

        from v2a.packs.model_configs import PAPER

        with torch.device("meta"):
            as_on_the_hub = UNet2DConditionModel(**PAPER.unet)
            heads = PAPER.overrides.attention_heads
            right = UNet2DConditionModel(**{**PAPER.unet, "attention_head_dim": heads})
        assert self.heads(as_on_the_hub) == {256: 8, 384: 8, 640: 8}
        assert self.heads(right) == {256: 8, 384: 12, 640: 20}
        assert sum(p.numel() for p in right.parameters()) == 185_036_552

    def test_the_override_reaches_the_loaded_unet_and_changes_what_it_says(
        self, copy: Path
    ) -> None:
        from diffusers import UNet2DConditionModel

        unet = rewrite(copy, overrides=Overrides(attention_heads=(2, 8))).unet("cpu")
        assert self.heads(unet) == {32: 8}
        inputs = torch.randn((1, 4, 16, 8), generator=torch.Generator().manual_seed(0))
        labels = torch.ones((1, 512)) / 512**0.5

        def says(model: torch.nn.Module) -> torch.Tensor:
            with torch.inference_mode():
                return model(inputs, 500, None, class_labels=labels).sample

        for heads, same in (((2, 8), True), ((2, 4), False)):
            explicit = UNet2DConditionModel.from_pretrained(
                copy / "unet", attention_head_dim=heads, low_cpu_mem_usage=False
            )
            assert torch.allclose(says(unet), says(explicit), atol=1e-6) is same

    def test_an_attention_layer_equals_attention_written_out_at_its_heads_only(
        self, copy: Path
    ) -> None:
        unet = rewrite(copy, overrides=Overrides(attention_heads=(2, 8))).unet("cpu")
        layer = next(m for m in unet.modules() if type(m).__name__ == "Attention")
        x = torch.randn((2, 10, 32), generator=torch.Generator().manual_seed(1))

        def written_out(heads: int) -> torch.Tensor:
            q, k, v = (f(x).unflatten(2, (heads, -1)) for f in (layer.to_q, layer.to_k, layer.to_v))
            scores = torch.einsum("bihd,bjhd->bhij", q, k) / q.shape[-1] ** 0.5
            mixed = torch.einsum("bhij,bjhd->bihd", scores.softmax(-1), v).flatten(2)
            return layer.to_out[0](mixed)

        with torch.inference_mode():
            found = layer(x)
            torch.testing.assert_close(found, written_out(8), atol=1e-5, rtol=1e-5)
            assert (found - written_out(4)).abs().max() > 1e-5


class TestRandom:
    def test_tiny_is_small_and_the_same_for_the_same_seed(
        self, tiny_pack_folder: Path, tmp_path: Path
    ) -> None:
        size = sum(p.stat().st_size for p in tiny_pack_folder.rglob("*") if p.is_file())
        assert size < 3_000_000
        again = locate.random_pack("tiny", tmp_path / "again", seed=0)
        other = locate.random_pack("tiny", tmp_path / "other", seed=1)
        assert again.manifest.files == read_manifest(tiny_pack_folder).files
        assert other.manifest.files != again.manifest.files

    def test_full_precision_when_asked(self, tmp_path: Path) -> None:
        from safetensors import safe_open

        pack = locate.random_pack("tiny", tmp_path / "full", half=False)
        with safe_open(pack.folder / TestIntegrity.WEIGHTS, "pt") as file:
            assert file.get_tensor("conv_in.weight").dtype == torch.float32

    def test_unknown_shapes_and_folders_in_use_are_refused(self, tmp_path: Path) -> None:
        assert reason(lambda: locate.random_pack("huge", tmp_path / "x"))[0] == "BAD_OPTION"
        (tmp_path / "mine.txt").write_text("mine")
        assert reason(lambda: locate.random_pack("tiny", tmp_path))[0] == "OUTPUT_NOT_OURS"


PULL = """
import json, sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from v2a.errors import V2AError
from v2a.packs import hub_catalogue as catalogue
from v2a.packs.pull import pull

paper = catalogue.CATALOGUE["paper"]
clip, sound = paper.parts
clip = replace(clip, repo="test/clip", revision="main")
needs = (*sound.required, "null.safetensors")
sound = replace(sound, repo="test/sound", revision="main", required=needs)
catalogue.CATALOGUE["tiny"] = replace(paper, name="tiny", parts=(clip, sound))
heard = []
try:
    told = {"folder": str(pull("tiny", Path(sys.argv[1]), sys.argv[2] == "yes", heard.append))}
except V2AError as error:
    told = error.as_dict()
print(json.dumps({**told, "heard": heard}))
"""


class TestPull:
    """In a process of its own: the hub's client reads its settings once, when it is imported."""

    @pytest.fixture
    def hub(self, copy: Path) -> object:
        with serve({"test/clip": copy / "clip", "test/sound": copy}) as hub:
            yield hub

    @staticmethod
    def pull(packs_folder: Path, url: str, accept: str = "yes") -> dict[str, object]:
        env = {**os.environ, "HF_ENDPOINT": url, "HF_HUB_OFFLINE": "0", "HF_HUB_DISABLE_XET": "1"}
        done = subprocess.run(
            [sys.executable, "-c", PULL, str(packs_folder), accept],
            env=env,
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        assert done.stderr == ""
        return json.loads(done.stdout)

    def test_pinned_checked_and_heard_then_not_again(self, hub: Hub, tmp_path: Path) -> None:
        told = self.pull(tmp_path / "packs", hub.url)
        folder = tmp_path / "packs" / "tiny"
        assert told["folder"] == str(folder)
        heard = told["heard"]
        assert isinstance(heard, list)
        assert heard == sorted(heard)
        assert heard[-1] == 1.0
        pack = find_pack(str(folder))
        assert pack.verify() == []
        assert {s.revision for s in pack.manifest.source.values()} == {COMMIT}
        assert {p.suffix for p in folder.rglob("*") if p.is_file()} == {
            ".json",
            ".safetensors",
            ".txt",
        }
        asked = len(hub.asked)
        self.pull(tmp_path / "packs", hub.url, "no")
        assert len(hub.asked) == asked

    def test_the_licence_comes_first(self, hub: Hub, tmp_path: Path) -> None:
        told = self.pull(tmp_path / "packs", hub.url, "no")
        assert told["reason"] == "PACK_LICENCE"
        assert "CC-BY-NC-SA" in str(told["message"])
        assert not hub.asked

    def test_an_altered_file_is_fetched_again_and_only_that_one(
        self, hub: Hub, tmp_path: Path
    ) -> None:
        self.pull(tmp_path / "packs", hub.url)
        (tmp_path / "packs" / "tiny" / TestIntegrity.WEIGHTS).write_bytes(b"spoilt")
        hub.asked.clear()
        self.pull(tmp_path / "packs", hub.url)
        gets = [path for method, path, _ in hub.asked if method == "GET" and "resolve" in path]
        assert [p for p in gets if p.endswith(".safetensors")] == [
            f"/test/sound/resolve/{COMMIT}/{TestIntegrity.WEIGHTS}"
        ]
        assert find_pack(str(tmp_path / "packs" / "tiny")).verify() == []

    def test_no_hub_names_the_folder_to_fill_by_hand_which_then_needs_no_hub(
        self, copy: Path, tmp_path: Path
    ) -> None:
        nobody = "http://127.0.0.1:9"
        told = self.pull(tmp_path / "packs", nobody)
        folder = tmp_path / "packs" / "tiny"
        assert told["reason"] == "HUB_UNREACHABLE"
        assert str(folder) in str(told["remedy"])
        shutil.copytree(copy, folder, dirs_exist_ok=True)
        (folder / FILE_NAME).unlink()
        told = self.pull(tmp_path / "packs", nobody, "no")
        assert told["folder"] == str(folder)
        assert find_pack(str(folder)).manifest.source["sound"].revision == "filled by hand"


class TestAdopt:
    @pytest.fixture
    def parts(self, copy: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
        """Tiny parts where the paper's should be, without pack.json or null vector."""
        monkeypatch.setenv("V2A_PACKS", str(tmp_path / "packs"))
        (copy / FILE_NAME).unlink()
        (copy / "null.safetensors").unlink()
        return copy

    def test_a_folder_of_parts_becomes_a_pack_with_clap_of_no_words(self, parts: Path) -> None:
        pack = locate.adopt_pack("paper", parts, accept_licence=True)
        assert pack.name == "paper"
        assert not pack.manifest.licence.commercial
        assert "Not for commercial use" in (parts / "LICENCE.txt").read_text()
        assert pack.manifest.overrides.attention_heads == (4, 8, 12, 20)
        np.testing.assert_allclose(
            pack.null_vector("cpu"), pack.text_encoder("cpu")([""])[0], atol=1e-6
        )

    def test_the_first_missing_part_is_named(self, parts: Path) -> None:
        (parts / "vae" / "config.json").unlink()
        why, message = reason(lambda: locate.adopt_pack("paper", parts, accept_licence=True))
        assert why == "PACK_PART_MISSING"
        assert "vae/config.json" in message
        assert not (parts / FILE_NAME).exists()

    def test_the_licence_is_asked_once_and_shown(self, parts: Path) -> None:
        shown: list[str] = []

        def ask(terms: str, answer: bool) -> bool:
            shown.append(terms)
            return answer

        why, _ = reason(lambda: locate.adopt_pack("paper", parts, lambda t: ask(t, False)))
        assert why == "PACK_LICENCE"
        locate.adopt_pack("paper", parts, lambda t: ask(t, True))
        locate.adopt_pack("paper", parts, lambda t: ask(t, False))
        assert len(shown) == 2
        assert "CC-BY-NC-SA 4.0" in shown[0]

    def test_pickled_weights_become_safetensors_and_nothing_in_a_pickle_runs(
        self, parts: Path, tmp_path: Path
    ) -> None:
        from safetensors.torch import load_file

        weights = parts / TestIntegrity.WEIGHTS
        state = load_file(weights)
        weights.unlink()
        pickled = weights.with_suffix(".bin")
        torch.save({"trap": _Trap(tmp_path / "sprung")}, pickled)
        why, message = reason(lambda: locate.adopt_pack("paper", parts, accept_licence=True))
        assert why == "PACK_INVALID"
        assert pickled.name in message
        assert not (tmp_path / "sprung").exists()
        torch.save(state, pickled)
        locate.adopt_pack("paper", parts, accept_licence=True)
        again = load_file(weights)
        assert all(torch.equal(again[name], state[name]) for name in state)

    def test_only_packs_of_the_catalogue(self, parts: Path) -> None:
        assert reason(lambda: locate.adopt_pack("nobody", parts))[0] == "PACK_NOT_FOUND"
        assert "paper" in locate.catalogue_names()


class _Trap:
    """Unpickled, it leaves a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.path,)
