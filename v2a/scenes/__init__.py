"""The parts of the scene detector; `v2a.embeddings_to_scenes` is their entrance."""
