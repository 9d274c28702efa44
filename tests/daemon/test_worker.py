"""Worker and tracks child, real processes with a tiny pack: the engine's sound, and clean ends."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from tests.films import Film, write_film
from v2a.api.job_types import TimelineClip
from v2a.errors import V2AError
from v2a.packs.locate import find_pack
from v2a.pipeline import generate, scene_seed
from v2a.types import GenerateOptions, SamplingOptions, SceneOptions, SceneText
from v2a_daemon.children.child_link import ChildDied, ChildLink
from v2a_daemon.children.tracks_messages import TakeFile, TracksRequest, TracksResult
from v2a_daemon.children.worker_messages import (
    ClapRequest,
    LoadRequest,
    RawOrder,
    RawRequest,
    ScenesRequestMessage,
    ScenesSummary,
    SoundOrder,
)
from v2a_daemon.stages.analysis_file import facts_file, load_summary
from v2a_daemon.store.output_stamp import recall

pytestmark = pytest.mark.slow
LENGTHS = (25, 40, 30)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_film(tmp_path_factory.mktemp("film") / "film.mp4", Film(scenes=LENGTHS))


@pytest.fixture
def options(tiny_pack_folder: Path) -> GenerateOptions:
    """The tiny pack with the film's own cuts, two takes."""
    return GenerateOptions(
        pack=str(tiny_pack_folder),
        device="cpu",
        takes=2,
        scenes=SceneOptions(threshold=1e6, known_cuts=(25, 65)),
        sampling=SamplingOptions(steps=2),
    )


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def worker(runner: asyncio.Runner) -> Iterator[ChildLink]:
    """A worker for all tests that it should outlive: loading torch is what takes long."""
    link = ChildLink("v2a_daemon.children.worker_child", print, ping_s=0.2)
    runner.run(link.start())
    yield link
    runner.run(link.close())


@pytest.fixture
def tracks(runner: asyncio.Runner) -> Iterator[ChildLink]:
    link = ChildLink("v2a_daemon.children.tracks_child", print)
    runner.run(link.start())
    yield link
    runner.run(link.close())


@asynccontextmanager
async def faulty_worker(fault: str, memory: Path) -> AsyncIterator[ChildLink]:
    environment = {"V2A_FAULT": fault, "V2A_FAULT_MEMORY": str(memory)}
    link = ChildLink("v2a_daemon.children.worker_child", print, environment=environment)
    await link.start()
    try:
        yield link
    finally:
        await link.close()


def find_request(film: Path, options: GenerateOptions, folder: Path) -> ScenesRequestMessage:
    (folder / "found").mkdir(exist_ok=True)
    content = hashlib.sha256(film.read_bytes()).hexdigest()
    out = folder / "found" / "a.npz"
    return ScenesRequestMessage(film, content, TimelineClip(film), options, folder, content, out)


def orders(
    found: ScenesSummary, options: GenerateOptions, folder: Path, scenes: Sequence[int] = (1, 2, 3)
) -> list[SoundOrder]:
    return [
        SoundOrder(
            found=folder / "found" / "a.npz",
            scene=scene.index,
            seed=scene_seed(options.seed, scene.index),
            take=take,
            duration=scene.duration,
            latent_frames=scene.latent_frames,
            quiet=scene.quiet,
            pack=Path(options.pack),
            device="cpu",
            sampling=options.sampling,
            out=folder / "takes" / f"{scene.index}-{take}.npy",
        )
        for scene in found.scenes
        if scene.index in scenes
        for take in range(options.takes)
    ]


def tracks_request(
    film: Path, options: GenerateOptions, made: Sequence[SoundOrder], folder: Path
) -> TracksRequest:
    pack = find_pack(options.pack)
    return TracksRequest(
        found=made[0].found,
        clip=TimelineClip(film),
        media=film,
        name="film",
        folder=folder / "out",
        force=False,
        options=options,
        takes=[TakeFile(o.scene, o.take + 1, o.seed, None, o.found, o.out) for o in made],
        pack_name=pack.name,
        pack_digests=pack.manifest.files,
        memory=folder / "written.json",
    )


def content(folder: Path) -> dict[str, bytes]:
    """What sounds, and where it lies; not how long it took to make."""
    files = {
        path.name: path.read_bytes()
        for path in folder.rglob("*")
        if path.suffix in (".wav", ".otio")
    }
    sidecar = json.loads((folder / f"{folder.stem}.foley.json").read_text())
    kept = {name: sidecar[name] for name in ("scenes", "cuts", "joins", "samples", "loudness")}
    return files | {"sidecar": json.dumps(kept).encode()}


def test_children_make_what_the_pipeline_makes(
    runner: asyncio.Runner,
    worker: ChildLink,
    tracks: ChildLink,
    film: Path,
    options: GenerateOptions,
    tmp_path: Path,
) -> None:
    async def run() -> TracksResult:
        told: list[dict[str, Any]] = []
        found = await worker.call("find", find_request(film, options, tmp_path), told.append)
        assert found == load_summary(tmp_path / "found" / "a.npz")
        assert {"frames", "scenes", "sounds"} <= {told["stage"] for told in told}
        made = orders(found, options, tmp_path)
        await worker.call("make", made, told.append)
        assert told[-1]["fraction"] == 1.0
        return await tracks.call("write", tracks_request(film, options, made, tmp_path))

    here = generate(film, tmp_path / "here", options)
    result = runner.run(run())
    assert content(result.folder) == content(here)
    assert [scene.samples for scene in result.scenes] == [1920 * n for n in LENGTHS]
    kinds = {file.kind for file in result.files}
    assert kinds == {"mix", "stems", "timeline", "video", "sidecar", "report"}
    for file in result.files:
        data = (result.folder / file.file).read_bytes()
        assert (file.size, file.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    stems = [(file.scene, file.take) for file in result.files if file.kind == "stems"]
    assert stems == [(scene, take) for scene in (1, 2, 3) for take in (1, 2)]
    assert TracksResult.from_json(result.to_json()) == result
    memory = (tmp_path / "written.json").read_text()
    assert recall(memory) == result  # told before the folder had its name, and still true
    (result.folder / "film.otio").write_text("{}")
    assert recall(memory) is None


def test_a_film_is_looked_at_once_and_a_take_is_the_same_alone(
    runner: asyncio.Runner,
    worker: ChildLink,
    film: Path,
    options: GenerateOptions,
    tmp_path: Path,
) -> None:
    async def run() -> None:
        request = find_request(film, options, tmp_path)
        first = await worker.call("find", request)
        together = orders(first, options, tmp_path)
        await worker.call("make", together)
        (alone,) = [o for o in together if (o.scene, o.take) == (2, 1)]
        alone = replace(alone, out=tmp_path / "takes" / "alone.npy")
        await worker.call("make", [alone])
        assert np.abs(np.load(alone.out) - np.load(tmp_path / "takes/2-1.npy")).max() < 1e-3
        moved = film.rename(film.with_name("moved.mp4"))
        try:
            told: list[dict[str, Any]] = []
            worded = replace(options, scene_texts={2: SceneText("a bell")})
            again = replace(request, media=moved, options=worded)
            second = await worker.call("find", again, told.append)
            assert "frames" not in {told["stage"] for told in told}
        finally:
            moved.rename(film)
        pairs = zip(first.scenes, second.scenes, strict=True)
        same = [one.vector_digest == other.vector_digest for one, other in pairs]
        assert same == [True, False, True]

    runner.run(run())


def test_stages_alone(
    runner: asyncio.Runner, worker: ChildLink, tiny_pack_folder: Path, tmp_path: Path
) -> None:
    async def run() -> None:
        await worker.call("load", LoadRequest(tiny_pack_folder, "cpu"))
        assert await worker.call("device", "auto") in ("cpu", "cuda", "mps")
        vector = tuple(np.eye(512, dtype=np.float32)[7].tolist())
        texts = [SceneText(), SceneText(negative="rain")]
        hear = ClapRequest(tiny_pack_folder, None, "cpu", [vector, vector], texts)
        plain, against = await worker.call("hear", hear)
        assert plain.negative is None and against.negative is not None
        assert plain.vector == against.vector and len(plain.labels) == 5
        sounds = [RawOrder(plain.vector, None, Fraction(1, 2), 7)]
        sampling = SamplingOptions(steps=1)
        raw = RawRequest(tiny_pack_folder, "cpu", sampling, 2, sounds, tmp_path)
        made = await worker.call("raw", raw)
        waves = [np.fromfile(path, "<f4") for _, _, path in made.files]
        assert [(sound, take) for sound, take, _ in made.files] == [(0, 1), (0, 2)]
        assert [len(wave) for wave in waves] == [made.rate // 2] * 2
        assert not np.array_equal(*waves)
        async with asyncio.timeout(60):  # it is asked how it is every now and then
            while worker.vitals.packs != ("random-tiny",):
                await asyncio.sleep(0.05)
        assert worker.vitals.rss > 1 << 20

    runner.run(run())


def test_errors_and_cancelling_leave_the_worker_as_it_was(
    runner: asyncio.Runner,
    worker: ChildLink,
    film: Path,
    options: GenerateOptions,
    tmp_path: Path,
) -> None:
    async def run() -> None:
        request = find_request(film, options, tmp_path)
        bad = film.with_name("bad.mp4")
        bad.write_text("ffconcat version 1.0\nfile 'film.mp4'\n")
        wrong = {
            "NOT_MEDIA": replace(request, media=bad, frames_key="bad"),
            "NO_DEVICE": replace(request, options=replace(options, device="cuda:99")),
            "NO_MAPPER": replace(request, options=replace(options, mapper="crystal-ball")),
            "MEDIA_LIMIT": replace(request, frames_key="long", hours=1e-6),
            "BAD_OPTION": replace(
                request, options=replace(options, scene_texts={9: SceneText("bell")})
            ),
        }
        for reason, asked in wrong.items():
            with pytest.raises(V2AError) as error:
                await worker.call("find", asked)
            assert error.value.reason == reason
            assert not facts_file(request.out).exists() and not request.out.exists()
        found, pid = await worker.call("find", request), worker.pid
        begun = asyncio.Event()
        slow = orders(found, replace(options, sampling=SamplingOptions(steps=500)), tmp_path)
        making = asyncio.create_task(worker.call("make", slow, lambda _: begun.set()))
        await begun.wait()
        making.cancel()
        with suppress(asyncio.CancelledError):
            await making
        assert not (tmp_path / "takes").exists() and worker.pid == pid

    runner.run(run())


@pytest.mark.parametrize("end", ["cancel", "close"])
def test_an_unfinished_folder_goes_when_its_writer_is_told_to(
    runner: asyncio.Runner,
    worker: ChildLink,
    tracks: ChildLink,
    film: Path,
    options: GenerateOptions,
    tmp_path: Path,
    end: str,
) -> None:
    async def run() -> None:
        found = await worker.call("find", find_request(film, options, tmp_path))
        made = orders(found, options, tmp_path)
        await worker.call("make", made)
        begun = asyncio.Event()
        request = tracks_request(film, options, made, tmp_path)
        writing = asyncio.create_task(tracks.call("write", request, lambda _: begun.set()))
        await begun.wait()
        if end == "cancel":
            writing.cancel()
        else:
            await tracks.close()
        with suppress(asyncio.CancelledError, ChildDied, V2AError):
            await writing
        assert list((tmp_path / "out").iterdir()) == []

    runner.run(run())


def test_what_befalls_a_worker_is_told_and_the_next_one_goes_on(
    film: Path, options: GenerateOptions, tmp_path: Path
) -> None:
    """Its decoder dies, its device is lost, memory is short for good, memory is short once."""

    async def run() -> None:
        faults = "kill@media:1,sticky@make:1,oom@make:3"
        async with faulty_worker(faults, tmp_path) as worker:
            found = await worker.call("find", find_request(film, options, tmp_path))
            assert len(found.scenes) == 3
            made = orders(found, options, tmp_path)
            with pytest.raises(ChildDied, match="device is lost"):
                await worker.call("make", made)
            await worker.start()
            with pytest.raises(V2AError) as error:
                await worker.call("make", made)
            assert error.value.reason == "OUT_OF_MEMORY"
            assert int(str(error.value.facts["free_bytes"])) > 0
            assert not (tmp_path / "takes").exists()
            await worker.call("make", made)
            assert all(order.out.is_file() for order in made)

    asyncio.run(run())


def test_a_worker_ends_with_all_its_children(
    film: Path, options: GenerateOptions, tmp_path: Path
) -> None:
    async def run() -> None:
        async with faulty_worker("stall@media", tmp_path) as worker:
            process = psutil.Process(worker.pid)
            request = find_request(film, options, tmp_path)
            finding = asyncio.create_task(worker.call("find", request))
            while not (children := process.children()):
                await asyncio.sleep(0.05)
            process.kill()
            with pytest.raises(ChildDied):
                await finding
            _, alive = psutil.wait_procs(children, timeout=10)
            assert not alive

    asyncio.run(run())
