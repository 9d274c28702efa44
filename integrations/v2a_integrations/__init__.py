"""Ways into v2a from where people work: timelines, watch folders, Blender."""
