"""Tidying that fails is told, once, and tried again; the daemon goes on."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from v2a_daemon import housekeeping as module
from v2a_daemon.housekeeping import Housekeeping

ROUNDS = 4


class Trouble:
    """Parts of a daemon of which tidying fails; it has ended after some rounds."""

    def __init__(self, *errors: Exception | None) -> None:
        self.errors = list(errors)
        self.rounds = 0
        self.health: list[bool] = []

    async def tidy(self) -> None:
        error = self.errors[min(self.rounds, len(self.errors) - 1)]
        self.rounds += 1
        if error is not None:
            raise error

    async def counts(self) -> None:
        return None

    async def prune(self, keep: int) -> list[int]:
        return []

    async def set_health(self, serving: bool) -> None:
        self.health.append(serving)
        if len(self.health) == ROUNDS:
            raise asyncio.CancelledError


def keep_house(trouble: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ROUND_S", 0.0)
    settings: Any = SimpleNamespace(idle_exit=None, keep_jobs=0, upload_room=0)
    rest: Any = SimpleNamespace(trim=lambda: None, bytes=lambda: 0)
    keeping = Housekeeping(settings, trouble, rest, rest, trouble, Path(), rest)
    schedule: Any = SimpleNamespace(running=0)
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(keeping.rounds(schedule, lambda: False, trouble.set_health))


@pytest.mark.parametrize(
    "error", [RuntimeError("a part of it broke"), OSError("the disk"), KeyError("no such job")]
)
def test_a_round_that_fails_is_told_and_tried_again(
    error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    trouble = Trouble(error)
    with caplog.at_level(logging.WARNING):
        keep_house(trouble, monkeypatch)
    assert trouble.rounds == ROUNDS - 1 and all(trouble.health)
    (told,) = caplog.records  # not once a round
    assert str(error) in told.getMessage() and told.exc_info


def test_it_is_told_again_when_it_comes_back(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    trouble = Trouble(RuntimeError("x"), None, RuntimeError("x"))
    with caplog.at_level(logging.WARNING):
        keep_house(trouble, monkeypatch)
    assert len(caplog.records) == 2


def test_a_store_that_breaks_is_not_healthy(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    trouble = Trouble(None)

    async def broken() -> None:
        raise RuntimeError("no answer")

    monkeypatch.setattr(trouble, "counts", broken)
    with caplog.at_level(logging.WARNING):
        keep_house(trouble, monkeypatch)
    assert not any(trouble.health) and "no answer" in caplog.text
