"""Pitch by autocorrelation: of harmonics, of noise, of both."""

from __future__ import annotations

import numpy as np
import pytest

from v2a.evaluation.pitch import RATE, medians, track

TIME = np.arange(2 * RATE) / RATE
RNG = np.random.default_rng(0)


def harmonics(hz: np.ndarray | float) -> np.ndarray:
    """Two seconds of six harmonics."""
    phase = 2 * np.pi * np.cumsum(np.broadcast_to(hz, TIME.shape)) / RATE
    return (sum(np.sin(k * phase) / k for k in range(1, 7)) * 0.1).astype(np.float32)


NOISE = RNG.normal(0, 1, len(TIME)).astype(np.float32)


@pytest.mark.parametrize("hz", [95.0, 220.0, 443.0, 987.0, 1800.0])
def test_a_tone_is_clear_and_its_pitch_is_met(hz: float) -> None:
    found = track(harmonics(hz))
    assert np.median(found.hz) == pytest.approx(hz, rel=0.02)
    assert found.harmonics_to_noise > 15 and found.longest > 1.8


def test_noise_has_no_pitch() -> None:
    found = track(NOISE)
    assert found.harmonics_to_noise < -3 and found.longest < 0.1


@pytest.mark.parametrize("wanted", [0.0, 10.0])
def test_noise_in_a_tone_is_measured(wanted: float) -> None:
    tone = harmonics(220.0)
    noise = NOISE * np.sqrt(np.mean(tone**2)) * 10 ** (-wanted / 20)
    assert track(tone + noise).harmonics_to_noise == pytest.approx(wanted, abs=2)


def test_a_slow_sweep_is_one_track_and_jumps_part_it() -> None:
    assert track(harmonics(500 * 2 ** (TIME / 2))).longest > 1.8
    jumps = harmonics(np.where(TIME % 0.5 < 0.25, 300.0, 450.0))
    assert 0.15 < track(jumps).longest < 0.35


def test_what_is_soft_does_not_count() -> None:
    half = np.where(TIME < 1, harmonics(300.0), NOISE * 1e-4).astype(np.float32)
    assert track(half).harmonics_to_noise > 15 and 0.9 < track(half).longest < 1.1


def test_silence_and_short_waves_have_a_value() -> None:
    for wave in (np.zeros(RATE, np.float32), NOISE[:100]):
        assert np.isfinite(track(wave).harmonics_to_noise)


def test_medians_of_several() -> None:
    clear, long = medians([harmonics(300.0), harmonics(400.0), NOISE])
    assert clear > 15 and long > 1.8
