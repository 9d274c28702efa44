"""What was seen of a film as one file, so that it is decoded and embedded once: an .npz."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from v2a.seen import Seen
from v2a_daemon.media.records import ClipHead, clip_of, clip_record
from v2a_daemon.whole_file import whole_file


def save(seen: Seen, path: Path) -> None:
    """Write it whole or not at all."""
    head, ticks, signatures = clip_record(seen.clip)
    with whole_file(path) as part, part.open("wb") as file:
        np.savez(
            file,
            head=np.frombuffer(head.model_dump_json().encode(), np.uint8),
            ticks=ticks,
            signatures=signatures,
            samples=seen.samples,
            embeddings=seen.embeddings,
        )


def load(path: Path, media: Path) -> Seen:
    """What `save` wrote, seen of `media`: the same content may lie elsewhere by now."""
    with np.load(path, allow_pickle=False) as arrays:
        head = ClipHead.model_validate_json(arrays["head"].tobytes())
        clip = clip_of(head, arrays["ticks"], arrays["signatures"], media)
        return Seen(clip, arrays["samples"], arrays["embeddings"])
