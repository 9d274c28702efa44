"""The paper's mapper from CLIP to CLAP, the network of Table I (arXiv 2409.09823)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import nn

from v2a.types import EMBEDDING_SIZE

HIDDEN = 1024
"""Width of the first layer (Table I)."""
InputForm = Literal["unit", "raw"]
"""Whether pooled vectors are made unit before the network, or taken as they come (the paper)."""


class MapperMLP(nn.Module):
    """Linear 512-1024, ReLU, then Linear 1024-512, 512-512, 512-512; its output is not normalised.

    The last three layers have nothing between them: they are one linear map written as three,
    which trains differently and maps alike.
    """

    def __init__(self, takes: InputForm = "unit") -> None:
        super().__init__()
        self.takes: InputForm = takes
        self.linear1 = nn.Linear(EMBEDDING_SIZE, HIDDEN)
        self.linear2 = nn.Linear(HIDDEN, EMBEDDING_SIZE)
        self.linear3 = nn.Linear(EMBEDDING_SIZE, EMBEDDING_SIZE)
        self.linear4 = nn.Linear(EMBEDDING_SIZE, EMBEDDING_SIZE)

    def forward(self, pooled: torch.Tensor) -> torch.Tensor:
        """(S, 512) pooled CLIP vectors to (S, 512) CLAP vectors."""
        return self.linear4(self.linear3(self.linear2(torch.relu(self.linear1(pooled)))))

    def save(
        self,
        path: Path,
        half: bool = False,
        notes: Mapping[str, str] | None = None,
        eight_bits: bool = False,
    ) -> None:
        """Write the weights as safetensors, in float16 with `half`; folders are made as needed.

        `eight_bits` writes matrices as int8 with a float32 `NAME.scale` a row: a quarter of the
        size for an error under half a per cent of a row's largest weight. `notes` go into the
        file's metadata beside the input form.
        """
        dtype = torch.float16 if half else torch.float32
        weights = {n: w.detach().cpu().to(dtype).contiguous() for n, w in self.state_dict().items()}
        if eight_bits:
            weights = _in_eight_bits(self.state_dict())
        path.parent.mkdir(parents=True, exist_ok=True)
        facts = {**(notes or {}), "network": "mapper-mlp", "input": self.takes}
        save_file(weights, path, facts)

    @classmethod
    def load(cls, path: Path) -> MapperMLP:
        """Read what `save` wrote, as float32."""
        with safe_open(path, framework="pt") as file:
            facts = file.metadata() or {}
        mapper = cls("raw" if facts.get("input") == "raw" else "unit")
        stored = load_file(path)
        scales = {n: stored.pop(f"{n}.scale") for n in list(stored) if f"{n}.scale" in stored}
        mapper.load_state_dict({n: w.float() * scales.get(n, 1.0) for n, w in stored.items()})
        return mapper


def _in_eight_bits(weights: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Matrices as int8 and a scale a row, vectors as they are."""
    out: dict[str, torch.Tensor] = {}
    for name, value in weights.items():
        whole = value.detach().cpu().float().contiguous()
        if whole.ndim == 2:
            scale = whole.abs().amax(1, keepdim=True).clamp_min(1e-12) / 127
            out[f"{name}.scale"] = scale
            whole = (whole / scale).round().to(torch.int8)
        out[name] = whole
    return out
