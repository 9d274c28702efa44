"""The whole recipe, as a toy: from an empty folder to a pack that verifies, loads and sounds."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from v2a.clap_to_audio import SoundModel
from v2a.packs import find_pack
from v2a.training.pocket_recipe import STAGES, RecipeOptions, run
from v2a.types import SamplingOptions, SoundRequest

LIMIT = 40 * 2**20
"""Bytes a pocket pack may take."""


@pytest.mark.slow
def test_a_toy_recipe_makes_a_pack(tmp_path: Path) -> None:
    told: list[str] = []
    options = RecipeOptions(tmp_path / "work", effort=0.002)
    run(options, STAGES, tmp_path / "pack", lambda part, *_: told.append(part))
    assert {"mel_vae", "unet", "inverter", "scene-detector"} <= set(told)
    pack = find_pack(str(tmp_path / "pack"))
    assert not pack.verify()
    assert sum(f.stat().st_size for f in pack.folder.rglob("*") if f.is_file()) < LIMIT
    vector = np.eye(1, 512, dtype=np.float32)[0]
    request = SoundRequest(vector, None, Fraction(7, 5), seed=3)
    ((wave,),) = SoundModel(pack, "cpu").generate([request], SamplingOptions(steps=2), None, None)
    assert wave.shape == (22_400,) and np.isfinite(wave).all()
