"""Installs the Blender add-on: its zips, a page to drag it from, the Blenders of this machine."""
