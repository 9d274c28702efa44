"""Finds the media that strips show. It only reads; nothing of the scene is changed.

Trims, offsets, speeds, reversed strips, metas, scenes and their nesting are followed down to files.
Proxies are ignored, and so are crops, flips, colours and modifiers: they do not change what sounds.
What cannot be computed exactly is left to `rendered_movies.py`; what shows nothing is refused.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from . import compat, frame_rates
from .layers import Layer, Layers
from .media import StripMediaLibrary, blend_folder
from .pieces import MediaPiece, Pieces, joined
from .plain_types import Refused, StripClip, ToRender, VisibleMedia
from .speeds import Unknown, play

INTO = Fraction(1, 4)
"""Share of a frame by which a range's start lies inside its first frame. Chosen: containers round
their times, up or down, so the exact start of a frame may fall into the one before."""
MUTED = "it is muted"
COVERED = "other strips cover it"
EARLY = "it lies before the scene's first frame"
FADED = "it is fully transparent"


def seen(scene: Any, strips: Iterable[Any], measure: bool = True) -> VisibleMedia:
    """The media that strips of `scene` show: clips to send, ranges to render first, refusals.

    The strips lie on the scene's timeline or in one of its metas; sound strips are passed over.
    `measure` lets it open a film to count its frames where its speed depends on that; without it
    such a strip may be told as one to render. Cheap enough for 1,000 strips (under 0.1 s).
    """
    return _Look(scene, measure).at(list(strips))


class _Look:
    """One reading of a scene."""

    def __init__(self, scene: Any, measure: bool) -> None:
        self.scene = scene
        self.rate = frame_rates.scene_rate(scene)
        self.first = frame_rates.origin(scene)
        self.library = StripMediaLibrary(blend_folder(), measure)
        self.pieces = Pieces(self.library)
        self.clips: list[StripClip] = []
        self.refused: list[Refused] = []
        self.to_render: list[ToRender] = []
        self._through: set[tuple[str, int, int]] = set()

    def at(self, strips: list[Any]) -> VisibleMedia:
        """The media that strips show."""
        places = [(self._place(strip), strip) for strip in strips if strip.type != "SOUND"]
        asked = {strip.name for _, strip in places}
        for (layers, limits), strip in sorted(places, key=_order):
            self._one(strip, layers, limits, asked)
        return VisibleMedia(
            self.rate,
            tuple(sorted(self.clips, key=lambda clip: clip.record[0])),
            tuple(self.refused),
            tuple(sorted(self.to_render, key=lambda part: part.frames)),
        )

    def _place(self, strip: Any) -> tuple[Layers | None, tuple[int, int]]:
        """The layers a strip lies in, and the frames they are seen at; None in a meta that is not
        played as it is."""
        inner: list[Any] = []
        parent = self._parent(strip)
        while parent is not None:
            inner.append(parent)
            parent = self._parent(parent)
        low, high = self.first, 1 << 30
        for meta in inner:
            low, high = max(low, compat.start(meta)), min(high, compat.end(meta))
            if not _plain(meta):
                return None, (low, high)
        owner = inner[0] if inner else self.scene
        return self.pieces.layers(owner, self.scene), (low, high)

    def _parent(self, strip: Any) -> Any:
        root = self.pieces.layers(self.scene, self.scene)
        if strip.name in root.by_name or strip.name in root.muted:
            return None
        return strip.parent_meta()

    def _one(
        self, strip: Any, layers: Layers | None, limits: tuple[int, int], asked: set[str]
    ) -> None:
        if layers is None:
            self._refuse(strip.name, "it lies in a meta strip of another speed; select that one")
            return
        layer = layers.by_name.get(strip.name)
        if layer is None:
            self._refuse(strip.name, MUTED)
        elif layers.animated.faded(strip, strip.name):
            self._refuse(strip.name, FADED)
        elif layer.end <= limits[0] or layer.start >= limits[1]:
            self._refuse(strip.name, EARLY if layer.end <= self.first else COVERED)
        else:
            self._tell(layer, layers, limits, asked)

    def _tell(self, layer: Layer, layers: Layers, limits: tuple[int, int], asked: set[str]) -> None:
        a, b = max(layer.start, limits[0]), min(layer.end, limits[1])
        if layer.inputs and asked.issuperset(_leaves(layer, layers)):
            return  # its inputs tell what is seen through it
        found: list[MediaPiece] = []
        for sight in layers.sights(layer, a, b):
            if sight.reason:
                found.append(
                    MediaPiece(
                        sight.a, sight.b, reason=sight.reason, render=True, through=sight.through
                    )
                )
            else:
                found += self.pieces.of(layer, layers, sight.a, sight.b)
        if not found:
            self._refuse(layer.name, COVERED)
        self._keep(layer.name, joined(found))

    def _keep(self, name: str, found: list[MediaPiece]) -> None:
        good = [piece for piece in found if piece.media is not None or piece.render]
        for number, piece in enumerate(good, 1):
            called = name if len(good) == 1 else f"{name} {number}"
            if piece.media is not None:
                self.clips.append(self._clip(called, name, piece))
            elif (piece.through, piece.a, piece.b) not in self._through:
                self._through.add((piece.through, piece.a, piece.b))
                frames = (piece.a - self.first, piece.b - self.first)
                self.to_render.append(ToRender(called, called, name, frames, piece.reason))
        for piece in found:
            if piece.media is None and not piece.render:
                inner = f"{piece.through}: " if piece.through not in ("", name) else ""
                self._refuse(name, inner + piece.reason)

    def _clip(self, called: str, name: str, piece: MediaPiece) -> StripClip:
        count = piece.b - piece.a
        media, speed = piece.media, piece.speed
        assert media is not None
        record = (
            frame_rates.seconds(piece.a - self.first, self.rate),
            frame_rates.seconds(count, self.rate),
        )
        last = piece.position + speed * (count - 1)
        first = min(piece.position, last)
        stills: tuple[str, ...] = ()
        if media.stills:
            begin = math.floor(first)
            stills = self.library.chosen(media, begin, math.floor(max(piece.position, last)))
            first -= begin
        into = Fraction(1, 2) - first % 1 if speed == 0 else INTO
        return StripClip(
            id=called,
            name=called,
            strip=name,
            media=stills[0] if stills else media.path,
            source=((first + into) / media.rate, abs(speed) * count / media.rate),
            record=record,
            reversed=speed < 0,
            stills=stills,
            still_rate=media.rate if stills else Fraction(1),
        )

    def _refuse(self, name: str, reason: str) -> None:
        told = Refused(name, reason)
        if told not in self.refused:
            self.refused.append(told)


def _order(place: tuple[Any, Any]) -> tuple[bool, int, int]:
    """Sort key: strips before effects, then by start and channel."""
    strip = place[1]
    return bool(compat.inputs(strip)), compat.start(strip), strip.channel


def _leaves(layer: Layer, layers: Layers) -> set[str]:
    """Names of the strips that an effect takes, through other effects."""
    found: set[str] = set()
    for name in layer.inputs:
        source = layers.by_name.get(name)
        if source is not None:
            found |= _leaves(source, layers) if source.inputs else {name}
    return found


def _plain(meta: Any) -> bool:
    """Whether a meta plays its contents forwards at speed 1."""
    try:
        how = play(meta, lambda: compat.filled_length(meta), counted=True)
    except Unknown:
        return False
    return how.speed == 1 and not how.reversed
