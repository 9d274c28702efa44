"""What a person can do: one file for each kind, registered in this order."""

from . import export, generate, jobs, remove, report, scenes, takes

CLASSES = (
    *generate.CLASSES,
    *scenes.CLASSES,
    *takes.CLASSES,
    *remove.CLASSES,
    *report.CLASSES,
    *export.CLASSES,
    *jobs.CLASSES,
)
