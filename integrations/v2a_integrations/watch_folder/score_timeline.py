"""Scores a timeline of a watched folder, and again when more of its media is there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from v2a.client import connect
from v2a.client.watched_entry import Watched
from v2a.errors import V2AError
from v2a.output.foley_names import shown
from v2a_integrations.watch_folder.folder_settings import FolderSettings

if TYPE_CHECKING:
    from v2a_integrations.otio.add_foley import OnProgress
    from v2a_integrations.otio.plan import TimelinePlan


def score_timeline(path: Path, entry: Watched, wishes: FolderSettings, on_job: OnProgress) -> None:
    """Put sound on what a timeline shows; raises as `score` does, and MEDIA_MISSING.

    With MEDIA_MISSING the clips whose media is there have sound; nothing is done again until
    more of it is there.
    """
    from v2a_integrations.otio.score_file import RunOptions, places_of, plans_of, prepare, score

    result = Path(entry.result)
    options, places = RunOptions(wishes.settings), places_of(str(path), entry.result)
    plans = plans_of(str(path), options)
    lacking = _lacking(path, plans)
    if lacking and not any(plan.clips for plan in plans):
        raise lacking
    if lacking and entry.failures and _is_as_before(places.sidecar, plans):
        raise lacking
    prepared = prepare(str(path), places, options)
    result.parent.mkdir(parents=True, exist_ok=True)
    with connect(start=True) as client:
        score(prepared, options, client, on_job)
    if lacking:
        raise lacking


def _lacking(path: Path, plans: Sequence[TimelinePlan]) -> V2AError | None:
    """MEDIA_MISSING for clips whose media may still come; None where there are none."""
    clips = [skip for plan in plans for skip in plan.skipped if skip.may_come]
    if not clips:
        return None
    first = clips[0]
    what = f"{first.clip or 'a clip without a name'}: {first.reason}"
    more = f", and {len(clips) - 1} more clips" if len(clips) > 1 else ""
    return V2AError("MEDIA_MISSING", path=shown(path), detail=f"{what}{more}")


def _is_as_before(sidecar: Path, plans: Sequence[TimelinePlan]) -> bool:
    """Whether the last try left out the same clips for the same reasons."""
    from v2a_integrations.otio.plan_table import plan_document
    from v2a_integrations.otio.save_timeline import read_sidecar

    told = (read_sidecar(sidecar) or {}).get("plans", [])
    now = [plan_document(plan) for plan in plans]
    return [plan.get("skipped") for plan in told] == [plan["skipped"] for plan in now]
