"""Loudness agrees with the standard's test signals and with pyloudnorm; true peak with theory."""

from __future__ import annotations

import numpy as np
import pyloudnorm
import pytest
from scipy.ndimage import maximum_filter1d

from v2a.tracks.limiter import REACH, limit
from v2a.tracks.loudness import Meter, is_below, k_weighting, measure, peaks

RATE = 48_000


def sine(frequency: float, seconds: float, level: float, phase: float = 0.0) -> np.ndarray:
    """A tone whose peaks are at `level` dBFS."""
    times = np.arange(round(seconds * RATE)) / RATE
    wave = 10 ** (level / 20) * np.sin(2 * np.pi * frequency * times + phase)
    return wave.astype(np.float32)


def test_the_filter_is_the_one_printed_in_the_standard() -> None:
    shelf, high_pass = k_weighting(RATE)
    printed = [1.53512485958697, -2.69169618940638, 1.19839281085285]
    np.testing.assert_allclose(shelf[:3], printed, atol=1e-6)
    np.testing.assert_allclose(shelf[4:], [-1.69065929318241, 0.73248077421585], atol=1e-6)
    np.testing.assert_allclose(high_pass[4:], [-1.99004745483398, 0.99007225036621], atol=1e-6)


def test_a_tone_of_997_hz_at_full_scale_is_minus_3_lufs() -> None:
    assert measure([sine(997, 5, 0)], RATE).integrated == pytest.approx(-3.01, abs=0.03)


def test_gates_of_ebu_tech_3341_case_3() -> None:
    parts = [sine(1000, 10, -36), sine(1000, 60, -23), sine(1000, 10, -36)]
    # The case is stereo; one channel of it reads 3 LU lower.
    assert measure(parts, RATE).integrated == pytest.approx(-26, abs=0.1)


def test_range_of_ebu_tech_3342_case_1() -> None:
    parts = [sine(1000, 20, -20), sine(1000, 20, -30)]
    assert measure(parts, RATE).range == pytest.approx(10, abs=1)


@pytest.mark.parametrize("seconds", [0.5, 3.3, 12.0])
def test_agrees_with_pyloudnorm(seconds: float) -> None:
    rng = np.random.default_rng(1)
    wave = rng.standard_normal(round(seconds * RATE)) * np.linspace(
        0.01, 0.3, round(seconds * RATE)
    )
    expected = pyloudnorm.Meter(RATE).integrated_loudness(wave)
    assert measure([wave.astype(np.float32)], RATE).integrated == pytest.approx(expected, abs=0.05)


def test_short_and_silent_sounds_are_measured() -> None:
    assert measure([sine(997, 0.05, -20)], RATE).integrated == pytest.approx(-23, abs=1)
    for silence in ([], [np.zeros(0, np.float32)], [np.zeros(RATE, np.float32)]):
        found = measure(silence, RATE)
        assert found.integrated == found.true_peak == found.momentary == -np.inf
        assert found.range == 0


def test_blocks_do_not_matter() -> None:
    wave = sine(440, 2, -12) + sine(5000, 2, -20)
    meter = Meter(RATE)
    for begin in range(0, len(wave), 1234):
        meter.add(wave[begin : begin + 1234])
    in_parts, whole = meter.result(), measure([wave], RATE)
    assert in_parts.integrated == pytest.approx(whole.integrated, abs=1e-6)
    assert in_parts.true_peak == pytest.approx(whole.true_peak, abs=1e-4)


@pytest.mark.parametrize("frequency", [997, 6000, 12_000, 15_000])
def test_true_peak_sees_between_the_samples(frequency: float) -> None:
    wave = sine(frequency, 0.5, -6, np.pi / 4)
    wave *= np.hanning(len(wave)).astype(np.float32)
    # BS.1770 allows four-times oversampling 0.69 dB at the worst frequency.
    assert measure([wave], RATE).true_peak == pytest.approx(-6, abs=0.35)


def test_sample_peaks_bound_true_peaks() -> None:
    wave = np.sign(np.random.default_rng(0).standard_normal(10_000)).astype(np.float32)
    assert peaks(wave).max() > 1.3
    assert not is_below(wave, float(peaks(wave).max()) * 0.999)


def test_the_limiter_leaves_what_is_below_as_it_is() -> None:
    wave = sine(100, 1, -7)
    assert limit(wave, 0.5) is wave or (limit(wave, 0.5) == wave).all()


@pytest.mark.parametrize("seed", range(3))
def test_the_limiter_holds_the_ceiling_with_a_smooth_gain(seed: int) -> None:
    rng = np.random.default_rng(seed)
    wave = (0.2 * rng.standard_normal(2 * RATE)).astype(np.float32)
    wave[rng.integers(0, len(wave), 40)] *= 20
    held = limit(wave, 0.5)
    assert peaks(held).max() <= 0.5 * 1.005
    gain = held / np.where(wave == 0, 1, wave)
    assert gain.max() <= 1 + 1e-6
    assert np.abs(np.diff(gain)).max() < 0.01
    near = np.asarray(maximum_filter1d(peaks(wave) > 0.5, 2 * REACH + 1), bool)
    np.testing.assert_array_equal(held[~near], wave[~near])
