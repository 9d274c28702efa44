"""Words for training: captions among words that do not matter, and a tokeniser for them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
from tokenizers import (
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)
from transformers import PreTrainedTokenizerFast

from v2a.training.world.kinds import KINDS, SceneSpec, caption

TOKENS = 32
"""Longest caption in tokens."""
BACKDROPS = (
    "at night", "in the morning", "on a summer day", "in winter", "outside", "indoors", "in a city",
    "in the country", "far away", "close up", "in an old house", "on a street", "in a garden",
    "in the kitchen", "slow and calm", "very loud", "in the background", "with a wide lens",
    "in black and white", "for a long time", "in the distance", "by the window", "on the left",
    "again and again", "in a big hall", "early", "in a village", "on the table", "in the workshop",
    "under a bridge", "on holiday", "in spring", "at dusk", "shot on a phone", "in slow motion",
)  # fmt: skip
"""Surroundings that leave the sound as it is; a text tower must learn to look past them."""
OPENINGS = (
    "some ",
    "a lot of ",
    "one ",
    "the ",
    "this is ",
    "we hear ",
    "there is ",
    "scene with ",
)


def heard(spec: SceneSpec, rng: np.random.Generator) -> str:
    """A caption of the scene's sound."""
    return _dress(caption(spec, rng, seen=False), rng)


def seen(spec: SceneSpec, rng: np.random.Generator) -> str:
    """A caption of the scene's picture."""
    return _dress(caption(spec, rng, seen=True), rng)


def _dress(text: str, rng: np.random.Generator) -> str:
    if rng.uniform() < 0.25:
        text = str(rng.choice(OPENINGS)) + text
    if rng.uniform() < 0.4:
        text = f"{text} {rng.choice(BACKDROPS)}"
    return text.capitalize() if rng.uniform() < 0.2 else text


def make_tokeniser(folder: Path, size: int = 2000) -> PreTrainedTokenizerFast:
    """Train a byte-level BPE on the world's captions and save it; ids 0-3: <s> <pad> </s> <unk>."""
    tokeniser = Tokenizer(models.BPE(unk_token="<unk>"))
    tokeniser.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokeniser.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokeniser.decoder = decoders.ByteLevel()
    specials = ["<s>", "<pad>", "</s>", "<unk>"]
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=specials,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokeniser.train_from_iterator(_corpus(), trainer)
    tokeniser.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokeniser,
        model_max_length=TOKENS,
        bos_token="<s>", eos_token="</s>", pad_token="<pad>", unk_token="<unk>",
        cls_token="<s>", sep_token="</s>",
    )  # fmt: skip
    fast.save_pretrained(folder)
    return fast


def _corpus() -> list[str]:
    rng = np.random.default_rng(5)
    words = [w for k in KINDS.values() for w in (k.label, *k.words, *k.cues, *k.low, *k.high)]
    specs = [
        SceneSpec(name, (float(rng.uniform()), float(rng.uniform())), 0, Fraction(1))
        for name in KINDS
        for _ in range(40)
    ]
    return words + [make(spec, rng) for spec in specs for make in (heard, seen)]
