"""Files and modules that the code names in strings, which no import and no linter would miss."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

import pytest

from tests.test_names import ROOT, modules

BESIDE = re.compile(r"^[a-z_]+\.(py|html|css|js)$")
"""What is read or run from a module's own folder; other endings name what people have."""
WRITTEN = {"index.html"}
"""Names of that form that are written, not read."""
MODULE = re.compile(r"^(v2a|v2a_daemon|v2a_integrations|v2a_installers)(\.[A-Za-z_0-9]+)+$")
OTHER = re.compile(r"^v2a\.(v1\..*|v1|local|exe|service|xml)$")
"""Names of that form that are no modules: of the contract, a host, a program, system services."""


def strings(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def files() -> list[Path]:
    return [*modules(), *sorted((ROOT / "tests").rglob("*.py"))]


def test_files_named_beside_a_module_are_there() -> None:
    named = [(file, name) for file in modules() for name in strings(file) if BESIDE.match(name)]
    read = [(file, name) for file, name in named if name not in WRITTEN]
    assert len(read) >= 5
    assert [(f, name) for f, name in read if not (f.parent / name).is_file()] == []


@pytest.mark.parametrize("end", ["v2a", "tests"])
def test_modules_named_in_strings_are_there(end: str) -> None:
    """Children are started, and tests patch, by names that no import checks."""
    ours = [f for f in files() if (f.relative_to(ROOT).parts[0] == "tests") == (end == "tests")]
    named = chain.from_iterable(((f, n) for n in strings(f) if MODULE.match(n)) for f in ours)
    missing = [(f, name) for f, name in named if not OTHER.match(name) and not known(name)]
    assert missing == []


def known(name: str) -> bool:
    """Whether a dotted name is a module of ours, or leads to something that one holds."""
    module, rest = name, ""
    while (spec := found(module)) is None:
        module, _, rest = module.rpartition(".")
    return not rest or rest in Path(str(spec.origin)).read_text("utf-8")


def found(module: str) -> ModuleSpec | None:
    try:
        return find_spec(module)
    except ModuleNotFoundError:
        return None
