"""Requests: what is right is read exactly, what is wrong is named in one line."""

from __future__ import annotations

import json
from copy import deepcopy
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import ROOT
from v2a.errors import V2AError
from v2a_integrations.bridge.plan import plan_of, settings_of
from v2a_integrations.bridge.requests import REQUEST, GenerateRequest, Request, id_of, request_of

UUID_ = "8c5d7c5e-4bb1-4a52-9c1c-0d3a5a3f9d11"
GENERATE: dict[str, Any] = {
    "id": "1",
    "do": "generate",
    "request": UUID_,
    "title": "cut",
    "rate": "24000/1001",
    "clips": [
        {
            "id": "a",
            "name": "a",
            "media": "/footage/a.mp4",
            "source": ["1001/24000", "5"],
            "record": ["0", "5/2"],
            "cuts": [7, 3],
        }
    ],
    "settings": {"pack": "pocket", "handle": "1/2", "takes": 2},
    "folder": "/out",
}


def read(told: Any) -> Request:
    return request_of(json.dumps(told).encode())


def wrong(told: Any) -> str:
    """What is said of a line that is wrong."""
    with pytest.raises(V2AError) as caught:
        request_of(told if isinstance(told, bytes) else json.dumps(told).encode())
    assert caught.value.reason == "BAD_OPTION" and caught.value.remedy
    return caught.value.message


def changed(path: list[str | int], value: Any) -> dict[str, Any]:
    """The request with another value at one place."""
    made = deepcopy(GENERATE)
    place: Any = made
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return made


def test_times_are_exact() -> None:
    request = read(GENERATE)
    assert isinstance(request, GenerateRequest)
    (clip,) = request.clips
    assert request.rate == Fraction(24000, 1001) and clip.source[0] == Fraction(1001, 24000)
    plan = plan_of(request.clips, request.rate, request.settings)
    assert plan.clips[0].frames == (0, 60) and plan.clips[0].clip.known_cuts == (3, 7)
    settings = settings_of(request.settings)
    assert (settings.takes, settings.handle, settings.outer_handles) == (2, Fraction(1, 2), True)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (["rate"], "0", "rate is no frame rate"),
        (["rate"], 25, "rate is no exact fraction"),
        (["request"], "x", "request is no UUID"),
        (["folder"], "out", "folder is no absolute path"),
        (["clips"], [], "clips should have at least 1"),
        (["clips"], GENERATE["clips"] * 2, "clips hold two with the same id"),
        (["clips", 0, "record", 1], "0", r"clips[0].record[1] is not above 0"),
        (["clips", 0, "source", 0], "-1", r"clips[0].source[0] is below 0"),
        (["clips", 0, "source", 0], "1/0", r"clips[0].source[0] divides by zero"),
        (["clips", 0, "cuts"], [1.5], r"clips[0].cuts[0] should be a valid integer"),
        (["clips", 0, "media"], "a\0b", r"clips[0].media is no absolute path"),
        (["settings", "takes"], 65, "settings.takes should be less than"),
        (["settings", "promt"], "rain", "settings.promt is unknown"),
        (["settings", "weight"], 1.5, "settings.weight should be less than"),
        (["settings", "whole"], 1, "settings.whole should be a valid boolean"),
        (["do"], "dance", "the line is wrong: input tag 'dance'"),
    ],
)
def test_what_is_wrong_is_named(path: list[str | int], value: Any, said: str) -> None:
    assert wrong(changed(path, value)).startswith(said)


@pytest.mark.parametrize("line", [b"", b"{", b"[]", b"3", b"null", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_request_has_no_id(line: bytes) -> None:
    assert wrong(line).startswith("the line ") and id_of(line) is None


def test_a_request_that_is_wrong_keeps_its_id() -> None:
    assert id_of(b'{"id": "7", "do": 5}') == "7"
    assert id_of(b'{"id": 7}') is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
PLACES: list[list[str | int]] = [
    *([key] for key in GENERATE),
    *(["clips", 0, key] for key in [*GENERATE["clips"][0], "stills", "prompt", "weight"]),
    *(["settings", key] for key in ("pack", "prompt", "seed", "threshold", "steps", "crossfade")),
    ["clips", 0, "record", 0],
]


@given(st.sampled_from(PLACES), JSON)
def test_anything_anywhere_is_a_request_or_an_error_of_one_line(
    path: list[str | int], value: Any
) -> None:
    line = json.dumps(changed(path, value)).encode()
    try:
        request = request_of(line)
    except V2AError as error:
        assert error.reason == "BAD_OPTION" and "\n" not in error.message
        assert len(error.message) <= 300
        id_of(line)
        return
    if isinstance(request, GenerateRequest):
        try:
            plan_of(request.clips, request.rate, request.settings)
        except V2AError as error:
            assert error.reason == "BAD_OPTION"
        settings_of(request.settings)


@given(st.binary(max_size=60))
def test_bytes_are_an_error_of_one_line(line: bytes) -> None:
    assert "\n" not in wrong(line)
    id_of(line)


@given(st.fractions(-100, 100, max_denominator=1001), st.sampled_from(["24000/1001", "30000/1001"]))
def test_a_timeline_that_begins_before_0_is_moved_by_whole_samples(at: Fraction, rate: str) -> None:
    request = read(changed(["clips", 0, "record", 0], str(at)) | {"rate": rate})
    assert isinstance(request, GenerateRequest)
    plan = plan_of(request.clips, request.rate, request.settings)
    record = plan.clips[0].clip.record
    assert record is not None and record.start >= 0 and (at < 0 or not plan.shift)
    assert record.start - at == plan.shift / plan.rate
    assert (plan.shift / plan.rate * 48_000).denominator == 1


def test_a_clip_s_own_words_go_over_those_of_all() -> None:
    told = changed(["settings"], {"prompt": "wind", "negative": "birds", "weight": 0.5})
    told["clips"] += [{**told["clips"][0], "id": "b", "prompt": "rain", "weight": 1.0}]
    request = read(told)
    assert isinstance(request, GenerateRequest)
    first, second = plan_of(request.clips, request.rate, request.settings).clips
    assert first.clip.text is None and second.clip.text is not None
    words = second.clip.text
    assert (words.prompt, words.negative, words.weight) == ("rain", "birds", 1.0)


def test_uuids_are_told_as_the_daemon_wants_them() -> None:
    request = read(GENERATE | {"request": UUID_.upper()})
    assert isinstance(request, GenerateRequest) and request.request == str(UUID(UUID_))


def test_the_schema_is_that_of_the_requests() -> None:
    """What programs may check their lines against says what the bridge says."""
    schema = json.loads((ROOT / "v2a" / "data" / "bridge.schema.json").read_text("utf-8"))
    assert schema == {"$schema": schema["$schema"]} | REQUEST.json_schema()
    jsonschema.validate(GENERATE, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(changed(["rate"], 25), schema)


def test_a_pack_s_folder_is_told_whole() -> None:
    request = read(changed(["settings", "pack"], str(Path("/packs/mine"))))
    assert isinstance(request, GenerateRequest)
    assert settings_of(request.settings).pack == str(Path("/packs/mine"))
