"""What the daemon cannot be told is told in a sentence, and nothing is started."""

from __future__ import annotations

import pytest

from v2a.errors import USAGE
from v2a_daemon.__main__ import main
from v2a_daemon.daemon_settings import DaemonSettings

NUMBERS = [
    name
    for name, field in DaemonSettings.model_fields.items()
    if any(kind in str(field.annotation) for kind in ("int", "float"))
]
BELOW_ZERO = {"keep_alive"}
"""Settings that may be below zero."""
WORDS = [
    "nan",
    "inf",
    "-inf",
    "1e400",
    str(2**63),
    str(-(2**63)),
    str(2**64),
    "1" + 400 * "0",
    "-1",
]


def test_the_numbers_are_found() -> None:
    assert {"idle_exit", "keep_alive", "queue_limit", "cache_limit", "media_hours"} <= {*NUMBERS}


@pytest.mark.parametrize("name", NUMBERS)
def test_no_setting_takes_it(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    option = f"--{name.replace('_', '-')}"
    for words in WORDS:
        if name in BELOW_ZERO and words == "-1":
            continue
        assert main([f"{option}={words}"]) == USAGE, words
        told = capsys.readouterr()
        assert told.out == "" and told.err.startswith(f"v2a: {option} ")
        assert told.err.count("\n") == 1 and "pydantic" not in told.err and len(told.err) < 200


def test_a_variable_is_held_to_the_same(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("V2A_DAEMON_HANG_S", "nan")
    assert main(["--queue-limit=5"]) == USAGE
    assert capsys.readouterr().err.startswith("v2a: --hang-s should be ")
