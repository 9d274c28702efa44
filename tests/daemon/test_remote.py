"""A daemon on a network: over TLS a client elsewhere brings media, has it scored and fetches it."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.films import Film, write_film
from tests.fixtures_daemons import RunningDaemon, StartDaemon, command, environment
from v2a.api.job_types import JobSpec, TimelineClip
from v2a.client import Client, connect
from v2a.errors import V2AError
from v2a.job_settings import Settings

SERVER, CLIENT = "10.77.83.1", "10.77.83.2"
"""At the two ends of a virtual cable."""
pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes certificates")


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate authority, one that nobody knows, and a server's and a client's certificate."""
    folder = tmp_path_factory.mktemp("papers")
    names = f"subjectAltName=IP:{SERVER},IP:127.0.0.1,DNS:localhost"
    for authority in ("ca", "stranger"):
        _openssl(folder, f"req -x509 -newkey {KEY} -nodes -keyout {authority}.key"
                 f" -out {authority}.pem -days 2 -subj /CN={authority}")  # fmt: skip
    (folder / "names.txt").write_text(names)
    for name in ("server", "guest"):
        _openssl(folder, f"req -newkey {KEY} -nodes -keyout {name}.key -out {name}.csr"
                 f" -subj /CN={name}")  # fmt: skip
        _openssl(folder, f"x509 -req -in {name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial"
                 f" -out {name}.pem -days 2 -extfile names.txt")  # fmt: skip
    return folder


KEY = "ec -pkeyopt ec_paramgen_curve:prime256v1"


def _openssl(folder: Path, words: str) -> None:
    subprocess.run(["openssl", *words.split()], cwd=folder, check=True, capture_output=True)


def there_and_back(client: Client, film: Path, to: Path, settings: Settings) -> None:
    """Upload, job, watch, download: every file is what the daemon recorded."""
    upload = client.upload(film)
    job = client.create_job(JobSpec([TimelineClip(upload)], settings))
    snapshots = list(client.watch(job.name))
    assert snapshots[-1].state == "succeeded", snapshots[-1].error
    job = client.job(job.name)
    assert {"mix", "stems", "sidecar"} <= {artifact.kind for artifact in job.artifacts}
    for number, artifact in enumerate(job.artifacts):
        path = to / str(number)
        client.download(artifact, path)
        data = path.read_bytes()
        assert len(data) == artifact.size
        assert hashlib.sha256(data).hexdigest() == artifact.sha256


def refusal(address: str, token: str, ca: Path | None) -> str:
    """The reason why a client gets no further."""
    with pytest.raises(V2AError) as refused:
        connect(address, token, ca).close()
    return refused.value.reason


def check_refusals(address: str, token: str, papers: Path) -> None:
    """Without the daemon's own authority or its token nobody comes in."""
    assert refusal(address, "0" * 64, papers / "ca.pem") == "BAD_TOKEN"
    assert refusal(address, token, papers / "stranger.pem") == "DAEMON_NOT_RUNNING"
    assert refusal(address, token, None) == "DAEMON_NOT_RUNNING"


@pytest.fixture
def on_loopback(start_daemon: StartDaemon, papers: Path) -> RunningDaemon:
    return start_daemon(
        listen="127.0.0.1:0", tls_cert=papers / "server.pem", tls_key=papers / "server.key"
    )


@pytest.mark.slow
def test_tls_on_loopback(
    on_loopback: RunningDaemon, papers: Path, tmp_path: Path, tiny_film: Path
) -> None:
    daemon = on_loopback
    check_refusals(daemon.network, daemon.token, papers)
    with connect(daemon.network, daemon.token, papers / "ca.pem") as client:
        assert not client.here
        there_and_back(client, tiny_film, tmp_path, daemon.settings)


@pytest.mark.slow
def test_guests_may_have_to_show_a_certificate(start_daemon: StartDaemon, papers: Path) -> None:
    daemon = start_daemon(
        listen="127.0.0.1:0",
        tls_cert=papers / "server.pem",
        tls_key=papers / "server.key",
        tls_client_ca=papers / "ca.pem",
    )
    assert refusal(daemon.network, daemon.token, papers / "ca.pem") == "DAEMON_NOT_RUNNING"


@pytest.mark.parametrize(
    ("cert", "key"),
    [("ca.pem", "nowhere.key"), ("names.txt", "names.txt"), ("ca.pem", "server.key")],
)
def test_papers_that_are_none_are_told(papers: Path, tmp_path: Path, cert: str, key: str) -> None:
    files = {"tls_cert": papers / cert, "tls_key": papers / key}
    done = subprocess.run(
        command(listen="127.0.0.1:0", root=tmp_path, **files),
        env=environment(tmp_path / "state", tmp_path / "runtime"),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode != 0 and "Traceback" not in done.stderr
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("v2a: ")]
    assert str(papers) in line and "; " in line


# -- two machines ---------------------------------------------------------------------------------


@pytest.fixture
def cable() -> Iterator[tuple[list[str], list[str]]]:
    """Words that run a command on either of two machines with a network of their own between."""
    if sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("ip"):
        pytest.skip("network namespaces need Linux, root and ip (iproute2)")
    one, other = (f"v2a-{os.getpid()}-{side}" for side in "ab")
    ends = {one: ("v2a-a", SERVER), other: ("v2a-b", CLIENT)}
    with ExitStack() as stack:
        for name in ends:
            if subprocess.run(["ip", "netns", "add", name], capture_output=True).returncode:
                pytest.skip("network namespaces cannot be made here")
            stack.callback(subprocess.run, ["ip", "netns", "del", name], check=True)
        _ip(f"-n {one} link add v2a-a type veth peer name v2a-b netns {other}")
        for name, (device, address) in ends.items():
            _ip(f"-n {name} addr add {address}/24 dev {device}")
            _ip(f"-n {name} link set {device} up")
        yield tuple(["ip", "netns", "exec", name] for name in ends)  # pyright: ignore


def _ip(words: str) -> None:
    done = subprocess.run(["ip", *words.split()], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"a virtual cable cannot be laid here: {done.stderr.strip()}")


VISIT = """
import sys
from pathlib import Path
from tests.daemon.test_remote import check_refusals, there_and_back
from v2a.client import connect
from v2a.job_settings import Settings

address, token, papers, film, to, pack = sys.argv[1:]
check_refusals(address, token, Path(papers))
with connect(address, token, Path(papers, "ca.pem")) as client:
    there_and_back(client, Path(film), Path(to), Settings(pack=pack, device="cpu", steps=1))
print("back")
"""


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_from_one_machine_to_another(
    cable: tuple[list[str], list[str]],
    start_daemon: StartDaemon,
    papers: Path,
    tmp_path: Path,
) -> None:
    there, here = cable
    daemon = start_daemon(
        prefix=there,
        listen=f"{SERVER}:0",
        tls_cert=papers / "server.pem",
        tls_key=papers / "server.key",
    )
    assert daemon.network.startswith(SERVER)
    film = write_film(tmp_path / "film.mp4", Film())
    files = (papers, film, tmp_path, daemon.pack)
    visit = [*here, sys.executable, "-c", VISIT, daemon.network, daemon.token, *map(str, files)]
    # Without V2A_STATE and V2A_RUNTIME of the daemon: all it knows is what it is told.
    env = environment(tmp_path / "elsewhere", tmp_path / "elsewhere")
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(visit, env=env, cwd=root, capture_output=True, text=True, timeout=300)
    assert done.stdout == "back\n", done.stderr
