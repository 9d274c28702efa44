"""Sampling, piece by piece: lengths and windows, noise, guided steps, decoding and room tone."""
