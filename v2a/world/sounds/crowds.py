"""Many at once: people who murmur or cheer, a forest, water that falls and bubbles, a hot pan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from v2a.world.sounds.animals import afar, clock, mouth, through, voiced
from v2a.world.sounds.birds import birds
from v2a.world.sounds.noise import (
    band,
    coloured,
    dull,
    fade,
    frame_times,
    grain,
    hits,
    painted,
    swell,
    white,
)
from v2a.world.sounds.stage import Array, Places, Stage
from v2a.world.sounds.strikes import bubbles as bubble_bank
from v2a.world.sounds.strikes import ease, place, ring, strew
from v2a.world.sounds.weather import wind

TALKERS = 6
"""People synthesised; each is heard again at other speeds, places and times."""
OTHERS = 9
"""Times a stadium hears its single shouts again, from elsewhere, as one mass."""
LOUDEST = 1.1
"""Gain that no bubble exceeds: one alone does not drown the rest."""
VOWEL_STEP = 0.02
"""Seconds between the knots of a talker's formants."""


def crowd(stage: Stage) -> Array:
    """People who talk without words; a: few to many, b: calm to lively."""
    many, lively = stage.a, stage.b
    rng = stage.rng("crowd")
    near, far = np.zeros(stage.n), np.zeros(stage.n)
    for k in range(TALKERS):
        said = _talker(stage, f"talker{k}", lively)
        for echo in range(4):
            shift, speed, loud = (
                int(rng.integers(0, stage.n)),
                rng.uniform(0.82, 1.22),
                rng.uniform(0.4, 1),
            )
            come = float(np.clip(stage.mix(4, 24, many) - (4 * k + echo) * 1.0, 0, 1))
            if echo == 0:
                near += (
                    (0.35 + 0.65 * rng.uniform()) * said * float(np.clip(3 + 5 * many - k, 0.1, 1))
                )
            elif come > 0:
                far += come * loud * _again(said, shift, speed)
    far = dull(stage, far, 3500)
    return (
        (1 - 0.6 * many) * near
        + (0.4 + 0.5 * many) * far
        + _babble(stage, many, lively, float(near.std()))
    )


def _again(wave: Array, shift: int, speed: float) -> Array:
    """The wave read from another place on at another speed, round and round."""
    at = (shift + speed * np.arange(len(wave))) % (len(wave) - 1)
    left = at.astype(np.int64)
    f = at - left
    return wave[left] * (1 - f) + wave[left + 1] * f


def _talker(stage: Stage, part: str, lively: float) -> Array:
    """(n,) one person's talk: syllables with vowels, phrases that sink, consonants that hiss."""
    rng = stage.rng(part)
    woman = rng.uniform() < 0.5
    base = (rng.uniform(175, 240) if woman else rng.uniform(95, 145)) * stage.mix(
        0.95, 1.25, lively
    )
    size = rng.uniform(1.08, 1.2) if woman else rng.uniform(0.94, 1.04)
    count = int(stage.seconds * 9) + 4
    steps = rng.uniform(0.12, 0.27, count)
    draws = rng.uniform(size=(5, count))
    pause = draws[0] < 0.13
    starts = np.cumsum(np.where(pause, steps * (4.5 - 2.5 * lively), steps)) - rng.uniform(0, 1)
    loud = np.where(pause, 0.0, 0.35 + 0.65 * draws[1])
    knots = np.stack([starts, starts + 0.25 * steps, starts + 0.7 * steps], 1).ravel()
    level = np.stack([0.12 * loud, loud, 0.8 * loud], 1).ravel()
    t = stage.t
    even = np.arange(0, stage.seconds + VOWEL_STEP, VOWEL_STEP)
    first = np.interp(even, starts, 290 + 480 * draws[2]) * size
    second = np.interp(even, starts, 850 + 1350 * draws[3] ** 1.2) * size
    accent = np.interp(t, starts, 0.86 + 0.34 * draws[4] * (0.7 + 0.6 * lively))
    source = voiced(stage, part, base * accent, 0.85, 0.01, 0.0, 0.05)
    spoken = mouth(
        stage,
        source,
        ((first, 110, 1.0), (second, 160, 0.8), (2600 * size, 260, 0.22), (3600 * size, 400, 0.1)),
        0.012,
    )
    hard = hits(
        stage, np.round(starts * stage.rate).astype(np.int64), 0.25 * loud * (draws[0] > 0.55)
    )
    spit = swell(stage, hard, 0.02, 0.09) * grain(stage, stage.rng(f"{part}/spit"), stage.n)
    return spoken * np.interp(t, knots, level) + 0.22 * band(stage, spit, 2200, 7000)


def _babble(stage: Stage, many: float, lively: float, loud: float) -> Array:
    """Those too far to be told apart: noise in the colours of speech that stirs with syllables."""
    times = frame_times(stage)
    hz = (60, 130, 280, 550, 1000, 1800, 3000, 5000, 8000, 16000)
    db = np.array([-30, -9, -2, 0, -6, -11, -17, -22, -30, -44], np.float64)
    db = (
        db
        + stage.rng("babble").uniform(-2, 2, 10)
        + lively * np.array([0, 0, 0, 1, 3, 4, 4, 3, 2, 0])
    )
    stir = np.stack([stage.drift(f"stir{k}", 6, times) for k in range(10)], 1)
    noise = painted(
        stage, "babble", hz, db[None] + 2.6 * stir + 1.2 * stage.drift("all", 1.5, times)[:, None]
    )
    return noise * loud * stage.mix(0.1, 0.8, many) / max(1e-9, float(noise.std()))


def cheer(stage: Stage) -> Array:
    """A stadium's roar that swells, with shouts, whistles and clapping.

    a: how wild, b: how much of whistles and hands.
    """
    wild, hands = stage.a, stage.b
    rng = stage.rng("stadium")
    times = frame_times(stage)
    slow = (
        1.2 * stage.drift("swell", 0.35, times)
        + 0.8 * rng.uniform(-1, 1) * (times / times[-1] - 0.5) * 4
    )
    hz = (80, 200, 400, 700, 1100, 1800, 2800, 4200, 6500, 16000)
    db = np.array([-22, -12, -5, 0, 0, -3, -8, -14, -22, -36]) + rng.uniform(-2, 2, 10)
    db = db + wild * np.array([-3, -2, -1, 0, 2, 4, 4, 4, 3, 2])
    stir = np.stack([stage.drift(f"stir{k}", 7, times) for k in range(10)], 1)
    mass = painted(stage, "mass", hz, db[None] + 1.7 * stir + (2.4 * slow)[:, None])
    alone = _shouts(stage, wild)
    people = np.zeros(stage.n)
    for _ in range(OTHERS):
        people += _again(alone, int(rng.integers(0, stage.n)), rng.uniform(0.8, 1.25))
    people = dull(stage, people, 3500)
    mass = 0.75 * mass / max(1e-9, float(mass.std()))
    level = np.interp(stage.t, times, 10 ** (1.6 * slow / 20))
    single = 1.8 * alone + 2.2 * _claps(stage, hands) + 2.0 * _whistles(stage, hands)
    return mass + level * (0.7 * people / max(1e-9, float(people.std())) + single)


def _shouts(stage: Stage, wild: float) -> Array:
    """Single people above the mass: they hold a vowel and let it fall."""
    out = np.zeros(stage.n)
    at, mark, grown = stage.scatter("shouts", stage.mix(2, 5, wild), 5)
    for j in np.flatnonzero(grown):
        own = stage.rng(f"shout{j}")
        t, x = clock(stage, own.uniform(0.5, 1.6))
        base = (
            float(own.choice([260, 380, 560])) * own.uniform(0.85, 1.2) * stage.mix(0.95, 1.2, wild)
        )
        source = voiced(
            stage,
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
            stage,
            source,
            ((first, 160, 1.0), (float(vowel[1]) * 1.15, 240, 0.7), (2900, 500, 0.4)),
            0.03,
        )
        loud = grown[j] * (0.25 + 0.9 * mark[j] ** 3)
        place(stage, out, int(at[j]) - len(t) // 3, loud * cry * ease(t, 0.12, 0.5 * t[-1]))
    return dull(stage, out, 4500)


def _claps(stage: Stage, hands: float) -> Array:
    """Hands: short bursts about 1 to 2 kHz, from near and far."""
    bank_size = 24
    length = round(0.03 * stage.rate)
    t = np.arange(length) / stage.rate
    rng = stage.rng("hands")
    decay, tone = (
        rng.uniform(0.008, 0.02, (bank_size, 1)),
        np.exp(rng.uniform(np.log(800), np.log(2300), (bank_size, 1))),
    )
    burst = grain(stage, stage.rng("palms"), bank_size * length).reshape(bank_size, length)
    bank = (0.5 * burst + np.sin(2 * np.pi * tone * t)) * np.exp(-6.91 * t / decay)
    at, mark, grown = stage.scatter("claps", stage.mix(25, 260, hands), 260)
    which = stage.rng("which").integers(0, bank_size, len(at))
    gains = grown * np.minimum(4, 0.25 * (1 - mark + 0.01) ** -0.6)
    return (0.15 + 0.85 * hands) * 0.9 * strew(stage, at, bank, which, gains)


def _whistles(stage: Stage, hands: float) -> Array:
    """Fingers between lips: a tone that leaps up and slides."""
    out = np.zeros(stage.n)
    at, mark, grown = stage.scatter("whistles", stage.mix(0.2, 1.6, hands), 1.6)
    for j in np.flatnonzero(grown):
        own = stage.rng(f"whistle{j}")
        t, x = clock(stage, own.uniform(0.3, 0.9))
        hz = own.uniform(1900, 2900) * through(x, 0.8, 1.05, 1.2, own.uniform(0.75, 1.25), 0.85)
        tone = mouth(
            stage,
            voiced(stage, f"whistle{j}", hz, 3.0, 0.004, 0.0, 0.1),
            ((2500, 1800, 1.0),),
            0.02,
        )
        place(
            stage,
            out,
            int(at[j]) - len(t) // 3,
            grown[j] * (0.12 + 0.5 * mark[j] ** 2) * tone * ease(t, 0.03, 0.1),
        )
    return out


def forest(stage: Stage) -> Array:
    """A quiet wood: light wind in leaves, a few birds at a distance.

    a: still to breezy, b: few birds to many.
    """
    rng = stage.rng("wood")
    airy = Stage(replace(stage.spec, attributes=(0.22 * stage.a, 0.35)), stage.rate)
    air = band(stage, wind(airy), 260, 9000)
    air = air / max(1e-9, float(air.std())) * stage.mix(0.1, 0.6, stage.a)
    hz = (60, 200, 600, 1500, 3500, 7000, 16000)
    bed = coloured(
        stage, "bed", hz, list(np.array([-4, -4, -7, -9, -10, -15, -28]) + rng.uniform(-3, 3, 7))
    )
    song = np.zeros(stage.n)
    for k in range(4):
        own = stage.rng(f"bird{k}")
        come = float(np.clip(0.6 + 3.4 * stage.b - k, 0, 1))
        singer = _bird(stage, own)
        song += come * own.uniform(0.35, 1.0) * dull(stage, singer, float(own.uniform(2500, 9000)))
    return air + 0.09 * bed + afar(stage, 1.1 * song, 1.4, 0.5)


def _bird(stage: Stage, own: np.random.Generator) -> Array:
    """(n,) one bird that sings now and then."""
    pause = own.uniform(1.2, 3.2)
    times = (
        np.cumsum(own.uniform(0.5, 1.5, int(stage.seconds / pause) + 4)) * pause
        - own.uniform(0, 1) * pause
    )
    attributes = (float(own.uniform()), float(own.uniform()) ** 1.5)
    kept = tuple(float(t) for t in times if 0 <= t < stage.seconds)
    spec = replace(stage.spec, attributes=attributes, onsets=kept, seed=int(own.integers(1 << 40)))
    return birds(Stage(spec, stage.rate))


def waterfall(stage: Stage) -> Array:
    """Much water that falls far: a dense roar, spray above it.

    a: weight of the water, b: deep and distant to near spray.
    """
    heavy, near = stage.a, stage.b
    rng = stage.rng("fall")
    times = frame_times(stage)
    hz = (30, 80, 180, 400, 900, 2000, 4000, 7000, 16000)
    db = np.array([-14, -4, 1, 2, 0, -3, -7, -12, -20]) + rng.uniform(-2.5, 2.5, 9)
    db = (
        db
        + heavy * np.array([8, 7, 5, 2, 0, 0, 0, 0, 0])
        + (near - 0.5) * np.array([-4, -3, -2, 0, 1, 4, 7, 9, 10])
    )
    churn = np.stack([stage.drift(f"churn{k}", 3 + 2 * k, times) for k in range(9)], 1)
    body = painted(stage, "fall", hz, db[None] + (0.9 + 0.5 * near) * churn)
    at, mark, grown = stage.scatter("drops", stage.mix(40, 700, near), 700)
    spray = fade(stage, hits(stage, at, grown * np.minimum(5, (1 - mark + 0.003) ** -0.5)), 0.006)
    splat = coloured(stage, "spray", (300, 1200, 3000, 6000, 16000), (-10, -2, 0, -3, -12))
    return body + (0.1 + 0.35 * near) * spray * splat


def bubbles(stage: Stage) -> Array:
    """Under water: bubbles that gurgle up in bursts through a dull rumble.

    a: few to many, b: small to large.
    """
    many, large = stage.a, stage.b
    rng = stage.rng("pipe")
    kinds = 80
    spread = rng.uniform(0.35, 0.6)
    hz = np.clip(
        stage.mix(1500, 330, large) * np.exp(spread * rng.standard_normal(kinds)), 110, 4500
    )
    radius = 3.26 / hz
    damping = 0.13 / radius + 0.0072 * radius**-1.5
    bank = bubble_bank(stage, hz, rng.uniform(0.0, 0.13, kinds) * damping, 0.45 * damping, 0.09)
    at, mark, grown = stage.scatter("bubbles", stage.mix(14, 150, many), 150)
    bursts = _bursts(stage, rng)
    gains = grown * (0.25 + mark**2) * bursts[at]
    which = stage.rng("which").integers(0, kinds, len(at))
    gains *= (hz.mean() / hz[which]) ** 0.4
    gains = np.minimum(gains, LOUDEST)
    sung = strew(stage, at, bank, which, gains)
    deep = coloured(stage, "deep", (30, 90, 250, 700, 2000, 8000), (0, 2, -6, -18, -34, -50))
    fizz = coloured(stage, "fizz", (300, 900, 2000, 4000, 9000), (-12, -2, 0, -8, -24))
    under = dull(stage, sung, 3200)
    return under + bursts * stage.mix(0.02, 0.07, many) * fizz + rng.uniform(0.08, 0.25) * deep


def _bursts(stage: Stage, rng: np.random.Generator) -> Array:
    """(n,) how thickly bubbles come: breaths of a diver, or a pump's uneven stream, by seed."""
    if rng.uniform() < 0.5:
        return np.exp(0.35 * stage.drift("stream", 5) + 0.25 * stage.drift("pump", 1.2))
    period = rng.uniform(1.6, 3.6)
    x = (stage.t / period + 0.2 * stage.drift("breath", 0.3) + rng.uniform()) % 1
    breath = np.clip(x / 0.05, 0, 1) * np.exp(-3.2 * x)
    return 0.06 + 1.9 * breath * np.exp(0.4 * stage.drift("stream", 9))


FAT = (400, 1200, 2500, 4500, 7500, 16000)
"""Hz of the knots of a pan's hiss."""


def frying(stage: Stage) -> Array:
    """Fat in a hot pan: a seething hiss made of tiny bursts, spatter on top.

    a: heat, b: calm to spitting.
    """
    hot, spit = stage.a, stage.b
    rng = stage.rng("pan")
    times = frame_times(stage)
    db = (
        np.array([-24, -12, -4, 0, -2, -8])
        + rng.uniform(-2.5, 2.5, 6)
        + hot * np.array([3, 3, 2, 1, 0, 0])
    )
    seethe = 1.6 * stage.drift("seethe", 13, times) + 1.2 * stage.drift("stir", 1.3, times)
    hiss = painted(stage, "hiss", FAT, db[None] + seethe[:, None])
    most = 1400
    at, mark, grown = stage.scatter("crackle", stage.mix(250, most, hot), most)
    small = fade(stage, hits(stage, at, grown * np.minimum(6, (1 - mark + 0.002) ** -0.5)), 0.0025)
    crackle = small * coloured(stage, "crackle", FAT, (-20, -8, -1, 0, -1, -6))
    return stage.mix(0.3, 0.9, hot) * hiss + 0.55 * crackle + _spatter(stage, rng, spit)


def _spatter(stage: Stage, rng: np.random.Generator, spit: float) -> Array:
    """Drops of water that burst: sharp pops, each with a fizz after it."""
    at, mark, grown = stage.scatter("spatter", stage.mix(1.5, 22, spit), 22)
    gains = grown * (0.5 + 2.5 * mark**3)
    pops = fade(stage, hits(stage, at, gains), 0.005) * coloured(
        stage, "pop", FAT, (-8, 0, 1, 0, -4, -12)
    )
    fizz = swell(stage, hits(stage, at, gains * mark), 0.01, 0.14) * coloured(
        stage, "fizz", FAT, (-24, -12, -3, 0, 0, -6)
    )
    pan = ring(
        stage,
        at,
        gains[:, None] * np.array([0.02, 0.012]),
        rng.uniform(900, 3200, 2),
        np.array([0.05, 0.04]),
    )
    return (0.4 + 0.9 * spit) * (pops + 0.8 * fizz + pan)


def splash(stage: Stage) -> Array:
    """A body strikes water: slap, plunge, a crown of spray, bubbles and drops that fall back.

    a: small to large, b: shallow to deep.
    """
    large, deep = stage.a, stage.b
    rng = stage.rng("water")
    force = rng.uniform(0.7, 1, len(stage.at))
    struck = hits(stage, stage.at, force)
    slap = fade(stage, struck, stage.mix(0.02, 0.06, large))
    slap *= coloured(stage, "slap", (80, 250, 700, 2000, 5000, 16000), (-3, 1, 0, -3, -9, -18))
    low = stage.mix(210, 70, large) * rng.uniform(0.85, 1.15) * np.array([1.0, 1.7])
    plunge = ring(
        stage, stage.at, force[:, None] * np.array([1.0, 0.5]), low, np.array([0.16, 0.1])
    )
    crown = swell(
        stage,
        struck,
        stage.mix(0.025, 0.09, large),
        stage.mix(0.35, 1.6, large) * rng.uniform(0.85, 1.2),
    )
    closing = rng.uniform(0.1, 0.25, len(stage.at)) * stage.mix(0.6, 1.6, large)
    later = stage.at + (closing * stage.rate).astype(np.int64)
    crown += 0.6 * deep * swell(stage, hits(stage, later, force), 0.06, stage.mix(0.3, 1.1, large))
    hz = (150, 500, 1200, 2500, 5000, 8000, 16000)
    times = frame_times(stage)
    tear = (
        2.2 * stage.drift("tear", 18, times)[:, None]
        + 1.5 * stage.drift("tear2", 40, times)[:, None]
    )
    spray = painted(
        stage, "spray", hz, np.array([-12, -3, 0, -1, -4, -8, -14]) + rng.uniform(-2, 2, 7) + tear
    )
    out = 1.3 * slap + (0.15 + 0.5 * deep) * plunge + 0.75 * crown * spray
    return out + _after(stage, rng, large, deep, force)


def _after(
    stage: Stage, rng: np.random.Generator, large: float, deep: float, force: Array
) -> Array:
    """Bubbles that boil up from the plunge, and drops that land one by one."""
    kinds, each = 64, 90
    hz = np.clip(stage.mix(1150, 480, large) * np.exp(0.5 * rng.standard_normal(kinds)), 150, 4800)
    radius = 3.26 / hz
    damping = 0.13 / radius + 0.0072 * radius**-1.5
    bank = bubble_bank(stage, hz, rng.uniform(0.0, 0.1, kinds) * damping, 0.6 * damping, 0.07)
    draws = stage.rng("after").uniform(size=(4, len(stage.at), each))
    late = 0.03 + stage.mix(0.35, 1.3, large) * draws[0] ** 1.6
    at: Places = (stage.at[:, None] + late * stage.rate).astype(np.int64).ravel()
    fall = np.exp(-2.5 * late / stage.mix(0.35, 1.3, large))
    gains = (force[:, None] * fall * (0.15 + draws[1] ** 3)).ravel()
    which = (draws[2] * kinds).astype(np.int64).ravel()
    inside = at < stage.n
    boil = strew(stage, at[inside], bank, which[inside], gains[inside])
    drops = fade(stage, hits(stage, at, gains * (draws[3].ravel() > 0.5)), 0.004) * white(
        stage, "drops"
    )
    return (0.25 + 0.3 * deep) * boil + 0.25 * drops
