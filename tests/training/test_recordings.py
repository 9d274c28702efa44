"""Recordings: folds, trimming, levels, crops of any length, who made them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from v2a.training.recordings import CEILING, LOUDNESS, Recordings
from v2a.training.sound_kinds import SOUND_KINDS

OWN = 44_100
BED = "blanket_rain.ogg"
STRUCK = "glass_break"
HIT = Path("effects/75_cc0_breaking_falling_hit_sfx/bfh1_glass_breaking_{}.ogg")
"""Recordings that the table of kinds names, beside those of `sounds/`."""


def _noise(seconds: float, level: float, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, level, round(seconds * OWN)).astype(np.float32)


@pytest.fixture
def shelf(tmp_path: Path) -> Callable[..., Path]:
    def put(folder: str, name: str, wave: np.ndarray) -> Path:
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
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


def test_attribution_lists_what_was_learnt_from(shelf: Callable[..., Path]) -> None:
    shelf("rain", "4-1-A.ogg", _noise(0.3, 0.1))
    folder = shelf("rain", "1-1-A.ogg", _noise(0.3, 0.1))
    assert Recordings(folder).attribution((1, 2)) == ["rain/1-1-A.ogg"]
    rows = "file,title,author,source,licence\nrain/1-1-A.ogg,Shower,Ann,http://a,CC0 1.0\n"
    (folder / "ATTRIBUTION.csv").write_text(rows)
    assert Recordings(folder).attribution((1, 4)) == [
        "rain/1-1-A.ogg, Shower, Ann, http://a, CC0 1.0",
        "rain/4-1-A.ogg",
    ]


def test_effects_and_beds_are_of_every_fold(shelf: Callable[..., Path]) -> None:
    shelf("sounds/rain", "1-1-A.ogg", _noise(0.5, 0.1))
    shelf("sounds/rain", "4-1-A.ogg", _noise(0.5, 0.1))
    folder = shelf("beds", BED, _noise(0.5, 0.1))
    recordings = Recordings(folder)
    names = [f.name for f in recordings.files("rain", (1,))]
    assert names == ["1-1-A.ogg", BED]
    rows = f"file,title,author,source,licence\n{BED},Roof,Ben,,CC0 1.0\n"
    (folder / "beds" / "ATTRIBUTION.csv").write_text(rows)
    assert f"{BED}, Roof, Ben, CC0 1.0" in recordings.attribution((1,))
    assert len(Recordings(folder / "sounds").files("rain", (1, 4))) == 2


def test_short_effects_follow_each_other_as_hits(shelf: Callable[..., Path]) -> None:
    """A few files take turns; a long recording of the same kind is none of them."""
    shelf("sounds/glass_breaking", "1-1-A.ogg", _noise(4, 0.1))
    tap = (0.3 * np.exp(-np.arange(OWN // 10) / 700)).astype(np.float32)
    for number in range(3):
        folder = shelf(HIT.parent.as_posix(), HIT.name.format(number), tap * _noise(0.1, 1, number))
    recordings = Recordings(folder)
    drawn = [recordings.crop(STRUCK, 4, np.random.default_rng(s), (2,)) for s in range(6)]
    for crop in drawn:
        frames = crop[: len(crop) // 160 * 160].reshape(-1, 160).std(axis=1)
        assert crop.shape == (64_000,) and float(np.mean(frames < 1e-3)) > 0.3
        assert 2 <= int(np.sum((frames[1:] > 0.01) & (frames[:-1] <= 0.01))) <= 16
    mixed = [recordings.crop(STRUCK, 4, np.random.default_rng(s), (1,)) for s in range(12)]
    alive = [float(np.mean(crop.reshape(-1, 160).std(axis=1) > 1e-3)) for crop in mixed]
    assert all(share > 0.9 or share < 0.7 for share in alive)
    assert max(alive) > 0.9 and min(alive) < 0.7


def test_the_shared_recordings_are_all_found(shared: Path) -> None:
    recordings = Recordings(shared)
    missing = [
        k.name for k in SOUND_KINDS.values() if k.recorded and not recordings.files(k.name, (1,))
    ]
    assert not missing
    files = {f for name in SOUND_KINDS for f in recordings.files(name, (1, 2, 3, 4))}
    lines = recordings.attribution((1, 2, 3, 4))
    assert len(lines) == len(files) > 2000 and all("," in line for line in lines)
    crop = recordings.crop("sneeze", 5.12, np.random.default_rng(1), (1, 2))
    assert crop.shape == (81_920,) and np.isfinite(crop).all()
