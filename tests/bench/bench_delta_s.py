"""Delta-S without the T x T matrix: its error, its time and its memory."""

from __future__ import annotations

import multiprocessing
import os
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v2a.embeddings_to_scenes import delta_s

SIZE = 512
LONG, LITERAL = 180_000, 20_000
"""Two hours of every frame at 25 a second; a film that the literal form still fits (1.6 GB)."""


def run(quick: bool = False) -> dict[str, Any]:
    """Largest relative errors, and seconds and peak memory at two hours' length.

    quick: a quarter of the length, and the literal form at 5,000 rows.
    """
    count, literal_count = (LONG // 4, LITERAL // 4) if quick else (LONG, LITERAL)
    x = rows("random", literal_count)
    literal_s = _seconds(literal, x, np.float32)
    blocks_s = _seconds(delta_s, x)
    return {
        "largest relative error": [
            {"rows": n, "embeddings": kind, "centred": centre, "error": error(kind, n, centre)}
            for kind in ("random", "clustered", "still")
            for centre in (True, False)
            for n in (2, 100, 2000)
        ],
        "time": [
            {"rows": literal_count, "literal s": literal_s, "blocks s": blocks_s},
            _alone(count),
        ],
        "threads": os.environ.get("OMP_NUM_THREADS", "all"),
    }


def literal(x: NDArray[np.floating], kind: type = np.float64) -> NDArray[np.float64]:
    """The equations of section II-A on the whole matrix."""
    x = x.astype(kind)
    s = x @ x.T
    s = s - s.mean(axis=0, keepdims=True) - s.mean(axis=1, keepdims=True)
    return np.abs(np.diff(s, axis=0)).sum(axis=1, dtype=np.float64)


def error(kind: str, count: int, centre: bool) -> float:
    """Largest relative error against the literal formula in double precision."""
    x = rows(kind, count)
    x64 = x.astype(np.float64)
    expected = literal(x64) if centre else np.abs(np.diff(x64 @ x64.T, axis=0)).sum(axis=1)
    return float(np.max(np.abs(delta_s(x, centre) - expected) / expected))


def rows(kind: str, count: int) -> NDArray[np.float32]:
    """(count, 512) embeddings: random, in clusters like shots, or one shot that hardly moves."""
    rng = np.random.default_rng(count)
    if kind == "random":
        return rng.standard_normal((count, SIZE), np.float32)
    jitter = 0.05 if kind == "clustered" else 1e-3
    centres = rng.standard_normal((8 if kind == "clustered" else 1, SIZE), np.float32) + 3
    place = np.sort(rng.integers(0, len(centres), count))
    return centres[place] + np.float32(jitter) * rng.standard_normal((count, SIZE), np.float32)


def _seconds(work: Callable[..., object], *given: object) -> float:
    begun = time.perf_counter()
    work(*given)
    return time.perf_counter() - begun


def _alone(count: int) -> dict[str, Any]:
    """The long case in a process of its own, so that its peak memory is nobody else's."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_measure, (count,))


def _measure(count: int) -> dict[str, Any]:
    x = rows("random", count)
    before = _peak()
    processor = time.process_time()
    seconds = _seconds(delta_s, x)
    processor = time.process_time() - processor
    peak = _peak()
    return {
        "rows": count,
        "blocks s": seconds,
        "processor s": processor,
        "GFLOP/s": 2e-9 * count**2 * SIZE / seconds,
        "peak MB": peak,
        "beyond its input MB": peak - before,
    }


def _peak() -> float:
    """MB this process has held; ru_maxrss would count what its parent held when it was started."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)
    line = next(x for x in status.read_text("utf-8").splitlines() if x.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
