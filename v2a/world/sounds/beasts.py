"""Wild beasts: lion, wolf, elephant, monkey."""

from __future__ import annotations

import numpy as np

from v2a.world.sounds.shaped_noise import (
    band,
)
from v2a.world.sounds.strikes import ease, place
from v2a.world.sounds.synth import Array, Synth
from v2a.world.sounds.vocal_tract import (
    Syllable,
    afar,
    flutter,
    gap,
    mouth,
    phrase,
    through,
    time_axis,
    voiced,
)


def roar(synth: Synth) -> Array:
    """Roars of a lion, snarls of a tiger, growls of a bear, by seed; a: growl to roar, b: size."""
    rng = synth.rng("beast")
    sort = int(rng.integers(0, 3))
    size = synth.mix(1.3, 0.78, synth.b) * rng.uniform(0.93, 1.08)
    out = np.zeros(synth.n)

    def call(part: str, note: Syllable) -> Array:
        own = synth.rng(part)
        t, x = time_axis(synth, note[1])
        open_ = note[2] * (0.35 + 0.65 * synth.a)
        top = synth.mix(62, 175, open_) * size * own.uniform(0.92, 1.1)
        hz = top * through(
            x,
            *(
                (0.6, 1.0, 1.08, 0.9, 0.55),
                (0.7, 0.8, 1.0, 1.15, 0.75),
                (0.8, 1.0, 0.95, 0.85, 0.7),
            )[sort],
        )
        rough = 0.95 - 0.35 * synth.a
        source = voiced(synth, part, hz, 0.75, 0.025, rough, 0.3 + 0.2 * synth.a)
        rattle = synth.mix(27, 42, open_) * size**0.5
        source *= flutter(synth, f"{part}/rattle", len(t), rattle, 0.85 - 0.55 * synth.a)
        wide = size * (0.6 + 0.5 * open_)
        jaw = ((330 * wide, 560 * wide, 420 * wide), 190, 1.0)
        throat = ((850 * wide, 1200 * wide, 800 * wide), 330, 0.7)
        spoken = mouth(
            synth, source, ((120 * size, 120, 0.6), jaw, throat, (2400 * size, 900, 0.16)), 0.006
        )
        return spoken * ease(t, 0.06 if sort < 2 else 0.03, 0.55 * t[-1])

    for i in range(len(synth.at)):
        phrase(synth, out, i, _beast_calls(synth.rng(f"calls{i}"), sort, synth.a), call)
    return afar(synth, out, 1.2, 0.3)


def _beast_calls(own: np.random.Generator, sort: int, strong: float) -> list[Syllable]:
    """A lion's long roar and grunts after it, a tiger's one snarl, a bear's growl and huffs."""
    long = own.uniform(0.8, 1.3) * (0.85 + 0.4 * strong)
    if sort == 1:
        return [(0.0, long, 1.0, 1.0)]
    count, step = int(own.integers(1, 5)), own.uniform(0.42, 0.65)
    short = 0.6 * step
    after = long * own.uniform(1.0, 1.2)
    first = (0.0, long * (1.25 if sort == 0 else 0.9), 1.0, 1.0)
    return [first] + [
        (after + j * step, short, 0.8 - 0.05 * j, 0.7 * 0.85**j) for j in range(count)
    ]


def howl(synth: Synth) -> Array:
    """Howls that climb, hold and sink; others of the pack join in.

    a: deep wolf to high coyote, b: lone to pack.
    """
    rng = synth.rng("wolf")
    base = synth.mix(390, 760, synth.a) * rng.uniform(0.9, 1.12)
    yips = rng.uniform() < 0.35
    out = np.zeros(synth.n)
    for i in range(len(synth.at)):
        own = synth.rng(f"howl{i}")
        free = float(np.clip(1.15 * gap(synth, i), 0.9, 4.5))
        long = min(float(own.uniform(1.8, 3.6)), free)
        notes = [(0.0, long, float(own.uniform(0.92, 1.08)), 1.0)]
        if yips and own.uniform() < 0.6:
            notes = [(0.2 * j, 0.12, 1.1 + 0.1 * j, 1.5) for j in range(int(own.integers(2, 4)))]
            notes.append((0.2 * len(notes) + 0.05, max(0.6, long - 0.7), 1.05, 1.0))
        phrase(synth, out, i, notes, lambda part, note: _howl(synth, part, base, note))
        for k in range(3):
            share = float(np.clip(3 * synth.b - k, 0, 1))
            mate = synth.rng(f"mate{i}.{k}")
            note = (0.0, long * mate.uniform(0.6, 1.0), mate.uniform(0.75, 1.35), 1.0)
            wait = round(float(mate.uniform(0.25, 1.4)) * synth.rate)
            if share > 0:
                loud = share * mate.uniform(0.15, 0.5)
                place(
                    synth,
                    out,
                    int(synth.at[i]) + wait,
                    loud * _howl(synth, f"mate{i}.{k}", base, note),
                )
    return afar(synth, out, 2.2, 0.5)


def _howl(synth: Synth, part: str, base: float, note: Syllable) -> Array:
    own = synth.rng(f"{part}/line")
    t, x = time_axis(synth, note[1])
    rise, hold, sink = own.uniform(0.55, 0.75), own.uniform(0.9, 1.08), own.uniform(0.6, 0.85)
    hz = base * note[2] * through(x, rise, 0.97, 1.04, hold, hold, 0.93 * hold, sink)
    if own.uniform() < 0.35:
        step = own.uniform(0.25, 0.5)
        hz = hz * np.where(
            x < step, 1, 1 + (own.uniform(0.84, 1.2) - 1) * np.clip((x - step) * t[-1] / 0.05, 0, 1)
        )
    waver = own.uniform(0.004, 0.02) * np.sin(2 * np.pi * own.uniform(4.5, 7) * t) * x
    source = voiced(synth, part, hz * (1 + waver), 1.25, 0.006, 0.0, 0.05)
    lips = (hz[:: max(1, len(hz) // 32)], 0.9 * base, 1.0)
    spoken = mouth(synth, source, (lips, ((900, 1150, 850), 400, 0.5), (2300, 700, 0.12)), 0.03)
    return spoken * ease(t, min(0.09, 0.25 * t[-1]), 0.3 * t[-1])


def elephant(synth: Synth) -> Array:
    """Trumpeting: a blare that leaps up, brassy and torn; some rumble after.

    a: pitch, b: short to long.
    """
    rng = synth.rng("elephant")
    base = synth.mix(330, 560, synth.a) * rng.uniform(0.9, 1.1)
    torn, trunk = rng.uniform(0.2, 0.6), rng.uniform(0.9, 1.15)
    rumbles = rng.uniform() < 0.4
    out = np.zeros(synth.n)
    for i, start in enumerate(synth.at):
        own = synth.rng(f"trumpet{i}")
        long = min(synth.mix(0.7, 1.6, synth.b) * own.uniform(0.8, 1.2), max(0.5, gap(synth, i)))
        t, x = time_axis(synth, long)
        bend = (
            (0.55, 1.0, 1.12, 1.05, 0.9, 0.6),
            (0.6, 0.85, 0.95, 1.2, 1.35, 0.9),
            (0.7, 1.1, 0.95, 1.15, 1.0, 0.7),
        )
        hz = base * own.uniform(0.93, 1.08) * through(x, *bend[int(own.integers(0, 3))])
        torn_now = np.clip(torn * own.uniform(0.6, 1.3), 0, 0.9)
        source = voiced(synth, f"trumpet{i}", hz, 0.25, 0.014, float(torn_now), 0.15)
        pipe = (
            ((620 * trunk, 950 * trunk, 700 * trunk), 450, 1.0),
            (1750 * trunk, 600, 0.8),
            (2900 * trunk, 800, 0.5),
        )
        blare = mouth(synth, source, (*pipe, (4300 * trunk, 1200, 0.3)), 0.06)
        place(synth, out, int(start), blare * ease(t, 0.025, 0.3 * t[-1]) * own.uniform(0.8, 1))
        if rumbles:
            place(
                synth,
                out,
                int(start) + round(0.8 * long * synth.rate),
                0.2 * _rumble(synth, f"rumble{i}"),
            )
    return afar(synth, out, 1.2, 0.3)


def _rumble(synth: Synth, part: str) -> Array:
    """An elephant's low talk: some 20 beats a second."""
    own = synth.rng(f"{part}/line")
    t, x = time_axis(synth, own.uniform(0.9, 1.6))
    source = voiced(
        synth, part, own.uniform(19, 26) * through(x, 0.85, 1.1, 0.8), 1.1, 0.02, 0.2, 0.1
    )
    return mouth(synth, source, ((90, 120, 1.0), (260, 160, 0.7), (600, 300, 0.2)), 0.01) * ease(
        t, 0.2, 0.4
    )


def monkey(synth: Synth) -> Array:
    """An ape's pant-hoots, a monkey's chatter or screeches, by seed; a: pitch, b: excitement."""
    rng = synth.rng("monkey")
    sort = int(rng.integers(0, 3))
    pitch = synth.mix(0.78, 1.3, synth.a) * rng.uniform(0.9, 1.1)
    out = np.zeros(synth.n)
    for i in range(len(synth.at)):
        own = synth.rng(f"bout{i}")
        notes = (_hoots, _chatter, _screech)[sort](own, synth.b)
        phrase(synth, out, i, notes, lambda part, note: _ape(synth, part, sort, pitch, note))
    return afar(synth, out, 0.9, 0.35)


def _hoots(own: np.random.Generator, wild: float) -> list[Syllable]:
    """Hoo, hoo, hoo: quicker, higher and louder, a breath drawn in before each."""
    step, at, notes = own.uniform(0.42, 0.55) * (1.1 - 0.25 * wild), 0.0, []
    for j in range(int(own.integers(4, 9))):
        up = min(1.0, j / 5)
        notes.append((at, 0.5 * step, 0.9 + (0.5 + 0.7 * wild) * up, 0.5 + 0.5 * up))
        notes.append((at + 0.55 * step, 0.3 * step, -1.0 - up, 0.16 + 0.14 * up))
        at += step
        step *= 0.92
    return notes


def _chatter(own: np.random.Generator, wild: float) -> list[Syllable]:
    """Many short harsh notes in a row."""
    step = own.uniform(0.085, 0.13) * (1.15 - 0.3 * wild)
    pitch, loud = np.exp(own.normal(0, 0.09, 16)), own.uniform(0.55, 1, 16)
    many = int(own.integers(5, 15))
    return [(j * step, 0.6 * step, float(pitch[j]), float(loud[j])) for j in range(many)]


def _screech(own: np.random.Generator, wild: float) -> list[Syllable]:
    """Two or three long screams, with short ones between."""
    notes, at = [], 0.0
    for _ in range(int(own.integers(2, 5))):
        long = own.uniform(0.14, 0.5)
        notes.append((at, long, own.uniform(0.85, 1.2), own.uniform(0.7, 1)))
        at += long + own.uniform(0.05, 0.16) * (1.3 - 0.5 * wild)
    return notes


def _ape(synth: Synth, part: str, sort: int, pitch: float, note: Syllable) -> Array:
    """One note of a monkey; a negative pitch is a breath drawn in."""
    own = synth.rng(f"{part}/line")
    t, x = time_axis(synth, note[1])
    small = pitch**0.5
    base = (330, 1150, 1350)[sort] * pitch * abs(note[2])
    if sort == 0:
        inward = note[2] < 0
        hz = (1.25 if inward else 1.0) * base * through(x, 0.8, 1.0, 1.04, 0.85)
        source = voiced(synth, part, hz, 1.2, 0.012, 0.15, 0.9 if inward else 0.12)
        vowel = ((400 * small, 620 * small, 420 * small), 190, 1.0)
        spoken = mouth(
            synth, source, (vowel, (1100 * small, 300, 0.4), (2700 * small, 700, 0.2)), 0.02
        )
        return spoken * ease(t, 0.02, 0.5 * t[-1])
    bend = (0.75, 1.15, 0.95, 0.7) if sort == 1 else (0.8, 1.2, own.uniform(0.95, 1.3), 0.75)
    source = voiced(synth, part, base * through(x, *bend), 0.55, 0.02, own.uniform(0.25, 0.8), 0.22)
    open_ = ((1300 * small, 1900 * small, 1400 * small), 650, 1.0)
    spoken = mouth(
        synth, source, (open_, (3300 * small, 900, 0.7), (5200 * small, 1300, 0.3)), 0.05
    )
    return band(synth, spoken, 400, 9000) * ease(t, 0.006, 0.45 * t[-1])
