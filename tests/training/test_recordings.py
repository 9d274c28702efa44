"""Recordings: folds, trimming, levels, crops of any length, who made them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from v2a.training.world.kinds import KINDS
from v2a.training.world.recordings import CEILING, LOUDNESS, Recordings

OWN = 44_100


def _noise(seconds: float, level: float, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, level, round(seconds * OWN)).astype(np.float32)


@pytest.fixture
def shelf(tmp_path: Path) -> Callable[..., Path]:
    def put(folder: str, name: str, wave: np.ndarray) -> Path:
        (tmp_path / folder).mkdir(exist_ok=True)
        soundfile.write(tmp_path / folder / name, wave, OWN, format="OGG", subtype="VORBIS")
        return tmp_path

    return put


def test_a_fold_is_the_first_digit(shelf: Callable[..., Path]) -> None:
    for fold in (1, 2, 4):
        folder = shelf("rain", f"{fold}-7-A.ogg", _noise(0.5, 0.1, fold))
    recordings = Recordings(folder)
    assert [f.name for f in recordings.files("rain", (1, 4))] == ["1-7-A.ogg", "4-7-A.ogg"]
    assert len(recordings.clips("rain", (2,))) == 1 and recordings.files("dog", (1, 2, 3)) == []


@pytest.mark.parametrize("rate", [16_000, 48_000])
def test_padding_goes_and_the_level_is_kept(shelf: Callable[..., Path], rate: int) -> None:
    gap = np.zeros(OWN, np.float32)
    folder = shelf("rain", "1-1-A.ogg", np.concatenate([gap, _noise(2, 0.01), gap]))
    (wave,) = Recordings(folder, rate).clips("rain", (1,))
    assert abs(len(wave) / rate - 2) < 0.1
    assert float(wave.std()) == pytest.approx(LOUDNESS["texture"], rel=0.15)
    assert wave.dtype == np.float32


def test_a_lone_click_does_not_clip(shelf: Callable[..., Path]) -> None:
    wave = _noise(2, 0.0005)
    wave[OWN : OWN + 300] += _noise(1, 0.3)[:300]
    (clip,) = Recordings(shelf("dog_bark", "1-1-A.ogg", wave)).clips("dog", (1,))
    assert float(np.abs(clip).max()) <= CEILING + 1e-4


@pytest.mark.parametrize(("kind", "folder"), [("rain", "rain"), ("dog", "dog_bark")])
@pytest.mark.parametrize("seconds", [0.3, 1.0, 5.12, 11.0])
def test_a_crop_has_its_length_and_no_dead_air(
    shelf: Callable[..., Path], kind: str, folder: str, seconds: float
) -> None:
    wave = _noise(0.8, 0.1) if kind == "rain" else _noise(0.8, 0.001)
    wave[: OWN // 5] += _noise(0.2, 0.2)[: OWN // 5]
    recordings = Recordings(shelf(folder, "2-1-A.ogg", wave))
    crop = recordings.crop(kind, seconds, np.random.default_rng(3), (2,))
    assert crop.shape == (round(seconds * 16_000),) and float(np.abs(crop).max()) > 0.05
    frames = crop[: len(crop) // 160 * 160].reshape(-1, 160)
    assert float(frames.std(axis=1).min()) > 1e-5


def test_a_looped_texture_keeps_its_power_at_the_seams(shelf: Callable[..., Path]) -> None:
    recordings = Recordings(shelf("rain", "1-1-A.ogg", _noise(1, 0.1)))
    crop = recordings.crop("rain", 6, np.random.default_rng(0), (1,))
    powers = crop[: len(crop) // 800 * 800].reshape(-1, 800).std(axis=1)
    assert powers.min() > 0.7 * np.median(powers) and powers.max() < 1.4 * np.median(powers)


def test_crops_repeat_with_their_generator(shelf: Callable[..., Path]) -> None:
    recordings = Recordings(shelf("dog_bark", "1-1-A.ogg", _noise(0.4, 0.1)))
    one, two = (recordings.crop("dog", 3, np.random.default_rng(5), (1,)) for _ in range(2))
    assert np.array_equal(one, two)


def test_attribution_lists_every_row_or_every_file(shelf: Callable[..., Path]) -> None:
    folder = shelf("rain", "1-1-A.ogg", _noise(0.3, 0.1))
    assert Recordings(folder).attribution() == ["rain/1-1-A.ogg"]
    rows = "file,title,author,source,licence\nrain/1-1-A.ogg,Shower,Ann,http://a,CC0 1.0\n"
    (folder / "ATTRIBUTION.csv").write_text(rows)
    assert Recordings(folder).attribution() == ["rain/1-1-A.ogg, Shower, Ann, http://a, CC0 1.0"]


def test_the_shared_recordings_are_all_found(shared: Path) -> None:
    recordings = Recordings(shared / "sounds")
    listed = len(recordings.attribution())
    kinds = [k.name for k in KINDS.values() if k.recorded]
    assert sum(len(recordings.files(k, (1, 2, 3, 4))) for k in kinds) == listed > 300
    crop = recordings.crop("sneeze", 5.12, np.random.default_rng(1), (1, 2))
    assert crop.shape == (81_920,) and np.isfinite(crop).all()
