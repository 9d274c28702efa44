"""Commands that go through the daemon, run in this process."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.fixtures_daemons import RunningDaemon
from v2a.cli.app import run

Outcome = tuple[int, str, str]


@pytest.fixture
def cli(
    daemon: RunningDaemon, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Outcome]:
    """Runs a command that finds the daemon of most tests: exit code, output, errors."""
    monkeypatch.setenv("V2A_RUNTIME", str(daemon.runtime))
    monkeypatch.setenv("V2A_STATE", str(daemon.state))
    monkeypatch.delenv("V2A_NO_DAEMON")

    def call(command: str, *arguments: object) -> Outcome:
        capfd.readouterr()
        tiny = ["--pack", str(daemon.pack), "--device", "cpu"]
        words = [command, *(tiny if command in ("generate", "demo") else [])]
        code = run([*words, *map(str, arguments)])
        captured = capfd.readouterr()
        return code, captured.out, captured.err

    return call
