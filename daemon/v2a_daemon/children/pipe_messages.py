"""What goes over the pipes between the server and a child of its own: length, then a pickle.

Only between our own processes. What a media child says is never unpickled: see `media.records`.
"""

from __future__ import annotations

import pickle
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Any

from v2a.errors import V2AError
from v2a_daemon.children.worker_messages import WorkerVitals

LENGTH = struct.Struct("<Q")


@dataclass(frozen=True)
class Call:
    """Do something; answered by `Done` or `Failed`, after any number of `Told`."""

    id: int
    verb: str
    args: Any


@dataclass(frozen=True)
class CancelCall:
    """Leave a call; it is answered all the same."""

    id: int


@dataclass(frozen=True)
class Ping:
    """Say that you are there."""


@dataclass(frozen=True)
class Pong:
    """I am."""

    vitals: WorkerVitals


@dataclass(frozen=True)
class Begun:
    """The call's turn has come."""

    id: int


@dataclass(frozen=True)
class Progressed:
    """How far a call is."""

    id: int
    progress: dict[str, Any]


@dataclass(frozen=True)
class Finished:
    """What a call gave."""

    id: int
    value: Any


@dataclass(frozen=True)
class Failed:
    """Why a call gave nothing."""

    id: int
    reason: str
    message: str
    remedy: str
    facts: Mapping[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def of(cls, call: int, error: V2AError) -> Failed:
        """An error on its way."""
        facts = {name: str(value) for name, value in error.facts.items()}
        return cls(call, error.reason, error.message, error.remedy, facts)

    @property
    def error(self) -> V2AError:
        """The error that arrived."""
        error = V2AError.told(self.reason, self.message, self.remedy)
        error.facts = dict[str, object](self.facts)
        return error


@dataclass(frozen=True)
class Poisoned:
    """The device is lost to this process, which now ends."""

    detail: str


def packed(message: object) -> bytes:
    """A message as it is written."""
    body = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(body)) + body


def read(stream: IO[bytes]) -> Any:
    """The next message; EOFError at the end of the stream, also in the middle of one."""
    body = _exactly(stream, LENGTH.unpack(_exactly(stream, LENGTH.size))[0])
    return pickle.loads(body)


def _exactly(stream: IO[bytes], size: int) -> bytes:
    found = stream.read(size)
    if len(found) < size:
        raise EOFError
    return found
