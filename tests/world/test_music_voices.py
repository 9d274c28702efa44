"""Instruments and signals: pure, finite, on their onsets, pitched where they should be."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from v2a.world.kinds import SceneSpec
from v2a.world.sounds import heard_scene, sound
from v2a.world.sounds.beeps import arcade, phone
from v2a.world.sounds.bowed import strings
from v2a.world.sounds.electric import electric_guitar
from v2a.world.sounds.horns import ship_horn, whistle
from v2a.world.sounds.metal import chimes, gong
from v2a.world.sounds.percussion import drums, marimba
from v2a.world.sounds.plucked import guitar, harp, piano
from v2a.world.sounds.reeds import accordion
from v2a.world.sounds.synth import Array, Synth
from v2a.world.sounds.tones import damped, modes
from v2a.world.sounds.winds import brass, flute

Wave = NDArray[np.float64]
EVENTS: dict[str, tuple[Callable[[Synth], Array], float]] = {
    "piano": (piano, 0.4), "guitar": (guitar, 0.45), "harp": (harp, 0.6), "drums": (drums, 0.25),
    "marimba": (marimba, 0.3), "gong": (gong, 1.6), "brass": (brass, 0.45), "flute": (flute, 0.4),
    "whistle": (whistle, 1.6), "ship_horn": (ship_horn, 1.8), "phone": (phone, 1.6),
    "arcade": (arcade, 0.4),
}  # fmt: skip
TEXTURES: dict[str, Callable[[Synth], Array]] = {
    "electric_guitar": electric_guitar, "strings": strings, "accordion": accordion,
    "chimes": chimes,
}  # fmt: skip
MAKERS = {**{k: v[0] for k, v in EVENTS.items()}, **TEXTURES}
TONAL = [k for k in MAKERS if k not in ("drums", "gong", "chimes", "electric_guitar", "arcade")]


def _synth(
    kind: str,
    seed: int,
    rate: int = 16_000,
    ab: tuple[float, float] = (0.5, 0.5),
    first: float = 0.2,
) -> Synth:
    period = EVENTS[kind][1] if kind in EVENTS else 9.0
    onsets = tuple(float(t) for t in np.arange(first, 1.9, period)) if kind in EVENTS else ()
    return Synth(SceneSpec(kind, ab, seed, Fraction(2), onsets), rate)


def _wave(kind: str, seed: int, rate: int = 16_000, ab: tuple[float, float] = (0.5, 0.5)) -> Wave:
    return MAKERS[kind](_synth(kind, seed, rate, ab))


@cache
def _heard(kind: str, ab: tuple[float, float]) -> Wave:
    """What one performance is like in bands; made once for all that ask."""
    return _bands(_wave(kind, 8, ab=ab))


def _bands(wave: Wave, rate: int = 16_000) -> Wave:
    """(frames, 16) dB below the loudest, in log-spaced bands of 128 ms frames."""
    size = round(0.128 * rate)
    frames = wave[: len(wave) // size * size].reshape(-1, size) * np.hanning(size)
    power, hz = np.abs(np.fft.rfft(frames)) ** 2, np.fft.rfftfreq(size, 1 / rate)
    edges = np.geomspace(80, 3600, 17)
    rows = [power[:, (hz >= a) & (hz < b)].sum(1) for a, b in zip(edges, edges[1:], strict=False)]
    return 10 * np.log10(np.array(rows).T / np.max(rows) + 1e-5)


@pytest.mark.parametrize("kind", MAKERS)
def test_a_voice_is_pure_and_each_seed_another_performance(kind: str) -> None:
    wave = _wave(kind, 3)
    assert wave.shape == (32_000,) and np.isfinite(wave).all()
    assert np.array_equal(wave, _wave(kind, 3))
    assert 1e-3 < np.abs(wave).max() < 100
    other = float(np.abs(_bands(wave) - _bands(_wave(kind, 4))).mean())
    assert other > 2.0, f"seeds differ by {other:.1f} dB"


@pytest.mark.parametrize("rate", [8_000, 22_050])
@pytest.mark.parametrize("kind", MAKERS)
def test_a_voice_sounds_alike_at_every_rate(kind: str, rate: int) -> None:
    wave = _wave(kind, 5, rate)
    assert wave.shape == (2 * rate,) and np.isfinite(wave).all()
    away = float(np.median(np.abs(_bands(_wave(kind, 5)) - _bands(wave, rate))))
    assert away < 4.0, f"{away:.1f} dB from 16 kHz"


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("which", [0, 1])
def test_attributes_change_a_voice_continuously(kind: str, which: int) -> None:
    def heard(value: float) -> Wave:
        return _heard(kind, (value, 0.5) if which == 0 else (0.5, value))

    middle = heard(0.5)
    near, far = (float(np.abs(heard(v) - middle).mean()) for v in (0.502, 1.0))
    assert near < 1.0 and near <= far


@pytest.mark.parametrize("kind", EVENTS)
def test_events_begin_at_their_onsets(kind: str) -> None:
    for seed in range(2):
        synth = _synth(kind, seed, first=0.5)
        wave = MAKERS[kind](synth)
        start = int(synth.at[0])
        assert np.abs(wave[: start - 8]).max() == 0
        soon = np.abs(wave[start : start + 2400]).max()
        assert soon > 0.05 * np.abs(wave).max(), f"seed {seed}"


@pytest.mark.parametrize("kind", EVENTS)
def test_no_event_no_sound(kind: str) -> None:
    spec = SceneSpec(kind, (0.5, 0.5), 1, Fraction(1), ())
    assert not MAKERS[kind](Synth(spec, 16_000)).any()
    late = SceneSpec(kind, (0.5, 0.5), 1, Fraction(1), (0.9, 0.91, 0.999))
    assert np.isfinite(MAKERS[kind](Synth(late, 16_000))).all()


@pytest.mark.parametrize("kind", TONAL)
def test_tones_stand_far_above_what_lies_between_them(kind: str) -> None:
    """The strongest lines of a long spectrum hold most of the power."""
    for seed in range(2):
        wave = _wave(kind, seed)
        power = np.sort(np.abs(np.fft.rfft(wave * np.hanning(len(wave)))) ** 2)[::-1]
        share = float(power[:800].sum() / power.sum())
        assert share > 0.8, f"seed {seed}: {share:.2f}"


def test_modes_are_sines_that_die_by_sixty_decibels() -> None:
    synth = _synth("piano", 0)
    wave = modes(
        synth, 16_000, np.array([440.0, 9000.0]), np.array([1.0, 1.0]), np.array([1.0, 1.0])
    )
    t = np.arange(16_000) / 16_000
    assert np.allclose(wave, np.sin(2 * np.pi * 440 * t) * np.exp(-6.91 * t), atol=1e-4)


def test_a_bow_shakes_its_pitch() -> None:
    """Vibrato widens the lines of a string: the steadier bow has the sharper spectrum."""

    def width(vibrato: float) -> float:
        waves = [_wave("strings", seed, ab=(0.5, vibrato)) for seed in range(4)]
        powers = [np.abs(np.fft.rfft(w * np.hanning(len(w)))) ** 2 for w in waves]
        return float(np.mean([np.sort(p)[::-1][:30].sum() / p.sum() for p in powers]))

    assert width(0.0) > 1.1 * width(1.0)


@pytest.mark.parametrize("length", [-300, -7, 0])
def test_a_string_struck_again_before_it_sounds_falls_from_its_start(length: int) -> None:
    synth = _synth("harp", 1)
    wave = damped(synth, np.ones(900), length, 0.03)
    assert len(wave) == round(0.03 * synth.rate)
    assert wave[0] == 1 and wave[-1] == 0 and (np.diff(wave) <= 0).all()


def test_a_strum_that_meets_the_next_chord_sounds() -> None:
    """Seed 101 strums so late and so quickly that its last string is struck again at once."""
    assert np.isfinite(sound(heard_scene("electric_guitar", 101, Fraction(1)), 8_000)).all()
