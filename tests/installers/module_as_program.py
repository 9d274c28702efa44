"""Blender as a Python module, started with the program's arguments: what its own wheel lacks."""

import os
import runpy
import sys
from pathlib import Path

import bpy

if "--version" in sys.argv:
    print(f"Blender {bpy.app.version_string}")
else:
    bpy.ops.wm.read_userpref()  # the program does so at its start
    script = sys.argv[sys.argv.index("--python") + 1]
    sys.path.insert(0, str(Path(script).parent))
    runpy.run_path(script, run_name="__main__")
sys.stdout.flush()
os._exit(0)
