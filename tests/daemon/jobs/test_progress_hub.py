"""Watchers hear of every change, in order, and a heartbeat when there is none."""

from __future__ import annotations

import asyncio
import time

import pytest

from v2a.api.job_types import JobProgress
from v2a_daemon.jobs import progress_hub
from v2a_daemon.jobs.progress_hub import Live, WatchHub


def test_sequences_only_rise() -> None:
    live = Live(7)
    seen = [live.change() for _ in range(6)]
    assert seen == sorted(set(seen)) and seen[0] > 7


def test_a_watcher_sees_now_then_every_change_and_at_most_ten_a_second() -> None:
    async def story() -> tuple[list[str], float]:
        hub = WatchHub()
        stages: list[str] = []

        async def watch() -> None:
            async for live in hub.ticks(1):
                stages.append(live.progress.stage)
                if live.progress.stage == "end":
                    return

        begun = time.monotonic()
        watcher = asyncio.create_task(watch())
        for k in range(100):
            hub.of(1).change(JobProgress(str(k)))
            await asyncio.sleep(0.005)
        hub.of(1).change(JobProgress("end"))
        await asyncio.wait_for(watcher, 60)
        return stages, time.monotonic() - begun

    stages, took_s = asyncio.run(story())
    assert stages[-1] == "end" and 3 <= len(stages) <= 10 * took_s + 2


def test_a_heartbeat_comes_without_a_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_hub, "HEARTBEAT_S", 0.05)

    async def story() -> None:
        ticks = WatchHub().ticks(1)
        await anext(ticks)
        await asyncio.wait_for(anext(ticks), 60)

    asyncio.run(story())


def test_waking_changes_no_sequence() -> None:
    async def story() -> None:
        hub = WatchHub()
        live = hub.of(1, 7)
        waiting = asyncio.create_task(live.changed.wait())
        await asyncio.sleep(0)
        hub.wake()
        await asyncio.wait_for(waiting, 60)
        assert live.sequence == 7

    asyncio.run(story())


def test_a_watcher_that_pauses_misses_no_waking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_hub, "HEARTBEAT_S", 600.0)

    async def story() -> None:
        hub = WatchHub()
        ticks = hub.ticks(1)
        await anext(ticks)
        following = asyncio.create_task(anext(ticks))
        await asyncio.sleep(progress_hub.LEAST_S / 2)
        hub.forget(1)  # the job was deleted: whoever watches has to see that
        await asyncio.wait_for(following, 60)

    asyncio.run(story())
