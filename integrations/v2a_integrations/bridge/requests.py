"""The bridge's requests: a line of JSON becomes a typed request, or one clear line of error."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    PlainSerializer,
    PlainValidator,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import from_json

from v2a.api.job_types import TimelineClip
from v2a.api.option_limits import limit_of
from v2a.errors import V2AError
from v2a.job_settings import Settings
from v2a.types import FRAME_RATE, SceneText

EXACT = r"-?[0-9]{1,18}(/[0-9]{1,18})?"
"""An exact fraction; 18 digits fit a signed 64-bit number, as the daemon's contract holds it."""
MOST_CLIPS = 10_000
"""Most clips of a request; chosen well above any edit (a feature film has one to three thousand
shots), so that a program's loop ends in an error and not in a full memory."""
PHRASES = {"Field required": "is lacking", "Extra inputs are not permitted": "is unknown"}
"""How a sentence about a field goes on, for what pydantic says of it."""
LONGEST_DETAIL = 300
"""Most letters of an error's detail; chosen so that it stays a sentence and no dump of a line."""


def _exact(told: Any) -> Fraction:
    if not isinstance(told, str) or not re.fullmatch(EXACT, told):
        raise ValueError('is no exact fraction as a string, such as "2002/25"')
    try:
        return Fraction(told)
    except ZeroDivisionError:
        raise ValueError("divides by zero") from None


def _not_negative(value: Fraction) -> Fraction:
    if value < 0:
        raise ValueError("is below 0")
    return value


def _positive(value: Fraction) -> Fraction:
    if value <= 0:
        raise ValueError("is not above 0")
    return value


def _rate(value: Fraction) -> Fraction:
    if not FRAME_RATE.holds(value):
        raise ValueError("is no frame rate")
    return value


def _handle(value: Fraction) -> Fraction:
    limit = limit_of(Settings, "handle")
    if not limit.holds(value):
        raise ValueError(f"is not {limit.words}")
    return value


def _uuid(told: str) -> str:
    try:
        return str(UUID(told))
    except ValueError:
        raise ValueError("is no UUID") from None


def _absolute(told: Any) -> Path:
    if not isinstance(told, str) or "\0" in told or not Path(told).is_absolute():
        raise ValueError("is no absolute path")
    return Path(told)


def _range(value: tuple[int, int]) -> tuple[int, int]:
    if value[0] >= value[1]:
        raise ValueError("does not end after it begins")
    return value


def _distinct(clips: list[RequestClip]) -> list[RequestClip]:
    if len({clip.id for clip in clips}) < len(clips):
        raise ValueError("hold two with the same id")
    return clips


Exact = Annotated[
    Fraction,
    PlainValidator(_exact),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "pattern": f"^{EXACT}$"}),
]
NotNegative = Annotated[Exact, AfterValidator(_not_negative)]
Positive = Annotated[Exact, AfterValidator(_positive)]
Rate = Annotated[Exact, AfterValidator(_rate)]
Uuid = Annotated[str, AfterValidator(_uuid)]
Absolute = Annotated[Path, PlainValidator(_absolute), WithJsonSchema({"type": "string"})]
Frame = Annotated[int, Field(ge=-(2**40), le=2**40)]
"""A frame number. The bounds are chosen: no timeline reaches them, and sums stay in 64 bits."""
Range = Annotated[tuple[Frame, Frame], AfterValidator(_range)]
"""Frames [start, end), not empty."""
Overlap = tuple[Annotated[int, Field(ge=0, le=2**20)], Annotated[int, Field(ge=0, le=2**20)]]
"""Frames of overlap before and after a cut; the bound is chosen, twelve hours at 24 fps."""
Weight = Annotated[float, Field(**limit_of(SceneText, "weight").bounds)]
Words = Annotated[str, Field(max_length=2000)]
Name = Annotated[str, Field(max_length=1000)]
Id = Annotated[str, Field(min_length=1, max_length=1000)]
Seed = Annotated[int, Field(**limit_of(Settings, "seed").bounds)]
JobName = Annotated[str, Field(pattern=r"^jobs/[1-9][0-9]{0,17}$")]
"""The daemon's name of a job."""
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
"""A number counted from 1; the contract holds it in 32 bits."""


class PartRange(BaseModel):
    """Part of a request: nothing is guessed, nothing unknown is passed over."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


class ImageSequence(PartRange):
    """Pictures that are shown one after the other."""

    files: Annotated[list[Absolute], Field(min_length=1, max_length=1_000_000)]
    rate: Rate
    """Pictures per second."""


class RequestClip(PartRange):
    """A stretch of media on the timeline."""

    id: Id
    """The editor's own name of the clip, unique in the request; sounds carry it."""
    name: Name = ""
    media: Absolute | None = None
    stills: ImageSequence | None = None
    """Pictures in place of `media`."""
    source: tuple[NotNegative, NotNegative]
    """Start and duration of what is seen of the media, seconds; duration 0 holds one frame."""
    record: tuple[Exact, Positive]
    """Start and duration on the timeline, seconds; another length than `source` sets the speed."""
    reversed: bool = False
    whole: bool = False
    """Whether the clip is one scene, without a search for cuts."""
    cuts: list[Annotated[int, Field(**limit_of(TimelineClip, "known_cuts").bounds)]] = []
    """First frames of scenes that the edit knows, in frames of the clip as it is seen."""
    prompt: Words | None = None
    negative: Words | None = None
    weight: Weight | None = None


Clips = Annotated[
    list[RequestClip], Field(min_length=1, max_length=MOST_CLIPS), AfterValidator(_distinct)
]


class RequestSettings(PartRange):
    """How sound is made; what is not said, the pack and the preset say."""

    pack: Name | None = None
    mapper: Name | None = None
    prompt: Words | None = None
    negative: Words | None = None
    weight: Weight = 1.0
    seed: Seed = 0
    takes: Annotated[int, Field(**limit_of(Settings, "takes").bounds)] = 1
    threshold: Annotated[float, Field(**limit_of(Settings, "threshold").bounds)] | None = None
    whole: bool = False
    steps: Annotated[int, Field(**limit_of(Settings, "steps").bounds)] | None = None
    handle: Annotated[Exact, AfterValidator(_handle)] = Fraction(1, 2)
    """Seconds of sound beyond the ends of every scene."""
    crossfade: bool = True
    """Whether sounds overlap where the picture dissolves."""


class TimelineClock(PartRange):
    """How a scene of Blender's counts time, for files that its mixer plays to the sample."""

    first: Frame
    """Blender's frame that is the timeline's frame 0."""
    fps: Annotated[int, Field(ge=1, le=1_000_000)]
    base: Annotated[float, Field(gt=0, le=1_000_000, allow_inf_nan=False)]
    """The scene's frame rate is `fps` over this."""


class BaseRequest(PartRange):
    """A request, whatever it asks."""

    id: Id


class PacksRequest(BaseRequest):
    """Which packs there are."""

    do: Literal["packs"]


class StatusRequest(BaseRequest):
    """What the daemon is doing; starts it where none runs."""

    do: Literal["status"]


class ScenesRequest(BaseRequest):
    """Where the scenes of clips are, without any sound."""

    do: Literal["scenes"]
    request: Uuid | None = None
    """For `cancel`."""
    rate: Rate
    clips: Clips
    settings: RequestSettings = RequestSettings()


class GenerateRequest(BaseRequest):
    """Sound for clips."""

    do: Literal["generate"]
    request: Uuid
    """UUID of the job's creation; the same one again is the same job."""
    title: Name = ""
    rate: Rate
    clips: Clips
    settings: RequestSettings = RequestSettings()
    folder: Absolute
    report: bool = False
    mixer: TimelineClock | None = None


class RegenerateRequest(BaseRequest):
    """One more take of one scene."""

    do: Literal["regenerate"]
    request: Uuid
    job: JobName
    clip: Number
    """The clip's number in the job, 1-based."""
    scene: Number
    rate: Rate
    frames: Range
    """[start, end) in frames, as `generate` returned the sound."""
    file_frames: Range
    """[start, end) in frames that its files cover; the new take's file covers the same."""
    fade_in: Overlap | None = None
    """Frames of overlap (before, after its first cut); None takes them from the scene's cuts."""
    fade_out: Overlap | None = None
    name: Name = ""
    """The title of the first request, for the file's name."""
    seed: Seed | None = None
    prompt: Words | None = None
    negative: Words | None = None
    weight: Weight | None = None
    folder: Absolute
    mixer: TimelineClock | None = None
    """The clock of the first request."""


class ReportRequest(BaseRequest):
    """A page about a job, to look at and to listen to."""

    do: Literal["report"]
    request: Uuid | None = None
    """For `cancel`."""
    job: JobName
    folder: Absolute


class CancelRequest(BaseRequest):
    """End what was asked by a request."""

    do: Literal["cancel"]
    request: Uuid


Request = (
    PacksRequest
    | StatusRequest
    | ScenesRequest
    | GenerateRequest
    | RegenerateRequest
    | ReportRequest
    | CancelRequest
)
REQUEST: TypeAdapter[Request] = TypeAdapter(Annotated[Request, Discriminator("do")])


def id_of(line: bytes) -> str | None:
    """The id of a line that is no valid request; None where it has none."""
    try:
        told: Any = from_json(line)
    except ValueError:
        return None
    found = told.get("id") if isinstance(told, dict) else None
    return found if isinstance(found, str) and 0 < len(found) <= 1000 else None


def request_of(line: bytes) -> Request:
    """The request of a line; raises BAD_OPTION, whose detail names the field and its fault."""
    try:
        return REQUEST.validate_json(line)
    except ValidationError as error:
        raise V2AError(
            "BAD_OPTION", detail=_wrong(error), hint="correct it and ask again"
        ) from None


def _wrong(error: ValidationError) -> str:
    """The first fault of a line, and its field."""
    first = error.errors(include_url=False, include_context=False)[0]
    place = first["loc"][1:] if first["loc"] else ()  # what is asked comes first
    where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    what = first["msg"].removeprefix("Value error, ")
    told = f"{where.lstrip('.') or 'the line'} {_said(what)}"
    return " ".join(told.split())[:LONGEST_DETAIL]


def _said(what: str) -> str:
    """A message of pydantic's as the rest of a sentence about a field."""
    words = re.sub(r"^(Input|List|String|Tuple|Value) should", "should", what)
    words = PHRASES.get(words, words)
    return words if words[:1].islower() else f"is wrong: {words[:1].lower()}{words[1:]}"
