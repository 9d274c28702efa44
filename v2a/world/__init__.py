"""A procedural world: short films with picture, sound, cuts, onsets, labels, stems, from a seed."""
