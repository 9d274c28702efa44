"""The daemon as its users meet it: how soon it serves, answers, and gives back what it made."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil

from tests.films import Film
from tests.films import write_film as write_small_film
from tests.fixtures_daemons import RunningDaemon, run_daemon
from v2a.api.job_types import JobSpec, Output, TimelineClip
from v2a.client import Client
from v2a.errors import V2AError
from v2a.job_settings import Settings
from v2a.packs.random_pack import tiny_pack
from v2a.types import SceneText
from v2a.world.films import plan_film, write_film

MIB = 1 << 20


def run(quick: bool = False) -> dict[str, Any]:
    """Every row of the daemon's table; `quick` takes small films and the tiny pack."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pack = tiny_pack(folder / "tiny")
        rows: dict[str, Any] = {"start to SERVING, s (median of 5)": _starts(folder, pack)}
        with _daemon(folder / "a", pack) as daemon:
            settings = daemon.settings if quick else Settings(device="cpu")
            rows |= _whole_jobs(daemon, settings, quick)
            rows |= _answers_under_load(daemon, settings, quick)
            rows |= _together(daemon, settings, quick)
            rows |= _transfer(daemon, 64 if quick else 512)
        with _daemon(folder / "b", pack) as daemon:
            rows |= _crowd(daemon, 5 if quick else 50)
        with _daemon(folder / "c", pack, queue_limit=4, jobs_at_once=1) as daemon:
            rows |= _full_queue(daemon)
    return rows


@contextmanager
def _daemon(folder: Path, pack: Path, **options: Any) -> Iterator[RunningDaemon]:
    daemon = run_daemon(folder, pack, **options)
    try:
        yield daemon
    finally:
        daemon.end()


def _starts(folder: Path, pack: Path) -> float:
    times: list[float] = []
    for number in range(5):
        with _daemon(folder / f"start{number}", pack) as daemon:
            times.append(daemon.took_s)
    return round(statistics.median(times), 2)


def _film(folder: Path, seed: int, quick: bool, scenes: int = 8) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    size, seconds = ((180, 320), 2.0) if quick else ((720, 1280), 7.5)
    plan = plan_film(
        8_900_000 + seed, (scenes, scenes), size, seconds=(seconds, seconds),
        transitions=(1, 0, 0), cut_backs=False,
    )  # fmt: skip
    return write_film(plan, folder / "film.mp4")


def _timed(work: Callable[[], object]) -> float:
    begun = time.monotonic()
    work()
    return time.monotonic() - begun


def _do(client: Client, spec: JobSpec) -> float:
    return _timed(lambda: client.wait(client.create_job(spec).name))


def _whole_jobs(daemon: RunningDaemon, settings: Settings, quick: bool) -> dict[str, Any]:
    """A job against the same in process, then again, then with one scene's words changed.

    In process means the engine's own seconds, models loaded before: the daemon's are too.
    """
    film = _film(daemon.root / "whole", 1, quick)
    with daemon.client() as client:
        warm = replace(settings, seed=99)
        _do(client, JobSpec([TimelineClip(_film(daemon.root / "warm", 2, True))], warm))
        spec = JobSpec([TimelineClip(film)], settings, Output(film.parent / "out"))
        ours = _do(client, spec)
        again = _do(client, spec)
        worded = replace(settings, scene_texts={2: SceneText("rain")})
        changed = _do(client, replace(spec, settings=worded))
    alone = _in_process(film, settings)
    return {
        "whole job through the daemon / in process, both warm": round(ours / alone, 3),
        "whole job through the daemon, s": round(ours, 2),
        "in process, models loaded, s": round(alone, 2),
        "the same job again, s": round(again, 3),
        "one scene's prompt changed, s": round(changed, 2),
        "of the whole": f"{changed / ours:.2f} (one scene of {_scenes(film)} generated)",
    }


def _scenes(film: Path) -> int:
    return len(list((film.parent / "out" / "film.foley" / "scenes").iterdir()))


def _in_process(film: Path, settings: Settings) -> float:
    """Seconds of a second run in one process, whose first has loaded the models."""
    code = (
        "import sys, time; from pathlib import Path; from v2a.pipeline import generate\n"
        "import pickle; options, film, small = pickle.load(sys.stdin.buffer)\n"
        "generate(small, small.parent / 'in', options)\n"
        "begun = time.monotonic(); generate(film, film.parent / 'in', options)\n"
        "print(time.monotonic() - begun)\n"
    )
    import pickle

    small = _film(film.parent / "small", 2, True)
    said = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True,
        input=pickle.dumps((settings.options(), film, small)),
    ).stdout  # fmt: skip
    return float(said)


def _answers_under_load(daemon: RunningDaemon, settings: Settings, quick: bool) -> dict[str, Any]:
    film = _film(daemon.root / "load", 3, quick)
    times: list[float] = []
    with daemon.client() as client, daemon.client() as other:
        busy = replace(settings, seed=5, takes=2)
        name = client.create_job(JobSpec([TimelineClip(film)], busy)).name
        while client.job(name).progress.stage != "generate" and not client.job(name).done:
            time.sleep(0.05)
        while not client.job(name).done and len(times) < 2000:
            times.append(_timed(other.status) * 1000)
            time.sleep(0.005)
        client.cancel(name)
    times.sort()
    half, most = times[len(times) // 2], times[len(times) * 99 // 100]
    name = f"unary round trip while generating, ms p50 / p99, {len(times)} calls"
    return {name: f"{half:.2f} / {most:.2f}"}


def _together(daemon: RunningDaemon, settings: Settings, quick: bool) -> dict[str, Any]:
    """Six films' jobs one after another, and at once; other seeds, so that nothing is cached."""
    films = [_film(daemon.root / f"six{k}", 10 + k, True, 3) for k in range(6)]
    with daemon.client() as client:

        def specs(seed: int) -> list[JobSpec]:
            given = replace(settings, seed=seed)
            return [JobSpec([TimelineClip(film, name=f"s{seed}")], given) for film in films]

        apart = sum(_do(client, spec) for spec in specs(1))
        shutil.rmtree(daemon.state / "cache" / "frames")  # looked at anew as well
        shutil.rmtree(daemon.state / "cache" / "found")
        for kind in ("frames", "found"):
            (daemon.state / "cache" / kind).mkdir()

        def all_at_once() -> None:
            names = [client.create_job(spec).name for spec in specs(2)]
            for name in names:
                client.wait(name)

        together = _timed(all_at_once)
    return {"six jobs one after another / at once": round(apart / together, 2)}


def _transfer(daemon: RunningDaemon, mib: int) -> dict[str, Any]:
    file = daemon.root / "big.bin"
    block = os.urandom(MIB)
    with file.open("wb") as out:
        for _ in range(mib):
            out.write(block)
    film = _film(daemon.root / "transfer", 4, True, 2)
    with daemon.client() as client:
        up = mib / _timed(lambda: client.upload(file))
        job = client.wait(client.create_job(JobSpec([TimelineClip(film)], daemon.settings)).name)
        biggest = max(job.artifacts, key=lambda artifact: artifact.size)
        down = _download_rate(client, biggest, daemon, mib)
    return {"upload, MiB/s": round(up), "download, MiB/s": round(down)}


def _download_rate(client: Client, artifact: Any, daemon: RunningDaemon, mib: int) -> float:
    """Of an artifact as large as the upload: its file is grown, and what is there is sent."""
    from hashlib import sha256

    with artifact.path.open("ab") as out:
        out.write(os.urandom(mib * MIB))
    grown = replace(
        artifact,
        size=artifact.path.stat().st_size,
        sha256=sha256(artifact.path.read_bytes()).hexdigest(),
    )
    return mib / _timed(lambda: client.download(grown, daemon.root / "back.bin"))


def _crowd(daemon: RunningDaemon, clients: int) -> dict[str, Any]:
    """Clients with four short jobs each, all at once."""
    films = [
        write_small_film(daemon.root / f"c{k}.mp4", Film(scenes=(12, 13), seed=k)) for k in range(8)
    ]
    peak = _Peak(daemon.pid)

    def one(number: int) -> int:
        with daemon.client() as client:
            names = [
                client.create_job(
                    JobSpec(
                        [TimelineClip(films[(number + k) % 8])],
                        replace(daemon.settings, seed=100 * number + k),
                    )
                ).name
                for k in range(4)
            ]
            return sum(client.wait(name).state == "succeeded" for name in names)

    with peak, ThreadPoolExecutor(clients) as pool:
        begun = time.monotonic()
        done = sum(pool.map(one, range(clients)))
        took = time.monotonic() - begun
    return {
        f"{clients} clients with 4 jobs each": f"{done} of {clients * 4} done in {took:.0f} s",
        "the daemon's own memory, MB before / at most": f"{peak.before} / {peak.most}",
    }


class _Peak:
    """The highest memory of a process while the block runs."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self.before = self.most = self._now()
        self._end = threading.Event()

    def __enter__(self) -> _Peak:
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._end.wait(0.2):
            self.most = max(self.most, self._now())

    def _now(self) -> int:
        return self._process.memory_info().rss // 1_000_000


def _full_queue(daemon: RunningDaemon) -> dict[str, Any]:
    film = write_small_film(daemon.root / "film.mp4", Film())
    slow = replace(daemon.settings, steps=1000)
    with daemon.client() as client:
        for number in range(20):
            try:
                client.create_job(JobSpec([TimelineClip(film)], replace(slow, seed=number)))
            except V2AError as error:
                return {"a queue past its limit answers": f"{error.entry.grpc} {error.reason}"}
    return {"a queue past its limit answers": "nothing: all were taken"}
