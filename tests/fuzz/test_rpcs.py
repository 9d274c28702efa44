"""Every RPC with messages that no client would send: refused in words, and the daemon serves on."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_status import rpc_status
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.fixtures_daemons import RunningDaemon, run_daemon
from tests.fuzz.messages import RPCS, Maker, Rpc, garbage
from v2a.errors import TABLE

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
EXAMPLES = 100
FEW = {f"StageService.{name}": 20 for name in ("DetectScenes", "PredictClap", "GenerateAudio")}
FEW["PackService.LoadPack"] = 20
"""Of calls that have a model work."""
DATA = b"no film\n" * 9
CALL_S = 60
"""A worker may have to start first, on a machine that does much else."""
PLAIN = {grpc.StatusCode.CANCELLED, grpc.StatusCode.RESOURCE_EXHAUSTED}
"""What gRPC says by itself: we hung up; a message is too large."""
ENDS = "DaemonService.Shutdown"
DEEP = {
    "JobService.RegenerateScene": "JOB_NOT_DONE",
    "JobService.DownloadArtifact": "NO_SUCH_ARTIFACT",
    "JobService.UploadMedia": "UPLOAD_BROKEN",
    "PackService.PullPack": "PACK_NOT_FOUND",
    "StageService.DetectScenes": "NOT_MEDIA",
}
"""What shows that messages got past the door, where an answer is not to be had."""
bounded = settings(
    max_examples=EXAMPLES,
    phases=[Phase.generate],
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=tuple(HealthCheck),  # pyright: ignore[reportArgumentType]
)


@pytest.fixture(scope="module")
def fuzzed(
    tmp_path_factory: pytest.TempPathFactory, tiny_pack_folder: Path
) -> Iterator[RunningDaemon]:
    """A daemon of this module alone, with a film that is none under its root."""
    made = run_daemon(
        tmp_path_factory.mktemp("fuzzed"),
        tiny_pack_folder,
        queue_limit=5,
        jobs_at_once=1,
        upload_limit=1 << 20,
    )
    (made.root / "film.mp4").write_text("no film\n" * 100)
    yield made
    with made.channel() as channel:
        shutdown = channel.unary_unary(RPCS[ENDS].path)
        shutdown(b"\x08\x01", metadata=made.metadata, timeout=CALL_S)
    assert made.process.wait(60) == 0
    assert made.said("ERROR") == []


@pytest.fixture(scope="module")
def channel(fuzzed: RunningDaemon) -> Iterator[grpc.Channel]:
    with fuzzed.channel() as opened:
        yield opened


@pytest.fixture(scope="module")
def maker(fuzzed: RunningDaemon) -> Maker:
    film, pack = str(fuzzed.root / "film.mp4"), str(fuzzed.pack)
    vectors = [[0.04] * 512, [-1.0] + [0.0] * 511]
    return Maker(
        {
            "path": [film],
            "folder": ["", str(fuzzed.root / "out")],
            "pack": [pack],
            "device": ["", "cpu"],
            "name": ["jobs/1", "jobs/2", "jobs/1/artifacts/1"],
            "file_name": ["film.mp4"],
            "data": [DATA],
            "sha256": [hashlib.sha256(DATA).hexdigest(), "0" * 64],
            "size_bytes": [len(DATA)],
            "steps": [1],
            "duration": ["1/25"],
            "values": vectors,
            "clap_vector": vectors,
            "scene": [1],
            "state": [1, 2],
            "key": ["a", "b"],
        }
    )


def call(channel: grpc.Channel, rpc: Rpc, raws: list[bytes], metadata: object) -> str:
    """Send these; an answer is "", an error of ours its reason, once it said all it should."""
    method = getattr(channel, rpc.kind)(rpc.path)
    sent = iter(raws) if rpc.descriptor.client_streaming else raws[0]
    try:
        answer = method(sent, metadata=metadata, timeout=CALL_S)
        if rpc.descriptor.server_streaming:
            list(islice(answer, 1))
            answer.cancel()
    except grpc.RpcError as error:
        return check(error)
    return ""


def check(error: Any) -> str:
    status = rpc_status.from_call(error)
    if status is None:
        assert error.code() in PLAIN, (error.code(), error.details())
        return error.code().name
    (detail,) = status.details
    info = error_details_pb2.ErrorInfo()
    assert detail.Unpack(info) and info.domain == "v2a.local"
    assert info.reason in TABLE and info.reason not in ("INTERNAL", "SOME_FAILED"), status.message
    assert TABLE[info.reason].grpc == error.code().name
    assert status.message and info.metadata["remedy"]
    assert "\n" not in status.message
    return info.reason


def check_serves(daemon: RunningDaemon, channel: grpc.Channel) -> None:
    health: Any = health_pb2_grpc.HealthStub(channel)
    answer = health.Check(health_pb2.HealthCheckRequest(), timeout=CALL_S)
    assert answer.status == health_pb2.HealthCheckResponse.SERVING
    assert daemon.process.poll() is None


@pytest.mark.parametrize("name", [name for name in RPCS if name != ENDS])
def test_messages(name: str, fuzzed: RunningDaemon, channel: grpc.Channel, maker: Maker) -> None:
    @settings(bounded, max_examples=FEW.get(name, EXAMPLES))
    @given(maker.requests(RPCS[name]))
    def each(raws: list[bytes]) -> None:
        came_to[call(channel, RPCS[name], raws, fuzzed.metadata)] += 1

    came_to = Counter[str]()
    each()
    check_serves(fuzzed, channel)
    print(came_to)
    assert came_to[DEEP.get(name, "")], f"only {dict(came_to)}: no message got far"


@pytest.mark.parametrize("name", RPCS)
def test_garbage(name: str, fuzzed: RunningDaemon, channel: grpc.Channel) -> None:
    @settings(bounded, max_examples=FEW.get(name, EXAMPLES))
    @given(garbage(RPCS[name], readable=name != ENDS))
    def each(raws: list[bytes]) -> None:
        call(channel, RPCS[name], raws, fuzzed.metadata)

    each()
    check_serves(fuzzed, channel)


def test_health_and_reflection(fuzzed: RunningDaemon, channel: grpc.Channel) -> None:
    check_health = channel.unary_unary("/grpc.health.v1.Health/Check")
    reflect = channel.stream_stream(
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"
    )

    @bounded
    @given(st.binary(max_size=60))
    def each(raw: bytes) -> None:
        for answer in (
            lambda: check_health(raw, timeout=CALL_S),
            lambda: list(reflect(iter([raw]), metadata=fuzzed.metadata, timeout=CALL_S)),
        ):
            try:
                answer()
            except grpc.RpcError as error:
                assert error.code().name in ("INVALID_ARGUMENT", "NOT_FOUND"), error

    each()
    check_serves(fuzzed, channel)
