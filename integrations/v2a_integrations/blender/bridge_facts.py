"""What v2a last told that is not of any one job: packs, its version, scenes that were previewed.

Plain data of this run of Blender, never saved; the panel reads it, `step` writes it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Preview:
    """How many scenes the sensitivity gives."""

    sensitivity: float
    strips: int
    scenes: int | None = None
    """None while it is being looked for."""
    error: str = ""


@dataclass
class BridgeFacts:
    """All of it."""

    packs: list[dict[str, Any]] = field(default_factory=list)
    """Of the verb `packs`: name, installed, description, mappers."""
    version: str = ""
    """Of the v2a that answers; empty until it did."""
    trouble: str = ""
    """One sentence why there is no v2a to speak to; empty when there is."""
    previews: dict[str, Preview] = field(default_factory=dict)
    """By the name of the scene."""


KNOWN = BridgeFacts()


def pack_names() -> list[str]:
    """Names of packs that are installed; 'pocket' always is."""
    return [pack["name"] for pack in KNOWN.packs if pack.get("installed")] or ["pocket"]


def mapper_names(pack: str) -> list[str]:
    """The mappers that a pack has, as far as it is known."""
    found = (given.get("mappers", []) for given in KNOWN.packs if given["name"] == pack)
    return list(next(found, []))
