"""Begins a job for strips, or reports why there is none."""

from collections.abc import Sequence
from typing import Any

from .. import start_jobs
from ..scene_jobs import SceneJob


def asked(
    operator: Any, scene: Any, strips: Sequence[Any], none: str, wish: start_jobs.JobDraft
) -> SceneJob | None:
    """Begin a job for the strips with a picture; None where the operator reports why none began."""
    strips = [strip for strip in strips if strip.type != "SOUND"]
    if not strips:
        operator.report({"WARNING"}, none)
        return None
    try:
        return start_jobs.begin(scene, strips, wish)
    except start_jobs.CannotBegin as why:
        operator.report({"WARNING"}, str(why))
        return None
