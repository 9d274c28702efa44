"""Writes a plan as a table and as JSON: what gets sound, what does not, and why."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from v2a_integrations.otio.editor_time import clock
from v2a_integrations.otio.plan import PlannedClip, TimelinePlan


def plan_document(plan: TimelinePlan) -> dict[str, Any]:
    """The plan as JSON: times are strings of exact fractions of a second, ranges half-open."""
    return {
        "timeline": plan.name,
        "frame_rate": str(plan.rate),
        "start": str(plan.start),
        "frames": plan.frames,
        "handle": str(plan.handle),
        "clips": [_clip(planned) for planned in plan.clips],
        "media": {str(path): times for path, times in plan.media.items()},
        "cuts_known": len(edit_points(plan)),
        "gaps": [list(gap) for gap in plan.gaps],
        "skipped": [
            {
                "clip": skip.clip,
                "track": skip.track,
                "start": None if skip.start is None else str(skip.start),
                "reason": skip.reason,
            }
            for skip in plan.skipped
        ],
    }


def edit_points(plan: TimelinePlan) -> list[int]:
    """Frames at which one clip follows another without a gap: cuts that are known."""
    starts = {planned.frames[0] for planned in plan.clips}
    return sorted({planned.frames[1] for planned in plan.clips} & starts)


def print_plan(plan: TimelinePlan) -> None:
    """Print the plan as a table, then the skipped clips with their reasons."""
    from rich.console import Console

    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console.width = 1000  # a log or a program reads it: a row stays a line
    for line in _head(plan):
        console.print(line)
    if plan.clips:
        console.print(_table(plan))
    for skip in plan.skipped:
        place = "" if skip.start is None else f" at {clock(plan.start + skip.start, plan.rate)}"
        console.print(f"skipped: {_named(skip.clip, skip.track)}{place}: {skip.reason}")


def _head(plan: TimelinePlan) -> Iterator[str]:
    length = clock(Fraction(plan.frames) / plan.rate, plan.rate)
    yield f"{plan.name}: {length} at {_number(plan.rate)} frames per second"
    counts = [
        _count(len(plan.clips), "clip"),
        _count(len(plan.media), "file"),
        _count(len(edit_points(plan)), "known cut"),
        _count(len(plan.gaps), "gap"),
        f"{len(plan.skipped)} skipped",
    ]
    yield f"  {', '.join(counts)}; scenes inside the clips are found when they are heard"


def _table(plan: TimelinePlan) -> Any:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD)
    for column in ("from", "to", "clip", "track", "media", "uses", "notes"):
        table.add_column(column, overflow="fold")
    for planned in plan.clips:
        table.add_row(*map(Text, _row(planned, plan)))
    return table


def _row(planned: PlannedClip, plan: TimelinePlan) -> tuple[str, ...]:
    ends = (clock(plan.start + frame / plan.rate, plan.rate) for frame in planned.frames)
    media = planned.clip.media
    return (
        *ends, planned.name, planned.track,
        media.name if isinstance(media, Path) else "uploaded", _uses(planned),
        "; ".join(_notes(planned)),
    )  # fmt: skip


def _uses(planned: PlannedClip) -> str:
    source = planned.clip.source
    assert source is not None
    if not source.duration:
        return f"{float(source.start):.3f} s, held"
    return f"{float(source.start):.3f}-{float(source.end):.3f} s"


def _notes(planned: PlannedClip) -> Iterator[str]:
    clip = planned.clip
    assert clip.source is not None and clip.record is not None
    speed = clip.source.duration / clip.record.duration
    if clip.reversed:
        yield "backwards"
    if speed not in (0, 1):
        yield f"at {_number(speed * 100)} %"
    if planned.stills:
        yield _count(len(planned.stills.files), "still picture")
    if planned.before or planned.after:
        yield f"transition {planned.before}+{planned.after} frames"
    yield from planned.notes


def _clip(planned: PlannedClip) -> dict[str, Any]:
    clip = planned.clip
    assert clip.source is not None and clip.record is not None
    return {
        "clip": planned.name,
        "track": planned.track,
        "media": str(clip.media),
        "frames": list(planned.frames),
        "record": [str(clip.record.start), str(clip.record.duration)],
        "source": [str(clip.source.start), str(clip.source.duration)],
        "reversed": clip.reversed,
        "stills": len(planned.stills.files) if planned.stills else 0,
        "transition": [planned.before, planned.after],
        "notes": list(_notes(planned)),
    }


def _named(clip: str, track: str) -> str:
    return f"{clip or 'a clip without a name'} ({track})" if track else clip


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _number(value: Fraction) -> str:
    return f"{float(value):.3f}".rstrip("0").rstrip(".")
