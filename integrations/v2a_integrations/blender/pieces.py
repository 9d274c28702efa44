"""Finds the stretches of media that a strip shows, through metas, scenes and effects."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from . import compat, frame_rates
from .animated import Animated
from .layers import Layer, Layers
from .media import NoPicture, StripMedia, StripMediaLibrary
from .ranges import Range
from .speeds import Play, PlayedStretch, Unknown, play

NO_PICTURE = {
    "COLOR": "a colour strip shows nothing that sounds",
    "TEXT": "a text strip shows nothing that sounds",
    "ADJUSTMENT": "an adjustment layer has no picture of its own",
    "MASK": "a mask has no picture of its own",
}
STILL = Fraction(0)


@dataclass(frozen=True)
class MediaPiece:
    """Blender's frames [a, b) of one media at one speed; or the reason why there is none."""

    a: int
    b: int
    media: StripMedia | None = None
    position: Fraction = STILL
    """The media's frame (from 0) that frame `a` shows."""
    speed: Fraction = STILL
    """Media frames per frame of the timeline; negative backwards, 0 holds one."""
    reason: str = ""
    """Why there is no media."""
    render: bool = False
    """Whether the frames can be rendered instead."""
    through: str = ""
    """Name of the strip or effect that is the reason."""

    def follows(self, before: MediaPiece) -> bool:
        """Whether the piece continues another one's media without a jump."""
        if self.a != before.b or (self.reason, self.through) != (before.reason, before.through):
            return False
        goes_on = before.position + before.speed * (before.b - before.a)
        same = self.media == before.media and self.speed == before.speed
        return same and (self.media is None or self.position == goes_on)


def joined(pieces: Iterable[MediaPiece]) -> list[MediaPiece]:
    """Pieces in order, with those joined that continue each other."""
    found: list[MediaPiece] = []
    for piece in sorted(pieces, key=lambda piece: piece.a):
        if found and piece.follows(found[-1]):
            found[-1] = replace(found[-1], b=piece.b)
        else:
            found.append(piece)
    return found


@dataclass(frozen=True)
class Opened:
    """The contents of a meta or a scene strip, and how they are played."""

    layers: Layers
    how: Play
    base: Fraction
    """The inner frame that is the contents' first."""

    def stretches(self, a: int, b: int) -> Iterator[PlayedStretch]:
        """The stretches of outer frames [a, b), with positions in inner frames."""
        for stretch in self.how.stretches(a, b):
            yield replace(stretch, position=stretch.position + self.base)


class Pieces:
    """Takes strips apart into pieces of media."""

    def __init__(self, library: StripMediaLibrary) -> None:
        self.library = library
        self._layers: dict[Any, Layers] = {}

    def layers(self, owner: Any, scene: Any) -> Layers:
        """The layers of a scene, or of one of its metas; made once."""
        key = owner.as_pointer()
        if key not in self._layers:
            animated = Animated(scene) if owner == scene else self.layers(scene, scene).animated
            self._layers[key] = Layers(owner, scene, animated, self._covering)
        return self._layers[key]

    def of(
        self, layer: Layer, layers: Layers, a: int, b: int, above: tuple[Any, ...] = ()
    ) -> list[MediaPiece]:
        """The pieces that a strip shows in [a, b) of its range; `above`: scenes around it."""
        try:
            return list(self._of(layer, layers, a, b, above))
        except NoPicture as why:
            return [MediaPiece(a, b, reason=str(why), through=layer.name)]
        except Unknown as why:
            return [MediaPiece(a, b, reason=str(why), render=True, through=layer.name)]

    def _of(
        self, layer: Layer, layers: Layers, a: int, b: int, above: tuple[Any, ...]
    ) -> Iterator[MediaPiece]:
        strip, kind = layer.strip, layer.kind
        if kind in NO_PICTURE:
            raise NoPicture(NO_PICTURE[kind])
        if any((layer.name, name) in layers.animated for name in ("speed_factor", "mute")):
            raise Unknown("its speed or its muting is animated")
        if kind in ("META", "SCENE"):
            if kind == "SCENE" and strip.scene in (*above, layers.scene):
                raise NoPicture("its scene shows itself")
            yield from self._inner(self._opened(layer, layers), a, b, (*above, layers.scene))
        elif kind in ("MOVIE", "IMAGE", "MOVIECLIP"):
            for stretch, media in self._media(strip, kind, layers.scene, a, b):
                yield from self._checked(stretch, media, layer.name)
        else:
            yield from self._effect(layer, layers, a, b, above)

    def _media(
        self, strip: Any, kind: str, scene: Any, a: int, b: int
    ) -> Iterator[tuple[PlayedStretch, StripMedia]]:
        rate, offset, clip = frame_rates.scene_rate(scene), 0, None
        if kind == "MOVIE":
            media = self.library.film(strip, scene)
        elif kind == "IMAGE":
            media = self.library.pictures(strip, scene, rate)
        else:
            clip = compat.movie_clip(strip)
            if clip is None:
                raise Unknown("this Blender does not tell which movie clip it shows")
            media, offset = self.library.tracked(clip, rate)
        if len(media.stills) == 1:
            yield PlayedStretch(a, b, STILL, STILL), media
            return

        def count() -> int | None:
            if kind == "MOVIECLIP":
                return int(clip.frame_duration)
            return self.library.count(media)

        for stretch in play(strip, count, media.rate / rate, kind != "MOVIE").stretches(a, b):
            yield replace(stretch, position=stretch.position + offset), media

    def _checked(
        self, stretch: PlayedStretch, media: StripMedia, name: str
    ) -> Iterator[MediaPiece]:
        """The piece of a stretch, or one with a reason where pictures are missing."""
        first, last = _span(stretch)
        if media.stills and not 0 <= first <= last < len(media.stills):
            raise Unknown("it plays past the ends of its pictures")
        self.library.chosen(media, first, last)
        yield MediaPiece(stretch.a, stretch.b, media, stretch.position, stretch.speed, through=name)

    def _opened(self, layer: Layer, layers: Layers) -> Opened:
        """The contents of a meta or a scene strip; raises NoPicture and Unknown."""
        strip = layer.strip
        if layer.kind == "META":
            inside = [(compat.start(one), compat.end(one)) for one in compat.strips(strip)]
            if not inside:
                raise NoPicture("the meta strip is empty")
            length = max(end for _, end in inside) - min(start for start, _ in inside)
            base = Fraction(compat.content_start(strip))
            how = play(strip, lambda: length, counted=True)
            return Opened(self.layers(strip, layers.scene), how, base)
        inner = strip.scene
        if inner is None:
            raise NoPicture("it has no scene")
        if strip.scene_input != "SEQUENCER":
            raise Unknown("it shows a 3D scene")
        how = play(strip, lambda: inner.frame_end - inner.frame_start + 1, counted=True)
        return Opened(self.layers(inner, inner), how, Fraction(inner.frame_start))

    def _covering(self, layer: Layer, layers: Layers) -> list[Range]:
        """Ranges in which the contents of a meta or a scene strip cover; see `Layers`."""
        try:
            opened = self._opened(layer, layers)
        except NoPicture:
            return []
        except Unknown:
            return [(layer.start, layer.end)]
        found: list[Range] = []
        for moved in opened.stretches(layer.start, layer.end):
            first, last = _span(moved)
            laid = (
                _through(moved, MediaPiece(*r)) for r in opened.layers.covering(first, last + 1)
            )
            found += [(piece.a, piece.b) for piece in laid if piece is not None]
        return found

    def _effect(
        self, layer: Layer, layers: Layers, a: int, b: int, above: tuple[Any, ...]
    ) -> Iterator[MediaPiece]:
        for (x, y), shown, reason in layers.shares(layer):
            x, y = max(a, x), min(b, y)
            if x >= y:
                continue
            if reason:
                yield MediaPiece(x, y, reason=reason, render=True, through=layer.name)
            elif shown is not None:
                yield from self.of(shown, layers, x, y, above)

    def _inner(
        self, opened: Opened, a: int, b: int, above: tuple[Any, ...]
    ) -> Iterator[MediaPiece]:
        """The pieces of the contents in [a, b), in outer frames."""
        for moved in opened.stretches(a, b):
            first, last = _span(moved)
            for x, y, layer in opened.layers.tops(first, last + 1):
                for piece in self.of(layer, opened.layers, x, y, above):
                    if piece.reason == NO_PICTURE["COLOR"]:
                        continue
                    if (laid := _through(moved, piece)) is not None:
                        yield laid


def _span(stretch: PlayedStretch) -> tuple[int, int]:
    """The first and the last whole position that a stretch shows."""
    ends = (stretch.position, stretch.position + stretch.speed * (stretch.b - stretch.a - 1))
    return math.floor(min(ends)), math.floor(max(ends))


def _through(outer: PlayedStretch, piece: MediaPiece) -> MediaPiece | None:
    """A piece in inner frames as an outer stretch shows it; None where it does not."""
    if outer.speed == 0:
        at = piece.position + piece.speed * (math.floor(outer.position) - piece.a)
        return replace(piece, a=outer.a, b=outer.b, position=at, speed=STILL)
    first = outer.a + (piece.a - outer.position) / outer.speed
    after = outer.a + (piece.b - outer.position) / outer.speed
    if outer.speed > 0:
        a, b = math.ceil(first), math.ceil(after)
    else:
        a, b = math.floor(after) + 1, math.floor(first) + 1
    a, b = max(a, outer.a), min(b, outer.b)
    if a >= b:
        return None
    at = outer.position + outer.speed * (a - outer.a)
    return replace(
        piece,
        a=a,
        b=b,
        position=piece.position + piece.speed * (at - piece.a),
        speed=piece.speed * outer.speed,
        through=piece.through,
    )
