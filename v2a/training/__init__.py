"""Recipes that make packs: the procedural world, the towers, the mappers and the sound model."""
