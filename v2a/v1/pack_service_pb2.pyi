from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Pack(_message.Message):
    __slots__ = ("name", "folder", "description", "licence", "mappers", "installed", "loaded")
    NAME_FIELD_NUMBER: _ClassVar[int]
    FOLDER_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    LICENCE_FIELD_NUMBER: _ClassVar[int]
    MAPPERS_FIELD_NUMBER: _ClassVar[int]
    INSTALLED_FIELD_NUMBER: _ClassVar[int]
    LOADED_FIELD_NUMBER: _ClassVar[int]
    name: str
    folder: str
    description: str
    licence: str
    mappers: _containers.RepeatedScalarFieldContainer[str]
    installed: bool
    loaded: bool
    def __init__(self, name: _Optional[str] = ..., folder: _Optional[str] = ..., description: _Optional[str] = ..., licence: _Optional[str] = ..., mappers: _Optional[_Iterable[str]] = ..., installed: _Optional[bool] = ..., loaded: _Optional[bool] = ...) -> None: ...

class ListPacksRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListPacksResponse(_message.Message):
    __slots__ = ("packs",)
    PACKS_FIELD_NUMBER: _ClassVar[int]
    packs: _containers.RepeatedCompositeFieldContainer[Pack]
    def __init__(self, packs: _Optional[_Iterable[_Union[Pack, _Mapping]]] = ...) -> None: ...

class LoadPackRequest(_message.Message):
    __slots__ = ("pack", "device", "keep_alive_s")
    PACK_FIELD_NUMBER: _ClassVar[int]
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    KEEP_ALIVE_S_FIELD_NUMBER: _ClassVar[int]
    pack: str
    device: str
    keep_alive_s: float
    def __init__(self, pack: _Optional[str] = ..., device: _Optional[str] = ..., keep_alive_s: _Optional[float] = ...) -> None: ...

class LoadPackResponse(_message.Message):
    __slots__ = ("pack", "seconds")
    PACK_FIELD_NUMBER: _ClassVar[int]
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    pack: Pack
    seconds: float
    def __init__(self, pack: _Optional[_Union[Pack, _Mapping]] = ..., seconds: _Optional[float] = ...) -> None: ...

class UnloadPacksRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class UnloadPacksResponse(_message.Message):
    __slots__ = ("workers",)
    WORKERS_FIELD_NUMBER: _ClassVar[int]
    workers: int
    def __init__(self, workers: _Optional[int] = ...) -> None: ...

class PullPackRequest(_message.Message):
    __slots__ = ("pack", "accept_licence")
    PACK_FIELD_NUMBER: _ClassVar[int]
    ACCEPT_LICENCE_FIELD_NUMBER: _ClassVar[int]
    pack: str
    accept_licence: bool
    def __init__(self, pack: _Optional[str] = ..., accept_licence: _Optional[bool] = ...) -> None: ...

class PullPackResponse(_message.Message):
    __slots__ = ("fraction", "pack")
    FRACTION_FIELD_NUMBER: _ClassVar[int]
    PACK_FIELD_NUMBER: _ClassVar[int]
    fraction: float
    pack: Pack
    def __init__(self, fraction: _Optional[float] = ..., pack: _Optional[_Union[Pack, _Mapping]] = ...) -> None: ...
