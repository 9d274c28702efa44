"""Mechanisms: clock, keyboard, bell."""

from __future__ import annotations

import numpy as np

from v2a.world.sounds.shaped_noise import coloured, fade, hits
from v2a.world.sounds.strikes import ring
from v2a.world.sounds.synth import Array, Synth


def clock(synth: Synth) -> Array:
    """Tick and tock: each an unlocking, an impulse and a drop of the escapement in its case."""
    small = synth.b
    rng = synth.rng("works")
    at = synth.at
    tock = np.arange(len(at)) % 2
    steps = np.array([0.0, rng.uniform(0.004, 0.011), rng.uniform(0.016, 0.032)]) * synth.mix(
        1.3, 0.7, small
    )
    strength = np.array([1.0, rng.uniform(0.2, 0.6), rng.uniform(0.15, 0.7)])
    places = (at[:, None] + np.round(steps * synth.rate).astype(np.int64)).ravel()
    swing = 1 - rng.uniform(0.1, 0.45) * tock
    gains = (swing[:, None] * strength * rng.uniform(0.9, 1.05, (len(at), 3))).ravel()
    count = 8
    scale = synth.mix(0.55, 1.7, small)
    hz = (
        np.array([420, 900, 1500, 2200, 2900, 3600, 4400, 5400])
        * scale
        * np.exp(0.12 * rng.standard_normal(count))
    )
    decay = (
        np.array([0.07, 0.06, 0.05, 0.04, 0.035, 0.03, 0.025, 0.02])
        * rng.uniform(0.5, 1.6)
        * synth.mix(1.3, 0.6, small)
    )
    tick, tack = rng.uniform(0.15, 1, (2, count)) * np.array([0.7, 0.9, 1, 1, 0.9, 0.8, 0.7, 0.6])
    side = np.repeat(tock, 3)[:, None]
    weights = gains[:, None] * (tick * (1 - side) + tack * side)
    click = fade(synth, hits(synth, places, gains), 0.003) * coloured(
        synth, "click", (300, 1200, 3000, 6000, 12000), [-14, -4, 0, 0, -6]
    )
    return 0.5 * ring(synth, places, weights, hz, decay) + 0.7 * click


def typing(synth: Synth) -> Array:
    """Every key goes down with a click and a thock of the case, and comes up more softly."""
    loud = synth.b
    rng = synth.rng("keys")
    at = synth.at
    key = rng.integers(0, 8, len(at))
    space = rng.uniform(size=len(at)) < 0.14
    held = (rng.uniform(0.045, 0.11, len(at)) * synth.rate).astype(np.int64)
    force = rng.uniform(0.5, 1, len(at)) * (1 + 0.35 * space)
    both, keys = np.concatenate([at, at + held]), np.concatenate([key, key])
    gains = np.concatenate([force, force * rng.uniform(0.25, 0.5, len(at))])
    board = rng.uniform(0.85, 1.2)
    hz = (
        np.array([190, 420, 1050, 1900, 2800, 3900, 5400])
        * board
        * np.exp(0.08 * rng.standard_normal(7))
    )
    decay = np.array([0.045, 0.035, 0.02, 0.014, 0.011, 0.009, 0.007])
    voices = rng.uniform(0.2, 1, (8, 7)) * np.array([1, 0.8, 0.6, 0.6, 0.6, 0.6, 0.5])
    tilt = np.array([1, 1, 0.9, 0.7, 0.6, 0.5, 0.4]) * (1 - loud) + loud
    weights = gains[:, None] * voices[keys] * tilt
    low = np.concatenate([space, space])[:, None] * np.array([2.5, 1.5, 0, 0, 0, 0, 0])
    thock = ring(synth, both, weights + gains[:, None] * low, hz, decay)
    click = fade(synth, hits(synth, both, gains), 0.0045) * coloured(
        synth, "click", (300, 1200, 2800, 5000, 9000), [-14, -5, 0, 0, -4]
    )
    slide = fade(synth, hits(synth, at, force), 0.03) * coloured(
        synth, "slide", (500, 2000, 6000), [-8, 0, -3]
    )
    return 0.7 * thock + (0.25 + 0.75 * loud) * 0.8 * click + 0.06 * slide


RATIOS = np.array([0.5, 1.0, 1.19, 1.5, 2.0, 2.52, 2.66, 3.01, 4.1, 5.4, 6.8])
"""Hum, prime, tierce, quint, nominal and above (Rossing, *The Physics of Musical Instruments*)."""


def bell(synth: Synth) -> Array:
    """Inharmonic partials, each two that beat, the low ones long."""
    small, hard = synth.a, synth.b
    rng = synth.rng("bell")
    prime = synth.mix(170, 1250, small) * rng.uniform(0.85, 1.18)
    hz = prime * RATIOS * np.exp(0.012 * rng.standard_normal(len(RATIOS)))
    long = synth.mix(9.0, 2.2, small) * rng.uniform(0.7, 1.3)
    decay = long * RATIOS**-0.85
    share = np.array([0.45, 0.6, 0.8, 0.35, 1.0, 0.4, 0.4, 0.5, 0.4, 0.3, 0.2])
    share = share * rng.uniform(0.6, 1.2, len(RATIOS)) * RATIOS ** (-1.5 * (1 - hard) + 0.15)
    split = rng.uniform(0.2, 1.3, len(RATIOS))
    force = rng.uniform(0.75, 1, len(synth.at))
    weights = force[:, None] * share * rng.uniform(0.8, 1.1, (len(synth.at), len(RATIOS)))
    tone = ring(synth, synth.at, weights, hz - split / 2, decay)
    tone += 0.7 * ring(synth, synth.at, weights, hz + split / 2, decay)
    clapper = fade(synth, hits(synth, synth.at, force), 0.02) * coloured(
        synth, "clapper", (200, 800, 2500, 6000), [-4, 0, -4 + 4 * hard, -14 + 12 * hard]
    )
    return tone + synth.mix(0.12, 0.6, hard) * clapper
