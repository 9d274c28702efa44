"""CLIP's text tower over as many tokens as the texts have, not over all 77: the same, sooner."""

from __future__ import annotations

from typing import Any

import torch

ENDS = ("argmax", "eos")
"""open_clip's `text_pool_type` of towers that are read at their end mark."""


def encode_short(clip: Any, codes: torch.Tensor) -> torch.Tensor:
    """(N, L) tokens to (N, 512), what `clip.encode_text` gives.

    A causal tower that is read at its end mark never sees the padding behind it, so that is left
    out: the vocabulary's cues have 9 tokens of 77 on average. Other towers get all of theirs.
    """
    mask = getattr(clip, "attn_mask", None)
    if mask is None or clip.text_pool_type not in ENDS:
        return clip.encode_text(codes)
    eos = codes.max() if clip.text_pool_type == "argmax" else clip.text_eos_id
    ends = (codes == eos).int().argmax(dim=-1)
    length = int(ends.max()) + 1
    x = clip.token_embedding(codes[:, :length]) + clip.positional_embedding[:length]
    x = clip.transformer(x.to(clip.transformer.get_cast_dtype()), attn_mask=mask[:length, :length])
    x = clip.ln_final(x)[torch.arange(len(x), device=x.device), ends]
    projection = clip.text_projection
    return projection(x) if isinstance(projection, torch.nn.Linear) else x @ projection
