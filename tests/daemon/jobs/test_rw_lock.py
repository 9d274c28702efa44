"""Whoever is to be alone is, everybody else is together, and all come in at last."""

from __future__ import annotations

import asyncio
import random

import pytest

from v2a_daemon.jobs.rw_lock import RwLock


@pytest.mark.parametrize("seed", range(20))
def test_nobody_is_with_one_who_is_alone(seed: int) -> None:
    chance, room, inside = random.Random(seed), RwLock(), list[bool]()
    most = 0

    async def visit(alone: bool) -> None:
        nonlocal most
        async with room.entered(alone):
            inside.append(alone)
            most = max(most, len(inside))
            assert len(inside) == 1 or not any(inside)
            await asyncio.sleep(chance.random() / 500)
            inside.remove(alone)

    async def story() -> None:
        visits = [asyncio.create_task(visit(chance.random() < 0.2)) for _ in range(60)]
        for task in chance.sample(visits, 20):  # some do not want to any more, wherever they are
            await asyncio.sleep(chance.random() / 1000)
            task.cancel()
        await asyncio.wait_for(asyncio.gather(*visits, return_exceptions=True), 20)
        inside.clear()
        await asyncio.wait_for(visit(True), 5)

    asyncio.run(story())
    assert most > 1


def test_those_who_come_later_do_not_pass_one_who_waits() -> None:
    order: list[str] = []

    async def visit(room: RwLock, name: str, alone: bool = False) -> None:
        async with room.entered(alone):
            order.append(name)
            await asyncio.sleep(0.01)

    async def story() -> None:
        room = RwLock()
        async with asyncio.TaskGroup() as tasks:
            for name in ("a", "b", "ALONE", "c"):
                tasks.create_task(visit(room, name, name.isupper()))

    asyncio.run(story())
    assert order == ["a", "b", "ALONE", "c"]
