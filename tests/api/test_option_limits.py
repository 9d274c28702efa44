"""No number that is none gets past a door: command line, `.v2a.toml`, bridge and server agree."""

from __future__ import annotations

import ast
import json
import math
from collections.abc import Iterator
from dataclasses import fields
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from v2a.api import proto_codec
from v2a.api.job_types import JobSpec, TimelineClip
from v2a.api.json_text import to_json
from v2a.api.option_limits import Limit, limits_of, read_exact
from v2a.cli.app import run
from v2a.client.daemon_answers import AudioRequest
from v2a.errors import USAGE, V2AError
from v2a.job_settings import Settings
from v2a.types import (
    FrameOptions,
    GenerateOptions,
    SamplingOptions,
    SceneOptions,
    SceneText,
    TrackOptions,
)
from v2a.v1 import job_pb2 as pb
from v2a_integrations.bridge.requests import request_of
from v2a_integrations.watch_folder.folder_settings import SettingsBook
from v2a_integrations.watch_folder.scan import look_into

ROOT = Path(__file__).parents[2]
HUGE = 10**400
BEYOND = [math.nan, math.inf, -math.inf, 2**63, -(2**63), 2**64, -(2**64), HUGE, -1]
"""What no number of v2a's may be."""
SPELLED = ["nan", "inf", "-inf", "1e400", *map(str, BEYOND[3:]), "0x10", "", "seven", "1e999999999"]
OPTIONS = [
    FrameOptions,
    SceneOptions,
    SceneText,
    SamplingOptions,
    TrackOptions,
    GenerateOptions,
    Settings,
    JobSpec,
    TimelineClip,
    AudioRequest,
]
NEEDED: dict[type, dict[str, Any]] = {
    JobSpec: {"clips": ()},
    TimelineClip: {"media": Path("a.mp4")},
    AudioRequest: {"clap_vector": (), "duration": Fraction(1)},
}
KEYS = {"scene_texts": lambda value: {value: None}}
SEVERAL = {"cuts": lambda value: (value,), "known_cuts": lambda value: (value,)}


def short(value: object) -> str:
    """A name for a test's case, however long the value is."""
    return f"a number of {len(str(value))} digits" if len(str(value)) > 40 else str(value)


def refused(error: V2AError, field: str) -> bool:
    """Whether an error is a usage error of one sentence that names what is wrong."""
    told = error.message
    return error.reason == "BAD_OPTION" and field in told and "\n" not in told and len(told) < 200


# -- the types ------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("value", [*BEYOND, True, "7", 1j], ids=short)
def test_no_option_of_a_type_takes_it(options: type, value: Any) -> None:
    assert limits_of(options)
    for name in limits_of(options):
        if name == "true_peak" and value == -1:
            continue  # a level may be below zero
        put = KEYS.get(name) or SEVERAL.get(name) or (lambda value: value)
        with pytest.raises(V2AError) as caught:
            options(**NEEDED.get(options, {}), **{name: put(value)})
        assert refused(caught.value, name), caught.value.message


def test_every_number_of_the_settings_has_a_limit() -> None:
    numbers = {
        field.name
        for field in fields(Settings)
        if any(kind in str(field.type) for kind in ("int", "float", "Fraction"))
    }
    assert numbers == limits_of(Settings).keys()


@given(st.integers() | st.floats() | st.fractions())
def test_a_limit_holds_what_lies_within(value: float | Fraction) -> None:
    whole, number, exact = (
        Limit(1, 64),
        Limit(0.01, 1e6),
        Limit(Fraction(0), Fraction(9), above=True),
    )
    assert whole.holds(value) == (isinstance(value, int) and 1 <= value <= 64)
    assert number.holds(value) == (0.01 <= value <= 1e6)
    assert exact.holds(value) == (not isinstance(value, float) and 0 < value <= 9)


@given(st.text(max_size=70))
def test_what_is_read_as_exact_is_so(words: str) -> None:
    found = read_exact(words)
    assert found is None or found == Fraction(words) >= 0


# -- the command line -----------------------------------------------------------------------------

GENERATE = [
    *("--threshold", "--min-scene", "--cut", "--frames-per-second", "--seed", "--takes", "--steps"),
    *("--guidance", "--prompt-weight", "--cpu-threads"),
]
COMMANDS = {
    ("generate", "no.mp4"): GENERATE,
    ("scenes", "no.mp4"): ["--threshold", "--min-scene", "--cut", "--frames-per-second"],
    ("otio", "no.otio"): [
        *("--rate", "--range", "--seed", "--takes", "--steps", "--threshold", "--min-scene"),
    ],
    ("watch", "no"): ["--settle", "--interval", "--seed", "--takes", "--steps", "--threshold"],
    ("jobs", "list"): ["--limit"],
    ("jobs", "regenerate", "1"): ["--scene", "--clip", "--seed", "--prompt-weight"],
    ("serve",): ["--idle-exit", "--queue-limit", "--cache-limit", "--metrics-port"],
    ("demo",): ["--seed", "--cpu-threads"],
    ("packs", "random", "no"): ["--seed"],
    ("train", "pocket", "no"): ["--effort"],
}


@pytest.mark.parametrize("words", SPELLED, ids=short)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])
def test_no_command_takes_it(
    command: tuple[str, ...],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for option in COMMANDS[command]:
        assert run([*command, f"{option}={words}"]) == USAGE, (option, words)
        told = capsys.readouterr()
        assert told.out == "" and told.err.startswith(f"v2a: {option} ")
        assert told.err.count("\n") == 1 and "rror" not in told.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("scene", ["0", "-1", "2147483648", str(HUGE), "nan", "1e9"])
def test_no_scene_takes_it(scene: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["generate", "no.mp4", "--scene-prompt", f"{scene}=rain"]) == USAGE
    err = capsys.readouterr().err
    assert "--scene-prompt" in err and err.count("\n") == 1


# -- .v2a.toml ------------------------------------------------------------------------------------

TOML = ["prompt_weight", "seed", "takes", "threshold", "frames_per_second", "steps", "guidance"]


@pytest.mark.parametrize("key", TOML)
@pytest.mark.parametrize(
    "words", ["nan", "inf", "-inf", "1e400", *map(str, BEYOND[3:]), "1" * 5000]
)
def test_no_toml_takes_it(key: str, words: str, tmp_path: Path) -> None:
    (tmp_path / ".v2a.toml").write_text(f"{key} = {words}\n")
    book = SettingsBook(tmp_path, {})
    look = look_into(tmp_path)
    assert look is not None
    book.turn_to(look)
    error = book.of("a.mp4")
    assert isinstance(error, V2AError) and error.reason == "BAD_OPTION"
    assert ".v2a.toml" in error.message and "\n" not in error.message


# -- the bridge -----------------------------------------------------------------------------------

ASKED: dict[str, Any] = {
    "do": "scenes",
    "id": "7",
    "rate": "25",
    "clips": [{"id": "a", "media": "/a.mp4", "source": ["0", "1"], "record": ["0", "1"]}],
}


@pytest.mark.parametrize("key", ["weight", "seed", "takes", "threshold", "steps", "handle"])
@pytest.mark.parametrize("value", BEYOND, ids=short)
def test_the_bridge_does_not_take_it(key: str, value: Any) -> None:
    for told in (value, str(value)):
        line = json.dumps(ASKED | {"settings": {key: told}}).encode()
        with pytest.raises(V2AError) as caught:
            request_of(line)
        assert refused(caught.value, f"settings.{key}"), caught.value.message


@pytest.mark.parametrize("value", BEYOND, ids=short)
def test_no_clip_of_the_bridge_takes_it(value: Any) -> None:
    for changed in ({"cuts": [value]}, {"weight": value}, {"source": [str(value), "1"]}):
        line = json.dumps(ASKED | {"clips": [ASKED["clips"][0] | changed]}).encode()
        with pytest.raises(V2AError) as caught:
            request_of(line)
        assert refused(caught.value, f"clips[0].{next(iter(changed))}"), caught.value.message


# -- the server -----------------------------------------------------------------------------------

said: Any = pb.Settings
SENT = ["seed", "takes", "threshold", "steps", "guidance"]


@pytest.mark.parametrize("field", SENT)
@pytest.mark.parametrize("value", BEYOND, ids=short)
def test_the_server_does_not_take_it(field: str, value: Any) -> None:
    try:
        message = said(**{field: value})
    except (TypeError, ValueError, OverflowError):  # the contract itself has no room for it
        return
    with pytest.raises(V2AError) as caught:
        proto_codec.settings_from_wire(message)
    assert refused(caught.value, f"settings.{field}"), caught.value.message


@pytest.mark.parametrize("field", ["minimum_scene", "handle", "frames_per_second"])
@pytest.mark.parametrize("words", [words for words in SPELLED if words], ids=short)
def test_the_server_takes_no_such_words(field: str, words: str) -> None:
    with pytest.raises(V2AError) as caught:
        proto_codec.settings_from_wire(said(**{field: words}))
    assert caught.value.reason == "BAD_OPTION" and len(caught.value.message) < 200


@given(st.floats())
def test_whatever_the_server_takes_the_client_could_send(value: float) -> None:
    try:
        settings = proto_codec.settings_from_wire(pb.Settings(threshold=value))
    except V2AError as error:
        assert error.reason == "BAD_OPTION"
        return
    assert proto_codec.settings_from_wire(proto_codec.settings_to_wire(settings)) == settings


# -- JSON -----------------------------------------------------------------------------------------

OWN = ("v2a/training/", "v2a/world/", "v2a/packs/", "v2a/api/json_text.py")
"""Files of our own making, which no other program reads; and the one helper."""


def dumps(source: str) -> Iterator[ast.Call]:
    """Calls that write JSON."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("json.dumps", "json.dump"):
            yield node


def test_no_json_holds_what_is_none() -> None:
    for value in BEYOND[:3]:
        with pytest.raises(ValueError, match="JSON"):
            to_json({"threshold": value})
    for folder in ("v2a", "daemon", "integrations", "installers"):
        for path in (ROOT / folder).rglob("*.py"):
            name = path.relative_to(ROOT).as_posix()
            if name.startswith(OWN):
                continue
            for call in dumps(path.read_text("utf-8")):
                given = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
                assert given.get("allow_nan") == "False", f"{name}:{call.lineno}"
