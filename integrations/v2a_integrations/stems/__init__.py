"""Sounds of a job where an editor's timeline has its cuts, as files: what all editors share."""
