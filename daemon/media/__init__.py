"""Decoding in a process of its own that limits itself before it opens what it was given."""
