"""A clip as its timeline shows it: trimmed, faster or slower, backwards, held, at the edit's rate.

Between looking at frames and finding scenes; what comes after knows nothing of timelines.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from v2a.analysis import FilmEmbeddings
from v2a.api.job_types import OPEN_END, Span, TimelineClip
from v2a.errors import V2AError
from v2a.tracks.sample_grid import to_frames
from v2a.types import Clip, FrameTimes

if TYPE_CHECKING:
    from numpy.typing import NDArray

ALIKE = 8.0
"""Mean difference of two signatures, of 255, up to which one frame may stand for the other. Chosen:
well above the noise of codecs (1), well below a cut (tens)."""


@dataclass(frozen=True)
class Retime:
    """The stretch of the media that is played, and how long; all in seconds."""

    start: Fraction
    """Seconds after the media's first frame."""
    source: Fraction
    """Seconds of media; 0 holds one frame."""
    record: Fraction
    """Seconds on the timeline."""
    reversed: bool


def needed_span(clip: TimelineClip) -> tuple[Fraction, Fraction | None] | None:
    """[start, end) seconds of a clip's media to decode, see `FrameOptions.span`; None is all.

    Raises BAD_OPTION for a range that begins before the media or has a negative length.
    """
    start, length = _range(clip.source)
    if start < 0:
        raise _bad(f"it begins {float(-start):g} s before its media")
    if length is not None:
        return start, start + length
    return (start, None) if start else None


def played(seen: FilmEmbeddings, clip: TimelineClip) -> FilmEmbeddings:
    """The embeddings of the span that `needed_span` gives, as the timeline shows the clip.

    Frame n of the timeline shows what the media shows at source.start + n / rate * speed, or the
    same from the end when reversed; where the media ends sooner, its last frame stays. The length
    is the record's in whole frames, halves rounded up. Without a frame rate, media played as it is
    keeps its own frames and the exact length, any other is shown at its own nominal rate. Samples
    are the frames that show a sampled one, or one that looks like it. Raises BAD_OPTION for a clip
    that has no length or begins behind its media.
    """
    times = _media_times(seen.clip)
    end = times[0] + seen.clip.duration
    how = _playing(clip, end)
    as_it_is = how.record == how.source and not how.reversed
    if clip.frame_rate is None and as_it_is:
        whole = seen.clip.source_times is None and how.source == end
        return seen if whole else _trimmed(seen, how)
    rate = clip.frame_rate or seen.clip.frame_rate
    count = to_frames(how.record, rate)
    if count == 0:
        raise _bad("it is shorter than half a frame of its timeline")
    shown = _shown(how, times, count, rate)
    samples, embeddings = _samples(seen, shown)
    whole = seen.clip.source_times is None and np.array_equal(shown, np.arange(seen.clip.frames))
    own = times.ticks[shown]
    played_clip = replace(
        seen.clip,
        frame_rate=rate,
        variable_frame_rate=False,
        start=seen.clip.start + (int(own[0]) - int(times.ticks[0])) * times.time_base,
        frame_times=FrameTimes(np.arange(count + 1), 1 / rate),
        signatures=seen.clip.signatures[shown],
        source_times=None if whole and as_it_is else FrameTimes(own, times.time_base),
    )
    return FilmEmbeddings(played_clip, samples, embeddings)


def _playing(clip: TimelineClip, end: Fraction) -> Retime:
    """A clip's ranges with every open end filled in; `end` is where the media ends."""
    start, source = _range(clip.source)
    if source is None:
        source = end - start
    _, record = _range(clip.record)
    record = source if record is None else record
    if source < 0:
        raise _bad(f"it begins {float(-source):g} s behind the end of its media")
    if record == 0:
        raise _bad("it has no length")
    return Retime(start, source, record, clip.reversed)


def _range(span: Span | None) -> tuple[Fraction, Fraction | None]:
    """Start and length; None is an open end."""
    if span is None:
        return Fraction(0), None
    if span.duration < 0 and span.duration != OPEN_END:
        raise _bad(f"its length is {float(span.duration):g} s")
    return span.start, None if span.duration == OPEN_END else span.duration


def _bad(what: str) -> V2AError:
    return V2AError("BAD_OPTION", detail=f"a clip cannot be played: {what}", hint="check its range")


def _media_times(clip: Clip) -> FrameTimes:
    """(N,) when the media shows each frame, seconds from the media's first."""
    if clip.source_times is not None:
        return clip.source_times
    times = FrameTimes.of(clip.frame_times)
    return FrameTimes(times.ticks[:-1], times.time_base)


def _trimmed(seen: FilmEmbeddings, how: Retime) -> FilmEmbeddings:
    """The media's own frames, the first and the last shown as long as the range says."""
    times = _media_times(seen.clip)
    inner = [time - how.start for time in times][1:]
    own = FrameTimes.of([Fraction(0), *inner, how.source])
    return replace(seen, clip=replace(seen.clip, frame_times=own))


def _shown(how: Retime, times: FrameTimes, count: int, rate: Fraction) -> NDArray[np.int64]:
    """(count,) the media's frame that each frame of the timeline shows."""
    step = how.source / how.record / rate / times.time_base
    start = how.start / times.time_base
    scale = start.denominator * step.denominator
    first, each = int(start * scale), int(step * scale)
    ticks = np.array([(first + n * each) // scale for n in range(count)], np.int64)
    shown = np.maximum(np.searchsorted(times.ticks, ticks, "right") - 1, 0)
    return shown[::-1] if how.reversed else shown


def _samples(
    seen: FilmEmbeddings, shown: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The timeline's frames that stand for the sampled ones, rising, and their embeddings."""
    order = np.argsort(shown, kind="stable")
    rising = shown[order]
    place = np.searchsorted(rising, seen.samples, "left")
    near = np.stack([np.maximum(place - 1, 0), np.minimum(place, len(rising) - 1)])
    near = np.searchsorted(rising, rising[near])  # the first frame of those that show the same
    off = np.abs(rising[near] - seen.samples)
    best = np.where(off[0] < off[1], near[0], near[1])
    pictures = seen.clip.signatures.astype(np.int16)
    change = np.abs(pictures[rising[best]] - pictures[seen.samples]).mean(axis=1)
    inside = (seen.samples >= rising[0]) & (seen.samples <= rising[-1])
    fit = np.flatnonzero(inside & (change <= ALIKE))
    if not len(fit):
        fit = np.array([np.argmin(off.min(axis=0))])
    fit = fit[np.argsort(off.min(axis=0)[fit], kind="stable")]
    frames, first = np.unique(order[best[fit]], return_index=True)
    return frames, seen.embeddings[fit[first]]
