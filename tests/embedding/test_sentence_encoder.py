"""Sentence vectors against transformers' own model and plain mean pooling."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from v2a.embedding.sentence_encoder import AT_ONCE, LONGEST, SentenceEncoder

TEXTS = ["rain", "a dog barks at the postman", "rain on a tin roof at night"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny BERT of random weights with a tokeniser of bytes."""
    from transformers import BertConfig, BertModel

    from v2a.packs.random_pack import byte_tokeniser

    path = tmp_path_factory.mktemp("encoder") / "model"
    byte_tokeniser(path, 300)
    config = BertConfig(
        vocab_size=300,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=48,
        max_position_embeddings=LONGEST + 2,
    )
    torch.manual_seed(0)
    BertModel(config).eval().save_pretrained(path)
    return path


def plain(folder: Path, texts: list[str]) -> torch.Tensor:
    """Mean over the tokens of one text at a time, made unit."""
    from transformers import AutoModel, PreTrainedTokenizerFast

    model: Any = AutoModel.from_pretrained(folder).eval()
    tokeniser: Any = PreTrainedTokenizerFast.from_pretrained(folder)
    rows = []
    for text in texts:
        coded = tokeniser([text], truncation=True, max_length=LONGEST, return_tensors="pt")
        with torch.inference_mode():
            hidden = model(input_ids=coded["input_ids"]).last_hidden_state[0]
        rows.append(torch.nn.functional.normalize(hidden.mean(0), dim=0))
    return torch.stack(rows)


def test_equals_plain_mean_pooling(folder: Path) -> None:
    found = SentenceEncoder(folder)(TEXTS)
    assert found.dtype == torch.float32
    torch.testing.assert_close(found, plain(folder, TEXTS), atol=1e-5, rtol=1e-4)


def test_a_text_does_not_depend_on_its_company(folder: Path) -> None:
    encoder = SentenceEncoder(folder)
    many = [f"sound number {k} " + "again " * (k % 7) for k in range(AT_ONCE + 3)]
    torch.testing.assert_close(encoder(many)[-2:], encoder(many[-2:]), atol=1e-5, rtol=1e-4)


def test_no_texts_and_texts_that_are_stories(folder: Path) -> None:
    encoder = SentenceEncoder(folder)
    assert encoder([]).shape == (0, encoder.width) == (0, 32)
    story = encoder(["wind " * 500])
    assert bool(story.isfinite().all())
    torch.testing.assert_close(story.norm(dim=1), torch.ones(1))


def test_a_folder_without_an_encoder_is_refused(tmp_path: Path) -> None:
    with pytest.raises((OSError, ValueError)):
        SentenceEncoder(tmp_path)
