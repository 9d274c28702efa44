"""`v2a serve`, `stop`, `ps`, `jobs …` and `doctor`, as a user types them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.films import Film, write_film
from tests.fixtures_daemons import RunningDaemon
from v2a.api.job_types import JobSpec, TimelineClip
from v2a.cli.daemon_options import arguments
from v2a.client.runtime_files import read_runtime
from v2a.errors import DAEMON, DONE, INTERRUPTED, USAGE

Outcome = tuple[int, str, str]


@pytest.fixture
def job(daemon: RunningDaemon, tmp_path: Path) -> str:
    """The number of a job that succeeded; its results lie with the daemon."""
    film = write_film(daemon.root / f"{tmp_path.name}.mp4", Film(scenes=(10,), width=64, height=36))
    with daemon.client() as client:
        clip = TimelineClip(film, whole=True, name="small")
        made = client.wait(client.create_job(JobSpec([clip], daemon.settings)).name)
    return made.name.removeprefix("jobs/")


@pytest.fixture
def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folders of a user who runs no daemon."""
    monkeypatch.setenv("V2A_RUNTIME", str(tmp_path / "runtime"))
    monkeypatch.setenv("V2A_STATE", str(tmp_path / "state"))
    return tmp_path


def test_options_reach_the_daemon() -> None:
    roots = [Path("/a b"), Path("/c")]
    assert arguments(root=roots, idle_exit=1.5, listen=None, keep_alive=-1, tls_key=None) == [
        *("--root", "/a b", "--root", "/c", "--idle-exit", "1.5", "--keep-alive", "-1")
    ]


@pytest.mark.slow
def test_from_start_to_end(cli: Callable[..., Outcome], nobody: Path) -> None:
    assert cli("stop") == (DONE, "no daemon runs\n", "")
    options = ("--root", nobody, "--keep-alive", -1, "--queue-limit", 3, "--idle-exit", 600)
    code, out, err = cli("serve", "--background", *options)
    running = read_runtime()
    assert (code, err) == (DONE, "") and running
    assert out == f"serves at {running.address}, process {running.pid}\n"
    try:
        code, out, err = cli("serve", "--background")
        assert (code, out) == (DAEMON, "") and f"process {running.pid}" in err
        code, out, _ = cli("ps", "--json")
        told = json.loads(out)
        assert (code, told["pid"], told["roots"]) == (DONE, running.pid, [str(nobody)])
    finally:
        assert cli("stop") == (DONE, "ended\n", "")
    assert read_runtime() is None
    code, out, err = cli("ps")
    assert (code, out, err.count("\n")) == (DAEMON, "", 1) and "v2a serve" in err


def test_a_look_at_the_daemon(cli: Callable[..., Outcome], daemon: RunningDaemon, job: str) -> None:
    code, out, err = cli("ps")
    assert (code, err) == (DONE, "")
    assert f"process {daemon.pid}" in out and str(daemon.root) in out and "cpu: idle" in out


def test_the_list_of_jobs(cli: Callable[..., Outcome], job: str) -> None:
    code, out, err = cli("jobs", "list", "--json", "--limit", 1)
    (told,) = json.loads(out)
    assert (code, err, told["name"], told["state"]) == (DONE, "", f"jobs/{job}", "succeeded")
    code, out, _ = cli("jobs", "list", "--state", "failed", "--state", "cancelled")
    assert code == DONE and "succeeded" not in out
    code, _, err = cli("jobs", "list", "--state", "lost")
    assert code == USAGE and "queued" in err


def test_one_job_in_full(cli: Callable[..., Outcome], job: str) -> None:
    code, out, _ = cli("jobs", "show", job)
    assert code == DONE and out.startswith(f"jobs/{job} ") and "scene 1 " in out
    code, out, _ = cli("jobs", "show", f"jobs/{job}", "--json")
    told = json.loads(out)
    scene = told["tracks"][0]["scenes"][0]
    assert scene["place"] == {"start": "0", "duration": "2/5"} and scene["take"] == 1
    assert {one["kind"] for one in told["artifacts"]} >= {"mix", "stems", "sidecar"}
    code, _, err = cli("jobs", "show", "999999")
    assert code == USAGE and "jobs/999999 is no job" in err


def test_a_job_watched_to_its_end(cli: Callable[..., Outcome], job: str) -> None:
    code, out, err = cli("jobs", "watch", job, "--progress", "json")
    assert code == DONE and out.startswith(f"jobs/{job} ")
    assert json.loads(err.splitlines()[-1]) == {"done": {"job": f"jobs/{job}"}}


def test_one_scene_anew_and_its_results_fetched(
    cli: Callable[..., Outcome], job: str, tmp_path: Path
) -> None:
    code, out, err = cli(
        "jobs", "regenerate", job, "--scene", 1, "--prompt", "rain", "--wait", "--json"
    )
    assert (code, err) == (DONE, "")
    told = json.loads(out)
    assert told["parent"] == f"jobs/{job}" and told["tracks"][0]["scenes"][0]["take"] == 2
    code, out, err = cli("jobs", "download", told["name"], "-o", tmp_path / "out")
    assert (code, err) == (DONE, "") and out == f"{tmp_path / 'out' / 'small.foley'}\n"
    stems = os.listdir(tmp_path / "out" / "small.foley" / "scenes")
    assert sorted(stems) == ["small.sc001.take2.wav", "small.sc001.wav"]


def test_cancelled_retried_deleted(
    cli: Callable[..., Outcome], daemon: RunningDaemon, job: str, tmp_path: Path
) -> None:
    film = daemon.root / f"{tmp_path.name}.mp4"
    with daemon.client() as client:
        slow = replace(daemon.settings, steps=1000, seed=5)
        name = client.create_job(JobSpec([TimelineClip(film)], slow)).name
    number = name.removeprefix("jobs/")
    code, out, _ = cli("jobs", "cancel", number, job)
    assert code == DONE and out.splitlines()[1] == f"jobs/{job}: succeeded"
    code, _, err = cli("jobs", "watch", number)
    assert code == INTERRUPTED and "cancelled" in err
    code, out, _ = cli("jobs", "retry", number)
    again = out.strip()
    assert code == DONE and again.startswith("jobs/") and again != name
    code, _, err = cli("jobs", "download", again, "-o", tmp_path)
    assert code == USAGE and "has not ended" in err
    cli("jobs", "cancel", again)
    cli("jobs", "watch", again)
    code, _, err = cli("jobs", "download", again, "-o", tmp_path)
    assert code == USAGE and "been cancelled" in err
    assert cli("jobs", "delete", number, again)[0] == DONE
    assert cli("jobs", "show", number)[0] == USAGE


def test_the_doctor_finds_all_well(cli: Callable[..., Outcome], daemon: RunningDaemon) -> None:
    code, out, err = cli("doctor", "--pack", daemon.pack, "--device", "cpu", "--json")
    told = {one["what"]: one for one in json.loads(out)}
    assert (code, err) == (DONE, ""), told
    assert set(told) == {
        *("Python", "media", "threads", "device", "pack"),
        *("state", "disk", "runtime", "socket", "daemon"),
    }
    assert all(one["ok"] for one in told.values())
    assert "FFmpeg" in told["media"]["found"] and daemon.address in told["daemon"]["found"]


def test_the_doctor_says_what_to_do(
    cli: Callable[..., Outcome], nobody: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (nobody / "runtime").mkdir(mode=0o755)
    left = {"address": f"unix:{nobody}/gone", "token": "ab", "pid": 0, "version": "0.1.0"}
    (nobody / "runtime" / "daemon.json").write_text(json.dumps(left), "utf-8")
    (nobody / "state").mkdir(mode=0o755)
    monkeypatch.setenv("OMP_WAIT_POLICY", "ACTIVE")
    code, out, err = cli("doctor", "--pack", "no-such-pack", "--device", "cuda:7", "--json")
    bad = {one["what"]: one for one in json.loads(out) if not one["ok"]}
    assert (code, err) == (DAEMON, "")
    assert set(bad) == {"threads", "device", "pack", "state", "runtime", "socket", "daemon"}
    assert all(one["remedy"] for one in bad.values())
    code, out, _ = cli("doctor", "--pack", "no-such-pack")
    assert code == DAEMON and "✗" in out and "✓" in out and "v2a packs list" in out


def test_without_a_daemon_all_is_well_too(cli: Callable[..., Outcome], nobody: Path) -> None:
    _, out, _ = cli("doctor", "--json")
    told = {one["what"]: one for one in json.loads(out)}
    assert all(told[what]["ok"] for what in ("state", "runtime", "socket", "daemon"))
    assert not (nobody / "state").exists()
