"""Facts from v2a that belong to no one job: packs, its version, previewed numbers of scenes.

Plain data of this run of Blender, never saved; the panel reads it, `step` writes it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Preview:
    """The number of scenes that a sensitivity gives in the selected strips."""

    sensitivity: float
    strips: int
    scenes: int | None = None
    """None while it is being counted."""
    error: str = ""


@dataclass
class BridgeFacts:
    """The facts that the panel shows."""

    packs: list[dict[str, Any]] = field(default_factory=list)
    """Answer of the verb `packs`: name, installed, description, mappers of each."""
    version: str = ""
    """Version of the v2a that answers; empty until it did."""
    trouble: str = ""
    """One sentence why there is no v2a to speak to; empty when there is."""
    previews: dict[str, Preview] = field(default_factory=dict)
    """By the name of the scene."""


KNOWN = BridgeFacts()


def pack_names() -> list[str]:
    """Names of packs that are installed; 'pocket' always is."""
    return [pack["name"] for pack in KNOWN.packs if pack.get("installed")] or ["pocket"]


def mapper_names(pack: str) -> list[str]:
    """Names of a pack's mappers; empty until v2a has listed its packs."""
    found = (given.get("mappers", []) for given in KNOWN.packs if given["name"] == pack)
    return list(next(found, []))
