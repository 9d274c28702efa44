"""Packs, piece by piece: what they record, how they are fetched, checked, made up and read."""
