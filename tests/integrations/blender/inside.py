"""Runs inside a Blender: loads the add-on from the checkout and calls a script's `main`.

    blender -b --factory-startup --python-exit-code 1 -P inside.py -- SCRIPT GIVEN RESULT
    python inside.py SCRIPT GIVEN RESULT                 # Blender as a Python module
    … --serve                       # one after another: a line of JSON on standard input each

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


def serve() -> int:
    """Run what is asked for until nothing more is, or until something fails."""
    for line in sys.stdin:
        order = json.loads(line)
        os.environ.clear()
        os.environ.update(order["environment"])
        os.chdir(order["folder"])
        _print_to(Path(order["folder"]) / "log.txt")
        if status := run(order["script"], order["given"], order["result"]):
            return status
        _forget()
    return 0


def _print_to(log: Path) -> None:
    """What is printed from now on, by Blender as well."""
    sys.stdout.flush()
    sys.stderr.flush()
    with log.open("w") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)


def _forget() -> None:
    """Take the add-on out, and let go of every module of it and of the scripts."""
    import bpy

    if hasattr(bpy.types.Scene, "foley"):
        sys.modules["generate_foley"].unregister()
    scripts = str(Path(__file__).resolve().parent)
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None) or ""
        if name.partition(".")[0] == "generate_foley" or (
            file.startswith(scripts) and name != "__main__"
        ):
            del sys.modules[name]
    sys.path[:] = [path for path in sys.path if not path.startswith(scripts + os.sep)]


if __name__ == "__main__":
    arguments = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else sys.argv[1:]
    status = 1
    try:
        status = serve() if arguments == ["--serve"] else run(*arguments)
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
