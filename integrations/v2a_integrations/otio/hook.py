"""OpenTimelineIO's hook: puts sound on a timeline that another tool writes, if it asks for that.

Opt-in twice: the manifest beside this file is only loaded where OTIO_PLUGIN_MANIFEST_PATH names
it, and nothing happens unless the tool passes `v2a=yes` (`otioconvert -H v2a=yes`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from v2a.job_settings import Settings
from v2a.types import SceneText
from v2a_integrations.otio.add_foley import add_foley
from v2a_integrations.otio.plan import PlanOptions
from v2a_integrations.otio.score_file import places_of

if TYPE_CHECKING:
    import opentimelineio as otio

YES = {"1", "yes", "true", "on"}


def hook_function(
    in_timeline: otio.schema.Timeline, argument_map: Mapping[str, Any] | None = None
) -> otio.schema.Timeline:
    """Put sound on a timeline before it is written; returns it unchanged without `v2a=yes`.

    Arguments: `v2a=yes`, then as wished `v2a_pack`, `v2a_prompt`, `v2a_seed`, `v2a_folder`
    (where relative links start; the output's folder if not said) and `v2a_relink`.
    """
    told = argument_map or {}
    path = told.get("_filepath")
    if str(told.get("v2a", "")).lower() not in YES or not path:
        return in_timeline
    settings = Settings(
        pack=str(told.get("v2a_pack", "pocket")),
        seed=int(told.get("v2a_seed", 0)),
        text=SceneText(str(told["v2a_prompt"]) if told.get("v2a_prompt") else None),
    )
    relink = [Path(str(told["v2a_relink"]))] if told.get("v2a_relink") else []
    folder = Path(str(told.get("v2a_folder") or Path(path).absolute().parent))
    stems = places_of(str(path), str(path)).stems
    return add_foley(in_timeline, folder, stems, settings, PlanOptions(relink=relink)).timeline
