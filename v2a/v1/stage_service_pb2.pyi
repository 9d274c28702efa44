from v2a.v1 import job_pb2 as _job_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DetectScenesRequest(_message.Message):
    __slots__ = ("clip", "settings")
    CLIP_FIELD_NUMBER: _ClassVar[int]
    SETTINGS_FIELD_NUMBER: _ClassVar[int]
    clip: _job_pb2.TimelineClip
    settings: _job_pb2.Settings
    def __init__(self, clip: _Optional[_Union[_job_pb2.TimelineClip, _Mapping]] = ..., settings: _Optional[_Union[_job_pb2.Settings, _Mapping]] = ...) -> None: ...

class FoundScene(_message.Message):
    __slots__ = ("index", "start_frame", "end_frame", "start", "end", "labels", "quiet", "clip_vector", "clap_vector")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    START_FRAME_FIELD_NUMBER: _ClassVar[int]
    END_FRAME_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    QUIET_FIELD_NUMBER: _ClassVar[int]
    CLIP_VECTOR_FIELD_NUMBER: _ClassVar[int]
    CLAP_VECTOR_FIELD_NUMBER: _ClassVar[int]
    index: int
    start_frame: int
    end_frame: int
    start: str
    end: str
    labels: _containers.RepeatedCompositeFieldContainer[_job_pb2.Label]
    quiet: bool
    clip_vector: _containers.RepeatedScalarFieldContainer[float]
    clap_vector: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, index: _Optional[int] = ..., start_frame: _Optional[int] = ..., end_frame: _Optional[int] = ..., start: _Optional[str] = ..., end: _Optional[str] = ..., labels: _Optional[_Iterable[_Union[_job_pb2.Label, _Mapping]]] = ..., quiet: _Optional[bool] = ..., clip_vector: _Optional[_Iterable[float]] = ..., clap_vector: _Optional[_Iterable[float]] = ...) -> None: ...

class DetectScenesResponse(_message.Message):
    __slots__ = ("frame_rate", "variable_frame_rate", "frames", "start", "duration", "cuts", "scenes", "warnings")
    FRAME_RATE_FIELD_NUMBER: _ClassVar[int]
    VARIABLE_FRAME_RATE_FIELD_NUMBER: _ClassVar[int]
    FRAMES_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    CUTS_FIELD_NUMBER: _ClassVar[int]
    SCENES_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    frame_rate: str
    variable_frame_rate: bool
    frames: int
    start: str
    duration: str
    cuts: _containers.RepeatedCompositeFieldContainer[_job_pb2.Cut]
    scenes: _containers.RepeatedCompositeFieldContainer[FoundScene]
    warnings: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, frame_rate: _Optional[str] = ..., variable_frame_rate: _Optional[bool] = ..., frames: _Optional[int] = ..., start: _Optional[str] = ..., duration: _Optional[str] = ..., cuts: _Optional[_Iterable[_Union[_job_pb2.Cut, _Mapping]]] = ..., scenes: _Optional[_Iterable[_Union[FoundScene, _Mapping]]] = ..., warnings: _Optional[_Iterable[str]] = ...) -> None: ...

class Vector(_message.Message):
    __slots__ = ("values",)
    VALUES_FIELD_NUMBER: _ClassVar[int]
    values: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, values: _Optional[_Iterable[float]] = ...) -> None: ...

class PredictClapRequest(_message.Message):
    __slots__ = ("clip_vectors", "texts", "settings")
    CLIP_VECTORS_FIELD_NUMBER: _ClassVar[int]
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    SETTINGS_FIELD_NUMBER: _ClassVar[int]
    clip_vectors: _containers.RepeatedCompositeFieldContainer[Vector]
    texts: _containers.RepeatedCompositeFieldContainer[_job_pb2.SceneText]
    settings: _job_pb2.Settings
    def __init__(self, clip_vectors: _Optional[_Iterable[_Union[Vector, _Mapping]]] = ..., texts: _Optional[_Iterable[_Union[_job_pb2.SceneText, _Mapping]]] = ..., settings: _Optional[_Union[_job_pb2.Settings, _Mapping]] = ...) -> None: ...

class PredictedSound(_message.Message):
    __slots__ = ("clap_vector", "labels", "negative_vector")
    CLAP_VECTOR_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    NEGATIVE_VECTOR_FIELD_NUMBER: _ClassVar[int]
    clap_vector: _containers.RepeatedScalarFieldContainer[float]
    labels: _containers.RepeatedCompositeFieldContainer[_job_pb2.Label]
    negative_vector: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, clap_vector: _Optional[_Iterable[float]] = ..., labels: _Optional[_Iterable[_Union[_job_pb2.Label, _Mapping]]] = ..., negative_vector: _Optional[_Iterable[float]] = ...) -> None: ...

class PredictClapResponse(_message.Message):
    __slots__ = ("sounds",)
    SOUNDS_FIELD_NUMBER: _ClassVar[int]
    sounds: _containers.RepeatedCompositeFieldContainer[PredictedSound]
    def __init__(self, sounds: _Optional[_Iterable[_Union[PredictedSound, _Mapping]]] = ...) -> None: ...

class AudioRequest(_message.Message):
    __slots__ = ("clap_vector", "negative_vector", "duration", "seed")
    CLAP_VECTOR_FIELD_NUMBER: _ClassVar[int]
    NEGATIVE_VECTOR_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    clap_vector: _containers.RepeatedScalarFieldContainer[float]
    negative_vector: _containers.RepeatedScalarFieldContainer[float]
    duration: str
    seed: int
    def __init__(self, clap_vector: _Optional[_Iterable[float]] = ..., negative_vector: _Optional[_Iterable[float]] = ..., duration: _Optional[str] = ..., seed: _Optional[int] = ...) -> None: ...

class GenerateAudioRequest(_message.Message):
    __slots__ = ("sounds", "settings")
    SOUNDS_FIELD_NUMBER: _ClassVar[int]
    SETTINGS_FIELD_NUMBER: _ClassVar[int]
    sounds: _containers.RepeatedCompositeFieldContainer[AudioRequest]
    settings: _job_pb2.Settings
    def __init__(self, sounds: _Optional[_Iterable[_Union[AudioRequest, _Mapping]]] = ..., settings: _Optional[_Union[_job_pb2.Settings, _Mapping]] = ...) -> None: ...

class GenerateAudioResponse(_message.Message):
    __slots__ = ("sound", "take", "sample_rate", "samples", "last", "fraction")
    SOUND_FIELD_NUMBER: _ClassVar[int]
    TAKE_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_RATE_FIELD_NUMBER: _ClassVar[int]
    SAMPLES_FIELD_NUMBER: _ClassVar[int]
    LAST_FIELD_NUMBER: _ClassVar[int]
    FRACTION_FIELD_NUMBER: _ClassVar[int]
    sound: int
    take: int
    sample_rate: int
    samples: bytes
    last: bool
    fraction: float
    def __init__(self, sound: _Optional[int] = ..., take: _Optional[int] = ..., sample_rate: _Optional[int] = ..., samples: _Optional[bytes] = ..., last: _Optional[bool] = ..., fraction: _Optional[float] = ...) -> None: ...
