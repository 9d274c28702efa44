"""A layout that notes what is drawn, and holds every call against Blender's own description of it.

Blender draws nothing in the background; what its `UILayout` would refuse is refused here too.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import bpy

RNA = bpy.types.UILayout.bl_rna
PARTS = ("row", "column", "box", "split", "column_flow", "grid_flow")


class Layout:
    """Drawn on like a UILayout; `drawn` is the list of what is seen, shared with its parts."""

    def __init__(self, drawn: list[dict[str, Any]] | None = None) -> None:
        object.__setattr__(self, "drawn", [] if drawn is None else drawn)

    def __setattr__(self, name: str, value: Any) -> None:
        assert name in RNA.properties, f"UILayout has no {name}"

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in RNA.functions:
            raise AttributeError(name)
        return partial(self._call, name)

    def _call(self, what: str, *positional: Any, **named: Any) -> Any:
        known = RNA.functions[what].parameters
        inputs = [name for name, told in known.items() if not told.is_output]
        given = {**dict(zip(inputs, positional, strict=False)), **named}
        for name in given:
            assert name in inputs, f"{what} takes no {name}"
        if "icon" in given:
            assert given["icon"] in known["icon"].enum_items, f"no icon {given['icon']}"
        if what in PARTS:
            return Layout(self.drawn)
        return getattr(self, f"_{what}", self._plain)(what, given)

    def _plain(self, what: str, given: dict[str, Any]) -> None:
        self.drawn.append({"what": what, "text": given.get("text", "")})

    def _prop(self, what: str, given: dict[str, Any]) -> None:
        owner, name = given["data"], given["property"]
        told = owner.bl_rna.properties[name]
        value = getattr(owner, name)
        self.drawn.append({"what": what, "name": name, "text": given.get("text", told.name)})
        if isinstance(value, (int, float, str)):
            self.drawn[-1]["value"] = value

    def _operator(self, what: str, given: dict[str, Any]) -> Any:
        group, _, name = given["operator"].partition(".")
        told = getattr(getattr(bpy.ops, group), name).get_rna_type()
        self.drawn.append(
            {"what": what, "name": given["operator"], "text": given.get("text", told.name)}
        )
        return _Given(told)

    def _menu(self, what: str, given: dict[str, Any]) -> None:
        assert hasattr(bpy.types, given["menu"])
        self.drawn.append({"what": what, "name": given["menu"]})


class _Given:
    """What an operator is to be run with; only properties it has can be set."""

    def __init__(self, told: Any) -> None:
        object.__setattr__(self, "_told", told)

    def __setattr__(self, name: str, value: Any) -> None:
        assert name in self._told.properties, f"{self._told.identifier} has no {name}"


def draw(kind: Any, context: Any = None) -> list[dict[str, Any]] | None:
    """What a panel or menu shows; None where a panel does not come up."""
    context = context or bpy.context
    if hasattr(kind, "poll") and not kind.poll(context):
        return None
    layout = Layout()
    kind.draw(SimpleNamespace(layout=layout), context)
    return layout.drawn
