"""Synthesised animals, crowds and waters: pure, bounded, each with its pitch."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from v2a.world.kinds import SceneSpec
from v2a.world.sounds.animals import hiss, horse, purr
from v2a.world.sounds.beasts import elephant, howl, monkey, roar
from v2a.world.sounds.bird_calls import duck, gull, owl, parrot
from v2a.world.sounds.bubbling_water import bubbles
from v2a.world.sounds.burning import frying
from v2a.world.sounds.crowds import cheer, crowd
from v2a.world.sounds.synth import Array, Synth
from v2a.world.sounds.water import splash, waterfall
from v2a.world.sounds.weather import forest

RATE = 16_000
SECONDS, LONG = Fraction(5, 4), Fraction(5, 2)
ONSETS = (0.3137, 1.9)
EVENTS: dict[str, Callable[[Synth], Array]] = {
    "horse": horse,
    "duck": duck,
    "parrot": parrot,
    "gull": gull,
    "owl": owl,
    "roar": roar,
    "howl": howl,
    "elephant": elephant,
    "monkey": monkey,
    "hiss": hiss,
    "splash": splash,
}
TEXTURES: dict[str, Callable[[Synth], Array]] = {
    "purr": purr,
    "crowd": crowd,
    "cheer": cheer,
    "forest": forest,
    "bubbles": bubbles,
    "waterfall": waterfall,
    "frying": frying,
}
ALL = EVENTS | TEXTURES
PITCHES = {
    "duck": (150, 600),
    "gull": (450, 1600),
    "owl": (230, 1100),
    "howl": (200, 1200),
    "elephant": (130, 900),
}
"""Hz within which a voiced animal's lowest strong partial lies."""


def _synth(
    kind: str,
    seed: int = 0,
    pair: tuple[float, float] = (0.4, 0.6),
    rate: int = RATE,
    seconds: Fraction = SECONDS,
) -> Synth:
    onsets = ONSETS if kind in EVENTS else ()
    return Synth(SceneSpec(kind, pair, seed, seconds, onsets), rate)


@cache
def _heard(kind: str, pair: tuple[float, float]) -> NDArray[np.float64]:
    """What one performance is like in bands; made once for all that ask."""
    return _bands(ALL[kind](_synth(kind, 8, pair, seconds=LONG)))


def _bands(wave: Array) -> NDArray[np.float64]:
    """(16,) dB in bands even over the logarithm of frequency, down to 40 below the strongest."""
    power = np.abs(np.fft.rfft(wave)) ** 2
    hz = np.fft.rfftfreq(len(wave), 1 / RATE)
    edges = np.geomspace(60, 7000, 17)
    rows = [power[(hz >= a) & (hz < b)].sum() for a, b in zip(edges, edges[1:], strict=False)]
    levels = np.array(rows)
    return 10 * np.log10(levels + 1e-4 * levels.max() + 1e-9)


def _pitch(wave: Array, low: float = 60, high: float = 2500) -> float:
    """Hz of the strongest repeat in the loudest tenth of a second."""
    size = RATE // 10
    starts = range(0, len(wave) - size, size // 4)
    part = max((wave[i : i + size] for i in starts), key=lambda w: float((w**2).sum()))
    spectrum = np.abs(np.fft.rfft(part * np.hanning(size), 4 * size)) ** 2
    repeat = np.fft.irfft(spectrum)[: round(RATE / low)]
    repeat /= repeat[0]
    lags = np.arange(1, len(repeat) - 1)
    peak = (repeat[1:-1] > repeat[:-2]) & (repeat[1:-1] >= repeat[2:]) & (lags > RATE / high)
    best = repeat[1:-1][peak].max(initial=0.0)
    return RATE / float(lags[peak & (repeat[1:-1] >= 0.9 * best)][0])


@pytest.mark.parametrize("kind", ALL)
def test_a_voice_is_pure_finite_and_each_seed_its_own(kind: str) -> None:
    wave = ALL[kind](_synth(kind))
    assert wave.shape == (round(SECONDS * RATE),) and np.isfinite(wave).all()
    assert 0.02 < float(np.abs(wave).max()) < 100
    assert np.array_equal(wave, ALL[kind](_synth(kind)))
    assert not np.array_equal(wave, ALL[kind](_synth(kind, 1)))


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("rate", [8_000, 32_000])
def test_a_voice_speaks_at_every_rate(kind: str, rate: int) -> None:
    wave = ALL[kind](_synth(kind, 3, rate=rate))
    assert wave.shape == (round(SECONDS * rate),) and np.isfinite(wave).all()
    assert float(wave.std()) > 1e-4


@pytest.mark.parametrize("kind", EVENTS)
@pytest.mark.parametrize("seed", range(2))
def test_events_begin_at_their_onsets(kind: str, seed: int) -> None:
    wave = EVENTS[kind](_synth(kind, seed))
    first = round(ONSETS[0] * RATE)
    assert float(np.abs(wave[:first]).max()) < 1e-6
    assert float(wave[first : first + RATE // 12].std()) > 0.03 * float(wave.std())


@pytest.mark.parametrize("kind", PITCHES)
@pytest.mark.parametrize("seed", range(3))
def test_voiced_animals_have_their_pitch(kind: str, seed: int) -> None:
    low, high = PITCHES[kind]
    assert low < _pitch(EVENTS[kind](_synth(kind, seed, (0.4, 0.0), seconds=LONG))) < high


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("which", [0, 1])
def test_attributes_change_a_voice_continuously(kind: str, which: int) -> None:
    def heard(value: float) -> NDArray[np.float64]:
        return _heard(kind, (value, 0.5) if which == 0 else (0.5, value))

    middle = heard(0.5)
    near, far = (float(np.abs(heard(v) - middle).mean()) for v in (0.501, 1.0))
    assert near < 2.0 and near < far


def test_an_empty_scene_of_events_is_silent() -> None:
    for kind, voice in EVENTS.items():
        spec = SceneSpec(kind, (0.5, 0.5), 1, Fraction(1, 2))
        assert float(np.abs(voice(Synth(spec, RATE))).max()) == 0.0
