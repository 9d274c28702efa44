"""The versions that shape a result: told in every sidecar, and part of every cache key."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version

import v2a

SHAPING = (
    "av",  # decoding, and the FFmpeg inside
    "numpy",
    "scipy",
    "torch",
    "torchvision",
    "timm",
    "open_clip_torch",
    "transformers",
    "tokenizers",
    "diffusers",
    "soxr",
    "pyloudnorm",
)
"""Distributions whose numbers end up in scenes, vectors or sound."""


@cache
def shaping_versions() -> dict[str, str]:
    """Version by name, of v2a and of `SHAPING`; imports none of them. "" for one not installed."""
    return {"v2a": v2a.__version__} | {name: _version(name) for name in SHAPING}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
