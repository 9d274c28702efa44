"""What scripts may import from `v2a`, and that naming it costs nothing."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import v2a
from tests.conftest import ROOT
from tests.films import Film, write_film


def named_for_type_checkers() -> set[str]:
    """Names that `if TYPE_CHECKING` imports in `v2a/__init__.py`."""
    body = ast.parse(Path(str(v2a.__file__)).read_text("utf-8")).body
    block = next(node for node in body if isinstance(node, ast.If))
    imports = [node for node in ast.walk(block) if isinstance(node, ast.ImportFrom)]
    return {alias.asname or alias.name for node in imports for alias in node.names}


@pytest.mark.parametrize("name", v2a.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(v2a, name) is not None


def test_type_checkers_know_the_same_names() -> None:
    assert named_for_type_checkers() | {"__version__"} == set(v2a.__all__) == set(dir(v2a))


def test_public_names_are_those_of_their_modules() -> None:
    from v2a import client, errors, pipeline, types

    assert v2a.generate is pipeline.generate and v2a.find_scenes is pipeline.find
    assert v2a.Client is client.Client and v2a.connect is client.connect
    assert v2a.V2AError is errors.V2AError and v2a.GenerateOptions is types.GenerateOptions


def test_what_is_not_public_is_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'MapperMLP'"):
        v2a.MapperMLP  # noqa: B018


def test_naming_them_loads_nothing_heavy() -> None:
    code = (
        "import sys; from v2a import Client, GenerateOptions, TimelineClip, V2AError, connect\n"
        "sys.exit(', '.join({'torch', 'numpy', 'av'} & sys.modules.keys()) or None)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
def test_the_readmes_script_runs(tmp_path: Path) -> None:
    write_film(tmp_path / "film.mp4", Film())
    (script,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)
    environment = {**os.environ, "V2A_PACKS": str(tmp_path / "packs")}
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, env=environment, check=True)
    assert (tmp_path / "film.foley" / "film.foley.wav").is_file()
