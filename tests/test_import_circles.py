"""No module needs itself in a circle of imports, wherever in it they stand."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = {
    "v2a": "v2a",
    "v2a_daemon": "daemon",
    "v2a_integrations": "integrations",
    "v2a_installers": "installers",
}
"""Import name and top folder of every package."""


PUBLIC = "v2a"
"""The page of what scripts use: it names what others define, and loads it when first asked for."""


def folder_of(package: str) -> Path:
    """Where a package's modules lie: the top folder, or the folder of its name in there."""
    top = ROOT / PACKAGES[package]
    inner = top / package
    return inner if inner.is_dir() and not inner.is_symlink() else top


def modules() -> dict[str, Path]:
    """Every module of every package by its full name; a package by that of its folder."""
    found: dict[str, Path] = {}
    for package in PACKAGES:
        folder = folder_of(package)
        for path in sorted(folder.rglob("*.py")):
            parts = [package, *path.relative_to(folder).with_suffix("").parts]
            found[".".join(parts).removesuffix(".__init__")] = path
    return found


def imported(source: str, package: str) -> Iterator[str]:
    """All that a module imports, wherever it does; `package` is what a dot stands for in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            up = package.split(".")[: len(package.split(".")) + 1 - node.level]
            base = ".".join([*up, *filter(None, [node.module])]) if node.level else node.module
            yield from (f"{base}.{alias.name}" for alias in node.names)


def graph(sources: Mapping[str, str], packages: frozenset[str]) -> dict[str, set[str]]:
    """Which modules each module needs; a name that is no module stands for the one it is in."""
    needs: dict[str, set[str]] = {}
    for name, source in sources.items():
        package = name if name in packages else name.rpartition(".")[0]
        full = set(imported(source, package))
        known = {one if one in sources else one.rpartition(".")[0] for one in full}
        needs[name] = (known & sources.keys()) - {name}
    return needs


def circle(needs: Mapping[str, set[str]]) -> list[str]:
    """One circle, from a module back to itself; empty where there is none."""
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def test_no_circle_of_imports() -> None:
    found = modules()
    packages = frozenset(name for name, path in found.items() if path.stem == "__init__")
    needs = graph({name: path.read_text("utf-8") for name, path in found.items()}, packages)
    needs[PUBLIC] = set()
    assert len(needs) > 200 and all(any(n.startswith(p) for n in needs) for p in PACKAGES)
    assert circle(needs) == []


@pytest.mark.parametrize(
    "second",
    [
        "from . import a",
        "from .a import x",
        "import p.a",
        "def later():\n    from p.a import x",
        "if TYPE_CHECKING:\n    from p import a",
    ],
)
def test_circles_are_seen_in_every_spelling(second: str) -> None:
    needs = graph({"p": "", "p.a": "from p.b import y", "p.b": second}, frozenset({"p"}))
    assert set(circle(needs)) == {"p.a", "p.b"}
