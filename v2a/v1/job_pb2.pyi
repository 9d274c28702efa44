import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class JobState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    JOB_STATE_UNSPECIFIED: _ClassVar[JobState]
    JOB_STATE_QUEUED: _ClassVar[JobState]
    JOB_STATE_RUNNING: _ClassVar[JobState]
    JOB_STATE_SUCCEEDED: _ClassVar[JobState]
    JOB_STATE_FAILED: _ClassVar[JobState]
    JOB_STATE_CANCELLED: _ClassVar[JobState]

class OutputKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OUTPUT_KIND_UNSPECIFIED: _ClassVar[OutputKind]
    OUTPUT_KIND_MIX: _ClassVar[OutputKind]
    OUTPUT_KIND_STEMS: _ClassVar[OutputKind]
    OUTPUT_KIND_TIMELINE: _ClassVar[OutputKind]
    OUTPUT_KIND_VIDEO: _ClassVar[OutputKind]
    OUTPUT_KIND_SIDECAR: _ClassVar[OutputKind]
    OUTPUT_KIND_REPORT: _ClassVar[OutputKind]
JOB_STATE_UNSPECIFIED: JobState
JOB_STATE_QUEUED: JobState
JOB_STATE_RUNNING: JobState
JOB_STATE_SUCCEEDED: JobState
JOB_STATE_FAILED: JobState
JOB_STATE_CANCELLED: JobState
OUTPUT_KIND_UNSPECIFIED: OutputKind
OUTPUT_KIND_MIX: OutputKind
OUTPUT_KIND_STEMS: OutputKind
OUTPUT_KIND_TIMELINE: OutputKind
OUTPUT_KIND_VIDEO: OutputKind
OUTPUT_KIND_SIDECAR: OutputKind
OUTPUT_KIND_REPORT: OutputKind

class SceneText(_message.Message):
    __slots__ = ("prompt", "negative", "weight")
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    NEGATIVE_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    prompt: str
    negative: str
    weight: float
    def __init__(self, prompt: _Optional[str] = ..., negative: _Optional[str] = ..., weight: _Optional[float] = ...) -> None: ...

class TimelineClip(_message.Message):
    __slots__ = ("path", "upload_id", "source_start", "source_duration", "record_start", "record_duration", "reversed", "frame_rate", "known_cuts", "text", "scene_texts", "name", "media_link", "whole", "upload_name")
    class SceneTextsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: int
        value: SceneText
        def __init__(self, key: _Optional[int] = ..., value: _Optional[_Union[SceneText, _Mapping]] = ...) -> None: ...
    PATH_FIELD_NUMBER: _ClassVar[int]
    UPLOAD_ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_START_FIELD_NUMBER: _ClassVar[int]
    SOURCE_DURATION_FIELD_NUMBER: _ClassVar[int]
    RECORD_START_FIELD_NUMBER: _ClassVar[int]
    RECORD_DURATION_FIELD_NUMBER: _ClassVar[int]
    REVERSED_FIELD_NUMBER: _ClassVar[int]
    FRAME_RATE_FIELD_NUMBER: _ClassVar[int]
    KNOWN_CUTS_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    SCENE_TEXTS_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    MEDIA_LINK_FIELD_NUMBER: _ClassVar[int]
    WHOLE_FIELD_NUMBER: _ClassVar[int]
    UPLOAD_NAME_FIELD_NUMBER: _ClassVar[int]
    path: str
    upload_id: str
    source_start: str
    source_duration: str
    record_start: str
    record_duration: str
    reversed: bool
    frame_rate: str
    known_cuts: _containers.RepeatedScalarFieldContainer[int]
    text: SceneText
    scene_texts: _containers.MessageMap[int, SceneText]
    name: str
    media_link: str
    whole: bool
    upload_name: str
    def __init__(self, path: _Optional[str] = ..., upload_id: _Optional[str] = ..., source_start: _Optional[str] = ..., source_duration: _Optional[str] = ..., record_start: _Optional[str] = ..., record_duration: _Optional[str] = ..., reversed: _Optional[bool] = ..., frame_rate: _Optional[str] = ..., known_cuts: _Optional[_Iterable[int]] = ..., text: _Optional[_Union[SceneText, _Mapping]] = ..., scene_texts: _Optional[_Mapping[int, SceneText]] = ..., name: _Optional[str] = ..., media_link: _Optional[str] = ..., whole: _Optional[bool] = ..., upload_name: _Optional[str] = ...) -> None: ...

class Settings(_message.Message):
    __slots__ = ("preset", "pack", "mapper", "device", "seed", "takes", "rule", "threshold", "minimum_scene", "whole", "frames_per_second", "scheduler", "steps", "guidance", "text", "scene_texts", "handle", "outer_handles")
    class SceneTextsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: int
        value: SceneText
        def __init__(self, key: _Optional[int] = ..., value: _Optional[_Union[SceneText, _Mapping]] = ...) -> None: ...
    PRESET_FIELD_NUMBER: _ClassVar[int]
    PACK_FIELD_NUMBER: _ClassVar[int]
    MAPPER_FIELD_NUMBER: _ClassVar[int]
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    TAKES_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    MINIMUM_SCENE_FIELD_NUMBER: _ClassVar[int]
    WHOLE_FIELD_NUMBER: _ClassVar[int]
    FRAMES_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    SCHEDULER_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    GUIDANCE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    SCENE_TEXTS_FIELD_NUMBER: _ClassVar[int]
    HANDLE_FIELD_NUMBER: _ClassVar[int]
    OUTER_HANDLES_FIELD_NUMBER: _ClassVar[int]
    preset: str
    pack: str
    mapper: str
    device: str
    seed: int
    takes: int
    rule: str
    threshold: float
    minimum_scene: str
    whole: bool
    frames_per_second: str
    scheduler: str
    steps: int
    guidance: float
    text: SceneText
    scene_texts: _containers.MessageMap[int, SceneText]
    handle: str
    outer_handles: bool
    def __init__(self, preset: _Optional[str] = ..., pack: _Optional[str] = ..., mapper: _Optional[str] = ..., device: _Optional[str] = ..., seed: _Optional[int] = ..., takes: _Optional[int] = ..., rule: _Optional[str] = ..., threshold: _Optional[float] = ..., minimum_scene: _Optional[str] = ..., whole: _Optional[bool] = ..., frames_per_second: _Optional[str] = ..., scheduler: _Optional[str] = ..., steps: _Optional[int] = ..., guidance: _Optional[float] = ..., text: _Optional[_Union[SceneText, _Mapping]] = ..., scene_texts: _Optional[_Mapping[int, SceneText]] = ..., handle: _Optional[str] = ..., outer_handles: _Optional[bool] = ...) -> None: ...

class Output(_message.Message):
    __slots__ = ("folder", "force", "kinds")
    FOLDER_FIELD_NUMBER: _ClassVar[int]
    FORCE_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    folder: str
    force: bool
    kinds: _containers.RepeatedScalarFieldContainer[OutputKind]
    def __init__(self, folder: _Optional[str] = ..., force: _Optional[bool] = ..., kinds: _Optional[_Iterable[_Union[OutputKind, str]]] = ...) -> None: ...

class JobProgress(_message.Message):
    __slots__ = ("stage", "fraction", "whole", "clip", "scene", "scenes", "eta_s")
    STAGE_FIELD_NUMBER: _ClassVar[int]
    FRACTION_FIELD_NUMBER: _ClassVar[int]
    WHOLE_FIELD_NUMBER: _ClassVar[int]
    CLIP_FIELD_NUMBER: _ClassVar[int]
    SCENE_FIELD_NUMBER: _ClassVar[int]
    SCENES_FIELD_NUMBER: _ClassVar[int]
    ETA_S_FIELD_NUMBER: _ClassVar[int]
    stage: str
    fraction: float
    whole: float
    clip: int
    scene: int
    scenes: int
    eta_s: float
    def __init__(self, stage: _Optional[str] = ..., fraction: _Optional[float] = ..., whole: _Optional[float] = ..., clip: _Optional[int] = ..., scene: _Optional[int] = ..., scenes: _Optional[int] = ..., eta_s: _Optional[float] = ...) -> None: ...

class JobError(_message.Message):
    __slots__ = ("reason", "message", "remedy")
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    REMEDY_FIELD_NUMBER: _ClassVar[int]
    reason: str
    message: str
    remedy: str
    def __init__(self, reason: _Optional[str] = ..., message: _Optional[str] = ..., remedy: _Optional[str] = ...) -> None: ...

class Artifact(_message.Message):
    __slots__ = ("name", "kind", "file", "path", "size_bytes", "sha256", "clip", "scene", "take")
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    FILE_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    CLIP_FIELD_NUMBER: _ClassVar[int]
    SCENE_FIELD_NUMBER: _ClassVar[int]
    TAKE_FIELD_NUMBER: _ClassVar[int]
    name: str
    kind: OutputKind
    file: str
    path: str
    size_bytes: int
    sha256: str
    clip: int
    scene: int
    take: int
    def __init__(self, name: _Optional[str] = ..., kind: _Optional[_Union[OutputKind, str]] = ..., file: _Optional[str] = ..., path: _Optional[str] = ..., size_bytes: _Optional[int] = ..., sha256: _Optional[str] = ..., clip: _Optional[int] = ..., scene: _Optional[int] = ..., take: _Optional[int] = ...) -> None: ...

class Label(_message.Message):
    __slots__ = ("words", "score")
    WORDS_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    words: str
    score: float
    def __init__(self, words: _Optional[str] = ..., score: _Optional[float] = ...) -> None: ...

class Take(_message.Message):
    __slots__ = ("take", "seed", "prompt", "artifact")
    TAKE_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    ARTIFACT_FIELD_NUMBER: _ClassVar[int]
    take: int
    seed: int
    prompt: str
    artifact: str
    def __init__(self, take: _Optional[int] = ..., seed: _Optional[int] = ..., prompt: _Optional[str] = ..., artifact: _Optional[str] = ...) -> None: ...

class SceneTrack(_message.Message):
    __slots__ = ("scene", "start", "duration", "start_frame", "end_frame", "lead_samples", "samples", "tail_samples", "labels", "mapper", "takes", "take", "quiet")
    SCENE_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    START_FRAME_FIELD_NUMBER: _ClassVar[int]
    END_FRAME_FIELD_NUMBER: _ClassVar[int]
    LEAD_SAMPLES_FIELD_NUMBER: _ClassVar[int]
    SAMPLES_FIELD_NUMBER: _ClassVar[int]
    TAIL_SAMPLES_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    MAPPER_FIELD_NUMBER: _ClassVar[int]
    TAKES_FIELD_NUMBER: _ClassVar[int]
    TAKE_FIELD_NUMBER: _ClassVar[int]
    QUIET_FIELD_NUMBER: _ClassVar[int]
    scene: int
    start: str
    duration: str
    start_frame: int
    end_frame: int
    lead_samples: int
    samples: int
    tail_samples: int
    labels: _containers.RepeatedCompositeFieldContainer[Label]
    mapper: str
    takes: _containers.RepeatedCompositeFieldContainer[Take]
    take: int
    quiet: bool
    def __init__(self, scene: _Optional[int] = ..., start: _Optional[str] = ..., duration: _Optional[str] = ..., start_frame: _Optional[int] = ..., end_frame: _Optional[int] = ..., lead_samples: _Optional[int] = ..., samples: _Optional[int] = ..., tail_samples: _Optional[int] = ..., labels: _Optional[_Iterable[_Union[Label, _Mapping]]] = ..., mapper: _Optional[str] = ..., takes: _Optional[_Iterable[_Union[Take, _Mapping]]] = ..., take: _Optional[int] = ..., quiet: _Optional[bool] = ...) -> None: ...

class Cut(_message.Message):
    __slots__ = ("frame", "time", "kind", "first_frame", "last_frame", "score")
    FRAME_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    FIRST_FRAME_FIELD_NUMBER: _ClassVar[int]
    LAST_FRAME_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    frame: int
    time: str
    kind: str
    first_frame: int
    last_frame: int
    score: float
    def __init__(self, frame: _Optional[int] = ..., time: _Optional[str] = ..., kind: _Optional[str] = ..., first_frame: _Optional[int] = ..., last_frame: _Optional[int] = ..., score: _Optional[float] = ...) -> None: ...

class Track(_message.Message):
    __slots__ = ("clip", "name", "folder", "sample_rate", "duration", "frames", "frame_rate", "cuts", "scenes", "warnings")
    CLIP_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    FOLDER_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_RATE_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    FRAMES_FIELD_NUMBER: _ClassVar[int]
    FRAME_RATE_FIELD_NUMBER: _ClassVar[int]
    CUTS_FIELD_NUMBER: _ClassVar[int]
    SCENES_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    clip: int
    name: str
    folder: str
    sample_rate: int
    duration: str
    frames: int
    frame_rate: str
    cuts: _containers.RepeatedCompositeFieldContainer[Cut]
    scenes: _containers.RepeatedCompositeFieldContainer[SceneTrack]
    warnings: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, clip: _Optional[int] = ..., name: _Optional[str] = ..., folder: _Optional[str] = ..., sample_rate: _Optional[int] = ..., duration: _Optional[str] = ..., frames: _Optional[int] = ..., frame_rate: _Optional[str] = ..., cuts: _Optional[_Iterable[_Union[Cut, _Mapping]]] = ..., scenes: _Optional[_Iterable[_Union[SceneTrack, _Mapping]]] = ..., warnings: _Optional[_Iterable[str]] = ...) -> None: ...

class Job(_message.Message):
    __slots__ = ("name", "state", "sequence", "progress", "error", "tracks", "artifacts", "title", "priority", "attempt", "cancel_requested", "parent", "create_time", "start_time", "end_time", "seconds")
    class SecondsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    NAME_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    TRACKS_FIELD_NUMBER: _ClassVar[int]
    ARTIFACTS_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    CANCEL_REQUESTED_FIELD_NUMBER: _ClassVar[int]
    PARENT_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    name: str
    state: JobState
    sequence: int
    progress: JobProgress
    error: JobError
    tracks: _containers.RepeatedCompositeFieldContainer[Track]
    artifacts: _containers.RepeatedCompositeFieldContainer[Artifact]
    title: str
    priority: int
    attempt: int
    cancel_requested: bool
    parent: str
    create_time: _timestamp_pb2.Timestamp
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    seconds: _containers.ScalarMap[str, float]
    def __init__(self, name: _Optional[str] = ..., state: _Optional[_Union[JobState, str]] = ..., sequence: _Optional[int] = ..., progress: _Optional[_Union[JobProgress, _Mapping]] = ..., error: _Optional[_Union[JobError, _Mapping]] = ..., tracks: _Optional[_Iterable[_Union[Track, _Mapping]]] = ..., artifacts: _Optional[_Iterable[_Union[Artifact, _Mapping]]] = ..., title: _Optional[str] = ..., priority: _Optional[int] = ..., attempt: _Optional[int] = ..., cancel_requested: _Optional[bool] = ..., parent: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., seconds: _Optional[_Mapping[str, float]] = ...) -> None: ...
