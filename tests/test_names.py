"""One word for one thing: names of modules and classes, and the glossary that they follow."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = (
    "v2a",
    "daemon/v2a_daemon",
    "installers/v2a_installers",
    "integrations/v2a_integrations",
)
EDITORS = "integrations/v2a_integrations/"
UNFIT = {
    *("told", "tell", "said", "say", "seen", "found", "heard", "hear", "laid", "asked", "ask"),
    *("wish", "wishes", "look", "looked", "here", "there", "nobody", "somebody"),
}
"""Verbs of speech, of the senses and pronouns: they name an act or nobody, never a thing."""
COMMON = 2
"""Classes whose names end in one noun from which on it has to stand in the glossary."""


def modules() -> Iterator[Path]:
    files = chain.from_iterable((ROOT / package).rglob("*.py") for package in PACKAGES)
    return (file for file in sorted(files) if "v1" not in file.relative_to(ROOT).parts)


def classes(file: Path) -> Iterator[str]:
    body = ast.parse(file.read_text("utf-8")).body
    names = (node.name for node in body if isinstance(node, ast.ClassDef))
    # Blender wants its own classes to be called so.
    return (name for name in names if not name.startswith(("_", "FOLEY_")))


def words(name: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)]


def editor(file: Path) -> str | None:
    """The editor whose own a file is: twins in two editors may share a name."""
    path = file.relative_to(ROOT).as_posix()
    return path.removeprefix(EDITORS).split("/")[0] if path.startswith(EDITORS) else None


def twins(files: list[Path]) -> bool:
    owners = [editor(file) for file in files]
    return None not in owners and len(set(owners)) == len(owners)


def glossary() -> list[str]:
    lines = (ROOT / "docs/glossary.md").read_text("utf-8").splitlines()
    terms = (line.split("|")[1] for line in lines if re.match(r"\| \w", line))
    return [term.strip() for cell in terms for term in cell.split(",") if term.strip() != "word"]


def test_no_two_modules_share_a_name() -> None:
    named: dict[str, list[Path]] = defaultdict(list)
    for file in modules():
        if not file.stem.startswith("__"):
            named[file.stem].append(file)
    assert len(named) > 200
    assert {
        name: files for name, files in named.items() if len(files) > 1 and not twins(files)
    } == {}


def test_no_two_public_classes_share_a_name() -> None:
    named: dict[str, list[Path]] = defaultdict(list)
    for file in modules():
        for name in classes(file):
            named[name].append(file)
    assert len(named) > 200
    assert {name: files for name, files in named.items() if len(files) > 1} == {}


def test_nothing_is_named_after_an_act_of_speech_or_a_pronoun() -> None:
    names = [(file.stem, file) for file in modules()]
    names += [(name, file) for file in modules() for name in classes(file)]
    assert [(name, file) for name, file in names if UNFIT & set(words(name))] == []


def test_the_glossary_gives_every_word_one_meaning() -> None:
    terms = glossary()
    assert len(terms) > 80 and len(set(terms)) == len(terms)


def test_common_nouns_stand_in_the_glossary() -> None:
    ends: dict[str, set[str]] = defaultdict(set)
    for name in chain.from_iterable(map(classes, modules())):
        ends[words(name)[-1]].add(name)
    known = {word for term in glossary() for word in (term.split()[-1], f"{term.split()[-1]}s")}
    missing = {e: n for e, n in ends.items() if len(n) >= COMMON and not {e, e.rstrip("s")} & known}
    assert missing == {}
