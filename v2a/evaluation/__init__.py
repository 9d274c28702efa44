"""Measuring packs: independent judges of what a sound is."""
