"""Registers the add-on, takes it back, and does both again, as a user who toggles it."""

from __future__ import annotations

from typing import Any

import bpy
import generate_foley


def main(given: Any) -> Any:
    for _ in range(2):
        generate_foley.register()
        generate_foley.unregister()
    return {"version": list(bpy.app.version)}
