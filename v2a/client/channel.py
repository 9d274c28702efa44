"""The channel to a daemon: its address, its connection, and its errors as `V2AError`."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import grpc
import grpc.aio
from google.rpc import error_details_pb2  # pyright: ignore[reportMissingTypeStubs]
from grpc_status import rpc_status

from v2a import __version__
from v2a.client.runtime_files import Running, read_runtime, runtime_file
from v2a.errors import V2AError
from v2a.v1 import (
    daemon_service_pb2_grpc,
    job_service_pb2_grpc,
    pack_service_pb2_grpc,
    stage_service_pb2_grpc,
    watch_service_pb2_grpc,
)

LOST = frozenset(
    {
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.CANCELLED,
        grpc.StatusCode.DEADLINE_EXCEEDED,
    }
)
"""gRPC's codes of a call that reached no daemon; the daemon's own errors carry details."""
LOCAL: list[tuple[str, Any]] = [
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
    ("grpc.enable_http_proxy", 0),
    ("grpc.max_receive_message_length", 64 << 20),  # a job of thousands of scenes
]
"""Options of every channel. Chosen: a restarted daemon is met within a second."""
REMOTE: list[tuple[str, Any]] = [*LOCAL, ("grpc.keepalive_time_ms", 60_000)]
"""Options between machines: a network may forget a quiet connection, so one ping a minute; the
daemon allows one every 30 s."""


@dataclass(frozen=True)
class DaemonAddress:
    """Address, token and certificates of a daemon."""

    address: str
    """unix:PATH or HOST:PORT."""
    token: str
    ca: Path | None = None
    """Certificates (PEM) that a daemon's own must come from; None speaks without TLS."""
    version: str = ""
    """The daemon's version by the runtime file; empty where that is not known."""
    here: bool = True
    """On this machine, with the same files."""


def local_place() -> DaemonAddress:
    """The address of this user's daemon by its runtime file; DAEMON_NOT_RUNNING without one."""
    running = read_runtime()
    if running is None:
        raise V2AError("DAEMON_NOT_RUNNING", address=runtime_file())
    return place_of(running)


def place_of(running: Running) -> DaemonAddress:
    """The address of a running daemon."""
    return DaemonAddress(running.address, running.token, version=running.version)


def check_version(daemon: str) -> None:
    """Raise DAEMON_VERSION where the daemon is another version than this."""
    if daemon != __version__:
        raise V2AError("DAEMON_VERSION", daemon=daemon, client=__version__)


class Channel:
    """A channel to one daemon. Made and used inside one event loop."""

    def __init__(self, place: DaemonAddress) -> None:
        self.place = place
        self.metadata = (("authorization", f"Bearer {place.token}"),)
        self.reached = False
        self.channel = self._open()
        self.jobs: Any = job_service_pb2_grpc.JobServiceStub(self.channel)
        self.stages: Any = stage_service_pb2_grpc.StageServiceStub(self.channel)
        self.packs: Any = pack_service_pb2_grpc.PackServiceStub(self.channel)
        self.watch: Any = watch_service_pb2_grpc.WatchServiceStub(self.channel)
        self.daemon: Any = daemon_service_pb2_grpc.DaemonServiceStub(self.channel)

    def _open(self) -> grpc.aio.Channel:
        place = self.place
        if place.ca is None:
            return grpc.aio.insecure_channel(place.address, LOCAL)
        try:
            trusted = place.ca.read_bytes()
        except OSError as error:
            raise V2AError("NOT_FOUND", path=place.ca) from error
        credentials = grpc.ssl_channel_credentials(trusted)
        return grpc.aio.secure_channel(place.address, credentials, REMOTE)

    async def close(self) -> None:
        """Close the channel; calls that run over it end."""
        await self.channel.close()

    @contextmanager
    def telling(self, what: str) -> Generator[None]:
        """Turns errors of calls in the body into ours; `what` completes "in the middle of …"."""
        try:
            yield
        except grpc.aio.AioRpcError as error:
            raise self._error(error, what) from error
        self.reached = True

    def _error(self, error: grpc.aio.AioRpcError, what: str) -> V2AError:
        if told := _told(error):
            self.reached = True
            return told
        if error.code() in LOST:
            if self.reached:
                return V2AError("DAEMON_LOST", what=what)
            return V2AError("DAEMON_NOT_RUNNING", address=self.place.address)
        if error.code() is grpc.StatusCode.UNIMPLEMENTED:
            return V2AError("DAEMON_VERSION", daemon="another", client=__version__)
        return V2AError("INTERNAL", detail=f"{error.code().name}: {error.details()}")


def _told(error: grpc.aio.AioRpcError) -> V2AError | None:
    """The error that the daemon sent; None where the connection failed."""
    try:
        status: Any = cast(Any, rpc_status).from_call(error)
    except ValueError:  # details that do not belong to the code
        return None
    if status is None:
        return None
    info: Any = cast(Any, error_details_pb2).ErrorInfo()
    for detail in status.details:
        if detail.Unpack(info):
            return V2AError.told(info.reason, status.message, info.metadata.get("remedy", ""))
    return None
