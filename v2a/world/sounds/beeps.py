"""Rings and beeps: telephones, games and machines."""

from __future__ import annotations

import numpy as np

from v2a.world.sounds.shaped_noise import dull
from v2a.world.sounds.strikes import ease, ring, waveform
from v2a.world.sounds.synth import Array, Positions, Synth
from v2a.world.sounds.tones import body, hertz, lengths, modes, put, soften
from v2a.world.sounds.tunes import melody, tune


def phone(synth: Synth) -> Array:
    """A bell, a warble, beeps or a tune at each ring; a: pitch, b: how quick its clapper or warble."""
    rng = synth.rng("phone")
    kind = int(rng.choice(4, p=(0.42, 0.26, 0.14, 0.18)))
    spans = lengths(synth, synth.at, 2.6)
    double = bool(rng.uniform() < 0.3)
    rings: list[tuple[int, int]] = []
    for a, s in zip(synth.at.tolist(), spans.tolist(), strict=True):
        whole = int(min(0.62 * s, 2.0 * synth.rate))
        both = [(a, int(0.42 * whole)), (a + int(0.58 * whole), int(0.42 * whole))]
        rings += both if double and whole > 0.6 * synth.rate else [(a, whole)]
    if kind == 0:
        return _bells(synth, rings)
    out = np.zeros(synth.n)
    for a, length in rings:
        length = min(length, synth.n - a)
        if length > 64:
            put(synth, out, a, (_warble, _trill, _ringtone)[kind - 1](synth, length))
    small = ((900, 500, 0.6), (2600, 1200, 1.0))
    return body(synth, out, small, 0.5)


def _bells(synth: Synth, rings: list[tuple[int, int]]) -> Array:
    """Two gongs that a clapper strikes in turn, some twenty times a second, and its case."""
    rng = synth.rng("gongs")
    pace = synth.mix(17, 27, synth.b) * rng.uniform(0.9, 1.1)
    places: list[int] = []
    for a, length in rings:
        count = max(1, int(length * pace / synth.rate))
        places += [a + round(j * synth.rate / pace) for j in range(count)]
    at = np.array(places, np.int64)
    turn = np.arange(len(at)) % 2
    force = rng.uniform(0.75, 1, len(at))
    prime = synth.mix(900, 1500, synth.a) * rng.uniform(0.85, 1.2)
    out = np.zeros(synth.n)
    for side, up in enumerate((1.0, rng.uniform(1.12, 1.3))):
        hz = (
            prime
            * up
            * np.array([1, 2.02, 2.74, 3.9, 5.2])
            * np.exp(0.015 * rng.standard_normal(5))
        )
        decay = rng.uniform(0.7, 1.5) / np.array([1, 1.1, 1.5, 2, 2.5])
        weights = (force * (turn == side))[:, None] * np.array([1, 0.5, 0.6, 0.4, 0.25])
        out += ring(synth, at, weights, hz, decay)
    case = np.array([320.0, 640, 1250]) * rng.uniform(0.8, 1.2)
    return out + 0.25 * ring(
        synth, at, force[:, None] * np.array([1, 0.7, 0.5]), case, np.array([0.03, 0.02, 0.015])
    )


def _warble(synth: Synth, length: int) -> Array:
    """Two tones in quick turns, as of an office telephone."""
    rng = synth.rng("warble")
    t = np.arange(length) / synth.rate
    low = synth.mix(620, 1100, synth.a) * rng.uniform(0.85, 1.15)
    high, pace = low * rng.uniform(1.15, 1.4), synth.mix(9, 20, synth.b) * rng.uniform(0.8, 1.2)
    side = dull(synth, (np.sin(2 * np.pi * pace * t) < 0).astype(np.float64), 400)
    hz = low + (high - low) * side
    table = -1j * np.array([1, 0.1, rng.uniform(0, 0.5), 0.05, rng.uniform(0, 0.25)])
    return waveform(synth, np.cumsum(hz) / synth.rate, table, high) * ease(t, 0.006, 0.02)


def _trill(synth: Synth, length: int) -> Array:
    """Groups of short beeps."""
    rng = synth.rng("trill")
    t = np.arange(length) / synth.rate
    pitch = synth.mix(1100, 2600, synth.a) * rng.uniform(0.9, 1.1)
    beep, group = rng.uniform(0.05, 0.11) * synth.mix(1.3, 0.8, synth.b), int(rng.choice([2, 3, 4]))
    slot = (t / beep).astype(np.int64) % (2 * group + 2)
    on = dull(synth, ((slot % 2 == 0) & (slot < 2 * group)).astype(np.float64), 150)
    table = -1j * np.array([1, 0, rng.uniform(0, 0.4), 0, rng.uniform(0, 0.2)])
    return waveform(synth, pitch * t, table, pitch) * on * ease(t, 0.004, 0.02)


def _ringtone(synth: Synth, length: int) -> Array:
    """A short tune of plucked or belled tones, the same at every ring."""
    rng = synth.rng("ringtone")
    beat = rng.uniform(0.09, 0.17) * synth.mix(1.2, 0.85, synth.b)
    count = 24
    tones = melody(synth, "ringtone", tune(synth), count, 74, 9)
    rest = rng.uniform(size=count) < 0.15
    ratios = np.array([(1, 2, 3, 4.0), (1, 2.76, 5.4, 8.9), (1, 3, 5, 7.0)][int(rng.integers(3))])
    gains, long = np.array([1, 0.4, 0.25, 0.1]), rng.uniform(0.25, 0.8)
    wave = np.zeros(length)
    for i in range(count):
        a = round(i * beat * synth.rate)
        if a < length - 64 and not rest[i]:
            hz = float(hertz(tones[i] + 5 * (synth.a - 0.5))) * ratios
            n = min(length - a, round(long * synth.rate))
            wave[a : a + n] += soften(synth, modes(synth, n, hz, gains, long / ratios**0.5), 0.002)
    t = np.arange(length) / synth.rate
    return wave * ease(t, 0.002, 0.03)


def arcade(synth: Synth) -> Array:
    """Beeps of a game, a computer or a robot at each onset; a: pitch, b: edge of the tone."""
    rng = synth.rng("arcade")
    kind = int(rng.integers(4))
    spans = lengths(synth, synth.at, 0.7)
    out = np.zeros(synth.n)
    steps = melody(synth, "arcade", tune(synth), len(spans), int(rng.integers(64, 79)), 12)
    for i, (a, s) in enumerate(zip(synth.at.tolist(), spans.tolist(), strict=True)):
        own = synth.rng(f"beep{i}")
        most = float(s / synth.rate)
        pitch = float(hertz(steps[i] + 8 * (synth.a - 0.5)))
        wave = (_blip, _computer, _robot, _game)[kind](synth, own, pitch, most)
        put(synth, out, a, wave, float(synth.rng(f"loud{i}").uniform(0.7, 1)))
    return out


def _edge(synth: Synth, hz: Array, duty: float) -> Array:
    """A tone along `hz` that goes from nearly a sine to a pulse wave as b goes 0..1."""
    k = np.arange(1, 40)
    pulse = -1j * np.sin(np.pi * k * duty) / k * 1.2
    pulse[1:] *= 0.1 + 0.9 * synth.b
    return waveform(synth, np.cumsum(hz) / synth.rate, pulse, float(hz.max()))


def _span(synth: Synth, seconds: float) -> Array:
    return np.arange(max(64, round(seconds * synth.rate))) / synth.rate


def _stepped(synth: Synth, t: Array, hz: list[float], slot: float) -> Array:
    """Pitches one after another, `slot` seconds each, the last held."""
    which: Positions = np.minimum((t / slot).astype(np.int64), len(hz) - 1)
    return np.array(hz)[which]


def _blip(synth: Synth, own: np.random.Generator, pitch: float, most: float) -> Array:
    """Notes of a game's tune: one tone, two, or a quick broken chord."""
    t = _span(synth, min(0.9 * most, own.uniform(0.1, 0.4)))
    chords = ((1.0,), (1.0,), (1.0, 1.335), (1.0, 1.26, 1.498, 2.0), (2.0, 1.498, 1.26))
    hz = _stepped(
        synth, t, [pitch * c for c in chords[int(own.integers(5))]], own.uniform(0.04, 0.08)
    )
    return (
        _edge(synth, hz, float(synth.rng("duty").choice([0.5, 0.25])))
        * np.exp(-3 * t / t[-1])
        * ease(t, 0.002, 0.01)
    )


def _computer(synth: Synth, own: np.random.Generator, pitch: float, most: float) -> Array:
    """A machine's beeps: one pitch or two, evenly spaced, nothing between."""
    rng = synth.rng("computer")
    slot, count = rng.uniform(0.05, 0.12), int(own.choice([1, 2, 2, 3, 4]))
    t = _span(synth, min(0.9 * most, slot * (2 * count - 1)))
    base = 2 ** rng.uniform(-0.2, 1.2) * pitch**0.1 * 440**0.9
    on = dull(synth, ((t / slot).astype(np.int64) % 2 == 0).astype(np.float64), 200)
    hz = np.full(len(t), base * (1.0 if own.uniform() < 0.7 else 1.335))
    return _edge(synth, hz, 0.5) * on * ease(t, 0.003, 0.012)


def _robot(synth: Synth, own: np.random.Generator, pitch: float, most: float) -> Array:
    """A robot's talk: gliding whistles and warbles."""
    t = _span(synth, min(0.9 * most, own.uniform(0.15, 0.5)))
    count = int(own.integers(3, 7))
    knots = 1.3 * pitch * 2 ** own.uniform(-0.9, 0.9, count)
    smooth = own.uniform() < 0.6
    x = np.linspace(0, count - 1, len(t))
    hz = np.exp(np.interp(x if smooth else np.round(x), np.arange(count), np.log(knots)))
    hz = hz * (1 + own.uniform(0, 0.12) * np.sin(2 * np.pi * own.uniform(8, 40) * t))
    return _edge(synth, hz, 0.5) * ease(t, 0.006, 0.03)


def _game(synth: Synth, own: np.random.Generator, pitch: float, most: float) -> Array:
    """Jumps, shots, coins, explosions, rising ladders."""
    which = int(own.choice(5, p=(0.22, 0.25, 0.2, 0.13, 0.2)))
    t = _span(synth, min(0.9 * most, own.uniform(0.18, 0.45)))
    x = t / t[-1]
    if which == 0:
        return _edge(synth, 0.6 * pitch * 2 ** (1.6 * x), 0.5) * (1 - x) * ease(t, 0.003, 0.02)
    if which == 1:
        return (
            _edge(synth, 3 * pitch * 2 ** (-3.2 * x**0.7), 0.25)
            * (1 - x) ** 1.5
            * ease(t, 0.002, 0.01)
        )
    if which == 2:
        hz = _stepped(synth, t, [1.5 * pitch, 2.0 * pitch], 0.07)
        return (
            _edge(synth, hz, 0.5)
            * np.where(t < 0.07, 1, np.exp(-(t - 0.07) * 7))
            * ease(t, 0.002, 0.01)
        )
    if which == 3:
        crush = np.repeat(own.standard_normal(len(t)), 3)[: len(t)]
        return 0.8 * dull(synth, crush, 2500) * np.exp(-4 * x) * ease(t, 0.001, 0.02)
    hz = _stepped(synth, t, [0.7 * pitch * 2 ** (j / 6) for j in range(8)], t[-1] / 8)
    return _edge(synth, hz, 0.5) * ease(t, 0.003, 0.02)
