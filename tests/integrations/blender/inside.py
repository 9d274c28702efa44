"""Runs inside a Blender: loads the add-on from the checkout and calls a script's `main`.

    blender -b --factory-startup --python-exit-code 1 -P inside.py -- SCRIPT GIVEN RESULT
    python inside.py SCRIPT GIVEN RESULT                 # Blender as a Python module

It ends with a hard exit: Blender 4.5 as a module hangs in an ordinary one.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[3]


def load(name: str, path: Path, package: bool = False) -> ModuleType:
    """A module from a file, importable by `name` from then on."""
    folders = [str(path.parent)] if package else None
    spec = importlib.util.spec_from_file_location(name, path, submodule_search_locations=folders)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def run(script: str, given: str, result: str) -> int:
    try:
        import bpy

        bpy.ops.wm.read_factory_settings(use_empty=True)
        load(
            "generate_foley",
            ROOT / "integrations/v2a_integrations/blender/__init__.py",
            package=True,
        )
        sys.path.insert(0, str(Path(script).parent))
        said: dict[str, Any] = {"result": load("script", Path(script)).main(json.loads(given))}
    except BaseException:
        said = {"error": traceback.format_exc()}
    partial = Path(result + ".partial")
    partial.write_text(json.dumps(said))
    partial.replace(result)
    return 1 if "error" in said else 0


if __name__ == "__main__":
    arguments = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else sys.argv[1:]
    status = run(*arguments)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
