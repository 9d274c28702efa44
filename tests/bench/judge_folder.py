"""`python -m tests.bench.judge_folder DIR`: how the judge names the sounds in DIR/KIND/*.wav.

KIND is a kind's name, its label or its folder of recordings. Prints naming by a probe of all folds,
FD and KAD to the real sounds of the same kinds, and the pitch of those that have one.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch

from tests.bench.__main__ import markdown
from tests.bench.bench_judge import (
    Heard,
    Judge,
    by_kind,
    chance,
    distance_rows,
    grouped,
    pitch_rows,
    share,
)
from tests.bench.real_sounds import RealSounds, kinds_of_folders, read, sounds_folder
from v2a.evaluation import naming_probe
from v2a.evaluation.judge_embedding import JudgeEar


def kind_of(folder: str) -> str | None:
    """The recordings' folder of a kind, by that, its name or its label; None for an unknown one."""
    for own, (name, label) in kinds_of_folders().items():
        if folder in (own, name, label, label.replace(" ", "_")):
            return own
    return None


def judged(folder: Path) -> dict[str, object]:
    """The tables of a folder of folders; RuntimeError where nothing in it can be judged."""
    files = [(f, kind_of(f.parent.name)) for f in sorted(folder.glob("*/*.wav"))]
    known = [(f, k) for f, k in files if k is not None]
    if not known:
        raise RuntimeError(f"no DIR/KIND/*.wav of a recorded kind in {folder}")
    kinds = [k for _, k in known]
    made = Heard.by(JudgeEar(), [read(f) for f, _ in known], kinds)
    real = RealSounds(sounds_folder())
    judge = Judge(real, kinds)
    probe = [judge.taught_by(np.unique(real.folds).tolist())]
    right, own = (
        naming_probe.right_by_all(probe, made.embeddings, kinds, among)
        for among in (None, judge.among)
    )
    each = max(1, round(len(kinds) / len(judge.among)))
    held = real.held(judge.among, each)
    rows = {"DIR, probe of all folds": share(right, own)}
    rows["real, held folds"] = share(judge.real_right(), judge.real_right(judge.among))
    return {
        "left out, no recorded kind": ", ".join(
            sorted({f.parent.name for f, k in files if k is None})
        ),
        "named rightly": rows,
        "by kind, %": by_kind(judge, {"DIR": made}),
        "distance": [
            chance(real, judge.among, each),
            *distance_rows(real, held, {"DIR": made.embeddings}),
        ],
        "pitch": pitch_rows({"DIR": grouped(made)}),
    }


def main() -> None:
    """Print the tables of the folder named on the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.judge_folder", description=__doc__)
    parser.add_argument("folder", type=Path)
    torch.set_num_threads(1)
    print(markdown(judged(parser.parse_args().folder)))


if __name__ == "__main__":
    main()
