"""`wheels` and the scale of shares in pack.json: what they may say, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from v2a.errors import V2AError
from v2a.packs.manifest import (
    FILE_NAME,
    ShareScale,
    Wheel,
    parse_manifest,
    read_manifest,
    write_manifest,
)

GOOD: dict[str, Any] = {
    "package": "made-up-weights",
    "version": "1.2",
    "files": {"made_up_weights/a.pth": "0" * 64},
    "gives": "sight",
}


@pytest.fixture
def data(tiny_pack_folder: Path) -> dict[str, Any]:
    return json.loads((tiny_pack_folder / FILE_NAME).read_text())


def test_written_and_read_again_they_are_the_same(tiny_pack_folder: Path, tmp_path: Path) -> None:
    manifest = replace(
        read_manifest(tiny_pack_folder), wheels={"eyes": Wheel(**GOOD)}, labels=ShareScale(1, 0, 2)
    )
    write_manifest(tmp_path, manifest)
    assert read_manifest(tmp_path) == manifest


def test_a_pack_needs_none(data: dict[str, Any]) -> None:
    data.pop("wheels", None)
    assert parse_manifest("p", data).wheels == {}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"package": None}, "package"),
        ({"package": 3}, "package"),
        ({"package": "  "}, "package"),
        ({"version": 0.1}, "version"),
        ({"version": ""}, "version"),
        ({"gives": ["sight"]}, "gives"),
        ({"files": None}, "files"),
        ({"files": []}, "files"),
        ({"files": {}}, "files"),
        ({"files": {"a.pth": "abc"}}, "files.a.pth"),
        ({"files": {"a.pth": "A" * 64}}, "files.a.pth"),
        ({"files": {"a.pth": 7}}, "files.a.pth"),
        ({"files": {"../a.pth": "0" * 64}}, "files.../a.pth"),
        ({"files": {"/etc/passwd": "0" * 64}}, "files./etc/passwd"),
        ({"files": {"a\\b": "0" * 64}}, "files.a\\b"),
    ],
)
def test_a_bad_field_of_a_wheel_is_named(
    data: dict[str, Any], change: dict[str, Any], field: str
) -> None:
    data["wheels"] = {"eyes": GOOD | change}
    with pytest.raises(V2AError) as caught:
        parse_manifest("p", data)
    assert caught.value.reason == "PACK_INVALID"
    assert f"'wheels.eyes.{field}'" in caught.value.message


@pytest.mark.parametrize("bad", ["eyes", ["eyes"], {"eyes": "weights"}])
def test_wheels_are_objects_by_part(data: dict[str, Any], bad: object) -> None:
    data["wheels"] = bad
    with pytest.raises(V2AError, match="wheels"):
        parse_manifest("p", data)


@pytest.mark.parametrize("missing", ["lead", "offset"])
def test_a_scale_of_shares_is_whole(data: dict[str, Any], missing: str) -> None:
    scale = {"strength": 1, "lead": 0.5, "offset": 0.1}
    assert parse_manifest("p", data | {"labels": scale}).labels == ShareScale(1, 0.5, 0.1)
    del scale[missing]
    with pytest.raises(V2AError, match=rf"labels\.{missing}"):
        parse_manifest("p", data | {"labels": scale})
