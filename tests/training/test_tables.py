"""The tables written by hand: kinds of sound, and what each ImageNet class sounds like on film."""

from __future__ import annotations

import json
from collections import Counter
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.conftest import ROOT

TABLES = files("v2a.training") / "tables"

UNSEEN = {"brushing", "coughing", "door_knock", "glass_break", "thunder"}
"""Kinds that no ImageNet class shows: no toothbrush, cough, knock, broken pane or lightning."""

SILENT = [
    "web site",
    "comic book",
    "crossword puzzle",
    "monitor",
    "screen",
    "television",
    "scoreboard",
    "book jacket",
    "menu",
    "mask",
    "ski mask",
    "neck brace",
    "wig",
    "suit",
    "lab coat",
    "sunglasses",
    "Windsor tie",
    "velvet",
    "nematode",
    "tick",
]
"""Answered for titles, screens, faces and dark frames, none of which tell a sound."""

SOUNDING = {
    "golden retriever": "dog",
    "tabby": "cat",
    "lion": "roar",
    "macaw": "parrot",
    "great grey owl": "owl",
    "diaper": "baby",
    "umbrella": "rain",
    "seashore": "sea",
    "fountain": "stream",
    "assault rifle": "machine_gun",
    "ambulance": "siren",
    "grand piano": "piano",
    "typewriter keyboard": "typing",
    "coral reef": "bubbles",
}
"""Classes of which anyone can say what they sound like."""


def read(name: str) -> dict[str, Any]:
    return json.loads((TABLES / name).read_text("utf-8"))


@pytest.fixture(scope="module")
def kinds() -> list[dict[str, Any]]:
    return read("kinds.json")["kinds"]


@pytest.fixture(scope="module")
def classes() -> list[dict[str, Any]]:
    return read("imagenet.json")["classes"]


def test_the_classes_keep_to_their_schema() -> None:
    schema = read("imagenet.schema.json")
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(read("imagenet.json"), schema)


def test_the_classes_stand_in_a_classifiers_order(classes: list[dict[str, Any]]) -> None:
    """As timm lists them; its files are read without importing it, which takes long."""
    assert [entry["index"] for entry in classes] == list(range(1000))
    spec = find_spec("timm")
    assert spec is not None and spec.origin is not None
    lists = Path(spec.origin).parent / "data" / "_info"
    synsets = (lists / "imagenet_synsets.txt").read_text("utf-8").splitlines()
    assert [entry["wnid"] for entry in classes] == synsets
    lines = (lists / "imagenet_synset_to_lemma.txt").read_text("utf-8").splitlines()
    lemmas = dict(line.split("\t") for line in lines)
    assert [entry["name"] for entry in classes] == [lemmas[s].split(", ")[0] for s in synsets]


def test_the_phrases_keep_to_their_schema(kinds: list[dict[str, Any]]) -> None:
    jsonschema.validate(read("phrases.json"), read("phrases.schema.json"))
    assert list(read("phrases.json")["kinds"]) == [kind["name"] for kind in kinds]


def test_no_phrase_is_both_taught_and_asked() -> None:
    """The bench's phrases are new to the pack; only the kinds' own names stand on both sides."""
    bank = read("phrases.json")
    told = [text for kind in bank["kinds"].values() for side in kind.values() for text in side]
    taught = {text.lower() for text in (*told, *bank["near"], *bank["far"])}
    asked = json.loads((ROOT / "tests" / "bench" / "phrases.json").read_text("utf-8"))["phrases"]
    assert len(asked) > 100
    assert [entry["text"] for entry in asked if entry["text"].lower() in taught] == []


def test_a_phrase_belongs_to_one_kind(kinds: list[dict[str, Any]]) -> None:
    told = read("phrases.json")["kinds"]
    owners: dict[str, set[str]] = {}
    for kind in kinds:
        own = told[kind["name"]]
        for text in (kind["label"], *kind["words"], *own["heard"], *own["seen"]):
            owners.setdefault(text.lower(), set()).add(kind["name"])
    assert [text for text, names in owners.items() if len(names) > 1] == []


def test_every_kind_that_a_class_names_exists(
    classes: list[dict[str, Any]], kinds: list[dict[str, Any]]
) -> None:
    known = {kind["name"] for kind in kinds}
    assert {sound for entry in classes for sound in entry["sounds"]} <= known


def test_the_shares_of_a_class_sum_to_one_at_most(classes: list[dict[str, Any]]) -> None:
    for entry in classes:
        shares = entry["sounds"].values()
        assert all(0 < share <= 1 for share in shares), entry
        assert sum(shares) <= 1 + 1e-9, entry


def test_every_kind_that_a_class_can_show_is_reached(
    classes: list[dict[str, Any]], kinds: list[dict[str, Any]]
) -> None:
    reached = {sound for entry in classes for sound in entry["sounds"]}
    assert {kind["name"] for kind in kinds if kind["cues"]} - reached == UNSEEN


@pytest.mark.parametrize("name", SILENT)
def test_screens_titles_and_faces_tell_no_sound(classes: list[dict[str, Any]], name: str) -> None:
    assert [entry["sounds"] for entry in classes if entry["name"] == name] == [{}]


@pytest.mark.parametrize(("name", "sound"), SOUNDING.items())
def test_what_anyone_can_hear_is_heard(
    classes: list[dict[str, Any]], name: str, sound: str
) -> None:
    (shares,) = [entry["sounds"] for entry in classes if entry["name"] == name]
    assert max(shares, key=lambda kind: shares[kind]) == sound and shares[sound] >= 0.6


def test_kinds_have_names_and_labels_of_their_own(kinds: list[dict[str, Any]]) -> None:
    for field in ("name", "label"):
        counts = Counter(kind[field] for kind in kinds)
        assert [value for value, count in counts.items() if count > 1] == []
