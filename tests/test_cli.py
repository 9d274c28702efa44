"""The command line itself: quick to answer, one line an error, the promised exit codes."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from fractions import Fraction

import pytest

import v2a
from v2a.cli.app import run
from v2a.cli.reporters import JsonReporter, one_line
from v2a.cli.shared_options import min_scene, scene_texts
from v2a.errors import USAGE, V2AError
from v2a.types import Progress, SceneText

HEAVY = (
    *("torch", "av", "numpy", "open_clip", "diffusers", "transformers", "huggingface_hub"),
    *("PIL", "grpc"),
)

Outcome = tuple[int, str, str]


@pytest.fixture
def cli(capfd: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Runs a command in process: exit code, standard output, standard error."""

    def call(*arguments: object) -> Outcome:
        capfd.readouterr()
        code = run([str(argument) for argument in arguments])
        captured = capfd.readouterr()
        return code, captured.out, captured.err

    return call


def processor_time(*arguments: str) -> float:
    """Seconds that Python spends on something in a process of its own."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


@pytest.mark.alone
def test_help_is_quick_and_loads_nothing_heavy() -> None:
    script = (
        "import sys; from v2a.cli.app import run; run(['--help']); run(['generate', '--help']);"
        f"sys.exit(', '.join(m for m in {HEAVY} if m in sys.modules) or None)"
    )
    command = [sys.executable, "-c", script]
    subprocess.run(command, check=True, capture_output=True)  # the first may write bytecode
    spent = [processor_time("-m", "v2a", "--help") for _ in range(3)]
    # Processor time: the wall clock of a machine that is busy elsewhere says nothing about us.
    assert min(spent) < 0.5


def test_version(cli: Callable[..., Outcome]) -> None:
    assert cli("--version") == (0, f"v2a {v2a.__version__}\n", "")


@pytest.mark.parametrize(
    "command",
    [
        *([], ["generate"], ["scenes"], ["demo"], ["packs", "pull"], ["serve"], ["stop"], ["ps"]),
        *(["jobs"], ["jobs", "regenerate"], ["doctor"], ["install", "service"]),
    ],
)
def test_help_of_commands(cli: Callable[..., Outcome], command: list[str]) -> None:
    code, out, err = cli(*command, "--help")
    assert (code, err) == (0, "")
    assert "Usage: v2a" in out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["generate"], "VIDEO"),
        (["no-such-command"], "no-such-command"),
        (["generate", "a.mp4", "--no-such"], "--no-such"),
        (["generate", "a.mp4", "--seed", "x"], "--seed"),
        (["generate", "a.mp4", "--threshold", "0"], "--threshold"),
        (["generate", "a.mp4", "--min-scene", "soon"], "--min-scene"),
        (["scenes", "a.mp4", "--min-scene", "-1"], "--min-scene"),
        (["scenes", "a.mp4", "--min-scene", "1e99999999"], "--min-scene"),
        (["otio", "a.otio", "--min-scene", "3601"], "--min-scene"),
        (["generate", "a.mp4", "--rule", "magic"], "--rule"),
        (["generate", "a.mp4", "--takes", "0"], "--takes"),
        (["generate", "a.mp4", "--scene-prompt", "rain"], "--scene-prompt"),
        (["generate", "a.mp4", "--scene-prompt", "0=rain"], "--scene-prompt"),
        (["generate", "a.mp4", "--frames-per-second", "0"], "--frames-per-second"),
        (["generate", "a.mp4", "--frames-per-second", "1/0"], "--frames-per-second"),
        (["jobs", "regenerate", "1"], "--scene"),
        (["serve", "--queue-limit", "0"], "--queue-limit"),
        (["train", "pocket", "out", "--folds", "one"], "--folds"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(
    cli: Callable[..., Outcome], arguments: list[str], says: str
) -> None:
    code, out, err = cli(*arguments)
    assert (code, out) == (USAGE, "")
    assert err.startswith("v2a: ") and says in err
    assert err.count("\n") == 1 and "; " in err


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0", "0"), ("0.25", "1/4"), ("12/25", "12/25"), (" 2 ", "2"), ("3600", "3600")],
)
def test_a_shortest_scene_is_exact(text: str, seconds: str) -> None:
    assert min_scene(text) == Fraction(seconds)
    assert min_scene(None) is None


def test_words_for_scenes() -> None:
    base = SceneText("wind")
    texts = scene_texts(base, ["2=rain on a tin roof", "3 = a = b"], ["2=birds"])
    assert texts == {
        2: SceneText("rain on a tin roof", "birds"),
        3: SceneText("a = b"),
    }


def test_json_lines_are_as_the_design_has_them(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("v2a.cli.reporters.MOST_LINES_PER_SECOND", 1 / 3600)
    lines = JsonReporter()
    lines.begin("a.mp4", 1, 1)
    lines.progress(Progress("generate", 0.41, 3, 8, 12.52, 0.5))
    lines.progress(Progress("generate", 0.42, 3, 8, 12.4, 0.5))  # too soon after the last
    lines.progress(Progress("tracks", 0.0))
    lines.done({"folder": "a.foley"})
    lines.error(V2AError("NOT_FOUND", path="b"))
    got = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert got == [
        {"stage": "generate", "scene": 3, "of": 8, "fraction": 0.41, "eta_s": 12.5},
        {"stage": "tracks", "fraction": 0.0, "eta_s": None},
        {"done": {"folder": "a.foley"}},
        {
            "error": {
                "reason": "NOT_FOUND",
                "message": "b does not exist",
                "remedy": "check the path",
            }
        },
    ]


def test_an_error_is_one_line_whatever_its_facts_hold() -> None:
    line = one_line(V2AError("NOT_FOUND", path="a\nb\r\tc"))
    assert line == "v2a: a b c does not exist; check the path"


def test_nobody_listening_is_no_error() -> None:
    shell = f"{sys.executable} -m v2a generate --help | head -1; exit ${{PIPESTATUS[0]}}"
    begun = time.monotonic()
    result = subprocess.run(["bash", "-c", shell], capture_output=True, text=True)
    assert "Traceback" not in result.stderr and time.monotonic() - begun < 60
