"""Tunes: keys, chords that follow each other, melodies and figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from v2a.world.sounds.synth import Positions, Synth
from v2a.world.sounds.tones import Note, lengths

SCALES = (
    (0, 2, 4, 5, 7, 9, 11),
    (0, 2, 3, 5, 7, 8, 10),
    (0, 2, 3, 5, 7, 9, 10),
    (0, 2, 4, 5, 7, 9, 10),
    (0, 2, 3, 5, 7, 8, 11),
)
"""Major, minor, Dorian, Mixolydian, harmonic minor: semitones above the key."""
SHARES = (0.45, 0.27, 0.1, 0.1, 0.08)
"""How often each is drawn; about what popular and folk tunes use."""
CHANGES = (
    (0, 4, 5, 3), (0, 3, 4, 0), (5, 3, 0, 4), (0, 5, 3, 4), (0, 3, 0, 4), (1, 4, 0, 0),
    (0, 0, 3, 4), (0, 6, 5, 6), (0, 2, 3, 4), (0, 5, 1, 4),
)  # fmt: skip
"""Chords that follow each other, as steps of the scale."""
STEPS = np.array([-4, -3, -2, -1, 0, 1, 2, 3, 4])
"""Steps of the scale that a melody may move by ..."""
STEP_SHARES = np.array([0.03, 0.05, 0.13, 0.26, 0.06, 0.26, 0.13, 0.05, 0.03])
"""... and how often: mostly by single steps, with a few leaps."""

LEGATO = ((2.0, 1.0, 1.0), (3.0, 1.0, 2.0, 2.0), (4.0, 2.0, 2.0), (1.0, 1.0, 2.0), (1.5, 0.5, 2.0))
LIVELY = ((0.5, 0.5, 0.5, 0.5), (0.5, 0.25, 0.25), (0.75, 0.25, 0.5), (1.0, 0.5, 0.5))
LONG = ((4.0, 4.0), (6.0, 2.0), (8.0,), (4.0, 2.0, 2.0))
"""Patterns of lengths, in beats: tied, quick, slow."""


@dataclass(frozen=True)
class Tune:
    """A key and its chords."""

    key: int
    scale: tuple[int, ...]
    changes: tuple[int, ...]
    bar: int
    """Events a chord lasts."""

    def pitch(self, step: int, base: int) -> float:
        """Semitones of a step of the scale; step 0 is the key at or above `base`."""
        root = base + (self.key - base) % 12
        return float(root + 12 * (step // 7) + self.scale[step % 7])

    def root(self, i: int) -> int:
        """Step of the chord that sounds at event i."""
        return self.changes[(i // self.bar) % len(self.changes)]

    def chord(self, i: int, base: int, tones: tuple[int, ...] = (0, 2, 4)) -> list[float]:
        """Pitches of event i's chord; its root lies within an octave above `base`."""
        up = [self.pitch(self.root(i) + t, base) for t in tones]
        drop = 12.0 * (up[0] >= base + 12)
        return [p - drop for p in up]

    def near(self, i: int, lowest: float) -> float:
        """The lowest tone of event i's chord at or above a pitch: what a finger finds on a string."""
        classes = [p % 12 for p in self.chord(i, 48)]
        return min(lowest + (c - lowest) % 12 for c in classes)


def tune(synth: Synth) -> Tune:
    """The key, the scale, the chords and the metre of a scene."""
    rng = synth.rng("tune")
    scale = SCALES[int(rng.choice(len(SCALES), p=SHARES))]
    changes = CHANGES[int(rng.integers(len(CHANGES)))]
    return Tune(int(rng.integers(12)), scale, changes, int(rng.choice([2, 3, 4, 4, 6, 8])))


def melody(
    synth: Synth, part: str, song: Tune, count: int, base: int, span: int = 9
) -> list[float]:
    """Pitches of a line of `count` notes within `span` steps: steps, leaps, chord tones on bars."""
    rng = synth.rng(f"{part}/melody")
    step, out = int(rng.integers(0, max(1, span))), []
    for i in range(count):
        move = int(rng.choice(STEPS, p=STEP_SHARES))
        step = step - move if not 0 <= step + move < span else step + move
        if i % song.bar == 0:
            step += min(((song.root(i) + t - step + 3) % 7 - 3 for t in (0, 2, 4)), key=abs)
        out.append(song.pitch(step, base))
    return out


def rhythm(
    synth: Synth, part: str, beat: float, patterns: tuple[tuple[float, ...], ...]
) -> Positions:
    """First samples of notes on a beat of its own (seconds): a pattern of lengths, again and again.

    The first note may begin before the scene, so that a texture sounds from its start: at 0.
    """
    rng = synth.rng(f"{part}/rhythm")
    pattern = np.array(patterns[int(rng.integers(len(patterns)))])
    offset = rng.uniform(0, pattern[0])
    times = (np.cumsum(np.resize(pattern, 400)) - offset) * beat
    times = np.concatenate([[0.0], times[times < synth.seconds - 0.03]])
    return np.round(times * synth.rate).astype(np.int64)


def line(
    at: Positions, spans: Positions, tones: list[float], forces: list[float], share: float
) -> list[Note]:
    """A part of single notes: each held for a share of the time to the next."""
    return [
        Note(int(a), max(8, int(share * s)), p, f)
        for a, s, p, f in zip(at, spans, tones, forces, strict=True)
    ]


def melodic_line(
    synth: Synth,
    part: str,
    song: Tune,
    at: Positions,
    last: float,
    base: int,
    span: int,
    bar: int,
    share: float,
    depth: float = 0.3,
) -> list[Note]:
    """The notes of a melody at `at` (N,), each held for `share` of the time to the next.

    last: seconds that the last one has at most; base, span: see `melody`; bar, depth: see `accents`.
    """
    tones = melody(synth, part, song, len(at), base, span)
    forces = accents(synth, part, len(at), bar, depth)
    return line(at, lengths(synth, at, last), tones, forces, share)


def second_part(
    song: Tune, notes: list[Note], shift: float, every: int = 1, force: float = 1.0
) -> list[Note]:
    """Chord tones beside a line: for each note the lowest at or above `shift` semitones from it.

    every: notes to a chord; force: loudness beside the line.
    """
    return [
        n._replace(pitch=song.near(i // every, n.pitch + shift), force=force * n.force)
        for i, n in enumerate(notes)
    ]


def accents(synth: Synth, part: str, count: int, bar: int, depth: float = 0.3) -> list[float]:
    """Forces of `count` notes: the first of a bar is stressed, all differ a little."""
    rng = synth.rng(f"{part}/accents")
    weak = 1 - depth * (np.arange(count) % bar != 0)
    return list(weak * rng.uniform(0.8, 1.0, count))
