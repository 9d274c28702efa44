"""Prompts in open language: which kind of sound a pack takes them for.

`phrases.json` holds prompts written before anything was taught, with the kinds that would be right,
and some that are far from every sound.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench.bench_held_out import share
from v2a.mapping.word_bank import word_bank
from v2a.packs.locate import find_pack
from v2a.scenes_to_clap import SceneListener
from v2a.training.sound_kinds import SOUND_KINDS

LIST = Path(__file__).with_name("phrases.json")


def run() -> dict[str, Any]:
    """Shares of prompts whose vector lies nearest to a right kind's, and those that miss."""
    pack = find_pack(os.environ.get("V2A_BENCH_PACK", "pocket"))
    listener, bank = SceneListener(pack), word_bank(pack)
    entries = [entry.label for entry in bank.vocabulary.entries if not entry.unknown]
    rows = json.loads(LIST.read_text(encoding="utf-8"))["phrases"]
    near = np.stack([listener.hear(row["text"]) for row in rows]) @ bank.clap[: len(entries)].T
    order = np.argsort(-near, axis=1)
    wanted = [{SOUND_KINDS[kind].label for kind in row["kinds"]} for row in rows]
    first = [entries[best[0]] in right for best, right in zip(order, wanted, strict=True)]
    three = [
        any(entries[row] in right for row in best[:3])
        for best, right in zip(order, wanted, strict=True)
    ]
    missed = [
        f"{row['text']}: {entries[best[0]]}"
        for row, best, right in zip(rows, order, first, strict=True)
        if not right
    ]
    return {
        "prompts": len(rows),
        "right first": share(first),
        "right among three": share(three),
        "missed": "; ".join(missed),
    }
