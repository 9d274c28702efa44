"""CLIP in small: a ViT over 64-pixel frames of the world and a transformer over captions."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import open_clip
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional
from transformers import PreTrainedTokenizerFast

from v2a.training.captions import TOKENS, seen
from v2a.training.contrast import contrast, targets
from v2a.training.examples import NAMES
from v2a.training.loop import Schedule, Step, Tell, Trainer
from v2a.training.world.kinds import SceneSpec
from v2a.types import EMBEDDING_SIZE

SIZE = 64
BATCH = 48
MEAN, STD = (0.45, 0.45, 0.45), (0.27, 0.27, 0.27)


def model_config(vocabulary: int) -> dict[str, object]:
    """open_clip's `model_cfg`; the text tower reads with the pack's own tokeniser."""
    return {
        "embed_dim": EMBEDDING_SIZE,
        "vision_cfg": {
            "image_size": SIZE, "layers": 4, "width": 128, "head_width": 32, "patch_size": 8,
        },
        "text_cfg": {
            "context_length": TOKENS,
            "vocab_size": vocabulary,
            "hf_tokenizer_name": "tokenizer",
            "width": 128,
            "heads": 4,
            "layers": 2,
            "pool_type": "eos",
            "eos_id": 2,
            "pad_id": 1,
        },
    }  # fmt: skip


def new_clip(vocabulary: int) -> open_clip.CLIP:
    """Both towers with fresh weights."""
    config = model_config(vocabulary)
    return open_clip.CLIP(**config)  # type: ignore[arg-type]


def normalised(frames: NDArray[np.uint8]) -> torch.Tensor:
    """(B, 64, 64, 3) RGB to (B, 3, 64, 64) in the tower's range."""
    x = torch.from_numpy(np.array(frames)).permute(0, 3, 1, 2).float() / 255
    mean, std = torch.tensor(MEAN), torch.tensor(STD)
    return (x - mean[:, None, None]) / std[:, None, None]


def padded(tokeniser: PreTrainedTokenizerFast, texts: list[str]) -> torch.Tensor:
    """(B, TOKENS) ids, padded to the tower's context."""
    coded = tokeniser(
        texts, padding="max_length", truncation=True, max_length=TOKENS, return_tensors="pt"
    )
    return coded["input_ids"]


def train_picture_towers(
    make: Callable[[], tuple[NDArray[np.uint8], Sequence[SceneSpec]]],
    tokeniser: PreTrainedTokenizerFast,
    folder: Path,
    schedule: Schedule,
    tell: Tell | None = None,
) -> open_clip.CLIP:
    """Train on frames (N, 64, 64, 3), which `make` draws, and captions drawn for their scenes."""
    torch.manual_seed(2)
    clip = new_clip(len(tokeniser))
    trainer = Trainer("picture_towers", clip, schedule, folder)
    if not trainer.done:
        trainer.run(_step(clip, *make(), tokeniser), tell)
    trained = trainer.trained
    assert isinstance(trained, open_clip.CLIP)
    return trained


def _step(
    clip: open_clip.CLIP,
    frames: NDArray[np.uint8],
    specs: Sequence[SceneSpec],
    tokeniser: PreTrainedTokenizerFast,
) -> Step:
    kinds = torch.tensor([NAMES.index(s.kind) for s in specs])
    attributes = torch.tensor([s.attributes for s in specs], dtype=torch.float32)

    def step(index: int, generator: torch.Generator) -> torch.Tensor:
        rows = torch.randint(0, len(frames), (BATCH,), generator=generator)
        rng = np.random.default_rng((2, index))
        x = normalised(frames[rows.numpy()])
        x = torch.where(torch.rand((BATCH, 1, 1, 1), generator=generator) < 0.5, x.flip(3), x)
        gain = 1 + 0.15 * torch.randn((BATCH, 3, 1, 1), generator=generator)
        x = x * gain + 0.15 * torch.randn((BATCH, 3, 1, 1), generator=generator)
        said = padded(tokeniser, [seen(specs[int(r)], rng) for r in rows])
        wanted = targets(kinds[rows], attributes[rows])
        scale = clip.logit_scale.exp().clamp_max(100)
        return contrast(clip.encode_image(x), clip.encode_text(said), wanted, scale)

    return step


@torch.inference_mode()
def look(clip: open_clip.CLIP, frames: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(B, 64, 64, 3) frames to (B, 512) raw embeddings."""
    rows = [
        functional.normalize(clip.encode_image(normalised(frames[i : i + 64])), dim=-1)
        for i in range(0, len(frames), 64)
    ]
    return torch.cat(rows).numpy()


def save_clip(clip: nn.Module, tokeniser: PreTrainedTokenizerFast, folder: Path) -> None:
    """Write the folder open_clip reads with `local-dir:`; weights in half precision."""
    folder.mkdir(parents=True, exist_ok=True)
    preprocess = {"mean": MEAN, "std": STD, "interpolation": "bicubic", "resize_mode": "shortest"}
    config = {"model_cfg": model_config(len(tokeniser)), "preprocess_cfg": preprocess}
    (folder / "open_clip_config.json").write_text(json.dumps(config, indent=2) + "\n")
    weights = {n: v.half().contiguous() for n, v in clip.state_dict().items() if n != "attn_mask"}
    save_file(weights, folder / "open_clip_model.safetensors")
    tokeniser.save_pretrained(folder)
