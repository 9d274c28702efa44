"""Finds the strips of a timeline, a meta or a scene that are on top, frame by frame.

A strip covers what lies under it where it fills at least half of the frame and is at least half
opaque. Text, adjustment layers, small insets and pictures with alpha cover nothing, and neither do
strips that are blended in another way than over what lies under them. Muted strips, and those on
muted channels, are not there. A strip that an effect takes as its input is seen through that effect
only: dissolves and wipes show their first input until their middle, then their second.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from . import compat
from .animated import Animated
from .frame_fill import fills
from .ranges import Range, common, inside, without

DISSOLVES = frozenset({"CROSS", "GAMMA_CROSS", "WIPE"})
"""Effects that go from one picture to another."""
ALTERING = frozenset({"TRANSFORM", "GLOW", "GAUSSIAN_BLUR"})
"""Effects that change the look of their input, not what it shows."""
CLEAR = frozenset({"TEXT", "ADJUSTMENT", "MASK"})
"""Strips without a picture, which hide nothing."""
OVER = frozenset({"REPLACE", "CROSS", "GAMMA_CROSS", "ALPHA_OVER", "OVER_DROP"})
"""Blend modes that hide what lies under."""


@dataclass(frozen=True, eq=False)
class Layer:
    """One strip that is not muted, with [start, end) in Blender's frames of its own timeline."""

    strip: Any
    name: str
    kind: str
    channel: int
    start: int
    end: int
    inputs: tuple[str, ...]
    """Names of an effect's inputs."""

    def within(self, a: int, b: int) -> list[Range]:
        """The part of [a, b) in which the strip lies, as a list of one range or none."""
        a, b = max(a, self.start), min(b, self.end)
        return [(a, b)] if a < b else []


Inside = Callable[[Layer, "Layers"], list[Range]]
"""Function: ranges in which the contents of a meta or scene strip cover, in the outer frames."""


@dataclass(frozen=True)
class Sight:
    """A range [a, b) in which a layer is seen; with a reason where it must be rendered."""

    a: int
    b: int
    reason: str = ""
    through: str = ""
    """Name of the effect that is the reason."""


class Layers:
    """The strips of one scene's timeline, or of one meta."""

    def __init__(self, owner: Any, scene: Any, animated: Animated, inside: Inside) -> None:
        """`owner` is the scene or one of its metas; `inside` finds where metas and scenes cover."""
        self.owner, self.scene, self.animated, self._inside = owner, scene, animated, inside
        self.by_name: dict[str, Layer] = {}
        self.effects: dict[str, list[Layer]] = {}
        """Effects by the name of an input."""
        self.muted: set[str] = set()
        self._covers: dict[str, list[Range]] = {}
        silent: dict[int, bool] = {}
        for strip in compat.strips(owner):
            kind, channel = strip.type, strip.channel
            if kind == "SOUND":
                continue
            if channel not in silent:
                silent[channel] = compat.channel_muted(owner, channel)
            if silent[channel] or strip.mute:
                self.muted.add(strip.name)
            else:
                self._add(strip, kind, channel)

    def _add(self, strip: Any, kind: str, channel: int) -> None:
        start, end = compat.start(strip), compat.end(strip)
        layer = Layer(strip, strip.name, kind, channel, start, end, compat.inputs(strip))
        self.by_name[layer.name] = layer
        for taken in layer.inputs:
            self.effects.setdefault(taken, []).append(layer)

    @cached_property
    def _channels(self) -> list[tuple[int, list[Layer], list[int]]]:
        """Channels from the top, each with its strips by start, and the starts."""
        found: dict[int, list[Layer]] = {}
        for layer in self.by_name.values():
            found.setdefault(layer.channel, []).append(layer)
        rows = [(c, sorted(found[c], key=_start)) for c in sorted(found, reverse=True)]
        return [(channel, row, [layer.start for layer in row]) for channel, row in rows]

    def sights(self, layer: Layer, a: int, b: int) -> list[Sight]:
        """Ranges in [a, b) in which the layer's picture is seen, itself or through effects."""
        effects = self.effects.get(layer.name, ())
        free = without(layer.within(a, b), ((e.start, e.end) for e in effects))
        found = [Sight(*part) for part in self._uncovered(layer, free)]
        for effect in effects:
            part, reason = self._share(effect, layer.name)
            for x, y in common([part], layer.within(a, b)):
                for sight in self.sights(effect, x, y):
                    why = (reason, effect.name) if reason else (sight.reason, sight.through)
                    found.append(Sight(sight.a, sight.b, *why))
        return sorted(found, key=lambda sight: sight.a)

    def _share(self, effect: Layer, name: str) -> tuple[Range, str]:
        """The range of an effect that shows that input, and the reason if it must be rendered."""
        whole = (effect.start, effect.end)
        kind = effect.kind.replace("_", " ").lower()
        if effect.kind in ALTERING:
            return whole, ""
        if effect.kind not in DISSOLVES:
            return whole, f"it is seen through a {kind} effect"
        if not effect.strip.use_default_fade:
            return whole, f"its {kind} is animated by hand"
        middle = (effect.start + effect.end) // 2
        first = effect.inputs[:1] == (name,)
        return ((effect.start, middle) if first else (middle, effect.end)), ""

    def shares(self, effect: Layer) -> list[tuple[Range, Layer | None, str]]:
        """An effect's range in parts: which layer each shows (None: no picture), or the reason."""
        if effect.kind not in DISSOLVES | ALTERING:
            reason = f"it is a {effect.kind.replace('_', ' ').lower()} effect"
            return [((effect.start, effect.end), None, reason)]
        if not effect.inputs:
            return []
        parts = ((name, *self._share(effect, name)) for name in effect.inputs)
        found = [(part, self.by_name.get(name), reason) for name, part, reason in parts]
        return found[:1] if found[0][2] else found

    def _uncovered(self, layer: Layer, free: list[Range]) -> list[Range]:
        for _, row, starts in self._above(layer.channel):
            if not free:
                return []
            for other in _overlapping(row, starts, free[0][0], free[-1][1]):
                if layer.name not in other.inputs:
                    free = without(free, self.covers(other))
        if (layer.name, "blend_alpha") in self.animated:
            return self._unfaded(layer, free)
        return free

    def _above(self, channel: int) -> Iterator[tuple[int, list[Layer], list[int]]]:
        return (row for row in self._channels if row[0] > channel)

    def _unfaded(self, layer: Layer, free: list[Range]) -> list[Range]:
        """The ranges without the frames in which the layer fades out of, or into, what is below."""
        under = [
            r for x in self.by_name.values() if x.channel < layer.channel for r in self.covers(x)
        ]
        opaque = self.animated.opaque(layer.strip, layer.name, layer.start, layer.end)
        return without(free, common(without(free, opaque), under))

    def covers(self, layer: Layer) -> list[Range]:
        """Ranges in which a layer hides what lies under it."""
        if layer.name not in self._covers:
            self._covers[layer.name] = []  # for a scene that shows itself
            self._covers[layer.name] = self._cover(layer)
        return self._covers[layer.name]

    def _cover(self, layer: Layer) -> list[Range]:
        strip = layer.strip
        if layer.kind in CLEAR or strip.blend_type not in OVER:
            return []
        if not fills(strip, layer.kind, self.scene):
            return []
        parts = [(layer.start, layer.end)]
        if layer.kind in ("META", "SCENE"):
            parts = common(parts, self._inside(layer, self))
        taken = [(e.start, e.end) for e in self.effects.get(layer.name, ())]
        opaque = self.animated.opaque(strip, layer.name, layer.start, layer.end)
        return common(without(parts, taken), opaque)

    def covering(self, a: int, b: int) -> list[Range]:
        """Ranges in [a, b) in which any layer hides what lies under it."""
        return common([(a, b)], (part for x in self.by_name.values() for part in self.covers(x)))

    def tops(self, a: int, b: int) -> list[tuple[int, int, Layer]]:
        """[a, b) in stretches (start, end, layer on top); frames without a picture are left out.

        On top is the uppermost layer that covers, or the uppermost of all where none does.
        """
        there = [x for x in self.by_name.values() if x.kind not in CLEAR and x.within(a, b)]
        there.sort(key=lambda layer: -layer.channel)
        seen = {x.name: self._itself(x, a, b) for x in there}
        edges = {a, b}
        for x in there:
            edges.update(edge for r in (*seen[x.name], *self.covers(x)) for edge in r)
        steps = sorted(edge for edge in edges if a <= edge <= b)
        found: list[tuple[int, int, Layer]] = []
        for x, y in zip(steps, steps[1:], strict=False):
            here = [one for one in there if inside(seen[one.name], x)]
            top = next((one for one in here if inside(self.covers(one), x)), None)
            if not here:
                continue
            _append(found, x, y, top or here[0])
        return found

    def _itself(self, layer: Layer, a: int, b: int) -> list[Range]:
        taken = ((e.start, e.end) for e in self.effects.get(layer.name, ()))
        return without(layer.within(a, b), taken)


def _append(found: list[tuple[int, int, Layer]], a: int, b: int, layer: Layer) -> None:
    if found and found[-1][1] == a and found[-1][2] is layer:
        found[-1] = (found[-1][0], b, layer)
    else:
        found.append((a, b, layer))


def _start(layer: Layer) -> int:
    return layer.start


def _overlapping(row: list[Layer], starts: list[int], a: int, b: int) -> Iterator[Layer]:
    """The layers of one channel that overlap [a, b); `row` and `starts` are in order of start."""
    for layer in row[max(bisect_right(starts, a) - 1, 0) :]:
        if layer.start >= b:
            return
        if layer.end > a:
            yield layer
