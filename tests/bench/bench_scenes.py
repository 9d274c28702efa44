"""The scene detector beside PySceneDetect's, on films whose cuts are known.

Scored as PySceneDetect's own benchmark does (after TRECVID-SBD), at tolerance 0: a prediction
inside a gradual change counts once, further ones there are wrong; the rest are matched one to one
with the hard cuts; counts are summed over films before they become F1.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench import spliced_films, transnet
from v2a.embeddings_to_scenes import find_scenes
from v2a.types import FrameOptions, SceneOptions

UNSEEN = 700_000
"""First seed of the bench; development used seeds below 100,000."""
SHARED = Path(__file__).resolve().parents[3] / "shared" / "videos"
SIZE = (180, 320)

Detector = Callable[[Path], list[int]]


@dataclass
class Score:
    """Counts over films."""

    hard: int = 0
    wrong: int = 0
    missed: int = 0
    gradual: int = 0
    gradual_missed: int = 0
    clean: int = 0
    films: int = 0
    frames: int = 0
    seconds: float = 0.0

    def add(
        self, found: Sequence[int], hard: Sequence[int], gradual: Sequence[tuple[int, int]]
    ) -> None:
        """Score one film."""
        inside = {f: [k for k, (a, b) in enumerate(gradual) if a <= f <= b] for f in found}
        met: set[int] = set()
        wrong = 0
        for places in filter(None, inside.values()):
            free = [k for k in places if k not in met]
            met.update(free[:1])
            wrong += not free
        exact = set(hard) & {f for f, places in inside.items() if not places}
        wrong += sum(not places for places in inside.values()) - len(exact)
        self.hard += len(exact)
        self.missed += len(set(hard)) - len(exact)
        self.wrong += wrong
        self.gradual += len(met)
        self.gradual_missed += len(gradual) - len(met)
        self.clean += wrong == 0
        self.films += 1

    def row(self) -> dict[str, Any]:
        """The numbers of a table."""
        return {
            "F1": _f1(self.hard + self.gradual, self.wrong, self.missed + self.gradual_missed),
            "hard F1": _f1(self.hard, self.wrong, self.missed),
            "gradual": f"{self.gradual}/{self.gradual + self.gradual_missed}",
            "wrong": self.wrong,
            "films without a wrong cut": f"{self.clean}/{self.films}",
            "frames/s": round(self.frames / self.seconds) if self.seconds else "",
        }


def _f1(right: int, wrong: int, missed: int) -> float:
    return round(100 * 2 * right / max(2 * right + wrong + missed, 1), 1)


def run(films: int = 200, quick: bool = False) -> dict[str, Any]:
    """F1 and frames per second on world films, shared footage and single shots.

    Frames per second are of the whole way from the file to the cuts.
    """
    films = min(films, 12) if quick else films
    detectors = _detectors()
    with tempfile.TemporaryDirectory() as folder:
        out: dict[str, Any] = {
            "pack": _encoder()[1],
            "world films": _world(Path(folder), range(UNSEEN, UNSEEN + films), (2, 5), detectors),
            "world films of one shot": _world(
                Path(folder), range(UNSEEN + 5_000, UNSEEN + 5_000 + films // 2), (1, 1), detectors
            ),
            "synthetic footage": _synthetic(Path(folder), films // 4, True, detectors),
            "synthetic footage of one shot": _synthetic(Path(folder), films // 4, False, detectors),
        }
    if SHARED.is_dir():
        out["shared footage"] = _shared(detectors, whole=True)
        out["shared footage, stretches without a cut"] = _shared(detectors, whole=False)
        out["films spliced from shared footage"] = _spliced(films // 4, detectors)
    if not transnet.is_installed():
        out["TransNetV2"] = "not installed"
    return out


def _detectors() -> dict[str, Detector]:
    ours = {
        "v2a robust": lambda path: _ours(path, SceneOptions(), Fraction(8)),
        "v2a paper rule": lambda path: _ours(path, SceneOptions(rule="paper"), None),
    }
    if transnet.is_installed():
        ours["TransNetV2"] = transnet.find_cuts
    try:
        import scenedetect
    except ImportError:
        return ours
    return ours | {
        "PySceneDetect Content": lambda path: _theirs(path, scenedetect.ContentDetector()),
        "PySceneDetect Adaptive": lambda path: _theirs(path, scenedetect.AdaptiveDetector()),
    }


_kept: dict[str, Any] = {}


def _encoder() -> tuple[Any, str]:
    """The shipped tower, or where none is, a random view of the picture."""
    if "encoder" not in _kept:
        from v2a.errors import V2AError
        from v2a.frames_to_embeddings import ImageEncoder
        from v2a.packs.locate import find_pack

        try:
            _kept["encoder"] = ImageEncoder(find_pack("pocket"), "cpu"), "pocket"
        except (V2AError, OSError):
            _kept["encoder"] = _RandomTower(), "random stand-in"
    return _kept["encoder"]


class _RandomTower:
    size = 32

    def __init__(self) -> None:
        self.weights = np.random.default_rng(0).normal(size=(3 * self.size**2, 512)) / 55

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        flat = (pixels.reshape(len(pixels), -1).astype(np.float32) - 128) / 64
        return np.tanh(flat @ self.weights).astype(np.float32)


def _ours(path: Path, options: SceneOptions, rate: Fraction | None) -> list[int]:
    from v2a.video_to_frames import FrameReader

    encoder, _ = _encoder()
    reader = FrameReader(path, encoder.size, FrameOptions(rate=rate))
    batches = [(batch.indices, encoder(batch.pixels)) for batch in reader]
    samples, rows = (np.concatenate(column) for column in zip(*batches, strict=True))
    return [cut.frame for cut in find_scenes(rows, samples, reader.clip, options).cuts]


def _theirs(path: Path, detector: Any) -> list[int]:
    from scenedetect import SceneManager, open_video

    video = open_video(str(path), backend="pyav")
    manager = SceneManager()
    manager.add_detector(detector)
    manager.detect_scenes(video)
    return [start.frame_num for start, _ in manager.get_scene_list()][1:]


def _tried(
    detectors: dict[str, Detector],
    scores: dict[str, Score],
    path: Path,
    frames: int,
    truth: tuple[Sequence[int], Sequence[tuple[int, int]]],
) -> None:
    for name, detect in detectors.items():
        score = scores.setdefault(name, Score())
        begun = time.perf_counter()
        found = detect(path)
        score.seconds += time.perf_counter() - begun
        score.frames += frames
        score.add(found, *truth)


def _world(
    folder: Path, seeds: range, scenes: tuple[int, int], detectors: dict[str, Detector]
) -> dict[str, Any]:
    from v2a.world import films as world

    scores: dict[str, Score] = {}
    for seed in seeds:
        rate = world.FILM_RATES[seed % len(world.FILM_RATES)]
        plan = world.plan_film(seed, scenes, SIZE, rate, flash=seed % 4 == 0)
        cuts = world.truth(plan).cuts
        hard = [c.frame for c in cuts if c.kind == "hard"]
        gradual = [c.extent for c in cuts if c.kind != "hard"]
        path = world.write_film(plan, folder / f"{seed}.mp4")
        _tried(detectors, scores, path, plan.frames, (hard, gradual))
        path.unlink()
    return {name: score.row() for name, score in scores.items()}


def _synthetic(
    folder: Path, count: int, cuts: bool, detectors: dict[str, Detector]
) -> dict[str, Any]:
    from tests.synthetic_footage import draw_film, write_mp4

    scores: dict[str, Score] = {}
    for seed in range(UNSEEN, UNSEEN + count):
        shown = draw_film(seed, cuts)
        path = write_mp4(folder / "synthetic.mp4", shown.frames, shown.rate)
        _tried(detectors, scores, path, len(shown.frames), (shown.hard, shown.gradual))
    return {name: score.row() for name, score in scores.items()}


def _spliced(count: int, detectors: dict[str, Detector]) -> dict[str, Any]:
    """Films of shots that no weight was fitted on: edited, bursts of short shots, single shots."""
    shots = spliced_films.read_shots(SHARED)
    kinds = ("edited", "edited", "burst", "single")
    scores: dict[str, Score] = {}
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(UNSEEN, UNSEEN + count):
            path = Path(folder) / f"{seed}.mp4"
            drawn = spliced_films.splice(seed, shots, kinds[seed % 4])
            film = spliced_films.write(drawn, path, seed, varying=seed % 7 == 0)
            _tried(detectors, scores, path, len(film.frames), (film.hard, film.gradual))
    return {name: score.row() for name, score in scores.items()}


def _shared(detectors: dict[str, Detector], whole: bool) -> dict[str, Any]:
    """Real footage: whole, or only what was found away from every cut (each shot a film)."""
    scores: dict[str, Score] = {}
    truth = json.loads((SHARED / "cuts.json").read_text("utf-8"))
    for name, told in truth.items():
        if "hard" not in told:
            continue
        gradual = [(int(a), int(b)) for a, b in told["gradual"]]
        for detector, detect in detectors.items():
            score = scores.setdefault(detector, Score())
            begun = time.perf_counter()
            found = detect(SHARED / name)
            score.seconds += time.perf_counter() - begun
            score.frames += _frames(SHARED / name)
            if whole:
                score.add(found, told["hard"], gradual)
            else:
                score.add([f for f in found if not _near(f, told["hard"], gradual)], [], [])
    return {name: score.row() for name, score in scores.items()}


def _near(frame: int, hard: Sequence[int], gradual: Sequence[tuple[int, int]]) -> bool:
    return frame in hard or any(a <= frame <= b for a, b in gradual)


def _frames(path: Path) -> int:
    if path.name not in _kept:
        import av

        with av.open(str(path)) as container:
            _kept[path.name] = sum(1 for _ in container.decode(container.streams.best("video")))
    return _kept[path.name]
