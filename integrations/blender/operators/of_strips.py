"""From strips to a job, or to the sentence why there is none."""

from collections.abc import Sequence
from typing import Any

from .. import begin
from ..jobs import Job


def asked(
    operator: Any, scene: Any, strips: Sequence[Any], none: str, wish: begin.Wish
) -> Job | None:
    """A job for strips, sound strips left out; None, and the operator says why, where none is."""
    strips = [strip for strip in strips if strip.type != "SOUND"]
    if not strips:
        operator.report({"WARNING"}, none)
        return None
    try:
        return begin.begin(scene, strips, wish)
    except begin.CannotBegin as why:
        operator.report({"WARNING"}, str(why))
        return None
