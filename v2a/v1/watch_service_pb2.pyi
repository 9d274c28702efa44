import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class WatchState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WATCH_STATE_UNSPECIFIED: _ClassVar[WatchState]
    WATCH_STATE_WORKING: _ClassVar[WatchState]
    WATCH_STATE_DONE: _ClassVar[WatchState]
    WATCH_STATE_FAILED: _ClassVar[WatchState]
    WATCH_STATE_AGAIN: _ClassVar[WatchState]
WATCH_STATE_UNSPECIFIED: WatchState
WATCH_STATE_WORKING: WatchState
WATCH_STATE_DONE: WatchState
WATCH_STATE_FAILED: WatchState
WATCH_STATE_AGAIN: WatchState

class Watched(_message.Message):
    __slots__ = ("folder", "key", "file", "sha256", "size_bytes", "mtime_ns", "inode", "state", "request_id", "job", "result", "failures", "reason", "message", "remedy", "update_time")
    FOLDER_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    FILE_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    MTIME_NS_FIELD_NUMBER: _ClassVar[int]
    INODE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    JOB_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    FAILURES_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    REMEDY_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    folder: str
    key: str
    file: str
    sha256: str
    size_bytes: int
    mtime_ns: int
    inode: str
    state: WatchState
    request_id: str
    job: str
    result: str
    failures: int
    reason: str
    message: str
    remedy: str
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, folder: _Optional[str] = ..., key: _Optional[str] = ..., file: _Optional[str] = ..., sha256: _Optional[str] = ..., size_bytes: _Optional[int] = ..., mtime_ns: _Optional[int] = ..., inode: _Optional[str] = ..., state: _Optional[_Union[WatchState, str]] = ..., request_id: _Optional[str] = ..., job: _Optional[str] = ..., result: _Optional[str] = ..., failures: _Optional[int] = ..., reason: _Optional[str] = ..., message: _Optional[str] = ..., remedy: _Optional[str] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GetWatchedRequest(_message.Message):
    __slots__ = ("folder", "key")
    FOLDER_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    folder: str
    key: str
    def __init__(self, folder: _Optional[str] = ..., key: _Optional[str] = ...) -> None: ...

class GetWatchedResponse(_message.Message):
    __slots__ = ("watched",)
    WATCHED_FIELD_NUMBER: _ClassVar[int]
    watched: Watched
    def __init__(self, watched: _Optional[_Union[Watched, _Mapping]] = ...) -> None: ...

class PutWatchedRequest(_message.Message):
    __slots__ = ("watched",)
    WATCHED_FIELD_NUMBER: _ClassVar[int]
    watched: Watched
    def __init__(self, watched: _Optional[_Union[Watched, _Mapping]] = ...) -> None: ...

class PutWatchedResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListWatchedRequest(_message.Message):
    __slots__ = ("folder", "page_size", "page_token")
    FOLDER_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    folder: str
    page_size: int
    page_token: str
    def __init__(self, folder: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListWatchedResponse(_message.Message):
    __slots__ = ("watched", "next_page_token")
    WATCHED_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    watched: _containers.RepeatedCompositeFieldContainer[Watched]
    next_page_token: str
    def __init__(self, watched: _Optional[_Iterable[_Union[Watched, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ForgetWatchedRequest(_message.Message):
    __slots__ = ("folder", "key")
    FOLDER_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    folder: str
    key: str
    def __init__(self, folder: _Optional[str] = ..., key: _Optional[str] = ...) -> None: ...

class ForgetWatchedResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
