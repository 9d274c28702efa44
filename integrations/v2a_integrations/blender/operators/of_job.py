"""What operators on one job of the panel share: which job that is."""

import bpy

from .. import scene_jobs


class OfJob:
    """Mixed into an operator: the panel's button says which job it stands at."""

    request: bpy.props.StringProperty(options={"HIDDEN", "SKIP_SAVE"})

    def job(self) -> scene_jobs.SceneJob | None:
        """That job; None when it is no longer on the list."""
        return scene_jobs.job_of(self.request)
