"""Between the types of jobs and the messages of the contract, both ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

from google.protobuf.timestamp_pb2 import Timestamp

from v2a.api import job_types
from v2a.api.option_limits import check_values, limit_of
from v2a.errors import V2AError
from v2a.job_settings import Settings
from v2a.types import SceneText
from v2a.v1 import job_pb2 as pb

KINDS: Mapping[str, Any] = {
    name.removeprefix("OUTPUT_KIND_").lower(): number
    for name, number in pb.OutputKind.items()
    if number
}
STATES: Mapping[str, Any] = {
    name.removeprefix("JOB_STATE_").lower(): number
    for name, number in pb.JobState.items()
    if number
}
KIND_NAMES: Mapping[int, job_types.OutputKind] = {
    number: cast(job_types.OutputKind, name) for name, number in KINDS.items()
}
STATE_NAMES: Mapping[int, job_types.JobState] = {
    number: cast(job_types.JobState, name) for name, number in STATES.items()
}


def bad_field(field: str, detail: str) -> V2AError:
    """BAD_OPTION for a field of a request."""
    return V2AError("BAD_OPTION", detail=f"{field} {detail}", hint="correct it and ask again")


def exact(text: str, field: str, least: Fraction | None = None) -> Fraction:
    """A fraction in its canonical spelling "n" or "n/d"; BAD_OPTION for anything else."""
    try:
        if len(text) > 60 or any(letter not in "-0123456789/" for letter in text):
            raise ValueError
        value = Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise bad_field(field, f"{text[:60]!r} is not an exact fraction such as 2002/25") from None
    if least is not None and value < least:
        raise bad_field(field, f"{text} is below {least}")
    return value


def clip_to_wire(clip: job_types.TimelineClip) -> pb.TimelineClip:
    """A clip as a message."""
    source, record = clip.source, clip.record
    message = pb.TimelineClip(
        source_start=str(source.start) if source else "",
        source_duration=str(source.duration) if source else "",
        record_start=str(record.start) if record else "",
        record_duration=str(record.duration) if record else "",
        reversed=clip.reversed,
        frame_rate=str(clip.frame_rate) if clip.frame_rate else "",
        known_cuts=clip.known_cuts,
        text=text_to_wire(clip.text) if clip.text else None,
        scene_texts={index: text_to_wire(text) for index, text in clip.scene_texts.items()},
        name=clip.name or _upload_name(clip.media),
        media_link=clip.media_link,
        whole=clip.whole,
    )
    if isinstance(clip.media, job_types.Upload):
        message.upload_id, message.upload_name = clip.media.id, clip.media.name
    else:
        message.path = str(clip.media)
    return message


def _upload_name(media: Path | job_types.Upload) -> str:
    return Path(media.name).stem if isinstance(media, job_types.Upload) else ""


def clip_from_wire(message: pb.TimelineClip, field: str = "clip") -> job_types.TimelineClip:
    """A clip from a message; BAD_OPTION names the field that is wrong."""
    media: Path | job_types.Upload = job_types.Upload(message.upload_id, message.upload_name)
    if message.WhichOneof("media") is None:
        raise bad_field(field, "names no media")
    if message.WhichOneof("media") == "path":
        media = Path(message.path)
    source = _span(message.source_start, message.source_duration, f"{field}.source")
    record = _span(message.record_start, message.record_duration, f"{field}.record")
    rate = None
    if message.frame_rate:
        rate = exact(message.frame_rate, f"{field}.frame_rate")
    numbers = {"frame_rate": rate, "known_cuts": tuple(message.known_cuts)}
    check_values(job_types.TimelineClip, numbers, f"{field}.")
    return job_types.TimelineClip(
        media=media,
        source=source,
        record=record,
        reversed=message.reversed,
        frame_rate=rate,
        known_cuts=tuple(message.known_cuts),
        text=text_from_wire(message.text) if message.HasField("text") else None,
        scene_texts=_texts(message.scene_texts, f"{field}.scene_texts"),
        name=message.name,
        media_link=message.media_link,
        whole=message.whole,
    )


def _span(start: str, duration: str, field: str) -> job_types.Span | None:
    """A span; OPEN_END stands for a duration that was left out beside a start."""
    if not start and not duration:
        return None
    begin = exact(start or "0", f"{field}_start", Fraction(0))
    length = exact(duration, f"{field}_duration", Fraction(0)) if duration else job_types.OPEN_END
    return job_types.Span(begin, length)


def text_to_wire(text: SceneText) -> pb.SceneText:
    """An editor's words as a message."""
    return pb.SceneText(prompt=text.prompt or "", negative=text.negative or "", weight=text.weight)


def text_from_wire(message: pb.SceneText, field: str = "text") -> SceneText:
    """An editor's words; BAD_OPTION for a weight outside 0..1."""
    weight = message.weight if message.HasField("weight") else 1.0
    limit_of(SceneText, "weight").require(f"{field}.weight", weight)
    return SceneText(message.prompt or None, message.negative or None, weight)


def _texts(messages: Mapping[int, pb.SceneText], field: str) -> dict[int, SceneText]:
    for index in messages:
        limit_of(Settings, "scene_texts").require(field, index)
    return {index: text_from_wire(text, field) for index, text in messages.items()}


def settings_to_wire(settings: Settings) -> pb.Settings:
    """Settings as a message."""
    if settings.cuts:
        raise ValueError("known cuts belong to a clip")
    return pb.Settings(
        preset=settings.preset or "",
        pack=settings.pack,
        mapper=settings.mapper or "",
        device=settings.device,
        seed=settings.seed,
        takes=settings.takes,
        rule=settings.rule or "",
        threshold=settings.threshold,
        minimum_scene=_text(settings.minimum_scene),
        whole=settings.whole,
        frames_per_second=settings.frames_per_second or "",
        scheduler=settings.scheduler or "",
        steps=settings.steps or 0,
        guidance=settings.guidance,
        text=text_to_wire(settings.text),
        scene_texts={index: text_to_wire(text) for index, text in settings.scene_texts.items()},
        handle=_text(settings.handle),
        outer_handles=settings.outer_handles,
    )


def settings_from_wire(message: pb.Settings) -> Settings:
    """Settings from a message; BAD_OPTION names the field that is wrong."""
    numbers: dict[str, Any] = {
        "seed": message.seed,
        "takes": message.takes or 1,
        "threshold": message.threshold if message.HasField("threshold") else None,
        "minimum_scene": _seconds(message.minimum_scene, "settings.minimum_scene"),
        "steps": message.steps or None,
        "guidance": message.guidance if message.HasField("guidance") else None,
        "handle": _seconds(message.handle, "settings.handle"),
    }
    check_values(Settings, numbers, "settings.")
    settings = Settings(
        preset=_one_of(message.preset, "settings.preset", ("paper",)),
        pack=message.pack or "pocket",
        mapper=message.mapper or None,
        device=message.device or "auto",
        rule=_one_of(message.rule, "settings.rule", ("robust", "paper")),
        whole=message.whole,
        frames_per_second=message.frames_per_second or None,
        scheduler=_one_of(message.scheduler, "settings.scheduler", ("ddim", "dpm++")),
        text=text_from_wire(message.text, "settings.text"),
        scene_texts=_texts(message.scene_texts, "settings.scene_texts"),
        outer_handles=message.outer_handles,
        **numbers,
    )
    settings.options()  # what only the options can tell to be wrong
    return settings


def _seconds(text: str, field: str) -> Fraction | None:
    return exact(text, field) if text else None


def _one_of(text: str, field: str, known: Sequence[str]) -> Any:
    if text and text not in known:
        raise bad_field(field, f"{text[:40]!r} is none of {', '.join(known)}")
    return text or None


def output_to_wire(output: job_types.Output) -> pb.Output:
    """Where results go, as a message."""
    kinds = (
        [] if output.kinds == job_types.ALL_KINDS else sorted(KINDS[kind] for kind in output.kinds)
    )
    folder = "" if output.folder is None else str(output.folder)
    return pb.Output(folder=folder, force=output.force, kinds=cast(Any, kinds))


def output_from_wire(message: pb.Output) -> job_types.Output:
    """Where results go; BAD_OPTION for a kind that is none."""
    if unknown := [number for number in message.kinds if number not in KIND_NAMES]:
        raise bad_field("output.kinds", f"{unknown[0]} is no kind of output")
    kinds: set[job_types.OutputKind] = {KIND_NAMES[number] for number in message.kinds}
    folder = Path(message.folder) if message.folder else None
    if kinds:
        kinds.add("sidecar")
    return job_types.Output(
        folder, message.force, frozenset(kinds) if kinds else job_types.ALL_KINDS
    )


def job_from_wire(message: pb.Job) -> job_types.Job:
    """A job as the client gives it."""
    return job_types.Job(
        name=message.name,
        state=STATE_NAMES.get(message.state, "queued"),
        sequence=message.sequence,
        progress=_progress(message.progress),
        error=_error(message.error) if message.HasField("error") else None,
        tracks=tuple(_track(track) for track in message.tracks),
        artifacts=tuple(_artifact(artifact) for artifact in message.artifacts),
        title=message.title,
        priority=message.priority,
        attempt=message.attempt,
        cancel_requested=message.cancel_requested,
        parent=message.parent,
        created=_time(message, "create_time", message.create_time),
        started=_time(message, "start_time", message.start_time),
        ended=_time(message, "end_time", message.end_time),
        seconds=dict(message.seconds),
    )


def error_to_wire(error: V2AError) -> pb.JobError:
    """An error as a message."""
    return pb.JobError(reason=error.reason, message=error.message, remedy=error.remedy)


def _error(message: pb.JobError) -> V2AError:
    return V2AError.told(message.reason, message.message, message.remedy)


def _progress(message: pb.JobProgress) -> job_types.JobProgress:
    return job_types.JobProgress(
        message.stage,
        message.fraction,
        message.whole,
        message.clip,
        message.scene,
        message.scenes,
        message.eta_s if message.HasField("eta_s") else None,
    )


def _artifact(message: pb.Artifact) -> job_types.Artifact:
    return job_types.Artifact(
        message.name,
        KIND_NAMES[message.kind],
        message.file,
        Path(message.path),
        message.size_bytes,
        message.sha256,
        message.clip,
        message.scene,
        message.take,
    )


def _track(message: pb.Track) -> job_types.Track:
    return job_types.Track(
        message.clip,
        message.name,
        Path(message.folder),
        message.sample_rate,
        Fraction(message.duration),
        message.frames,
        Fraction(message.frame_rate),
        tuple(cut_from_wire(cut) for cut in message.cuts),
        tuple(_scene(scene) for scene in message.scenes),
        tuple(message.warnings),
    )


def cut_from_wire(message: pb.Cut) -> job_types.TrackCut:
    """A boundary between two scenes."""
    extent = (message.first_frame, message.last_frame)
    kind = cast(Any, message.kind)
    return job_types.TrackCut(message.frame, Fraction(message.time), kind, extent, message.score)


def labels_from_wire(messages: Sequence[pb.Label]) -> tuple[tuple[str, float], ...]:
    """Words with their scores."""
    return tuple((label.words, label.score) for label in messages)


def _scene(message: pb.SceneTrack) -> job_types.SceneTrack:
    return job_types.SceneTrack(
        message.scene,
        job_types.Span(Fraction(message.start), Fraction(message.duration)),
        (message.start_frame, message.end_frame),
        (message.lead_samples, message.samples, message.tail_samples),
        labels_from_wire(message.labels),
        message.mapper,
        tuple(
            job_types.Take(take.take, take.seed, take.prompt or None, take.artifact)
            for take in message.takes
        ),
        message.take,
        message.quiet,
    )


def _time(message: pb.Job, field: Any, value: Timestamp) -> datetime | None:
    return value.ToDatetime(UTC) if message.HasField(field) else None


def _text(value: Fraction | None) -> str:
    return "" if value is None else str(value)
