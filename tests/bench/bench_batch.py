"""Eight scenes through the sound model in one batch, against one scene at a time."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from v2a.clap_to_audio import SoundModel
from v2a.errors import V2AError
from v2a.packs.locate import Pack, find_pack, forget_parts, random_pack
from v2a.types import SamplingOptions, SoundRequest

SCENES = 8
ROUNDS = 3


def run(pack: str = "pocket", like_paper: bool = True, quick: bool = False) -> dict[str, Any]:
    """Seconds and ratios for a pack at its own settings, and for random weights at full size.

    `ratio` is time one at a time over time in one batch, by the clock; `ratio_cpu` the same by
    processor time. `times_real_time` is seconds of sound made in a second, in one batch. The
    full-size part takes minutes on a CPU and is left out when `quick`.
    """
    with tempfile.TemporaryDirectory() as folder:
        rows = [_measure(_pack(pack, Path(folder)), "2.5", None, 1 if quick else ROUNDS)]
        if like_paper and not quick:
            forget_parts()
            full = random_pack("paper", Path(folder, "paper"))
            rows.append(_measure(full, "2.5", SamplingOptions("ddim", 2, 4.5), 1))
        forget_parts()
    return {"scenes": SCENES, "packs": rows}


def _pack(name: str, folder: Path) -> Pack:
    """The pack, or random weights of the pocket pack's sizes where there is none yet."""
    try:
        return find_pack(name)
    except V2AError:
        return random_pack("pocket", folder / "pocket")


def _measure(
    pack: Pack, seconds: str, options: SamplingOptions | None, rounds: int
) -> dict[str, Any]:
    model = SoundModel(pack)
    rng = np.random.default_rng(0)
    requests = [
        SoundRequest(rng.standard_normal(512).astype(np.float32), None, Fraction(seconds), seed)
        for seed in range(SCENES)
    ]
    brief = SamplingOptions("ddim", 1, 1.0)
    model.generate(requests[:1], brief)
    together = _least(lambda: model.generate(requests, options), rounds)
    alone = _least(lambda: [model.generate([one], options) for one in requests], rounds)
    own = pack.manifest.sampling
    return {
        "pack": pack.name,
        "device": model.device,
        "steps": own.steps if options is None else options.steps,
        "seconds_each": float(seconds),
        "one_batch_s": together[0],
        "one_at_a_time_s": alone[0],
        "ratio": alone[0] / together[0],
        "ratio_cpu": alone[1] / together[1],
        "times_real_time": SCENES * float(seconds) / together[0],
    }


def _least(call: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Least clock and processor seconds of some rounds."""
    found = []
    for _ in range(rounds):
        clock, processor = time.perf_counter(), time.process_time()
        call()
        found.append((time.perf_counter() - clock, time.process_time() - processor))
    return min(c for c, _ in found), min(p for _, p in found)
