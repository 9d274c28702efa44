"""Voices with a throat: dog, baby, rooster, sneeze; simple ones, for packs taught without recordings."""

from __future__ import annotations

import numpy as np

from v2a.world.sounds.shaped_noise import coloured, grain, resonance
from v2a.world.sounds.strikes import ease, place, turns, waveform
from v2a.world.sounds.synth import Array, Synth

Formants = tuple[tuple[float, float, float], ...]
"""Hz, width in Hz, gain."""


def _clock(synth: Synth, seconds: float) -> tuple[Array, Array]:
    """Seconds from 0, and the same as a share of the whole."""
    t = np.arange(max(8, round(seconds * synth.rate))) / synth.rate
    return t, t / t[-1]


def _throat(
    synth: Synth, part: str, hz: Array, tilt: float, rough: float, breath: float | Array
) -> Array:
    """Along a pitch path in Hz: harmonics that fall as k**-tilt, jitter, and some breath."""
    rng = synth.rng(f"{part}/rough")
    knots = rng.standard_normal(max(4, round(260 * len(hz) / synth.rate)))
    jitter = np.interp(np.linspace(0, len(knots) - 1, len(hz)), np.arange(len(knots)), knots)
    bent = hz * np.exp(rough * jitter)
    harmonics = np.arange(1, 81) ** -tilt * np.exp(0.6j * np.arange(80) ** 1.3)
    voice = waveform(synth, turns(synth, bent), harmonics, float(bent.max()))
    return voice + breath * grain(synth, synth.rng(f"{part}/breath"), len(hz))


def _mouth(synth: Synth, x: Array, formants: Formants) -> Array:
    out = 0.05 * x
    for hz, width, gain in formants:
        out = out + gain * resonance(synth, x, hz, width)
    return out


def dog(synth: Synth) -> Array:
    """Barks: a short burst of voice and breath, pitch up and down; big dogs are deeper."""
    big = synth.a
    rng = synth.rng("dog")
    size = synth.mix(1.5, 0.62, big) * rng.uniform(0.9, 1.1)
    seconds = synth.mix(0.11, 0.24, big) * rng.uniform(0.85, 1.2)
    wide, narrow = size**0.6, size**0.5
    mouth = ((680 * wide, 260, 1.0), (1250 * wide, 380, 1.0), (2400 * narrow, 600, 0.25))
    out = np.zeros(synth.n)
    for i, start in enumerate(synth.at):
        own = synth.rng(f"bark{i}")
        t, x = _clock(synth, seconds * own.uniform(0.85, 1.15))
        hz = (
            430
            * size
            * np.exp(0.06 * own.standard_normal())
            * (0.72 + 0.6 * np.sin(np.pi * x**0.7))
        )
        voice = _throat(synth, f"bark{i}", hz, 0.9, 0.06, 0.32 + 0.45 * np.exp(-x * 9))
        loud = ease(t, 0.006, 0.7 * t[-1]) * own.uniform(0.7, 1)
        place(synth, out, int(start), _mouth(synth, voice, mouth) * loud)
    return out


CRY = ((1080.0, 240.0, 1.0), (1900.0, 400.0, 0.35), (3300.0, 480.0, 0.8), (5200.0, 900.0, 0.25))
"""Formants of a cry: Hz, width in Hz, gain."""


def baby(synth: Synth) -> Array:
    """Cries: long voiced breaths whose pitch arches, strong around 1 and 3 kHz."""
    rng = synth.rng("baby")
    base = synth.mix(330, 520, synth.a) * rng.uniform(0.92, 1.1)
    gaps = np.append(np.diff(synth.at) / synth.rate, 0.9)[: len(synth.at)]
    out = np.zeros(synth.n)
    for i, start in enumerate(synth.at):
        own = synth.rng(f"cry{i}")
        t, x = _clock(synth, float(np.clip(0.78 * gaps[i], 0.2, 1.3)))
        vibrato = 0.02 * np.sin(2 * np.pi * own.uniform(5, 8) * t)
        hz = base * np.exp(0.07 * own.standard_normal() + vibrato) * _contour(own, x)
        rough = float(own.choice([0.006, 0.012, 0.04]))
        cry = _mouth(synth, _throat(synth, f"cry{i}", hz, 0.8, rough, 0.1), CRY)
        loud = ease(t, 0.03, 0.25 * t[-1]) * own.uniform(0.75, 1)
        place(synth, out, int(start), cry * loud)
    return out


def _contour(rng: np.random.Generator, x: Array) -> Array:
    """A cry's relative pitch over x in 0..1: up quickly, an arch or a plateau, down at the end."""
    ends, middle = rng.uniform(0.75, 0.97, 2), rng.uniform(0.92, 1.2, 2)
    return np.interp(x, (0, 0.15, 0.4, 0.75, 1), (ends[0], 1.0, middle[0], middle[1], ends[1]))


CROW = (
    (0.00, 0.13, 0.75, 0.8),
    (0.17, 0.12, 0.95, 0.85),
    (0.32, 0.22, 1.05, 1.15),
    (0.56, 0.75, 1.2, 0.72),
)
"""Syllables of a crow: start and length (of 1.3 s), pitch at both ends."""


def rooster(synth: Synth) -> Array:
    """Cock-a-doodle-doo: four harsh voiced syllables, the last long and falling."""
    rng = synth.rng("rooster")
    base = synth.mix(480, 900, synth.a) * rng.uniform(0.92, 1.1)
    long = synth.mix(1.45, 1.0, synth.b) * rng.uniform(0.9, 1.1) / 1.3
    rough, hoarse = rng.uniform(0.008, 0.03), rng.uniform(0.05, 0.3)
    mouth = ((1000.0, 260.0, 0.8), (2100.0, 380.0, 1.0), (3400.0, 600.0, 0.5))
    out = np.zeros(synth.n)
    for i, start in enumerate(synth.at):
        bent = float(np.exp(0.05 * synth.rng(f"crow{i}").standard_normal()))
        for j, (begin, length, first, last) in enumerate(CROW):
            t, x = _clock(synth, length * long)
            hz = base * bent * (first + (last - first) * x + 0.12 * np.sin(np.pi * x))
            crow = _mouth(synth, _throat(synth, f"crow{i}.{j}", hz, 0.75, rough, hoarse), mouth)
            at = int(start) + round(begin * long * synth.rate)
            place(synth, out, at, crow * ease(t, 0.012, 0.3 * t[-1]))
    return out


CHOO = ((480.0, 120.0, 1.0), (1300.0, 260.0, 0.7), (2500.0, 400.0, 0.3))
"""Formants of a sneeze: Hz, width in Hz, gain."""
SPIT = ((200, 700, 1800, 3500, 6000, 9000, 16000), (-20, -8, -2, 0, -1, -6, -16))
"""Spectrum of its spray: Hz, dB."""


def sneeze(synth: Synth) -> Array:
    """A breath drawn in, then the burst at the onset: hiss first, a voice that falls after."""
    big = synth.a
    person = synth.rng("sneeze").uniform(0.8, 1.3)
    spit = coloured(synth, "spit", *SPIT)
    out = np.zeros(synth.n)
    for i, start in enumerate(synth.at):
        own = synth.rng(f"sneeze{i}")
        t, x = _clock(synth, synth.mix(0.22, 0.5, big) * own.uniform(0.85, 1.15))
        hiss = np.resize(spit[start:], len(t)) * np.exp(-x * 5) * ease(t, 0.003, 0.3 * t[-1])
        voice = _throat(synth, f"choo{i}", 330 * person * (1.15 - 0.5 * x), 0.8, 0.03, 0.3)
        choo = _mouth(synth, voice, CHOO) * ease(t, 0.05, 0.6 * t[-1])
        place(synth, out, int(start), (1.3 * hiss + (0.5 + 0.8 * big) * choo) * own.uniform(0.8, 1))
        t, x = _clock(synth, 0.3)
        drawn = grain(synth, synth.rng(f"inhale{i}"), len(t))
        drawn = _mouth(synth, drawn, ((900 * person, 400, 1.0), (2200, 700, 0.6)))
        early = int(start) - len(t) - round(0.05 * synth.rate)
        place(synth, out, early, 0.1 * drawn * x**2 * np.clip(4 - 4 * x, 0, 1))
    return out
