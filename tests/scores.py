"""Films on paper: clips, scenes and sounds without a file, for tests of what comes after."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import ceil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from v2a.audio_to_tracks import handles, make_tracks
from v2a.output.foley_names import Names
from v2a.tracks.film_with_sound import FilmWithSound
from v2a.tracks.mix import Tracks
from v2a.tracks.sample_grid import scene_times
from v2a.types import (
    Clip,
    Cut,
    FrameTimes,
    Scene,
    SceneSound,
    Segmentation,
    TrackOptions,
)

Wave = Callable[[int, NDArray[np.float64]], NDArray[np.float64]]
"""What scene k sounds like at times of the film, in seconds."""

PLAIN = TrackOptions(handle=Fraction(0), plain=True, match_levels=False)


def clip(
    frames: int = 100,
    rate: Fraction = Fraction(25),
    times: Sequence[Fraction] | None = None,
    path: Path = Path("film.mp4"),
) -> Clip:
    """A film of that many frames at a rate, or with frames at those times."""
    ticks = FrameTimes(np.arange(frames + 1), 1 / rate)
    return Clip(
        path=path,
        width=160,
        height=90,
        frame_rate=rate,
        variable_frame_rate=times is not None,
        start=Fraction(0),
        frame_times=tuple(times) if times is not None else ticks,
        signatures=np.zeros((frames, 4), np.uint8),
    )


def cut(frame: int, kind: str = "hard", around: int = 0) -> Cut:
    return Cut(frame, kind, (frame - around, frame + around), 9.0)  # type: ignore[arg-type]


def scenes(film: Clip, *cuts: Cut, quiet: Sequence[int] = ()) -> Segmentation:
    """The film divided at these cuts, with a curve that has nothing to do with it."""
    edges = [0, *(c.frame for c in cuts), film.frames]
    found = tuple(
        Scene(k + 1, *edges[k : k + 2], quiet=k + 1 in quiet) for k in range(len(edges) - 1)
    )
    samples = np.arange(0, film.frames, 3)
    curve = np.abs(np.sin(np.arange(max(len(samples) - 1, 0))))
    return Segmentation(tuple(cuts), found, curve, np.full(len(curve), 0.7), samples)


def sounds(count: int, alike: float = 0.0, prompt: str | None = None) -> list[SceneSound]:
    """One sound a scene; the vectors of neighbours have that cosine."""
    made, vector = [], np.zeros(512)
    vector[0] = 1
    for k in range(count):
        made.append(
            SceneSound(
                vector.astype(np.float32),
                None,
                (("rain on a roof", 0.62), ("wind", 0.2)),
                "vocabulary",
                prompt,
            )
        )
        other = np.zeros(512)
        other[k + 1] = 1
        vector = alike * vector + np.sqrt(1 - alike**2) * other
    return made


def noise(scene: int, times: NDArray[np.float64]) -> NDArray[np.float64]:
    return 0.1 * np.random.default_rng(scene).standard_normal(len(times))


def tone(scene: int, times: NDArray[np.float64]) -> NDArray[np.float64]:
    """One tone through the whole film, whatever the scene."""
    return 0.2 * np.sin(2 * np.pi * 220 * times)


def tracks(
    film: Clip,
    found: Segmentation,
    options: TrackOptions | None = None,
    wave: Wave = noise,
    rate: int = 16_000,
    takes: int = 1,
    alike: float = 0.0,
    chosen: Mapping[int, int] | None = None,
) -> Tracks:
    """Tracks of scenes that sound like `wave`, made as the pipeline makes them."""
    options = options or TrackOptions()
    reach = handles(film, found.scenes, options, found.cuts)
    audio = []
    for k, (scene, (lead, tail)) in enumerate(zip(found.scenes, reach, strict=True)):
        start, end = scene_times(film, scene)
        count = ceil((lead + end - start + tail) * rate)
        times = float(start - lead) + np.arange(count) / rate
        audio.append([wave(k, times).astype(np.float32) for _ in range(takes)])
    leads = [lead for lead, _ in reach]
    told = sounds(len(found.scenes), alike)
    return make_tracks(film, found, told, audio, leads, rate, options, chosen)


def film(
    film: Clip, found: Segmentation, options: TrackOptions | None = None, **how: object
) -> FilmWithSound:
    """All that a written folder is made of."""
    made = tracks(film, found, options, **how)  # type: ignore[arg-type]
    told = tuple(sounds(len(found.scenes)))
    return FilmWithSound(film, found, told, made, Names(film.path.stem))
