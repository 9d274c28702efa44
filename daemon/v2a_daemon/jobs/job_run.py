"""One job, from its request to its tracks: what `v2a.pipeline` does, a product of the cache a step.

clip ─▶ found (worker, media child) ─▶ takes (batcher, worker) ─▶ NAME.foley (tracks child)

What a step makes has a name made of all that shapes it, so that what is there already is not made
again: a job that was interrupted goes on, a changed prompt makes one scene, the same job nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from v2a.packs.locate import Pack, find_pack
from v2a_daemon.children.child_link import ChildLink
from v2a_daemon.children.tracks_messages import TracksRequest, TracksResult
from v2a_daemon.children.worker_messages import ScenesRequestMessage, ScenesSummary
from v2a_daemon.children.worker_pool import Workers
from v2a_daemon.jobs.batcher import Batcher
from v2a_daemon.jobs.clip_progress import ClipClocks, Tell
from v2a_daemon.jobs.job_spec import ClipToDo, Spec
from v2a_daemon.jobs.product_keys import ProductKeys
from v2a_daemon.jobs.take_plan import ClipTakes, TakesProgress, Variants, plan_takes
from v2a_daemon.stages.analysis_file import Unreadable, load_summary
from v2a_daemon.store import Store
from v2a_daemon.store.content_cache import ContentCache
from v2a_daemon.store.output_stamp import recall, remember

CLIPS_AT_ONCE = 4
"""Of one job: while one is written, another is heard and a third is looked at."""


@dataclass(frozen=True)
class Engine:
    """What every job works with."""

    store: Store
    cache: ContentCache
    workers: Workers
    batcher: Batcher
    make_tracks_link: Any
    """Makes an unstarted link to a tracks child."""
    kept: Path
    """Folder for results that stay with the daemon."""
    scratch: Path
    """Folder for what is of use only while a call runs; emptied when the daemon starts."""
    writing: asyncio.Semaphore
    """Tracks children at work."""
    hours: float
    """Longest media."""


@dataclass(frozen=True)
class ClipOutcome:
    """What became of a clip."""

    todo: ClipToDo
    found: ScenesSummary
    takes: ClipTakes
    written: TracksResult


class JobRun:
    """One job on its way."""

    def __init__(self, engine: Engine, job: int, spec: Spec, alone: bool, tell: Tell) -> None:
        """`alone`: it was there when a worker died, so it shares no worker's time."""
        self._engine, self._job, self._spec, self._alone = engine, job, spec, alone
        lengths = [_length(todo) for todo in spec.clips]
        self.clocks = ClipClocks(lengths, tell)
        self._clips = asyncio.Semaphore(CLIPS_AT_ONCE)
        self.held = ExitStack()
        """What the cache keeps for it; `with run.held` lets it go."""

    async def run(self) -> list[ClipOutcome]:
        """Do all clips; raises the first trouble, with the other clips' work ended."""
        with self.held:
            return await self._all()

    async def _all(self) -> list[ClipOutcome]:
        async with self._tracks_child() as child:
            tasks = [asyncio.create_task(self._clip(todo, child)) for todo in self._spec.clips]
            try:
                return await asyncio.gather(*tasks)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    @asynccontextmanager
    async def _tracks_child(self) -> AsyncGenerator[ChildLink]:
        link: ChildLink = self._engine.make_tracks_link()
        try:
            yield link
        finally:
            await link.close()

    async def _clip(self, todo: ClipToDo, child: ChildLink) -> ClipOutcome:
        async with self._clips:
            variants = await self._found(todo)
            path, found = variants[None]
            takes = plan_takes(self._spec, todo, variants, self.keys, self._engine.cache)
            await self._sound(todo, takes, len(found.scenes), child)
            written = await self._written(todo, path, takes, child)
            return ClipOutcome(todo, found, takes, written)

    # -- found ----------------------------------------------------------------------------------

    async def _found(self, todo: ClipToDo) -> Variants:
        """What is found with the clip's own words (None), and with those of each extra take."""
        base = await self.find(todo)
        found: Variants = {None: base}
        for extra in self._spec.extra:
            if extra.clip == todo.number and extra.text is not None and extra.text not in found:
                texts = dict.fromkeys(range(1, len(base[1].scenes) + 1), extra.text)
                worded = replace(todo, clip=replace(todo.clip, scene_texts=texts))
                found[extra.text] = await self.find(worded)
        return found

    async def find(self, todo: ClipToDo) -> tuple[Path, ScenesSummary]:
        """A clip's scenes and their sounds: the file that holds them, and the facts of it."""
        content = await self._engine.store.file_digest(todo.media)
        frames_key = self.keys.frames(todo, content)
        key = self.keys.found(todo, frames_key)
        cache, options = self._engine.cache, self.keys.options(todo)
        path = cache.path("found", key, ".npz")
        self.held.enter_context(cache.hold([path, cache.path("frames", frames_key, ".npz")]))
        if cache.has_path(path):
            with suppress(Unreadable):
                summary = await asyncio.to_thread(load_summary, path)
                self.clocks.told(todo.number, "sounds", 1.0)
                return path, summary
        request = ScenesRequestMessage(
            todo.media, content, todo.clip, options, cache.folder, frames_key, path,
            self._engine.hours,
        )  # fmt: skip
        begun = time.monotonic()
        summary = await self._engine.workers.call(
            options.device,
            "find",
            request,
            lambda told: self.clocks.told(todo.number, told["stage"], told["fraction"]),
            alone=self._alone,
        )
        self.clocks.spent({"find": time.monotonic() - begun})
        return path, summary

    # -- takes ----------------------------------------------------------------------------------

    async def _sound(self, todo: ClipToDo, takes: ClipTakes, scenes: int, child: ChildLink) -> None:
        """Make the takes that the cache does not hold."""
        cache, options = self._engine.cache, self.keys.options(todo)
        self.held.enter_context(cache.hold([wave.file for wave in takes.waves]))
        missing = await asyncio.to_thread(takes.missing, cache)

        def tell(fraction: float) -> None:
            self.clocks.told(todo.number, "generate", fraction, scenes)

        begun = time.monotonic()
        if missing:
            await child.start()  # it loads while sound is made
            orders = [wave.order(options) for wave in missing]
            on_done = TakesProgress(takes.waves, len(missing), tell)
            await self._engine.batcher.make(self._job, orders, on_done, self._alone)
        tell(1.0)
        self.clocks.spent({"generate": time.monotonic() - begun})

    # -- tracks ---------------------------------------------------------------------------------

    async def _written(
        self, todo: ClipToDo, found: Path, takes: ClipTakes, child: ChildLink
    ) -> TracksResult:
        output = self._spec.output
        request = TracksRequest(
            found=found,
            clip=todo.clip,
            media=todo.media,
            name=todo.name,
            folder=output.folder or self._engine.kept / str(self._job),
            force=output.force,
            kinds=output.kinds,
            options=self.keys.options(todo),
            takes=tuple(wave.made() for wave in takes.waves),
            chosen=takes.chosen,
            seconds=dict(self.clocks.seconds),
            pack_name=self.pack.name,
            pack_digests=dict(self.pack.manifest.files),
            memory=self._engine.kept / str(self._job) / f"{todo.number}.written.json",
        )
        key = self.keys.output(request)
        if there := await self._kept(key, request.memory):
            self.clocks.told(todo.number, "tracks", 1.0)
            return there
        begun = time.monotonic()
        async with self._engine.writing:
            await child.start()
            result: TracksResult = await child.call(
                "write",
                request,
                lambda told: self.clocks.told(todo.number, "tracks", told["fraction"]),
            )
        self.clocks.spent({"tracks": time.monotonic() - begun})
        await self._remember(key, result, request.memory)
        return result

    async def _kept(self, key: str, note: Path) -> TracksResult | None:
        """What was written for the same key, if all of it still lies there as it was.

        `note` is what the tracks child of an attempt that was cut off left to say so.
        """
        memory = await self._engine.store.output(key)
        if memory and (there := await asyncio.to_thread(recall, memory)):
            return there
        if not note.is_file():
            return None
        there = await asyncio.to_thread(recall, note.read_bytes())
        if there is not None:
            await self._remember(key, there, note)
        return there

    async def _remember(self, key: str, result: TracksResult, note: Path) -> None:
        await self._engine.store.remember_output(key, result.folder, remember(result))
        note.unlink(missing_ok=True)
        with suppress(OSError):  # results that stay with the daemon are there too
            note.parent.rmdir()

    @cached_property
    def pack(self) -> Pack:
        """The job's pack; PACK_NOT_FOUND, PACK_INVALID."""
        return find_pack(self._spec.settings.pack)

    @cached_property
    def keys(self) -> ProductKeys:
        """The names of its products."""
        return ProductKeys(self._spec.settings, self.pack)


def _length(todo: ClipToDo) -> float:
    span = todo.clip.record or todo.clip.source
    return float(span.duration) if span and span.duration > 0 else float(Fraction(1))
