"""What stands before every call: the token, the message read, and errors that become statuses."""

from __future__ import annotations

import hmac
import inspect
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, cast

import grpc
import grpc.aio
from google.protobuf import any_pb2
from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from v2a.errors import V2AError
from v2a_daemon.daemon_log import log

DOMAIN = "v2a.local"
OPEN = "/grpc.health.v1.Health/"
"""Methods that need no token."""
LONGEST_MESSAGE, LONGEST_FACT = 1024, 512
"""Bytes: trailers have room for 8 KiB in all, and a path may be as long as a request."""


def status_of(error: V2AError) -> status_pb2.Status:
    """An error as google.rpc.Status with exactly one ErrorInfo (AIP-193)."""
    facts = {_camel(name): value for name, value in error.facts.items()}
    told = {
        name: shortened(str(value), LONGEST_FACT)
        for name, value in (facts | {"remedy": error.remedy}).items()
    }
    info = error_details_pb2.ErrorInfo(reason=error.reason, domain=DOMAIN, metadata=told)
    detail = any_pb2.Any()
    detail.Pack(info)
    code = getattr(grpc.StatusCode, error.entry.grpc).value[0]
    message = shortened(error.message, LONGEST_MESSAGE)
    return status_pb2.Status(code=code, message=message, details=[detail])


def shortened(text: str, most: int) -> str:
    """Text of at most `most` bytes in UTF-8, cut in its middle."""
    raw, half = text.encode("utf-8", "replace"), (most - len("…".encode())) // 2
    if len(raw) <= most:
        return raw.decode()
    return raw[:half].decode(errors="ignore") + "…" + raw[-half:].decode(errors="ignore")


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


class Auth(grpc.aio.ServerInterceptor):
    """Refuses calls without the token; turns what a call raises into a status.

    Messages are read in here, not by gRPC, which would answer garbage with UNKNOWN.
    """

    def __init__(self, token: str, on_call: Callable[[], None] = lambda: None) -> None:
        self._token = f"Bearer {token}".encode()
        self._on_call = on_call

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Any]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Any:
        """The call's handler with the guard around it."""
        handler = await continuation(handler_call_details)
        if handler is None:
            return handler
        return self._around(handler, handler_call_details.method.startswith(OPEN))

    def _around(self, handler: Any, is_open: bool) -> Any:
        kind = ("stream" if handler.request_streaming else "unary") + (
            "_stream" if handler.response_streaming else "_unary"
        )
        wrap = self._stream if handler.response_streaming else self._unary
        read = _each_read if handler.request_streaming else _read
        guarded = wrap(getattr(handler, kind), partial(read, handler.request_deserializer), is_open)
        make = getattr(grpc, f"{kind}_rpc_method_handler")
        return make(guarded, None, handler.response_serializer)

    def _unary(
        self, behaviour: Callable[..., Awaitable[Any]], read: Callable[[Any], Any], is_open: bool
    ) -> Callable[..., Awaitable[Any]]:
        async def call(request: Any, context: grpc.aio.ServicerContext[Any, Any]) -> Any:
            async with self._guarded(context, is_open):
                return await behaviour(read(request), context)

        return call

    def _stream(
        self, behaviour: Callable[..., Any], read: Callable[[Any], Any], is_open: bool
    ) -> Callable[..., Any]:
        async def call(
            request: Any, context: grpc.aio.ServicerContext[Any, Any]
        ) -> AsyncIterator[Any]:
            async with self._guarded(context, is_open):
                async for response in behaviour(read(request), context):
                    yield response

        async def write(request: Any, context: grpc.aio.ServicerContext[Any, Any]) -> None:
            async with self._guarded(context, is_open):
                await behaviour(read(request), context)

        return call if inspect.isasyncgenfunction(behaviour) else write

    @asynccontextmanager
    async def _guarded(
        self, context: grpc.aio.ServicerContext[Any, Any], is_open: bool
    ) -> AsyncGenerator[None]:
        error: V2AError
        try:
            if not is_open:
                self._check_token(context)
                self._on_call()
            yield
            return
        except V2AError as known:
            error = known
        except (grpc.aio.AbortError, grpc.aio.UsageError):
            raise
        except Exception as unknown:
            log.exception("a call failed")
            error = V2AError("INTERNAL", detail=type(unknown).__name__)
        # On aio since 1.85; its type stub does not know it.
        await cast(Any, context).abort_with_status(rpc_status.to_status(status_of(error)))

    def _check_token(self, context: grpc.aio.ServicerContext[Any, Any]) -> None:
        given = dict(context.invocation_metadata() or ()).get("authorization", "")
        raw = given.encode() if isinstance(given, str) else given
        if not hmac.compare_digest(raw, self._token):
            raise V2AError("BAD_TOKEN")


def _read(parse: Callable[[bytes], Any], raw: bytes) -> Any:
    """The message in these bytes; BAD_OPTION if none is."""
    try:
        return parse(raw)
    except DecodeError:
        hint = "send what protos/v2a/v1 describes"
        raise V2AError("BAD_OPTION", detail="the message cannot be read", hint=hint) from None


async def _each_read(
    parse: Callable[[bytes], Any], raws: AsyncIterator[bytes]
) -> AsyncIterator[Any]:
    async for raw in raws:
        yield _read(parse, raw)
