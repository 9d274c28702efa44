"""Brings the Blender add-on to people: zips, a page to drag it from, the Blenders found here."""
