"""The daemon's doors: who may come in, from where, and how much they may bring."""

from __future__ import annotations

import hashlib
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from tests.fixtures_daemons import (
    RunningDaemon,
    StartDaemon,
    all_below,
    command,
    environment,
    reason_of,
    wait_until,
)
from tests.fuzz.messages import RPCS
from v2a.client import connect
from v2a.errors import DAEMON
from v2a.v1 import job_service_pb2 as pb
from v2a.v1 import job_service_pb2_grpc

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes and sockets of POSIX")
CALL_S = 30.0


@pytest.fixture(scope="module")
def channel(daemon: RunningDaemon) -> Iterator[grpc.Channel]:
    with daemon.channel() as opened:
        yield opened


# -- the token ------------------------------------------------------------------------------------


def called(channel: grpc.Channel, name: str, *authorization: str) -> grpc.StatusCode:
    """What an empty call of an RPC comes to with these authorizations."""
    rpc = RPCS[name]
    method = getattr(channel, rpc.kind)(rpc.path)
    metadata = [("authorization", value) for value in authorization]
    sent = iter([b""]) if rpc.descriptor.client_streaming else b""
    try:
        answer = method(sent, metadata=metadata, timeout=CALL_S)
        if rpc.descriptor.server_streaming:
            list(answer)
    except grpc.RpcError as error:
        if error.code() is grpc.StatusCode.UNAUTHENTICATED:
            assert reason_of(error) == "BAD_TOKEN"
        return error.code()
    return grpc.StatusCode.OK


@pytest.mark.parametrize("name", RPCS)
def test_no_rpc_answers_without_the_token(channel: grpc.Channel, name: str) -> None:
    assert called(channel, name) is grpc.StatusCode.UNAUTHENTICATED


def test_only_the_whole_token_opens(daemon: RunningDaemon, channel: grpc.Channel) -> None:
    right = f"Bearer {daemon.token}"
    assert called(channel, "JobService.ListJobs", right) is grpc.StatusCode.OK
    wrong = [
        "", "Bearer", "Bearer ", "Bearer " + "0" * 64, right[:-1], right + "0", right.upper(),
        right.lower(), daemon.token, f"Basic {daemon.token}", f"Bearer  {daemon.token}",
        "Bearer " + "a" * 5000, f"{right}, {right}",
    ]  # fmt: skip
    for value in wrong:
        code = called(channel, "JobService.ListJobs", value)
        assert code is grpc.StatusCode.UNAUTHENTICATED, value


@posix
@pytest.mark.parametrize("spoil", [b"\xc3\xa9", b"\xff", b"\x00", b"\x7f"])
def test_a_token_that_is_not_ascii_is_none(daemon: RunningDaemon, spoil: bytes) -> None:
    """Said in bare HTTP/2, as no gRPC library would let it out."""
    right = f"Bearer {daemon.token}".encode()
    assert b"grpc-status\x010" in http2_call(daemon, right, CALL_S)
    assert b"grpc-status\x010" not in http2_call(daemon, right + spoil)
    assert b"grpc-status\x010" not in http2_call(daemon, right[:-1] + spoil)


def http2_call(daemon: RunningDaemon, authorization: bytes, patience_s: float = 3) -> bytes:
    """What the daemon sends back to an empty ListJobs, if it sends anything."""

    def frame(kind: int, flags: int, stream: int, body: bytes) -> bytes:
        return (
            len(body).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + body
        )

    headers = {
        b":method": b"POST", b":scheme": b"http", b":path": b"/v2a.v1.JobService/ListJobs",
        b":authority": b"localhost", b"te": b"trailers", b"content-type": b"application/grpc",
        b"authorization": authorization,
    }  # fmt: skip
    block = b"".join(b"\0%c%s%c%s" % (len(k), k, len(v), v) for k, v in headers.items())
    hello = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, b"")
    heard = b""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(patience_s)
        line.connect(daemon.address.removeprefix("unix:"))
        line.sendall(hello + frame(1, 4, 1, block) + frame(0, 1, 1, bytes(5)))
        try:
            while b"grpc-status" not in heard and (data := line.recv(65536)):
                heard += data
        except TimeoutError:
            pass
    return heard


def test_health_is_open_and_reflection_is_not(daemon: RunningDaemon, channel: grpc.Channel) -> None:
    health: Any = health_pb2_grpc.HealthStub(channel)
    for service in ("", "v2a.v1.JobService", "v2a.v1.StageService"):
        answer = health.Check(health_pb2.HealthCheckRequest(service=service), timeout=CALL_S)
        assert answer.status == health_pb2.HealthCheckResponse.SERVING
    stub: Any = reflection_pb2_grpc.ServerReflectionStub(channel)
    asked = [reflection_pb2.ServerReflectionRequest(list_services="")]
    with pytest.raises(grpc.RpcError) as refused:
        list(stub.ServerReflectionInfo(iter(asked), timeout=CALL_S))
    assert reason_of(refused.value) == "BAD_TOKEN"
    (answer,) = stub.ServerReflectionInfo(iter(asked), metadata=daemon.metadata, timeout=CALL_S)
    named = {service.name for service in answer.list_services_response.service}
    assert {name.split(".")[0] for name in RPCS} <= {name.rpartition(".")[2] for name in named}


# -- files and sockets ----------------------------------------------------------------------------


@posix
def test_what_the_daemon_keeps_is_its_users_alone(daemon: RunningDaemon) -> None:
    def rights(path: Path) -> int:
        return path.stat().st_mode & 0o777

    assert rights(daemon.runtime) == rights(daemon.state) == 0o700
    assert rights(daemon.runtime / "daemon.json") == 0o600
    assert rights(daemon.state / "daemon.lock") == rights(daemon.state / "jobs.db") == 0o600
    assert rights(daemon.state / "token") == 0o600
    assert rights(Path(daemon.address.removeprefix("unix:"))) & 0o077 == 0
    assert daemon.token not in (daemon.state / "log" / "daemon.jsonl").read_text("utf-8")


@pytest.mark.parametrize("address", ["0.0.0.0:0", "[::]:0"])
def test_the_network_is_not_listened_to_without_tls(tmp_path: Path, address: str) -> None:
    done = subprocess.run(
        command(listen=address, root=tmp_path),
        env=environment(tmp_path / "state", tmp_path / "runtime"),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == DAEMON and done.stdout == ""
    assert done.stderr.count("\n") == 1 and address in done.stderr and "TLS" in done.stderr
    assert not (tmp_path / "runtime" / "daemon.json").exists()


def test_a_browser_gets_nothing(start_daemon: StartDaemon) -> None:
    """A page that was led to loopback speaks HTTP/1.1; the token holds there too."""
    daemon = start_daemon(listen="127.0.0.1:0")
    host, _, port = daemon.network.rpartition(":")
    for verb, path in (("GET", "/"), ("POST", "/v2a.v1.DaemonService/Shutdown")):
        line = HTTPConnection(host, int(port), timeout=10)
        with pytest.raises((HTTPException, OSError)):
            line.request(verb, path, b"", {"Authorization": daemon.metadata[0][1]})
            line.getresponse()
        line.close()
    with grpc.insecure_channel(daemon.network) as channel:
        assert called(channel, "JobService.ListJobs") is grpc.StatusCode.UNAUTHENTICATED
    with connect(daemon.network, daemon.token) as client:
        assert client.status().pid == daemon.pid


# -- how much -------------------------------------------------------------------------------------


def test_a_message_beyond_4_mib_is_refused(daemon: RunningDaemon, channel: grpc.Channel) -> None:
    stub: Any = job_service_pb2_grpc.JobServiceStub(channel)
    request = pb.CreateJobRequest(title="a" * (5 << 20))
    with pytest.raises(grpc.RpcError) as refused:
        stub.CreateJob(request, metadata=daemon.metadata, timeout=CALL_S)
    assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED  # pyright: ignore


DATA = b"film" * 1000
SHA256 = hashlib.sha256(DATA).hexdigest()
BROKEN: dict[str, tuple[tuple[str, int, str] | None, list[bytes], str]] = {
    "no header": (None, [DATA], "BAD_OPTION"),
    "another sha256": (("a.mp4", len(DATA), "0" * 64), [DATA], "UPLOAD_BROKEN"),
    "too little": (("a.mp4", len(DATA) + 1, SHA256), [DATA], "UPLOAD_BROKEN"),
    "too much": (("a.mp4", len(DATA) - 1, SHA256), [DATA], "UPLOAD_BROKEN"),
    "too large": (("a.mp4", 1 << 50, SHA256), [DATA], "TOO_LARGE"),
    "no sha256": (("a.mp4", len(DATA), "../" + SHA256), [DATA], "BAD_OPTION"),
    "an endless chunk": (("a.mp4", 300_000, SHA256), [bytes(300_000)], "BAD_OPTION"),
    "an empty chunk": (("a.mp4", len(DATA), SHA256), [b"", DATA], "BAD_OPTION"),
}


def uploading(header: tuple[str, int, str] | None, chunks: list[bytes]) -> Iterator[Any]:
    if header is not None:
        name, size, sha256 = header
        told = pb.UploadHeader(file_name=name, size_bytes=size, sha256=sha256)
        yield pb.UploadMediaRequest(header=told)
    yield from (pb.UploadMediaRequest(data=chunk) for chunk in chunks)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_upload_leaves_nothing(
    daemon: RunningDaemon, channel: grpc.Channel, name: str
) -> None:
    header, chunks, reason = BROKEN[name]
    before = all_below(daemon.state / "uploads")
    stub: Any = job_service_pb2_grpc.JobServiceStub(channel)
    with pytest.raises(grpc.RpcError) as refused:
        stub.UploadMedia(uploading(header, chunks), metadata=daemon.metadata, timeout=CALL_S)
    assert reason_of(refused.value) == reason
    assert all_below(daemon.state / "uploads") == before


def test_an_upload_that_is_cut_off_leaves_nothing(daemon: RunningDaemon) -> None:
    folder = daemon.state / "uploads"
    before, over = all_below(folder), threading.Event()

    def stalling() -> Iterator[Any]:
        yield from uploading(("cut.mp4", 1 << 30, "1" * 64), [bytes(256 << 10)] * 40)
        over.wait(60)

    with daemon.channel() as channel:
        stub: Any = job_service_pb2_grpc.JobServiceStub(channel)
        call = stub.UploadMedia.future(stalling(), metadata=daemon.metadata)
        wait_until(lambda: any(path.suffix == ".part" for path in all_below(folder)))
        call.cancel()
        over.set()
    wait_until(lambda: all_below(folder) == before)
