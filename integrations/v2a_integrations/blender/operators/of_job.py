"""The base of operators on one job of the panel."""

import bpy

from .. import scene_jobs


class OfJob:
    """A mixin with the request of a job, which the panel's button sets."""

    request: bpy.props.StringProperty(options={"HIDDEN", "SKIP_SAVE"})

    def job(self) -> scene_jobs.SceneJob | None:
        """The job of the request; None when it is no longer on the list."""
        return scene_jobs.job_of(self.request)
