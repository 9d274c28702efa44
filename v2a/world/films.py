"""Films of the world: frames, sound and the ground truth of both, from a plan."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from v2a.types import Cut
from v2a.world.film_file import write_film
from v2a.world.film_plan import (
    FILM_RATES,
    FilmPlan,
    Flash,
    Shot,
    demo_plan,
    plan_film,
)
from v2a.world.film_reel import frames, sound
from v2a.world.kinds import KINDS

__all__ = [
    "FILM_RATES",
    "FilmPlan",
    "FilmTruth",
    "Flash",
    "SceneTruth",
    "Shot",
    "demo_plan",
    "frames",
    "plan_film",
    "sound",
    "truth",
    "write_film",
    "write_truth",
]


@dataclass(frozen=True)
class SceneTruth:
    """One scene of a film, frames [start_frame, end_frame)."""

    index: int
    """1-based."""
    start_frame: int
    end_frame: int
    start: Fraction
    """Seconds from the film's first frame."""
    end: Fraction
    kind: str
    label: str
    """What its sound is called."""
    attributes: tuple[float, float]
    seed: int
    onsets: tuple[float, ...]
    """Seconds of the film, within the scene, at which its events are seen and heard."""
    quiet: bool
    back_to: int | None
    """Index of the earlier scene that this one cuts back to."""


@dataclass(frozen=True)
class FilmTruth:
    """The ground truth of a film, by construction."""

    frame_rate: Fraction
    frames: int
    duration: Fraction
    cuts: tuple[Cut, ...]
    """In order, each with score 1."""
    scenes: tuple[SceneTruth, ...]
    flashes: tuple[Flash, ...]
    """Flashes look like cuts and are none."""

    @property
    def onsets(self) -> tuple[float, ...]:
        """All events of the film, seconds."""
        return tuple(t for scene in self.scenes for t in scene.onsets)


def truth(plan: FilmPlan) -> FilmTruth:
    """The cuts, scenes and events of a film, by construction."""
    cuts = tuple(Cut(s.start_frame, s.transition, s.extent, 1.0) for s in plan.shots[1:])
    scenes = tuple(_scene(plan, k) for k in range(len(plan.shots)))
    return FilmTruth(plan.frame_rate, plan.frames, plan.duration, cuts, scenes, plan.flashes)


def _scene(plan: FilmPlan, k: int) -> SceneTruth:
    shot = plan.shots[k]
    spec, kind = shot.scene, KINDS[shot.scene.kind]
    start, end = shot.start_frame / plan.frame_rate, shot.end_frame / plan.frame_rate
    times = tuple(t + float(shot.begin) for t in spec.onsets)
    inside = tuple(t for t in times if start <= t < end)
    same = [j + 1 for j in range(k) if plan.shots[j].scene == spec]
    return SceneTruth(
        index=k + 1,
        start_frame=shot.start_frame,
        end_frame=shot.end_frame,
        start=start,
        end=end,
        kind=spec.kind,
        label=kind.label,
        attributes=spec.attributes,
        seed=spec.seed,
        onsets=inside,
        quiet=kind.form == "quiet",
        back_to=same[0] if same else None,
    )


def write_truth(plan: FilmPlan, path: Path) -> Path:
    """Write the truth as JSON: times are exact fractions of a second, onsets numbers."""
    known = truth(plan)
    document = {
        "seed": plan.seed,
        "size": list(plan.size),
        "frame_rate": str(known.frame_rate),
        "frames": known.frames,
        "duration": str(known.duration),
        "cuts": [
            {
                "frame": c.frame,
                "time": str(c.frame / known.frame_rate),
                "kind": c.kind,
                "extent": list(c.extent),
            }
            for c in known.cuts
        ],
        "scenes": [_scene_json(s) for s in known.scenes],
        "flashes": [[f.frame, f.frame + f.length] for f in known.flashes],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    return path


def _scene_json(scene: SceneTruth) -> dict[str, object]:
    fields: dict[str, object] = {name: getattr(scene, name) for name in scene.__dataclass_fields__}
    return fields | {"start": str(scene.start), "end": str(scene.end)}
