"""The kinds of scene the world holds, their words, and when their events happen."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np

Attributes = tuple[float, float]
"""Two continuous attributes in 0..1; they change picture and sound together."""


@dataclass(frozen=True)
class SceneKind:
    """One kind of scene."""

    name: str
    label: str
    """What an editor would call its sound."""
    form: Literal["texture", "event", "quiet"]
    attributes: tuple[str, str]
    low: tuple[str, str]
    """Word for each attribute near 0 ..."""
    high: tuple[str, str]
    """... and near 1."""
    words: tuple[str, ...]
    """Other ways to name the sound."""
    cues: tuple[str, ...]
    """Phrases for its picture."""
    recorded: str | None = None
    """Folder of real recordings of this kind (ESC-10's names)."""
    drawn_sound: bool = True
    """False: the world draws it but only recordings hold its sound."""


def _kind(
    name: str,
    label: str,
    form: Literal["texture", "event", "quiet"],
    first: tuple[str, str, str],
    second: tuple[str, str, str],
    words: tuple[str, ...],
    cues: tuple[str, ...],
    recorded: str | None = None,
    drawn_sound: bool = True,
) -> SceneKind:
    return SceneKind(
        name,
        label,
        form,
        (first[0], second[0]),
        (first[1], second[1]),
        (first[2], second[2]),
        words,
        cues,
        recorded,
        drawn_sound,
    )


KINDS: dict[str, SceneKind] = {
    k.name: k
    for k in (
        _kind("rain", "rain", "texture", ("strength", "light", "heavy"), ("surface", "soft", "on a tin roof"),
              ("rainfall", "downpour", "rain shower", "raindrops"), ("falling rain", "rain streaks over a grey sky"), "rain"),
        _kind("wind", "wind", "texture", ("strength", "gentle", "strong"), ("gusts", "steady", "gusty"),
              ("wind in trees", "breeze", "howling wind", "leaves rustling in the wind"), ("trees swaying in the wind", "bending trees")),
        _kind("sea", "sea waves", "texture", ("strength", "calm", "stormy"), ("pace", "slow", "quick"),
              ("ocean waves", "surf", "waves on a beach", "the sea"), ("waves rolling on a beach", "the sea and the shore"), "sea_waves"),
        _kind("fire", "fire crackling", "texture", ("strength", "small", "roaring"), ("crackle", "smooth", "crackling"),
              ("campfire", "fireplace", "burning wood", "flames"), ("burning flames", "a campfire at night"), "fire_crackling"),
        _kind("stream", "stream", "texture", ("flow", "trickling", "rushing"), ("pebbles", "smooth", "babbling"),
              ("babbling brook", "running water", "river", "creek"), ("a stream between banks", "water flowing over stones")),
        _kind("engine", "car engine", "texture", ("speed", "idling", "revving"), ("size", "small", "big"),
              ("engine", "car", "driving car", "motor"), ("a car driving on a road", "a car")),
        _kind("helicopter", "helicopter", "texture", ("rotor", "slow", "fast"), ("distance", "near", "distant"),
              ("chopper", "helicopter rotor", "helicopter flying"), ("a helicopter in the sky", "a helicopter flying"), "helicopter"),
        _kind("chainsaw", "chainsaw", "texture", ("revs", "idling", "screaming"), ("load", "free", "cutting wood"),
              ("chain saw", "sawing wood with a chainsaw", "power saw"), ("a chainsaw cutting a log", "a saw and a log"), "chainsaw"),
        _kind("ball", "bouncing ball", "event", ("material", "rubber", "metal"), ("height", "low", "high"),
              ("ball bouncing", "basketball", "bounce"), ("a ball bouncing on the floor", "a bouncing ball")),
        _kind("footsteps", "footsteps", "event", ("pace", "slow", "quick"), ("ground", "soft", "hard"),
              ("steps", "walking", "person walking", "running feet"), ("a person walking", "walking legs")),
        _kind("hammer", "hammer", "event", ("weight", "light", "heavy"), ("target", "on wood", "on metal"),
              ("hammering", "hammer blows", "banging", "carpentry"), ("a hammer striking a nail", "a hammer")),
        _kind("clock", "clock ticking", "event", ("pace", "slow", "quick"), ("size", "big", "small"),
              ("clock", "ticking", "tick tock", "watch ticking"), ("a clock with moving hands", "a clock face"), "clock_tick"),
        _kind("bell", "bell", "event", ("size", "big", "small"), ("hardness", "mellow", "bright"),
              ("church bell", "bell ringing", "chime", "bell toll"), ("a swinging bell", "a bell")),
        _kind("typing", "keyboard typing", "event", ("speed", "slow", "fast"), ("keys", "quiet", "loud"),
              ("typing", "computer keyboard", "keystrokes"), ("hands typing on a keyboard", "a keyboard")),
        _kind("drip", "dripping water", "event", ("size", "small", "large"), ("space", "dry", "echoing"),
              ("water drops", "drip", "leaking tap", "droplets"), ("drops falling from a tap", "a dripping tap")),
        _kind("birds", "birdsong", "event", ("pitch", "low", "high"), ("density", "sparse", "busy"),
              ("birds singing", "chirping birds", "bird chirps", "bird calls"), ("a bird singing on a branch", "a bird")),
        _kind("dog", "dog barking", "event", ("size", "small", "big"), ("pace", "slow", "quick"),
              ("dog", "barking", "bark", "dog bark"), ("a barking dog", "a dog"), "dog_bark", False),
        _kind("baby", "baby crying", "event", ("pitch", "low", "high"), ("pace", "slow", "quick"),
              ("baby", "crying baby", "infant cry", "baby cry"), ("a crying baby", "a baby's face"), "baby_cry", False),
        _kind("sneeze", "sneeze", "event", ("strength", "small", "big"), ("pace", "slow", "quick"),
              ("sneezing", "person sneezing", "achoo"), ("a person sneezing", "a sneezing face"), "person_sneeze", False),
        _kind("rooster", "rooster crowing", "event", ("pitch", "low", "high"), ("pace", "slow", "quick"),
              ("rooster", "cock crowing", "cockerel", "rooster crow"), ("a rooster crowing", "a rooster"), "rooster", False),
        _kind("room", "room tone", "quiet", ("warmth", "cold", "warm"), ("size", "small", "large"),
              ("quiet room", "silence", "quiet ambience", "empty room"), ("an empty room", "a dark empty room")),
    )
}  # fmt: skip
"""Drawn kinds by name: sixteen with voices, four whose real sound needs recordings, a quiet room."""


@dataclass(frozen=True)
class SceneSpec:
    """Everything that makes one scene of the world; picture and sound are pure functions of it."""

    kind: str
    attributes: Attributes
    seed: int
    duration: Fraction
    """Seconds."""
    onsets: tuple[float, ...] = ()
    """Seconds from the scene's start at which an event sounds; empty for textures."""


def _period(kind: str, a: float, b: float) -> float:
    """Mean seconds between events of `kind` with attributes a, b."""
    table = {
        "footsteps": 0.75 - 0.45 * a,
        "hammer": 0.55 + 0.5 * a,
        "clock": 1.0 - 0.65 * a,
        "bell": 2.2 - 1.4 * a,
        "typing": 0.28 - 0.19 * a,
        "drip": 0.5 + 0.7 * a,
        "birds": 1.3 - 0.9 * b,
        "dog": 1.1 - 0.6 * b,
        "baby": 1.6 - 0.7 * b,
        "sneeze": 2.6 - 1.2 * b,
        "rooster": 3.2 - 1.2 * b,
    }
    return table[kind]


JITTER = {"clock": 0.0, "hammer": 0.06, "footsteps": 0.05, "bell": 0.04}
"""Relative spread of the time between events; 0.3 where not named."""


def onsets(
    kind: str, attributes: Attributes, duration: Fraction, rng: np.random.Generator
) -> tuple[float, ...]:
    """Times in seconds, ascending within [0, duration - 0.05), at which the events of a scene sound.

    A ball's bounces shorten as it loses height and it is then thrown again; the other kinds repeat
    with a mean period that their attributes set and a jitter of their own.
    """
    if KINDS[kind].form != "event":
        return ()
    end = float(duration) - 0.05
    if kind == "ball":
        return _bounces(attributes, end, rng)
    period, jitter = _period(kind, *attributes), JITTER.get(kind, 0.3)
    times: list[float] = []
    t = float(rng.uniform(0.05, 0.15 + 0.5 * period))
    while t < end:
        times.append(t)
        t += max(0.05, period * (1 + jitter * float(rng.uniform(-1, 1))))
    return tuple(times)


def _bounces(attributes: Attributes, end: float, rng: np.random.Generator) -> tuple[float, ...]:
    times: list[float] = []
    t = float(rng.uniform(0.05, 0.4))
    while t < end:
        flight = 0.45 + 0.45 * attributes[1]
        while flight > 0.12 and t < end:
            times.append(t)
            t += flight
            flight *= 0.74
        t += 0.3
    return tuple(times)


def scene(
    kind: str, seed: int, duration: Fraction, attributes: Attributes | None = None
) -> SceneSpec:
    """A scene of `kind`; its attributes are drawn from `seed` unless they are given."""
    rng = np.random.default_rng((seed, 11))
    drawn = (float(rng.uniform()), float(rng.uniform()))
    chosen = attributes or drawn
    return SceneSpec(kind, chosen, seed, duration, onsets(kind, chosen, duration, rng))


def _word(kind: SceneKind, which: int, value: float) -> str:
    if value < 1 / 3:
        return kind.low[which]
    return kind.high[which] if value > 2 / 3 else ""


def caption(spec: SceneSpec, rng: np.random.Generator, seen: bool) -> str:
    """A phrase for the scene's sound or, with `seen`, for its picture; wording varies with `rng`."""
    kind = KINDS[spec.kind]
    noun = str(rng.choice(kind.cues if seen and rng.uniform() < 0.5 else (kind.label, *kind.words)))
    words = [_word(kind, i, v) for i, v in enumerate(spec.attributes)]
    front = " ".join(w for w in words if w and not w.startswith("on ") and w != "cutting wood")
    back = " ".join(w for w in words if w.startswith("on ") or w == "cutting wood")
    if rng.uniform() < 0.4:
        front = back = ""
    phrase = " ".join(p for p in (front, noun, back) if p)
    heard = ("{}", "the sound of {}", "{}", "{} in a film", "recording of {}")
    pictured = ("{}", "a photo of {}", "{}", "a film of {}", "a picture of {}")
    return str(rng.choice(pictured if seen else heard)).format(phrase)
