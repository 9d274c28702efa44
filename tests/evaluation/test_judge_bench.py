"""What the judge's bench stands on: recordings by kind and fold, kept embeddings, folder names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.bench import judge_folder, real_sounds
from tests.bench.real_sounds import RealSounds


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """Eight short clips of two kinds, two a fold, and one of a kind that nobody knows."""
    rng = np.random.default_rng(0)
    for kind in ("rain", "siren", "unheard_of"):
        (tmp_path / kind).mkdir()
        for fold in (1, 2, 3, 4):
            for letter in "AB":
                wave = rng.normal(0, 0.1, (3200, 2))
                soundfile.write(tmp_path / kind / f"{fold}-{letter}.ogg", wave, 32_000)
    return tmp_path


def test_files_have_kinds_and_folds(shelf: Path) -> None:
    real = RealSounds(shelf)
    assert len(real.files) == 16 and set(real.kinds) == {"rain", "siren"}
    assert real.folds.tolist() == [1, 1, 2, 2, 3, 3, 4, 4] * 2
    wave = real_sounds.read(real.files[0])
    assert wave.shape == (1600,)


def test_held_files_come_from_every_fold_in_turn(shelf: Path) -> None:
    real = RealSounds(shelf)
    held = real.held(["siren"], 4)
    assert held.sum() == 4 and set(real.kinds[held]) == {"siren"}
    assert sorted(real.folds[held].tolist()) == [1, 2, 3, 4]
    assert not np.array_equal(held, real.held(["siren"], 4, seed=1))


def test_embeddings_are_kept(shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []

    class Ear:
        def __call__(self, waves: list[np.ndarray], rate: int) -> np.ndarray:
            calls.append(rate)
            return np.full((len(waves), 512), waves[0].std(), np.float32)

    monkeypatch.setenv("V2A_BENCH_CACHE", str(tmp_path / "kept"))
    monkeypatch.setattr(real_sounds, "JudgeEar", Ear)
    first = RealSounds(shelf).embeddings
    assert first.shape == (16, 512) and len(calls) == 16
    np.testing.assert_array_equal(RealSounds(shelf).embeddings, first)
    assert len(calls) == 16
    (shelf / "rain" / "1-A.ogg").unlink()
    assert len(RealSounds(shelf).embeddings) == 15


def test_recordings_that_are_not_there_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("V2A_SOUNDS", str(tmp_path / "none"))
    with pytest.raises(RuntimeError, match="V2A_SOUNDS"):
        real_sounds.sounds_folder()


def test_a_folder_is_known_by_kind_label_or_recordings() -> None:
    names = ("dog", "dog barking", "dog_barking", "dog_bark")
    assert {judge_folder.kind_of(n) for n in names} == {"dog_bark"}
    assert judge_folder.kind_of("piano") is None
