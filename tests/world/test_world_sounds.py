"""The world's sounds: pure, on their onsets, alike at every rate, and true to their words."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
import soxr
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from v2a.training.sound_kinds import SOUND_KINDS
from v2a.world.kinds import KINDS, SceneSpec, scene
from v2a.world.sounds import SOUND_ONLY, VOICES, heard_scene, sound
from v2a.world.sounds.sound_only import PERIODS

RATE = 16_000
Wave = NDArray[np.float32]
Measure = Callable[[Wave], float]
TEXTURES = [k.name for k in KINDS.values() if k.form == "texture"]
EVENTS = [k.name for k in KINDS.values() if k.form == "event"]
STRUCK = ["ball", "footsteps", "hammer", "clock", "bell", "typing", "drip", "dog", "rooster"]


def _bands(wave: Wave, rate: int = RATE) -> NDArray[np.float64]:
    """(frames, 16) power in log-spaced bands, 32 ms frames."""
    size = round(0.032 * rate)
    frames = wave[: len(wave) // size * size].reshape(-1, size) * np.hanning(size)
    power = np.abs(np.fft.rfft(frames)) ** 2
    edges = np.geomspace(60, 7000, 17)
    hz = np.fft.rfftfreq(size, 1 / rate)
    rows = [power[:, (hz >= a) & (hz < b)].sum(1) for a, b in zip(edges, edges[1:], strict=False)]
    return np.array(rows).T + 1e-9


def _pitch(wave: Wave) -> float:
    """Spectral centroid, in octaves."""
    power = np.abs(np.fft.rfft(wave)) ** 2
    hz = np.fft.rfftfreq(len(wave), 1 / RATE)
    return float((power[1:] * np.log2(hz[1:])).sum() / power[1:].sum())


def _level(wave: Wave) -> float:
    return float(20 * np.log10(wave.std()))


def _calm(wave: Wave) -> float:
    """How far the usual level lies below the loud one, negative: higher is steadier, dB."""
    frames = wave[: len(wave) // 320 * 320].reshape(-1, 320).std(axis=1)
    return float(20 * np.log10(np.median(frames) / np.quantile(frames, 0.98)))


def _unrest(wave: Wave) -> float:
    """Spread of the level from third of a second to third of a second, dB."""
    frames = wave[: len(wave) // 5333 * 5333].reshape(-1, 5333).std(axis=1)
    return float((20 * np.log10(frames)).std())


def _bright(wave: Wave) -> float:
    """Share of the power above 500 Hz, dB."""
    power = np.abs(np.fft.rfft(wave)) ** 2
    return float(10 * np.log10(power[len(power) // 16 :].sum() / power.sum()))


def _flat(wave: Wave) -> float:
    """Flatness of short spectra: noise is flatter than tones, nats."""
    frames = wave[: len(wave) // 1024 * 1024].reshape(-1, 1024) * np.hanning(1024)
    power = np.abs(np.fft.rfft(frames))[:, 20:320] ** 2 + 1e-9
    return float((np.log(power).mean(1) - np.log(power.mean(1))).mean())


def _crest(wave: Wave) -> float:
    return float(np.abs(wave).max() / wave.std())


@pytest.mark.parametrize(
    ("kind", "rate"), [(k, 22_050 if i % 3 else 44_100) for i, k in enumerate(KINDS)]
)
def test_a_sound_is_a_pure_function_of_its_scene(kind: str, rate: int) -> None:
    spec = scene(kind, 5, Fraction(1001, 1500))
    wave = sound(spec, rate)
    assert wave.shape == (round(spec.duration * rate),) and wave.dtype == np.float32
    assert np.isfinite(wave).all() and float(np.abs(wave).max()) <= 0.95
    np.random.default_rng(0).uniform(size=3)
    assert np.array_equal(wave, sound(spec, rate))
    assert not np.array_equal(wave, sound(scene(kind, 6, spec.duration), rate))


@pytest.mark.parametrize("kind", KINDS)
def test_no_moment_is_digital_silence(kind: str) -> None:
    wave = sound(scene(kind, 2, Fraction(1)), RATE)
    assert float(wave.reshape(-1, 160).std(axis=1).min()) > 1e-5


@settings(max_examples=20, deadline=None)
@example(kind="ball", a=0, b=0, seed=0, frames=1, starts=[0, 0])
@given(
    kind=st.sampled_from(list(KINDS)),
    a=st.floats(0, 1),
    b=st.floats(0, 1),
    seed=st.integers(0, 2**40),
    frames=st.integers(1, 20),
    starts=st.lists(st.floats(-0.5, 1), max_size=5),
)
def test_any_scene_sounds(
    kind: str, a: float, b: float, seed: int, frames: int, starts: list[float]
) -> None:
    onsets = tuple(sorted(starts)) if KINDS[kind].form == "event" else ()
    wave = sound(SceneSpec(kind, (a, b), seed, Fraction(frames, 25), onsets), RATE)
    assert wave.shape == (frames * 640,) and np.isfinite(wave).all()
    assert float(np.abs(wave).max()) <= 0.95


def _attacks(wave: Wave, rate: int) -> NDArray[np.float64]:
    """Seconds at which the level of 2 ms jumps most over that of the 10 ms before."""
    step = rate // 1000
    power = (wave[: len(wave) // step * step].astype(np.float64).reshape(-1, step) ** 2).mean(1)
    total = np.concatenate([[0], np.cumsum(power)])
    at = np.arange(10, len(power) - 2)
    jump = np.log((total[at + 2] - total[at]) / 2 + 1e-8) - np.log(
        (total[at] - total[at - 10]) / 10 + 1e-8
    )
    top = np.array([j == jump[max(0, i - 15) : i + 16].max() for i, j in enumerate(jump)])
    return at[top & (jump > 0.9)] * step / rate


@pytest.mark.parametrize("kind", STRUCK)
@pytest.mark.parametrize("seed", [1, 2])
def test_events_begin_at_their_onsets(kind: str, seed: int) -> None:
    spec = scene(kind, seed, Fraction(3))
    found = _attacks(sound(spec, RATE), RATE)
    late = [t for t in spec.onsets if t > 0.02 and np.abs(found - t).min(initial=9.0) > 0.005]
    assert not late, f"{len(late)} of {len(spec.onsets)} onsets not heard"


@pytest.mark.parametrize("kind", ["ball", "hammer", "clock", "footsteps", "bell", "typing"])
@pytest.mark.parametrize("rate", [16_000, 48_000])
def test_an_attack_is_on_its_sample(kind: str, rate: int) -> None:
    spec = SceneSpec(kind, (0.5, 0.7), 3, Fraction(3, 5), (0.4013,))
    wave = np.abs(sound(spec, rate))
    at = round(0.4013 * rate)
    assert float(wave[:at].max()) < 0.05 * float(wave[at : at + rate // 200].max())


def test_later_bounces_are_softer() -> None:
    times = (0.1, 0.6, 0.97, 1.24, 1.44)
    spec = SceneSpec("ball", (0.2, 0.5), 4, Fraction(2), times)
    wave = sound(spec, RATE)
    peaks = [float(np.abs(wave[round(t * RATE) :][:800]).max()) for t in times]
    assert peaks == sorted(peaks, reverse=True) and peaks[-1] < 0.5 * peaks[0]


@pytest.mark.parametrize("kind", KINDS)
def test_a_scene_sounds_alike_at_every_rate(kind: str) -> None:
    def spectra(rate: int) -> NDArray[np.float64]:
        waves = [sound(scene(kind, s, Fraction(3, 2)), rate) for s in range(2)]
        return np.array([_bands(soxr.resample(w, rate, RATE)).mean(0) for w in waves])

    low, high = spectra(RATE), spectra(48_000)
    heard = low > low.max(axis=1, keepdims=True) * 1e-4
    apart = 10 * np.log10(high / low)[heard]
    assert float(np.abs(apart).mean()) < 3.5 and float(apart.std()) < 3


@pytest.mark.parametrize("kind", TEXTURES)
def test_textures_are_loud_by_nature_but_within_reach(kind: str) -> None:
    corners = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)]
    levels = [_level(sound(scene(kind, i, Fraction(1), c), RATE)) for i, c in enumerate(corners)]
    assert min(levels) > -36 and max(levels) < -12


def test_a_chainsaw_is_louder_than_a_gentle_wind_and_a_room_is_quiet() -> None:
    wind, saw, room = (
        _level(sound(scene(k, 3, Fraction(3), (0.1, 0.3)), RATE))
        for k in ("wind", "chainsaw", "room")
    )
    assert wind + 3 < saw < wind + 16 and -62 < room < -48


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("which", [0, 1])
def test_attributes_change_a_sound_continuously(kind: str, which: int) -> None:
    def heard(value: float) -> NDArray[np.float64]:
        pair = (value, 0.5) if which == 0 else (0.5, value)
        onsets = scene(kind, 8, Fraction(1), (0.5, 0.5)).onsets
        wave = sound(SceneSpec(kind, pair, 8, Fraction(1), onsets), RATE)
        return 10 * np.log10(_bands(wave)[:30].reshape(6, 5, 16).mean(1) + 1e-6)

    middle = heard(0.5)
    near, far = (float(np.abs(heard(v) - middle).mean()) for v in (0.502, 1.0))
    assert near < 1.5 and (near < far or far == 0.0)


SENSES: list[tuple[str, int, Measure, int]] = [
    ("rain", 0, _level, 1),
    ("wind", 0, _level, 1),
    ("wind", 1, _unrest, 1),
    ("sea", 0, _level, 1),
    ("fire", 0, _level, 1),
    ("fire", 1, _crest, 1),
    ("stream", 0, _level, 1),
    ("engine", 0, _pitch, 1),
    ("engine", 1, _pitch, -1),
    ("helicopter", 1, _bright, -1),
    ("helicopter", 1, _level, -1),
    ("chainsaw", 0, _level, 1),
    ("chainsaw", 1, _pitch, 1),
    ("ball", 0, _pitch, 1),
    ("footsteps", 1, _pitch, -1),
    ("stream", 1, _flat, -1),
    ("rain", 1, _flat, -1),
    ("hammer", 0, _pitch, -1),
    ("hammer", 1, _pitch, 1),
    ("clock", 1, _pitch, 1),
    ("bell", 0, _pitch, 1),
    ("bell", 1, _pitch, 1),
    ("typing", 1, _level, 1),
    ("drip", 0, _pitch, -1),
    ("drip", 1, _calm, 1),
    ("birds", 0, _pitch, 1),
    ("birds", 1, _calm, 1),
    ("dog", 0, _pitch, -1),
    ("baby", 0, _pitch, 1),
    ("sneeze", 0, _level, 1),
    ("rooster", 0, _pitch, 1),
    ("room", 0, _pitch, -1),
]


@pytest.mark.parametrize(("kind", "which", "measure", "sense"), SENSES)
def test_attributes_mean_what_they_say(kind: str, which: int, measure: Measure, sense: int) -> None:
    def mean(value: float) -> float:
        pair = (value, 0.5) if which == 0 else (0.5, value)
        return float(
            np.mean([measure(sound(scene(kind, s, Fraction(2), pair), RATE)) for s in range(4)])
        )

    assert sense * (mean(0.95) - mean(0.05)) > 0


def test_every_kind_has_a_voice() -> None:
    """The drawn world's kinds in one table, what else can be synthesised in the other."""
    assert set(VOICES) == set(KINDS)
    voiced = {kind.name for kind in SOUND_KINDS.values() if kind.voice}
    assert set(SOUND_ONLY) == voiced - set(VOICES)


def test_the_world_and_the_table_of_sounds_agree_on_what_is_an_event() -> None:
    drawn = {name for name, kind in KINDS.items() if kind.form == "event"}
    listed = {kind.name for kind in SOUND_KINDS.values() if kind.form == "event"}
    assert drawn | set(PERIODS) == listed & (set(VOICES) | set(SOUND_ONLY))


@pytest.mark.parametrize("kind", SOUND_ONLY)
def test_a_scene_that_is_only_heard_is_pure_and_holds_its_onsets(kind: str) -> None:
    spec = heard_scene(kind, 5, Fraction(2))
    assert spec == heard_scene(kind, 5, Fraction(2)) != heard_scene(kind, 6, Fraction(2))
    assert list(spec.onsets) == sorted(spec.onsets)
    assert all(0 <= t < 2 for t in spec.onsets)
    assert bool(spec.onsets) == (SOUND_KINDS[kind].form == "event")


@pytest.mark.parametrize("kind", SOUND_ONLY)
def test_what_is_only_heard_keeps_its_level(kind: str) -> None:
    wave = sound(heard_scene(kind, 5, Fraction(1)), 8_000)
    assert wave.shape == (8_000,) and wave.dtype == np.float32
    assert 0.003 < float(np.abs(wave).max()) <= 0.95


def _portrait(wave: Wave) -> NDArray[np.float64]:
    bands = np.log(_bands(wave))
    bands = np.maximum(bands - bands.max(), -14)
    moves = np.abs(np.diff(bands, axis=0)).mean(0)
    return np.concatenate([bands.mean(0), bands.std(0), moves, np.quantile(bands, 0.95, axis=0)])


@pytest.mark.slow
def test_kinds_are_told_apart_on_seeds_never_heard() -> None:
    def portraits(first: int, count: int) -> NDArray[np.float64]:
        seeds = range(first, first + count)
        return np.array(
            [[_portrait(sound(scene(k, s, Fraction(4)), RATE)) for s in seeds] for k in KINDS]
        )

    known, new = portraits(100, 8), portraits(9000, 3)
    spread = known.reshape(-1, known.shape[-1]).std(0)
    apart = np.abs((new[:, :, None] - known.mean(1)) / spread).sum(-1)
    right = apart.argmin(2) == np.arange(len(KINDS))[:, None]
    assert float(right.mean()) > 0.75
