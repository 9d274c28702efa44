"""Names of devices as torch's devices."""

from __future__ import annotations

import os

from v2a.errors import V2AError

# Idle threads that spin starve whoever shares the cores; OpenMP reads this when torch first loads.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def resolve_device(name: str) -> str:
    """The torch device of a name: 'auto' is cuda, then mps, else cpu; raises NO_DEVICE."""
    import torch

    if name == "auto":
        if torch.cuda.is_available():
            return "cuda"
        return "mps" if torch.backends.mps.is_available() else "cpu"
    kind, _, index = name.partition(":")
    count = {
        "cpu": 1,
        "cuda": torch.cuda.device_count() if torch.cuda.is_available() else 0,
        "mps": int(torch.backends.mps.is_available()),
    }.get(kind, 0)
    if not (index == "" or index.isdecimal()) or int(index or 0) >= count:
        raise V2AError("NO_DEVICE", device=name)
    return "cpu" if kind == "cpu" else name
