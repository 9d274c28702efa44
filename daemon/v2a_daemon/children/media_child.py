"""The media child: one request on standard input, limits on itself, then records on its output."""

from __future__ import annotations

import json
import os
import sys
import time
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from v2a_daemon.children.process_limits import (
    MediaLimits,
    die_with_parent,
    ignore_interrupts,
    set_limits,
)

TELL_EVERY_S = 0.1
LOADED = (
    "av",
    "v2a.video_to_frames",
    "v2a_daemon.children.media_budget",
    "v2a_daemon.children.media_records",
)


def main() -> None:
    """Read what a `ChildFrameReader` asks, and answer it."""
    ignore_interrupts()
    request = json.loads(sys.stdin.buffer.readline())
    die_with_parent(request["parent"])
    limits = MediaLimits(**request["limits"])
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _load()
    # From here on what goes wrong is the file's doing: only that is limited, and only then is read.
    set_limits(limits.process)
    _answer(request, limits, out)
    # Nothing is worth waiting for: decoders of damaged files may not want to end.
    os._exit(0)


def _load() -> None:
    """Import all that decoding needs: what fails here is no file's fault."""
    for name in LOADED:
        import_module(name)


def _answer(request: dict[str, Any], limits: MediaLimits, out: IO[bytes]) -> None:
    from v2a.errors import MEGABYTE, V2AError
    from v2a_daemon.children import media_records

    try:
        _decode(request, limits, out)
        return
    except V2AError as known:
        error = known
    except (ImportError, MemoryError):  # a library that cannot be mapped is want of memory, too
        detail = f"more than {limits.memory // MEGABYTE} MB of memory"
        error = V2AError("MEDIA_LIMIT", path=request["path"], detail=detail)
    except BrokenPipeError:  # nobody listens any more
        return
    media_records.write(out, media_records.trouble(error))


def _decode(request: dict[str, Any], limits: MediaLimits, out: IO[bytes]) -> None:
    from v2a.types import FrameOptions
    from v2a.video_to_frames import FrameReader
    from v2a_daemon.children import media_records
    from v2a_daemon.children.media_budget import Budget
    from v2a_daemon.injected_faults import strike

    media_records.write(
        out, media_records.ProgressHead(fraction=0.0)
    )  # a sign of life before the file
    strike("media", request)
    path, rate = Path(request["path"]), request["rate"]
    options = FrameOptions(rate and Fraction(rate), request["batch"], _span(request["span"]))
    budget = Budget(path, limits)
    budget.check_head(options.span)
    told = time.monotonic()

    def report(fraction: float) -> None:
        nonlocal told
        if time.monotonic() - told >= TELL_EVERY_S:
            told = time.monotonic()
            media_records.write(out, media_records.ProgressHead(fraction=fraction))

    reader = FrameReader(path, request["size"], options, report, budget.frame_goes_by)
    for batch in reader:
        head = media_records.BatchHead(count=len(batch.indices))
        media_records.write(out, head, batch.indices, batch.pixels)
    budget.check_clip(reader.clip)
    media_records.write(out, *media_records.clip_record(reader.clip))


def _span(told: list[str | None] | None) -> tuple[Fraction, Fraction | None] | None:
    if told is None:
        return None
    start, end = told
    return Fraction(start or 0), None if end is None else Fraction(end)


if __name__ == "__main__":
    main()
