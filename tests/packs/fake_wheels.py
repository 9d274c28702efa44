"""Installed packages made up in a folder on the path, as pip leaves them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from v2a.packs.manifest import Wheel


def install(site: Path, files: Mapping[str, bytes], version: str = "1.2") -> Wheel:
    """Put a package `made-up-weights` below `site`; returns what a pack would record of it."""
    info = site / f"made_up_weights-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: made-up-weights\nVersion: {version}\n"
    )
    for name, content in files.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(content)
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    return Wheel("made-up-weights", version, hashes, "sight")
