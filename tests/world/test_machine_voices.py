"""Voices of vehicles, tools, guns and play: pure, in range, on their onsets, at their own rates."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

from v2a.world.kinds import SceneSpec
from v2a.world.sounds.acoustics import passing
from v2a.world.sounds.bicycle_and_skates import bicycle, skating
from v2a.world.sounds.film_machines import camera, film_static
from v2a.world.sounds.guns import bursts, explosion, gunshot, machine_gun
from v2a.world.sounds.motor_vehicles import boat, motorcycle, truck
from v2a.world.sounds.road_traffic import traffic
from v2a.world.sounds.sports import bat
from v2a.world.sounds.synth import Array, Synth
from v2a.world.sounds.tools import drill, fan, machinery

RATE = 16_000
Voice = Callable[[Synth], Array]
EVENTS: list[Voice] = [gunshot, machine_gun, explosion, camera, bat]
TEXTURES: list[Voice] = [
    motorcycle, truck, traffic, boat, bicycle, skating, drill, machinery, fan, film_static
]  # fmt: skip
SECONDS = Fraction(4, 3)
ONSETS = (0.21, 1.07, 1.83)


def _synth(
    voice: Voice,
    seed: int = 1,
    attributes: tuple[float, float] = (0.4, 0.6),
    seconds: Fraction = SECONDS,
    rate: int = RATE,
    onsets: tuple[float, ...] = ONSETS,
) -> Synth:
    starts = onsets if voice in EVENTS else ()
    return Synth(SceneSpec(voice.__name__, attributes, seed, seconds, starts), rate)


def _middle(wave: Array, rate: int) -> float:
    """Hz below which half of the power lies."""
    power = np.cumsum(np.abs(np.fft.rfft(wave)) ** 2)
    return float(np.searchsorted(power, power[-1] / 2) * rate / len(wave))


@pytest.mark.parametrize("voice", EVENTS + TEXTURES)
def test_a_voice_is_a_pure_function_of_its_scene(voice: Voice) -> None:
    wave = voice(_synth(voice))
    assert wave.shape == (round(SECONDS * RATE),) and np.isfinite(wave).all()
    assert 1e-3 < float(np.abs(wave).max()) < 100
    np.random.default_rng(0).uniform(size=3)
    assert np.array_equal(wave, voice(_synth(voice)))
    other = voice(_synth(voice, seed=2))
    assert abs(float(np.corrcoef(wave, other)[0, 1])) < 0.95


@pytest.mark.parametrize("voice", EVENTS + TEXTURES)
@pytest.mark.parametrize("corner", [(0.0, 1.0), (1.0, 0.0), (1.0, 1.0)])
def test_a_voice_bears_every_corner_and_any_length(
    voice: Voice, corner: tuple[float, float]
) -> None:
    for seconds, rate in ((Fraction(1, 25), 8000), (Fraction(1, 6), 48_000)):
        for onsets in ((), (0.0, 0.0, 0.01)):
            synth = _synth(voice, 3, corner, seconds, rate, onsets)
            assert np.isfinite(voice(synth)).all() and len(voice(synth)) == synth.n


@pytest.mark.parametrize("voice", TEXTURES)
def test_a_little_more_of_an_attribute_changes_the_sound_a_little(voice: Voice) -> None:
    def loud(a: float) -> Array:
        wave = voice(_synth(voice, 4, (a, 0.5)))[:20_000]
        power = np.abs(np.fft.rfft(wave.reshape(5, -1), axis=1)) ** 2
        bands = np.add.reduceat(power, [0, 25, 75, 200, 600], axis=1)
        return 10 * np.log10(bands + 1e-3 * bands.mean())

    assert float(np.abs(loud(0.5) - loud(0.502)).mean()) < 2.0


@pytest.mark.parametrize("voice", EVENTS)
@pytest.mark.parametrize("seed", range(2))
def test_events_begin_at_their_onsets_with_sharp_attacks(voice: Voice, seed: int) -> None:
    wave = voice(_synth(voice, seed, (0.3, 0.2), Fraction(2)))
    for start in (round(t * RATE) for t in ONSETS):
        before = float((wave[start - 80 : start] ** 2).mean())
        after = float((wave[start : start + 80] ** 2).mean())
        assert after > 10 * before
    assert float(np.abs(wave[: round(ONSETS[0] * RATE)]).max()) < 1e-9


def _echo(wave: Array, seconds: Array) -> Array:
    """How alike the loudness of the middle 0.4 s is to itself so many seconds later, -1..1."""
    wave = np.convolve(np.abs(wave), np.hanning(round(0.008 * RATE)), "same")
    middle, size = len(wave) // 2, round(0.4 * RATE)
    first = wave[middle - size : middle]
    later = [wave[middle - size + round(s * RATE) :][:size] for s in seconds]
    return np.array([np.corrcoef(first, x)[0, 1] for x in later])


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    ("voice", "attributes", "low", "high"),
    [(motorcycle, (1.0, 0.0), 26, 60), (truck, (0.0, 0.5), 18, 36)],
)
def test_an_engine_repeats_itself_at_its_rate(
    voice: Voice, attributes: tuple[float, float], low: float, high: float, seed: int
) -> None:
    wave = voice(_synth(voice, seed, attributes, Fraction(2)))
    rates = np.linspace(low, high, 300)  # a twist of the throttle may lift an idle of 32 Hz
    noise = np.random.default_rng(seed).standard_normal(len(wave))
    assert _echo(wave, 1 / rates).max() > 0.1 + _echo(noise, 1 / rates).max()


def test_what_drives_past_falls_in_pitch_and_is_loudest_as_it_passes() -> None:
    t = np.linspace(0, 4, 401)
    ratio, gain = passing(t, 2.0, 20.0, 5.0)
    assert ratio[0] > 1.05 and ratio[-1] < 0.95 and (np.diff(ratio) <= 0).all()
    assert int(gain.argmax()) == 200


@pytest.mark.parametrize(("a", "rate"), [(0.0, 8.0), (1.0, 14.0)])
def test_a_machine_gun_keeps_its_beat(a: float, rate: float) -> None:
    synth = _synth(machine_gun, 5, (a, 0.0), Fraction(4), RATE, (0.5,))
    at, gains = bursts(synth)
    assert at[0] == RATE // 2 and len(at) >= 3 and len(gains) == len(at)
    assert np.diff(at) / RATE == pytest.approx(1 / rate, rel=0.12)


def test_bigger_and_farther_blasts_are_lower() -> None:
    def pitch(voice: Voice, a: float, b: float) -> float:
        waves = [voice(_synth(voice, s, (a, b), onsets=(0.1,))) for s in range(3)]
        return float(np.mean([_middle(w, RATE) for w in waves]))

    def treble(far: float) -> float:
        """Share of the power above 1 kHz."""
        wave = explosion(_synth(explosion, 2, (0.3, far), onsets=(0.1,)))
        power = np.abs(np.fft.rfft(wave)) ** 2
        return float(power[round(1000 * SECONDS) :].sum() / power.sum())

    assert pitch(gunshot, 0.0, 0.2) > 1.3 * pitch(gunshot, 1.0, 0.2)
    assert treble(0.0) > 2 * treble(1.0)
    assert pitch(bat, 1.0, 0.5) > 4 * pitch(bat, 0.0, 0.5)
