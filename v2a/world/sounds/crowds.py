"""Many people at once: they murmur, or cheer in a stadium."""

from __future__ import annotations

import numpy as np

from v2a.world.sounds.shaped_noise import (
    band,
    dull,
    frame_times,
    grain,
    hits,
    painted,
    swell,
)
from v2a.world.sounds.strikes import ease, place, strew
from v2a.world.sounds.synth import Array, Synth
from v2a.world.sounds.vocal_tract import mouth, through, time_axis, voiced

TALKERS = 6
"""People synthesised; each is mixed in again at other speeds and times, which saves most of the work."""


OTHERS = 9
"""Copies of the single shouts, at other speeds and times, that make the mass of a stadium."""


VOWEL_STEP = 0.02
"""Seconds between the knots of a talker's formants."""


def crowd(synth: Synth) -> Array:
    """People who talk without words; a: few to many, b: calm to lively."""
    many, lively = synth.a, synth.b
    rng = synth.rng("crowd")
    near, far = np.zeros(synth.n), np.zeros(synth.n)
    for k in range(TALKERS):
        said = _talker(synth, f"talker{k}", lively)
        for echo in range(4):
            shift, speed, loud = (
                int(rng.integers(0, synth.n)),
                rng.uniform(0.82, 1.22),
                rng.uniform(0.4, 1),
            )
            come = float(np.clip(synth.mix(4, 24, many) - (4 * k + echo) * 1.0, 0, 1))
            if echo == 0:
                near += (
                    (0.35 + 0.65 * rng.uniform()) * said * float(np.clip(3 + 5 * many - k, 0.1, 1))
                )
            elif come > 0:
                far += come * loud * _again(said, shift, speed)
    far = dull(synth, far, 3500)
    return (
        (1 - 0.6 * many) * near
        + (0.4 + 0.5 * many) * far
        + _babble(synth, many, lively, float(near.std()))
    )


def _again(wave: Array, shift: int, speed: float) -> Array:
    """(n,) the wave read in a loop, from sample `shift` on, at another speed."""
    at = (shift + speed * np.arange(len(wave))) % (len(wave) - 1)
    left = at.astype(np.int64)
    f = at - left
    return wave[left] * (1 - f) + wave[left + 1] * f


def _talker(synth: Synth, part: str, lively: float) -> Array:
    """(n,) one person's talk: syllables with vowels, phrases that sink, consonants that hiss."""
    rng = synth.rng(part)
    woman = rng.uniform() < 0.5
    base = (rng.uniform(175, 240) if woman else rng.uniform(95, 145)) * synth.mix(
        0.95, 1.25, lively
    )
    size = rng.uniform(1.08, 1.2) if woman else rng.uniform(0.94, 1.04)
    count = int(synth.seconds * 9) + 4
    steps = rng.uniform(0.12, 0.27, count)
    draws = rng.uniform(size=(5, count))
    pause = draws[0] < 0.13
    starts = np.cumsum(np.where(pause, steps * (4.5 - 2.5 * lively), steps)) - rng.uniform(0, 1)
    loud = np.where(pause, 0.0, 0.35 + 0.65 * draws[1])
    knots = np.stack([starts, starts + 0.25 * steps, starts + 0.7 * steps], 1).ravel()
    level = np.stack([0.12 * loud, loud, 0.8 * loud], 1).ravel()
    t = synth.t
    even = np.arange(0, synth.seconds + VOWEL_STEP, VOWEL_STEP)
    first = np.interp(even, starts, 290 + 480 * draws[2]) * size
    second = np.interp(even, starts, 850 + 1350 * draws[3] ** 1.2) * size
    accent = np.interp(t, starts, 0.86 + 0.34 * draws[4] * (0.7 + 0.6 * lively))
    source = voiced(synth, part, base * accent, 0.85, 0.01, 0.0, 0.05)
    spoken = mouth(
        synth,
        source,
        ((first, 110, 1.0), (second, 160, 0.8), (2600 * size, 260, 0.22), (3600 * size, 400, 0.1)),
        0.012,
    )
    hard = hits(
        synth, np.round(starts * synth.rate).astype(np.int64), 0.25 * loud * (draws[0] > 0.55)
    )
    spit = swell(synth, hard, 0.02, 0.09) * grain(synth, synth.rng(f"{part}/spit"), synth.n)
    return spoken * np.interp(t, knots, level) + 0.22 * band(synth, spit, 2200, 7000)


def _babble(synth: Synth, many: float, lively: float, loud: float) -> Array:
    """Distant talkers: noise in the colours of speech that stirs with syllables."""
    times = frame_times(synth)
    hz = (60, 130, 280, 550, 1000, 1800, 3000, 5000, 8000, 16000)
    db = np.array([-30, -9, -2, 0, -6, -11, -17, -22, -30, -44], np.float64)
    db = (
        db
        + synth.rng("babble").uniform(-2, 2, 10)
        + lively * np.array([0, 0, 0, 1, 3, 4, 4, 3, 2, 0])
    )
    stir = np.stack([synth.drift(f"stir{k}", 6, times) for k in range(10)], 1)
    noise = painted(
        synth, "babble", hz, db[None] + 2.6 * stir + 1.2 * synth.drift("all", 1.5, times)[:, None]
    )
    return noise * loud * synth.mix(0.1, 0.8, many) / max(1e-9, float(noise.std()))


def cheer(synth: Synth) -> Array:
    """A stadium's roar that swells, with shouts, whistles and clapping.

    a: how wild, b: how much of whistles and hands.
    """
    wild, hands = synth.a, synth.b
    rng = synth.rng("stadium")
    times = frame_times(synth)
    slow = (
        1.2 * synth.drift("swell", 0.35, times)
        + 0.8 * rng.uniform(-1, 1) * (times / times[-1] - 0.5) * 4
    )
    hz = (80, 200, 400, 700, 1100, 1800, 2800, 4200, 6500, 16000)
    db = np.array([-22, -12, -5, 0, 0, -3, -8, -14, -22, -36]) + rng.uniform(-2, 2, 10)
    db = db + wild * np.array([-3, -2, -1, 0, 2, 4, 4, 4, 3, 2])
    stir = np.stack([synth.drift(f"stir{k}", 7, times) for k in range(10)], 1)
    mass = painted(synth, "mass", hz, db[None] + 1.7 * stir + (2.4 * slow)[:, None])
    alone = _shouts(synth, wild)
    people = np.zeros(synth.n)
    for _ in range(OTHERS):
        people += _again(alone, int(rng.integers(0, synth.n)), rng.uniform(0.8, 1.25))
    people = dull(synth, people, 3500)
    mass = 0.75 * mass / max(1e-9, float(mass.std()))
    level = np.interp(synth.t, times, 10 ** (1.6 * slow / 20))
    single = 1.8 * alone + 2.2 * _claps(synth, hands) + 2.0 * _whistles(synth, hands)
    return mass + level * (0.7 * people / max(1e-9, float(people.std())) + single)


def _shouts(synth: Synth, wild: float) -> Array:
    """Single people above the mass: they hold a vowel and let it fall."""
    out = np.zeros(synth.n)
    at, mark, grown = synth.scatter("shouts", synth.mix(2, 5, wild), 5)
    for j in np.flatnonzero(grown):
        own = synth.rng(f"shout{j}")
        t, x = time_axis(synth, own.uniform(0.5, 1.6))
        base = (
            float(own.choice([260, 380, 560])) * own.uniform(0.85, 1.2) * synth.mix(0.95, 1.2, wild)
        )
        source = voiced(
            synth,
            f"shout{j}",
            base * through(x, 0.8, 1.1, 1.05, 0.75),
            0.7,
            0.014,
            0.25 * own.uniform(),
            0.15,
        )
        vowel = ((480, 300), (820, 950), (700, 1200), (520, 1500))[int(own.integers(0, 4))]
        first = (float(vowel[0]), float(vowel[0]) * own.uniform(0.9, 1.3))
        cry = mouth(
            synth,
            source,
            ((first, 160, 1.0), (float(vowel[1]) * 1.15, 240, 0.7), (2900, 500, 0.4)),
            0.03,
        )
        loud = grown[j] * (0.25 + 0.9 * mark[j] ** 3)
        place(synth, out, int(at[j]) - len(t) // 3, loud * cry * ease(t, 0.12, 0.5 * t[-1]))
    return dull(synth, out, 4500)


def _claps(synth: Synth, hands: float) -> Array:
    """Hands: short bursts about 1 to 2 kHz, from near and far."""
    bank_size = 24
    length = round(0.03 * synth.rate)
    t = np.arange(length) / synth.rate
    rng = synth.rng("hands")
    decay, tone = (
        rng.uniform(0.008, 0.02, (bank_size, 1)),
        np.exp(rng.uniform(np.log(800), np.log(2300), (bank_size, 1))),
    )
    burst = grain(synth, synth.rng("palms"), bank_size * length).reshape(bank_size, length)
    bank = (0.5 * burst + np.sin(2 * np.pi * tone * t)) * np.exp(-6.91 * t / decay)
    at, mark, grown = synth.scatter("claps", synth.mix(25, 260, hands), 260)
    which = synth.rng("which").integers(0, bank_size, len(at))
    gains = grown * np.minimum(4, 0.25 * (1 - mark + 0.01) ** -0.6)
    return (0.15 + 0.85 * hands) * 0.9 * strew(synth, at, bank, which, gains)


def _whistles(synth: Synth, hands: float) -> Array:
    """Fingers between lips: a tone that leaps up and slides."""
    out = np.zeros(synth.n)
    at, mark, grown = synth.scatter("whistles", synth.mix(0.2, 1.6, hands), 1.6)
    for j in np.flatnonzero(grown):
        own = synth.rng(f"whistle{j}")
        t, x = time_axis(synth, own.uniform(0.3, 0.9))
        hz = own.uniform(1900, 2900) * through(x, 0.8, 1.05, 1.2, own.uniform(0.75, 1.25), 0.85)
        tone = mouth(
            synth,
            voiced(synth, f"whistle{j}", hz, 3.0, 0.004, 0.0, 0.1),
            ((2500, 1800, 1.0),),
            0.02,
        )
        place(
            synth,
            out,
            int(at[j]) - len(t) // 3,
            grown[j] * (0.12 + 0.5 * mark[j] ** 2) * tone * ease(t, 0.03, 0.1),
        )
    return out
