"""Packs: found, fetched, checked, made up, and their parts read."""
