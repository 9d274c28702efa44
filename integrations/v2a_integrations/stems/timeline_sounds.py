"""Places a finished job's sounds on a timeline in whole frames, with overlaps of neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor
from typing import Protocol

from v2a.api.job_types import SceneTrack, Take, TimelineClip, Track, TrackCut
from v2a.mapping.scene_labels import title_words
from v2a_integrations.stems.whole_frames import nearest_frame

Edge = tuple[int, int]
"""Frames that two sounds overlap before and after the cut between them; (0, 0) where they meet."""
HARD: Edge = (0, 0)


@dataclass(frozen=True)
class ShownScene:
    """A clip that a timeline shows and that gets sound."""

    clip: TimelineClip
    name: str
    """The clip's name in the editor."""
    frames: tuple[int, int]
    """[start, end) in frames, from the timeline's start."""
    before: int = 0
    """Frames that a transition reaches before the clip's start."""
    after: int = 0
    """Frames that a transition reaches past the clip's end."""


class Edit(Protocol):
    """The clips of a timeline that a job was created for."""

    @property
    def clips(self) -> Sequence[ShownScene]:
        """The clips in the job's order."""
        ...

    @property
    def rate(self) -> Fraction:
        """Frames per second of the timeline."""
        ...


@dataclass(frozen=True)
class TimelineSound:
    """One scene's sound on a timeline."""

    shown: ShownScene
    number: int
    """The clip's number in the job, 1-based."""
    scene: SceneTrack
    frames: tuple[int, int]
    """[start, end) in frames of the timeline."""
    rate: Fraction
    """Frames per second of the timeline."""
    sample_rate: int
    head: Edge = HARD
    tail: Edge = HARD

    @property
    def first_sample(self) -> int:
        """Sample of the timeline at which the stem begins, handle included."""
        return nearest_frame(self.scene.place.start, Fraction(self.sample_rate)) - self.lead

    @property
    def lead(self) -> int:
        """Samples of handle before the scene."""
        return self.scene.samples[0]

    def handle(self, end: int) -> int:
        """Whole frames of handle before (`end` 0) or after (`end` 2) the scene."""
        return floor(self.scene.samples[end] * self.rate / self.sample_rate)

    @property
    def words(self) -> str:
        """The prompt or the labels of the sound in a few words; an unsure one ends with "?"."""
        return title_words(self.chosen.prompt, self.scene.labels)

    @property
    def chosen(self) -> Take:
        """The take in use."""
        return next(take for take in self.scene.takes if take.take == self.scene.take)

    @property
    def media(self) -> Fraction:
        """Second of its clip's media that is seen when the sound begins."""
        return media_at(self.shown, self.frames[0], self.rate)


def media_at(shown: ShownScene, frame: int, rate: Fraction) -> Fraction:
    """Second of a clip's media that is seen at a frame of a timeline of `rate` frames a second."""
    source, speed = shown.clip.source, speed_of(shown)
    assert source is not None
    begin = source.end if speed < 0 else source.start
    return begin + speed * Fraction(frame - shown.frames[0]) / rate


def speed_of(shown: ShownScene) -> Fraction:
    """Media seconds per second of the timeline; negative backwards, 0 for a held picture."""
    clip = shown.clip
    assert clip.source is not None and clip.record is not None
    return clip.source.duration / clip.record.duration * (-1 if clip.reversed else 1)


def placed(edit: Edit, tracks: Sequence[Track]) -> list[TimelineSound]:
    """The sounds of every scene in order of time, with overlaps; `tracks` are one for each clip."""
    sounds: list[TimelineSound] = []
    for number, (shown, track) in enumerate(zip(edit.clips, tracks, strict=True), 1):
        own = [_sound(shown, number, scene, track, edit.rate) for scene in track.scenes]
        sounds += _with_cuts([sound for sound in own if sound.frames[0] < sound.frames[1]], track)
    return _with_transitions(sorted(sounds, key=lambda sound: sound.frames))


def _sound(
    shown: ShownScene, number: int, scene: SceneTrack, track: Track, rate: Fraction
) -> TimelineSound:
    ends = (nearest_frame(time, rate) for time in (scene.place.start, scene.place.end))
    first, last = (min(max(end, shown.frames[0]), shown.frames[1]) for end in ends)
    return TimelineSound(shown, number, scene, (first, last), rate, track.sample_rate)


def _with_cuts(sounds: Sequence[TimelineSound], track: Track) -> list[TimelineSound]:
    """Sounds of one clip, overlapping where the picture dissolves from one scene into the next."""
    gradual: Mapping[int, TrackCut] = {c.frame: c for c in track.cuts if c.kind != "hard"}
    made = list(sounds)
    for k in range(1, len(made)):
        cut = gradual.get(made[k].scene.frames[0])
        if cut:
            edge = (cut.frame - cut.extent[0], cut.extent[1] + 1 - cut.frame)
            made[k - 1 : k + 1] = _joined(made[k - 1], made[k], edge)
    return made


def _with_transitions(sounds: list[TimelineSound]) -> list[TimelineSound]:
    for k in range(1, len(sounds)):
        before, after = sounds[k - 1], sounds[k]
        if before.number != after.number and before.frames[1] == after.frames[0]:
            edge = (after.shown.before, before.shown.after)
            sounds[k - 1 : k + 1] = _joined(before, after, edge)
    return sounds


def _joined(
    before: TimelineSound, after: TimelineSound, wished: Edge
) -> tuple[TimelineSound, TimelineSound]:
    """Two neighbours with as much of the wanted overlap as their handles and lengths allow."""
    edge = (
        max(0, min(wished[0], after.handle(0), _length(before) - before.head[1])),
        max(0, min(wished[1], before.handle(2), _length(after))),
    )
    return replace(before, tail=edge), replace(after, head=edge)


def _length(sound: TimelineSound) -> int:
    return sound.frames[1] - sound.frames[0]
