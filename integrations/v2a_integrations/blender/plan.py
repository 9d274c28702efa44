"""Plans where a job's sounds are laid: over what is still seen of its strips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from . import compat, follow, sentences
from .follow import Range, StripOrigin, StripPiece
from .plain_types import StripSound
from .scene_jobs import SceneJob
from .strip_marks import Glimpse, Mark


@dataclass(frozen=True)
class StripPlacement:
    """A strip to be laid; frames are Blender's."""

    owner: str
    """Name of the meta strip to lie in; empty for the timeline."""
    name: str
    frames: Range
    """[a, b) that is heard."""
    content: int
    """The frame at which its file begins."""
    lane: int
    baked: tuple[bool, bool]
    """Whether a fade is baked into its file at the start, and at the end."""
    mark: Mark


def puts_of(scene: Any, job: SceneJob, there: Sequence[Glimpse]) -> list[StripPlacement]:
    """The strips to lay for a job on the timeline as it is now; `there` are our strips on it."""
    found: list[StripPlacement] = []
    first = int(job.placing["first_frame"])
    for told in job.origins:
        origin = StripOrigin.read(told)
        pieces = _pieces(scene, job, origin)
        sounds = [s for s in map(StripSound.read, job.sounds) if s.clip in origin.clips]
        unseen = 0
        for sound in sounds:
            own = _puts(job, sound, origin, pieces, first)
            unseen += not own
            found += own
        if pieces and unseen:
            job.warn(sentences.NOT_SEEN.format(count=unseen, name=origin.name))
    return _under_accepted(job, found, there)


def replaced(job: SceneJob, puts: Sequence[StripPlacement], there: Sequence[Glimpse]) -> list[str]:
    """Names of earlier sounds of the same strips that overlap the new ones."""
    policy = job.placing["overwrite"]
    if policy == "ADD":
        return []
    sources = {put.mark.source for put in puts}
    spans = [put.frames for put in puts]
    names: list[str] = []
    for one in there:
        if one.source not in sources or one.request == job.request:
            continue
        a, b = compat.start(one.strip), compat.end(one.strip)
        if (one.accepted and policy == "KEEP") or not any(s < b and a < e for s, e in spans):
            continue
        names.append(one.strip.name)
    return names


def _pieces(scene: Any, job: SceneJob, origin: StripOrigin) -> list[StripPiece]:
    """The pieces of a strip that are still seen; the job gets a warning where some is not."""
    pieces, changed = follow.pieces_of(scene, origin)
    if changed:
        job.warn(sentences.STRIP_CHANGED.format(name=origin.name))
    elif not pieces:
        job.warn(sentences.STRIP_GONE.format(name=origin.name))
    return pieces


def _puts(
    job: SceneJob, sound: StripSound, origin: StripOrigin, pieces: Sequence[StripPiece], first: int
) -> list[StripPlacement]:
    heard = (sound.frames[0] - sound.fade_in[0], sound.frames[1] + sound.fade_out[1])
    heard = (max(heard[0], sound.file_frames[0]), min(heard[1], sound.file_frames[1]))
    then = (heard[0] + first, heard[1] + first)
    own = follow.placed(then, pieces)
    made: list[StripPlacement] = []
    for part, piece in enumerate(own):
        a, b = piece.frames
        content = sound.file_frames[0] + first + piece.shift
        baked = (a == then[0] and any(sound.fade_in), b == then[1] and any(sound.fade_out))
        mark = mark_of_sound(job, sound, origin.source, part)
        name = _name(job, sound)
        frames = (a + piece.shift, b + piece.shift)
        made.append(StripPlacement(piece.owner, name, frames, content, sound.lane, baked, mark))
    return made


def mark_of_sound(job: SceneJob, sound: StripSound, source: str, part: int) -> Mark:
    """The mark of a strip of this sound."""
    return Mark(
        request=job.request,
        job=job.job,
        source=source,
        clip=sound.clip,
        number=sound.number,
        scene=sound.scene,
        frames=sound.frames,
        file_frames=sound.file_frames,
        take=sound.take,
        takes=sound.takes,
        part=part,
        fade_in=sound.fade_in,
        fade_out=sound.fade_out,
        words=sound.words,
        labels=sound.labels,
        quiet=sound.quiet,
        pack_files=bool(job.placing["pack_files"]),
        line=_again(job),
    )


def _again(job: SceneJob) -> dict[str, Any]:
    said = {"rate": job.line["rate"], "name": job.line.get("title", "")}
    return said | ({"mixer": job.line["mixer"]} if "mixer" in job.line else {})


def _name(job: SceneJob, sound: StripSound) -> str:
    clips = len(job.line.get("clips", ()))
    where = f"c{sound.number:02} sc{sound.scene:03}" if clips > 1 else f"sc{sound.scene:03}"
    return f"{where} {sound.words}".strip()


def _under_accepted(
    job: SceneJob, puts: list[StripPlacement], there: Sequence[Glimpse]
) -> list[StripPlacement]:
    """The strips to lay without those under accepted sounds of the same strips."""
    if job.placing["overwrite"] != "KEEP":
        return puts
    accepted = [
        (one.source, (compat.start(one.strip), compat.end(one.strip)))
        for one in there
        if one.accepted and one.request != job.request
    ]
    kept: list[StripPlacement] = []
    for put in puts:
        taken = [frames for source, frames in accepted if source == put.mark.source]
        if not any(a <= put.frames[0] and put.frames[1] <= b for a, b in taken):
            kept += _beside(put, taken)
    if len(kept) < len(puts):
        job.warn(sentences.KEPT.format(count=len(puts) - len(kept)))
    return kept


def _beside(put: StripPlacement, taken: Sequence[Range]) -> list[StripPlacement]:
    """The strip cut to its longest stretch outside the taken ranges, or none."""
    free: list[Range] = [put.frames]
    for frames in taken:
        free = follow.without(free, frames)
    longest = max(free, key=lambda part: part[1] - part[0], default=None)
    return [] if longest is None else [replace(put, frames=longest)]
