"""Towers: what turns pictures and sentences into vectors."""
