"""The rules of buf's STANDARD set, and the house's own on comments, over compiled protos."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    ServiceDescriptorProto,
)

PASCAL = re.compile(r"([A-Z][a-z0-9]*)+")
LOWER_SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
UPPER_SNAKE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
PACKAGE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*\.v[1-9]\d*")
FIELD = FieldDescriptorProto
WORDS = (FIELD.TYPE_STRING, FIELD.TYPE_BYTES, FIELD.TYPE_BOOL, FIELD.TYPE_ENUM, FIELD.TYPE_MESSAGE)
UNIT = re.compile(
    r"second|byte|frame|sample|sequence|seed|process|jobs|workers|steps|renderings|numbers|"
    r"based|number of|often|strict|unit|higher|as in|\b\d+ (to|is)\b",
    re.IGNORECASE,
)
"""What a comment on a number says of it: what is counted or measured, or from where to where."""


@dataclass(frozen=True)
class Named:
    """One thing of a proto file that has a name and a comment."""

    where: str
    path: tuple[int, ...]
    """As in SourceCodeInfo."""
    is_number: bool = False


def complaints(files: FileDescriptorSet) -> list[str]:
    """All that is against the rules, one line each: place and what is wrong."""
    found: list[str] = []
    for file in files.file:
        found += (f"{file.name}: {text}" for text in [*_of_file(file), *_uncommented(file)])
    return found + list(_shared_messages(files))


def _of_file(file: FileDescriptorProto) -> Iterator[str]:
    path = PurePosixPath(file.name)
    if file.syntax != "proto3":
        yield "syntax is not proto3"
    if not PACKAGE.fullmatch(file.package):
        yield f"package {file.package!r} has no version"
    if str(path.parent) != file.package.replace(".", "/"):
        yield f"does not lie in its package's folder ({file.package})"
    if not LOWER_SNAKE.fullmatch(path.stem):
        yield "file name is not lower_snake_case"
    if file.public_dependency or file.weak_dependency:
        yield "imports publicly or weakly"
    for enum in file.enum_type:
        yield from _of_enum(enum)
    for message in file.message_type:
        yield from _of_message(message)
    for service in file.service:
        yield from _of_service(service, file.package)


def _of_enum(enum: EnumDescriptorProto) -> Iterator[str]:
    prefix = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", enum.name).upper() + "_"
    if not PASCAL.fullmatch(enum.name):
        yield f"enum {enum.name} is not PascalCase"
    if enum.options.allow_alias:
        yield f"enum {enum.name} allows aliases"
    first = enum.value[0]
    if first.number != 0 or first.name != prefix + "UNSPECIFIED":
        yield f"enum {enum.name} does not begin with {prefix}UNSPECIFIED = 0"
    for value in enum.value:
        if not UPPER_SNAKE.fullmatch(value.name) or not value.name.startswith(prefix):
            yield f"value {value.name} is not {prefix}UPPER_SNAKE_CASE"


def _of_message(message: DescriptorProto) -> Iterator[str]:
    if not PASCAL.fullmatch(message.name):
        yield f"message {message.name} is not PascalCase"
    names = [thing.name for thing in (*message.field, *message.oneof_decl)]
    for name in names:
        if not LOWER_SNAKE.fullmatch(name.removeprefix("_")):  # `_x` is what `optional x` becomes
            yield f"field {message.name}.{name} is not lower_snake_case"
    for enum in message.enum_type:
        yield from _of_enum(enum)
    for nested in message.nested_type:
        if not nested.options.map_entry:
            yield from _of_message(nested)


def _of_service(service: ServiceDescriptorProto, package: str) -> Iterator[str]:
    if not PASCAL.fullmatch(service.name) or not service.name.endswith("Service"):
        yield f"service {service.name} is not PascalCase ending in Service"
    for rpc in service.method:
        if not PASCAL.fullmatch(rpc.name):
            yield f"rpc {rpc.name} is not PascalCase"
        for given, ending in ((rpc.input_type, "Request"), (rpc.output_type, "Response")):
            name = given.removeprefix(f".{package}.")
            if name not in (rpc.name + ending, service.name + rpc.name + ending):
                yield f"rpc {rpc.name}: {name} is not {rpc.name}{ending}"


def _shared_messages(files: FileDescriptorSet) -> Iterator[str]:
    used = [
        kind
        for file in files.file
        for service in file.service
        for rpc in service.method
        for kind in (rpc.input_type, rpc.output_type)
    ]
    for kind in {kind for kind in used if used.count(kind) > 1}:
        yield f"{kind} belongs to more than one rpc"


def _uncommented(file: FileDescriptorProto) -> Iterator[str]:
    comments = {tuple(place.path): place for place in file.source_code_info.location}
    for named in _named(file):
        comment = comments[named.path].leading_comments.strip()
        if not comment:
            yield f"{named.where} has no comment"
        elif named.is_number and not UNIT.search(f"{comment} {named.where.rpartition('_')[2]}"):
            yield f"{named.where}: {comment!r} says nothing of its unit or range"


def _named(file: FileDescriptorProto) -> Iterator[Named]:
    """Everything that must be commented; the numbers are those of descriptor.proto's fields."""
    for m, message in enumerate(file.message_type):
        yield from _named_in(message, message.name, (4, m))
    for e, enum in enumerate(file.enum_type):
        yield Named(enum.name, (5, e))
        yield from (Named(value.name, (5, e, 2, v)) for v, value in enumerate(enum.value))
    for s, service in enumerate(file.service):
        yield Named(service.name, (6, s))
        yield from (Named(rpc.name, (6, s, 2, r)) for r, rpc in enumerate(service.method))


def _named_in(message: DescriptorProto, where: str, path: tuple[int, ...]) -> Iterator[Named]:
    yield Named(where, path)
    for f, field in enumerate(message.field):
        yield Named(f"{where}.{field.name}", (*path, 2, f), field.type not in WORDS)
    for o, oneof in enumerate(message.oneof_decl):
        if not oneof.name.startswith("_"):
            yield Named(f"{where}.{oneof.name}", (*path, 8, o))
    for n, nested in enumerate(message.nested_type):
        if not nested.options.map_entry:
            yield from _named_in(nested, f"{where}.{nested.name}", (*path, 3, n))
