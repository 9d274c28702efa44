"""Messages that no client would send, made from the descriptors of the contract."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass
from hypothesis import strategies as st

from v2a.v1 import (
    daemon_service_pb2,
    job_service_pb2,
    pack_service_pb2,
    stage_service_pb2,
    watch_service_pb2,
)

FIELD = FieldDescriptor
INTS = {
    FIELD.CPPTYPE_INT32: (-(2**31), 2**31 - 1),
    FIELD.CPPTYPE_INT64: (-(2**63), 2**63 - 1),
    FIELD.CPPTYPE_ENUM: (-(2**31), 2**31 - 1),
}
FLOATS = (0.0, -0.0, 0.04, 1.0, -1.0, 1e-300, 1e30, 1e300, math.inf, -math.inf, math.nan)
WORDS = (
    "", " ", "\0", "..", "/", "/etc/passwd", "//host/share/a.mp4", "file:///etc/passwd",
    "https://example.org/a.mp4", "0", "1/25", "1/0", "-1", "1e999999999", "9" * 60, "all", "cpu",
    "jobs/1", "jobs/01", "jobs/1/artifacts/1", "paper", "robust", "dpm++", "e\u0301\u202e",
    "💥" * 7000, "/" + "a" * 300, "/" + "a/" * 9000,
)  # fmt: skip


@dataclass(frozen=True)
class Rpc:
    """One method of a service."""

    descriptor: MethodDescriptor

    @property
    def path(self) -> str:
        """As HTTP/2 names it."""
        return f"/{self.descriptor.containing_service.full_name}/{self.descriptor.name}"

    @property
    def kind(self) -> str:
        """Of the stub's method that calls it."""
        sides = (self.descriptor.client_streaming, self.descriptor.server_streaming)
        return "_".join("stream" if side else "unary" for side in sides)

    def reads(self, raw: bytes) -> bool:
        """Whether these bytes are a message to it."""
        try:
            GetMessageClass(self.descriptor.input_type).FromString(raw)
        except DecodeError:
            return False
        return True


MODULES = (
    daemon_service_pb2,
    job_service_pb2,
    pack_service_pb2,
    stage_service_pb2,
    watch_service_pb2,
)
RPCS = {
    f"{service.name}.{method.name}": Rpc(method)
    for module in MODULES
    for service in module.DESCRIPTOR.services_by_name.values()
    for method in service.methods
}


class Maker:
    """Strategies for messages; `likely` are good values by field name, to get past the door."""

    def __init__(self, likely: Mapping[str, Sequence[Any]]) -> None:
        self._likely = likely

    def requests(self, rpc: Rpc) -> st.SearchStrategy[list[bytes]]:
        """What one call sends: one message, or several where it may, some of them spoilt."""
        one = self.spoilt(rpc.descriptor.input_type)
        return st.lists(one, max_size=4) if rpc.descriptor.client_streaming else one.map(_alone)

    def spoilt(self, descriptor: Descriptor) -> st.SearchStrategy[bytes]:
        """A message's bytes, most of them as they should be."""
        return _spoilt(self.messages(descriptor).map(lambda message: message.SerializeToString()))

    def messages(self, descriptor: Descriptor, depth: int = 0) -> st.SearchStrategy[Message]:
        """Messages as they should be but for a field or two, or with all fields of any value."""
        fields = {field.name: self._wild(field, depth) for field in descriptor.fields}
        wild = st.fixed_dictionaries({}, optional=fields)
        if not fields:
            return st.just(GetMessageClass(descriptor)())
        few = st.sets(st.sampled_from(sorted(fields)), max_size=1 if depth else 2)
        nearly = few.flatmap(lambda names: self._nearly(descriptor, names, depth))
        make = GetMessageClass(descriptor)
        return _weighted(nearly, wild).map(lambda given: make(**given))

    def _nearly(
        self, descriptor: Descriptor, wild: set[str], depth: int
    ) -> st.SearchStrategy[dict[str, Any]]:
        """Good values for what must be there, any value for the fields in `wild`."""
        given: dict[str, st.SearchStrategy[Any]] = {}
        maybe: dict[str, st.SearchStrategy[Any]] = {}
        for field in descriptor.fields:
            if field.name in wild:
                given[field.name] = self._wild(field, depth)
            elif field.name in self._likely:
                place = maybe if field.containing_oneof else given
                place[field.name] = st.sampled_from(self._likely[field.name])
            elif field.message_type is not None and not _is_map(field):
                one = self.messages(field.message_type, depth + 1)
                place = maybe if depth or field.containing_oneof else given
                place[field.name] = one.map(lambda message: [message]) if field.is_repeated else one
        return st.fixed_dictionaries(given, optional=maybe)

    def _wild(self, field: FieldDescriptor, depth: int) -> st.SearchStrategy[Any]:
        """Any value of a field's type."""
        kind = field.message_type
        if kind is not None and _is_map(field):
            key, value = (self._one(kind.fields_by_name[name], depth) for name in ("key", "value"))
            return st.dictionaries(key, value, max_size=3)
        one = self._one(field, depth)
        if not field.is_repeated:
            return one
        many = st.tuples(one, st.sampled_from([300, 512, 20_000])).map(_times)
        return st.lists(one, max_size=3) if depth > 1 else st.lists(one, max_size=3) | many

    def _one(self, field: FieldDescriptor, depth: int) -> st.SearchStrategy[Any]:
        if field.message_type is not None:
            return self.messages(field.message_type, depth + 1)
        return _scalars(field)


def _is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def _weighted(
    often: st.SearchStrategy[Any], seldom: st.SearchStrategy[Any]
) -> st.SearchStrategy[Any]:
    return st.sampled_from((True, True, True, False)).flatmap(lambda it: often if it else seldom)


@st.composite
def _spoilt(draw: st.DrawFn, whole: st.SearchStrategy[bytes]) -> bytes:
    raw = draw(whole)
    match draw(st.sampled_from(("whole",) * 5 + ("twice", "torn", "unknown"))):
        case "twice":  # later fields win, and so a oneof may be set more than once
            return raw + draw(whole)
        case "torn":
            return raw[: draw(st.integers(0, len(raw)))]
        case "unknown":  # field 1000, a number
            return raw + b"\xc0\x3e\x2a"
        case _:
            return raw


def _scalars(field: FieldDescriptor) -> st.SearchStrategy[Any]:
    kind = field.cpp_type
    if kind in INTS:
        least, most = INTS[kind]
        return st.sampled_from([0, 1, 2, -1, least, most]) | st.integers(least, most)
    if kind == FIELD.CPPTYPE_BOOL:
        return st.booleans()
    if kind in (FIELD.CPPTYPE_DOUBLE, FIELD.CPPTYPE_FLOAT):
        return st.sampled_from(FLOATS)
    if field.type == FIELD.TYPE_BYTES:
        return st.binary(max_size=50) | st.sampled_from([b"", bytes(256 << 10), bytes(300_000)])
    return st.sampled_from(WORDS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def _alone(raw: bytes) -> list[bytes]:
    return [raw]


def _times(what: tuple[Any, int]) -> list[Any]:
    one, times = what
    size = one.ByteSize() if isinstance(one, Message) else len(str(one))
    return [one] * min(times, 1 + (3 << 20) // (size + 8))  # a message holds 4 MiB


def garbage(rpc: Rpc, readable: bool = True) -> st.SearchStrategy[list[bytes]]:
    """Bytes of any kind; without `readable` only such as are no message."""
    raw = st.binary(max_size=200) | st.sampled_from([b"\xff" * 30, b"\x0a\xff\xff\xff\xff\x07"])
    wanted = raw if readable else raw.filter(lambda data: not rpc.reads(data))
    several: Iterable[int] = (0, 1, 3) if rpc.descriptor.client_streaming else (1,)
    return st.sampled_from(list(several)).flatmap(
        lambda count: st.lists(wanted, min_size=count, max_size=count)
    )
